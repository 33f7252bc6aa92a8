import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { OperationAt } from '../../../port/operations.ts';
import { notOurs } from '../../answers/decided-answer.ts';
import { failureOf } from '../wire/errors.ts';
import { tossPayPaths } from '../wire/paths.ts';
import { readPayTime } from '../wire/time.ts';
import { readRefund } from '../wire/wire.ts';
import { balanceOf, fetchPayment, isResting, refundsOf } from './lookup.ts';
import { ask, refundFields, refundNoOf } from './requests.ts';

export const cancel: OperationAt<'cancel'> = {
  async send(call, request) {
    const asked = await ask(call, tossPayPaths.refund, refundFields(call, request));
    if ('outcome' in asked) return asked.outcome;
    if (asked.answer.code !== 0) return failureOf(call, asked.answer);
    const cancelled = cancelledOf(call, request, asked.answer.fields);
    return cancelled ? { kind: 'confirmed', result: cancelled } : notOurs;
  },

  /**
   * The status lists refunds without their numbers, so that the balance tells: lower by exactly our amount, it was done; that of
   * before, it was not. Then it may be sent again, since Toss Pay carries out a `refundNo` once. A refund of the same amount
   * that somebody made in the partner site in between would look like ours.
   */
  async inquire(call, request, sentAt) {
    const fetched = await fetchPayment(call, request);
    if (fetched.kind === 'not_found') return { kind: 'unknown', why: 'Toss Pay does not know the payment' };
    if (fetched.kind === 'unknown') return fetched;
    const { status } = fetched;
    const balanceMinor = isResting(status) ? balanceOf(status) : undefined;
    if (balanceMinor === undefined) {
      return { kind: 'unknown', why: `the payment is ${status.payStatus.slice(0, 40)}, and its balance is open` };
    }
    const { amountMinor, balanceBeforeMinor } = request;
    if (balanceMinor === balanceBeforeMinor) return { kind: 'not_done', repeatIsSafe: true };
    if (balanceMinor !== balanceBeforeMinor - amountMinor) {
      return { kind: 'unknown', why: 'the balance at Toss Pay is neither the one before nor the one after' };
    }
    const cancelledAt = readPayTime(refundsOf(status).at(-1)?.regTs) ?? sentAt;
    return { kind: 'done', result: { gatewayTid: refundNoOf(call), amountMinor, cancelledAt, receiptUrl: null } };
  },
};

/**
 * Our number, which is used for this cancellation alone, with our amount. What is left may be less than we know of, by a refund
 * in the partner site, but never more. Where the answer does not tell the amount, what is left must show it.
 */
function cancelledOf(call: GatewayCall, request: Cancel, fields: unknown): Cancelled | undefined {
  const answer = readRefund(fields);
  const cancelledAt = readPayTime(answer?.approvalTime);
  if (!answer || !cancelledAt) return undefined;
  const { amountMinor } = request;
  const leftMinor = request.balanceBeforeMinor - amountMinor;
  const toldLeftMinor = BigInt(answer.refundableAmount);
  const isOurAmount =
    answer.refundedAmount == null
      ? toldLeftMinor === leftMinor
      : BigInt(answer.refundedAmount) === amountMinor && toldLeftMinor <= leftMinor;
  const isOurs = answer.refundNo === refundNoOf(call) && (answer.payToken ?? request.gatewayTid) === request.gatewayTid;
  return isOurs && isOurAmount
    ? { gatewayTid: answer.refundNo, amountMinor, cancelledAt, receiptUrl: null }
    : undefined;
}
