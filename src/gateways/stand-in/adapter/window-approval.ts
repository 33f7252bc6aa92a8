import type { IssuedBillingKey } from '../../../port/billing-key.ts';
import type { Inquiry, OperationAt } from '../../../port/operations.ts';
import type { WindowApproval, WindowResult } from '../../../port/window.ts';
import { isRefusal } from '../wire/protocol.ts';
import {
  type ApprovedWindow,
  type IssuedKeyState,
  isApprovedWindow,
  isFoundWindow,
  windowPaths,
  windowSecretOf,
} from '../wire/window.ts';
import { approvalOf, virtualAccountOf } from './answers.ts';
import { createSignedCalls, type StandInOptions } from './signed-calls.ts';

/**
 * What a buyer has agreed on in the window is asked for over the stand-in. A request is found by its key, and a repeat gets the first
 * answer, so that a lost one never stays a doubt. On a live channel nothing is sent.
 */
export function windowApproval(categoryOf?: StandInOptions['categoryOf']): OperationAt<'approve_window'> {
  const { carryOut, ask, refusalOf } = createSignedCalls({
    secretOf: windowSecretOf,
    ...(categoryOf ? { categoryOf } : {}),
  });
  return {
    send: (call, request) =>
      carryOut(call, windowPaths.approve, fieldsOf(request), (answer) => {
        const result = isApprovedWindow(answer) ? resultOf(answer, request) : undefined;
        return result && { kind: 'confirmed', result };
      }),

    async inquire(call, asked): Promise<Inquiry<WindowResult>> {
      const { orderId, paymentAmountMinor: amountMinor } = asked;
      const answered = await ask(call, windowPaths.inquire, { requestId: call.idempotencyKey, orderId });
      if ('why' in answered) return { kind: 'unknown', why: answered.why };
      if (!isFoundWindow(answered.answer)) return { kind: 'unknown', why: 'no readable answer' };
      const { request, hasOrder } = answered.answer;
      if (request === null) {
        return hasOrder
          ? { kind: 'unknown', why: 'the order was paid by another request' }
          : { kind: 'not_done', repeatIsSafe: true };
      }
      if (isRefusal(request)) return refusalOf(request);
      const result = resultOf(request, { orderId, amountMinor });
      return result ? { kind: 'done', result } : { kind: 'unknown', why: 'the book does not show what was answered' };
    },
  };
}

/** The gateway's own request for a payment. How it gives out a key of its window is not simulated: that goes over the stand-in. */
export function withKeysOfWindow(
  own: OperationAt<'approve_window'>,
  categoryOf?: StandInOptions['categoryOf'],
): OperationAt<'approve_window'> {
  const keys = windowApproval(categoryOf);
  return {
    send: (call, request) => (request.issuesKey ? keys : own).send(call, request),
    inquire: (call, asked, sentAt) => (asked.issuesKey ? keys : own).inquire(call, asked, sentAt),
  };
}

function fieldsOf(request: WindowApproval) {
  return {
    orderId: request.orderId,
    token: request.token,
    payMethod: request.payMethod,
    currency: request.currency,
    amount: Number(request.amountMinor),
    taxFree: Number(request.taxFreeMinor),
    vat: Number(request.vatMinor),
  };
}

/** `undefined`: it is another order's, or neither a payment nor a key. */
function resultOf(
  { payment, noticeSecret, issuedKey }: ApprovedWindow,
  request: Pick<WindowApproval, 'orderId' | 'amountMinor'>,
): WindowResult | undefined {
  if (payment && (payment.orderId !== request.orderId || BigInt(payment.amount) !== request.amountMinor)) {
    return undefined;
  }
  const account = payment && virtualAccountOf(payment);
  const approval = payment && approvalOf(payment);
  const result = {
    gatewayTid: payment?.transactionId ?? null,
    receiptUrl: payment?.receiptUrl ?? null,
    approval: approval ?? null,
    virtualAccount: account ? { ...account, noticeSecret } : null,
    key: issuedKey && issuedKeyOf(issuedKey),
  };
  return result.approval || result.virtualAccount || result.key ? result : undefined;
}

function issuedKeyOf({ key, boundTo, transactionId, issuedAt, card }: IssuedKeyState): IssuedBillingKey {
  return { billingKey: { key, boundTo }, gatewayTid: transactionId, issuedAt: new Date(issuedAt * 1000), card };
}
