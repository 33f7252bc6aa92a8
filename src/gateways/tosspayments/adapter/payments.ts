import { readTime } from '../../../platform/clock/seoul-time.ts';
import type { Inquiry, OperationAt } from '../../../port/operations.ts';
import { tossErrors } from '../wire/errors.ts';
import { amountOf, cancelKeyOf, readPayment, type TossPayment } from '../wire/wire.ts';
import { approvalOf, virtualAccountOf } from './answers.ts';
import { type Fetched, fetchPayment } from './lookup.ts';
import { keyIsKept, outcomeOf } from './outcome.ts';
import { approvalBody, cancelPath, post, revocationBody, virtualAccountBody } from './requests.ts';

export const tossApproval: OperationAt<'approve'> = {
  async send(call, request) {
    return outcomeOf(await post(call, '/v1/payments/key-in', approvalBody(request)), (text) => {
      const payment = readPayment(text);
      if (payment?.orderId !== request.orderId || payment.status !== 'DONE' || payment.method !== '카드')
        return undefined;
      if (amountOf(payment.totalAmount) !== request.amountMinor) return undefined;
      return approvalOf(payment, request.card.number);
    });
  },

  async inquire(call, { orderId, paymentAmountMinor }) {
    const found = await fetchPayment(call, { orderId, gatewayTid: null });
    // A repeat is not offered: card numbers are not kept, so that nothing could be sent again.
    if (found.kind !== 'found') return unlessFound(found, false);
    return inquiryOf(found.payment, paymentAmountMinor, approvalOf(found.payment, null));
  },
};

export const tossAccountIssue: OperationAt<'issue_vbank'> = {
  async send(call, request) {
    return outcomeOf(await post(call, '/v1/virtual-accounts', virtualAccountBody(request)), (text) => {
      const payment = readPayment(text);
      if (payment?.orderId !== request.orderId || payment.status !== 'WAITING_FOR_DEPOSIT') return undefined;
      if (amountOf(payment.totalAmount) !== request.amountMinor) return undefined;
      return virtualAccountOf(payment, request.bankCode);
    });
  },

  async inquire(call, { orderId, paymentAmountMinor }) {
    const found = await fetchPayment(call, { orderId, gatewayTid: null });
    if (found.kind !== 'found') return unlessFound(found, true);
    return inquiryOf(found.payment, paymentAmountMinor, virtualAccountOf(found.payment));
  },
};

export const tossAccountRevocation: OperationAt<'revoke_vbank'> = {
  async send(call, request) {
    let paymentKey = request.gatewayTid;
    if (paymentKey === null) {
      const found = await fetchPayment(call, request);
      if (found.kind !== 'found') return { kind: 'never_sent', why: 'the payment key could not be looked up' };
      paymentKey = found.payment.paymentKey;
    }
    return outcomeOf(await post(call, cancelPath(paymentKey), revocationBody(request)), (text) => {
      const payment = readPayment(text);
      if (payment?.paymentKey !== paymentKey || payment.orderId !== request.orderId) return undefined;
      const entry = payment.cancels?.at(-1);
      const revokedAt = readTime(entry?.canceledAt ?? '');
      if (payment.status !== 'CANCELED' || !entry || !revokedAt) return undefined;
      return { gatewayTid: cancelKeyOf(payment, entry) ?? null, revokedAt };
    });
  },

  async inquire(call, request, sentAt) {
    const found = await fetchPayment(call, request);
    if (found.kind === 'not_found') return { kind: 'unknown', why: 'Toss does not know the payment' };
    if (found.kind === 'unknown') return found;
    const { payment } = found;
    const entry = payment.cancels?.at(-1);
    const revokedAt = readTime(entry?.canceledAt ?? '');
    switch (payment.status) {
      case 'CANCELED':
        if (payment.approvedAt || !entry || !revokedAt) break;
        return { kind: 'done', result: { gatewayTid: cancelKeyOf(payment, entry) ?? null, revokedAt } };
      case 'WAITING_FOR_DEPOSIT':
        return { kind: 'not_done', repeatIsSafe: keyIsKept(call, sentAt) };
      case 'DONE':
      case 'EXPIRED': {
        const { message, category } = tossErrors.NOT_CANCELABLE_PAYMENT;
        return { kind: 'refused', code: 'NOT_CANCELABLE_PAYMENT', message, category };
      }
    }
    return { kind: 'unknown', why: `the payment is ${payment.status}` };
  },
};

export function inquiryOf<T>(payment: TossPayment, amountMinor: bigint, result: T | undefined): Inquiry<T> {
  if (amountOf(payment.totalAmount) !== amountMinor) {
    return { kind: 'unknown', why: 'Toss has this order with another amount' };
  }
  if (payment.status === 'ABORTED') {
    return { kind: 'refused', code: 'ABORTED', message: '결제 승인에 실패했습니다.', category: 'other' };
  }
  if (result === undefined) return { kind: 'unknown', why: `the payment is ${payment.status}` };
  return { kind: 'done', result };
}

export function unlessFound(found: Exclude<Fetched, { kind: 'found' }>, repeatIsSafe: boolean): Inquiry<never> {
  return found.kind === 'not_found' ? { kind: 'not_done', repeatIsSafe } : found;
}
