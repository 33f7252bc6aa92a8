import type { Cancel } from '../../../port/cancel.ts';
import type { OperationAt } from '../../../port/operations.ts';
import { amountOf, cancelKeyOf, readPayment, type TossCancelEntry, type TossPayment } from '../wire/wire.ts';
import { cancelledOf } from './answers.ts';
import { fetchPayment } from './lookup.ts';
import { keyIsKept, notConfirmed, unreadable } from './outcome.ts';
import { cancelBody, cancelPath, post } from './requests.ts';

export const tossCancel: OperationAt<'cancel'> = {
  async send(call, request) {
    const result = await post(call, cancelPath(request.gatewayTid), cancelBody(request));
    if (result.kind !== 'answered' || result.status !== 200) return notConfirmed(result);
    const payment = readPayment(result.text);
    if (payment?.paymentKey !== request.gatewayTid || payment.orderId !== request.orderId) return unreadable;
    const entry = findCancel(payment, request);
    const cancelled = entry && cancelledOf(payment, entry);
    if (!entry || !cancelled) return unreadable;
    // Domestic methods end at once (DONE). Others may be taken first and end later.
    if ((entry.cancelStatus ?? 'DONE') === 'DONE') return { kind: 'confirmed', result: cancelled };
    return entry.cancelStatus === 'IN_PROGRESS' ? { kind: 'accepted', result: cancelled } : unreadable;
  },

  async inquire(call, request, sentAt) {
    const found = await fetchPayment(call, request);
    if (found.kind === 'not_found') return { kind: 'unknown', why: 'Toss does not know the payment' };
    if (found.kind === 'unknown') return found;
    const { payment } = found;
    const entry = findCancel(payment, request, true);
    const cancelled = entry && cancelledOf(payment, entry);
    if (cancelled) {
      const status = entry.cancelStatus ?? 'DONE';
      if (status === 'DONE') return { kind: 'done', result: cancelled };
      if (status === 'IN_PROGRESS') return { kind: 'accepted', result: cancelled };
      return { kind: 'unknown', why: `the cancellation is in the state ${status}` };
    }
    if (amountOf(payment.balanceAmount) === request.balanceBeforeMinor) {
      return { kind: 'not_done', repeatIsSafe: keyIsKept(call, sentAt) };
    }
    return { kind: 'unknown', why: 'the balance at Toss is neither the one before nor the one after' };
  },
};

/**
 * Our entry in the list of cancellations: not one that was known before, of our amount. Where the balance that it left
 * is given, the one that fits what we know is preferred; without `mustFit` the newest of our amount is taken else.
 */
function findCancel(payment: TossPayment, request: Cancel, mustFit = false): TossCancelEntry | undefined {
  const fresh = (payment.cancels ?? []).filter((entry) => {
    const key = cancelKeyOf(payment, entry);
    const isNew = key !== undefined && !request.earlierTids.includes(key);
    return isNew && amountOf(entry.cancelAmount) === request.amountMinor;
  });
  const left = request.balanceBeforeMinor - request.amountMinor;
  const fitting = fresh.find(({ refundableAmount: after }) => after != null && amountOf(after) === left);
  return fitting ?? (mustFit ? undefined : fresh.at(-1));
}
