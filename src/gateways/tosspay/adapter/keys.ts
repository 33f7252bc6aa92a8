import { amountNumber } from '../../../platform/money/currency.ts';
import type { Approval } from '../../../port/approval.ts';
import type { KeyCharge } from '../../../port/billing-key.ts';
import type { OperationAt } from '../../../port/operations.ts';
import { wireText } from '../../../port/texts.ts';
import { notOurs } from '../../answers/decided-answer.ts';
import { failureOf } from '../wire/errors.ts';
import { tossPayPaths } from '../wire/paths.ts';
import { productRule } from '../wire/text.ts';
import { readPayTime } from '../wire/time.ts';
import { readCharge, readKey } from '../wire/wire.ts';
import { fetchPayment, isResting } from './lookup.ts';
import { ask } from './requests.ts';

/**
 * A payment by a key. The guide recommends order numbers that are used once, and does not say that a second one is refused, so
 * that a charge whose answer was lost is never sent again. The status shows it by its order: then it counts. That it shows none
 * proves nothing, since no source says how soon a charge can be seen.
 */
export const chargeKey: OperationAt<'charge_key'> = {
  async send(call, request) {
    if (request.installmentMonths > 1) {
      return { kind: 'never_sent', why: 'a charge of a Toss Pay key is not sent with instalments' };
    }
    const asked = await ask(call, tossPayPaths.keyCharge, chargeFields(request));
    if ('outcome' in asked) return asked.outcome;
    if (asked.answer.code !== 0) return failureOf(call, asked.answer);
    const approval = approvalOf(request, asked.answer.fields);
    return approval ? { kind: 'confirmed', result: approval } : notOurs;
  },

  async inquire(call, asked) {
    const fetched = await fetchPayment(call, asked);
    if (fetched.kind === 'unknown') return fetched;
    if (fetched.kind === 'not_found') {
      return { kind: 'unknown', why: 'Toss Pay shows no payment of this order number, which proves nothing' };
    }
    const { status } = fetched;
    const approvedAt = readPayTime(status.paidTs);
    if (!isResting(status) || !approvedAt || BigInt(status.amount) !== asked.paymentAmountMinor) {
      return { kind: 'unknown', why: `the payment of this order number is ${status.payStatus.slice(0, 40)}` };
    }
    return { kind: 'done', result: approvalAt(status.payToken, approvedAt) };
  },
};

/** The status of the user's key settles what a lost answer leaves open: one that is removed is gone, whoever did it. */
export const revokeKey: OperationAt<'revoke_key'> = {
  async send(call, { billingKey }) {
    const asked = await ask(call, tossPayPaths.keyDeletion, { billingKey: billingKey.key });
    if ('outcome' in asked) return asked.outcome;
    // The answer to a deletion names no key.
    if (asked.answer.code === 0) return { kind: 'confirmed', result: { gatewayTid: null, revokedAt: call.now } };
    const failure = failureOf(call, asked.answer);
    // How Toss Pay says no to a second deletion is not public: a repeat that is refused may be just that.
    if (failure.kind !== 'refused' || !call.isRepeat) return failure;
    const { code, message } = failure;
    return { kind: 'unclear', why: `a refused repeat says nothing of the first request (${code})`, code, message };
  },

  /** Asked for by the user, and about this very key: a user may have registered anew. */
  async inquire(call, { billingKey }) {
    const asked = await ask(call, tossPayPaths.keyStatus, { userId: billingKey.boundTo.userId ?? '' });
    const key = 'answer' in asked && asked.answer.code === 0 ? readKey(asked.answer.fields) : undefined;
    const isOurs = key?.billingKey === billingKey.key && key.userId === billingKey.boundTo.userId;
    if (isOurs && key.status === 'ACTIVE') return { kind: 'not_done', repeatIsSafe: true };
    if (isOurs && key.status === 'REMOVE') {
      return { kind: 'done', result: { gatewayTid: null, revokedAt: call.now } };
    }
    return { kind: 'unknown', why: 'Toss Pay does not tell the status of the key' };
  },
};

/** VAT that is not stated is left to Toss Pay: an eleventh of what is taxed, as in its window. */
function chargeFields(request: KeyCharge): Record<string, unknown> {
  const amount = (minor: bigint) => amountNumber(minor, request.currency);
  return {
    billingKey: request.billingKey.key,
    orderNo: request.orderId,
    productDesc: wireText(request.orderName, productRule) || request.orderId,
    amount: amount(request.amountMinor),
    amountTaxFree: amount(request.taxFreeMinor),
    ...(request.vatMinor > 0n && { amountVat: amount(request.vatMinor) }),
  };
}

/** The answer does not name the order; the amount is compared where it is told. */
function approvalOf(request: KeyCharge, fields: unknown): Approval | undefined {
  const answer = readCharge(fields);
  const approvedAt = readPayTime(answer?.approvalTime);
  if (!answer || !approvedAt) return undefined;
  const isOurs = answer.amount == null || BigInt(answer.amount) === request.amountMinor;
  return isOurs ? approvalAt(answer.payToken, approvedAt) : undefined;
}

/** As of payments in the window: neither an approval number nor the card is shown of a wallet. */
function approvalAt(payToken: string, approvedAt: Date): Approval {
  return { gatewayTid: payToken, approvalNumber: null, approvedAt, receiptUrl: null, card: null, bank: null };
}
