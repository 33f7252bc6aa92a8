import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { OperationAt } from '../../../port/operations.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { outcomeOfRefusalText } from '../../answers/refusal-texts.ts';
import { paycoPaths } from '../wire/paths.ts';
import { type PaycoOrder, readTransactionId } from '../wire/transaction-id.ts';
import { type PaycoAnswer, readAnswer, readCancelResult, readCheckResult } from '../wire/wire.ts';
import { cancelFields, checkFields, send } from './requests.ts';

export const cancel: OperationAt<'cancel'> = {
  async send(call, request) {
    const order = readTransactionId(request.gatewayTid);
    if (!order) return { kind: 'never_sent', why: 'the transaction id is not one of PAYCO' };
    const result = await send(call, paycoPaths.cancel, cancelFields(call, request, order));
    if (result.kind === 'never_sent') return result;
    if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
    return outcomeOf(call, request, order, result);
  },

  /**
   * PAYCO lists no cancellations, but its check before a cancellation moves nothing and tells what can still be cancelled.
   * Zero is no proof: it is said of an order that can't be cancelled for whatever reason. A cancellation of all that is left
   * is then asked for again, which PAYCO's guard makes safe.
   */
  async inquire(call, request, sentAt) {
    const { amountMinor, balanceBeforeMinor } = request;
    const order = readTransactionId(request.gatewayTid);
    if (!order) return { kind: 'unknown', why: 'the transaction id is not one of PAYCO' };
    const result = await send(call, paycoPaths.check, checkFields(call, request, order));
    if (result.kind !== 'answered') return { kind: 'unknown', why: result.why };
    const answer = result.status === 200 ? readAnswer(result.text) : undefined;
    const check = answer?.code === '0' ? readCheckResult(answer.result) : undefined;
    if (check?.orderNo !== order.orderNo) return { kind: 'unknown', why: `no readable check (HTTP ${result.status})` };

    const leftMinor = balanceBeforeMinor - amountMinor;
    if (check.possibleMinor === balanceBeforeMinor) return { kind: 'not_done', repeatIsSafe: true };
    if (check.possibleMinor > 0n && check.possibleMinor === leftMinor) {
      const { gatewayTid } = request;
      return { kind: 'done', result: { gatewayTid, amountMinor, cancelledAt: sentAt, receiptUrl: null } };
    }
    if (leftMinor === 0n) return { kind: 'ask_by_repeating' };
    return { kind: 'unknown', why: 'what PAYCO can still cancel is neither the balance before nor the one after' };
  },
};

/** A public client knows this code as "has been cancelled before". */
const alreadyCancelled = '1301';

/** PAYCO's samples take every status but 200 for a failed connection. */
function outcomeOf(
  call: GatewayCall,
  request: Cancel,
  order: PaycoOrder,
  { status, text }: Extract<GatewayHttpResult, { kind: 'answered' }>,
): Outcome<Cancelled> {
  const answer = readAnswer(text);
  if (!answer || status !== 200) return { kind: 'unclear', why: `HTTP ${status} without a readable answer` };
  if (answer.code !== '0') return refusalOf(call, request, answer);
  const cancelled = cancelledOf(request, order, answer.result);
  return cancelled
    ? { kind: 'confirmed', result: cancelled }
    : { kind: 'unclear', why: 'the answer is not the one to this request' };
}

/** PAYCO publishes no list of codes: what a refusal means is read from its text. */
function refusalOf(call: GatewayCall, request: Cancel, { code, message }: PaycoAnswer): Outcome<Cancelled> {
  const { gatewayTid, amountMinor } = request;
  const isAll = amountMinor === request.balanceBeforeMinor;
  const whenDone = isAll ? { gatewayTid, amountMinor, cancelledAt: call.startedAt, receiptUrl: null } : null;
  if (code !== alreadyCancelled) return outcomeOfRefusalText(call, { code, message }, whenDone);
  if (!call.isRepeat) return { kind: 'refused', code, message: message || code, category: 'already_cancelled' };
  return whenDone
    ? { kind: 'confirmed', result: whenDone }
    : { kind: 'unclear', why: 'PAYCO has cancelled before, and does not say what', code, message };
}

/** Only an answer that is ours in every part, and leaves what this cancellation alone must leave, is a confirmation. */
function cancelledOf(request: Cancel, order: PaycoOrder, result: unknown): Cancelled | undefined {
  const answer = readCancelResult(result);
  const [detail] = answer?.cancelPaymentDetails ?? [];
  const cancelledAt = readSeoulDigits(answer?.cancelYmdt ?? detail?.cancelTradeYmdt ?? detail?.tradeYmdt ?? '');
  if (!answer || !cancelledAt) return undefined;
  const gatewayTid = String(answer.cancelTradeSeq);
  const leftMinor = request.balanceBeforeMinor - request.amountMinor;
  const isOurs =
    String(answer.orderNo) === order.orderNo &&
    !request.earlierTids.includes(gatewayTid) &&
    BigInt(answer.totalCancelPaymentAmt) === request.amountMinor &&
    (answer.remainCancelPossibleAmt == null || BigInt(answer.remainCancelPossibleAmt) === leftMinor);
  return isOurs ? { gatewayTid, amountMinor: request.amountMinor, cancelledAt, receiptUrl: null } : undefined;
}
