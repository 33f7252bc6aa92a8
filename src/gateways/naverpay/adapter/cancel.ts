import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { OperationAt } from '../../../port/operations.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { outcomeOfRefusal } from '../../answers/refused-repeat.ts';
import { isNaverResultCode, naverResults } from '../wire/codes.ts';
import { readAnswer, readCancelBody } from '../wire/wire.ts';
import { cancelledOf, fetchHistory } from './history.ts';
import { sendCancel } from './requests.ts';

export const cancel: OperationAt<'cancel'> = {
  async send(call, request) {
    const result = await sendCancel(call, request);
    if (result.kind === 'never_sent') return result;
    if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
    return outcomeOf(call, request, result);
  },

  /**
   * Reads the history: a cancellation of ours has our key as its `merchantPayTransactionKey`. Where the history leaves it
   * open, the request itself is the question: its idempotency key brings the first answer back, and a balance that has
   * moved makes Naver Pay refuse it.
   */
  async inquire(call, request) {
    const fetched = await fetchHistory(call, request);
    if (fetched.kind === 'not_found') return { kind: 'unknown', why: 'Naver Pay does not know the payment' };
    if (fetched.kind === 'unknown') return fetched;
    const { cancels, balanceMinor } = fetched.history;
    const ours = cancels.filter(({ merchantPayTransactionKey }) => merchantPayTransactionKey === call.idempotencyKey);
    const [entry] = ours;
    if (!entry) {
      return balanceMinor === request.balanceBeforeMinor
        ? { kind: 'not_done', repeatIsSafe: true }
        : { kind: 'ask_by_repeating' };
    }
    const cancelled = cancelledOf(entry);
    if (ours.length > 1 || cancelled?.amountMinor !== request.amountMinor) {
      return { kind: 'unknown', why: 'the cancellations under our key are not the one that was asked for' };
    }
    return { kind: 'done', result: cancelled };
  },
};

/**
 * What became of it is said by the code in the answer, whatever the status is: one public client takes a Success with
 * HTTP 409. A code that is not known decides nothing, nor does a failure of Naver Pay's own (5xx); the repeat does.
 */
function outcomeOf(
  call: GatewayCall,
  request: Cancel,
  { status, text }: Extract<GatewayHttpResult, { kind: 'answered' }>,
): Outcome<Cancelled> {
  const answer = readAnswer(text);
  // Naver's front door turns strangers away in a form of its own, before the payment API hears of them.
  if (!answer && (status === 401 || status === 403)) {
    return outcomeOfRefusal(call, { code: `HTTP_${status}`, message: `HTTP ${status}`, category: 'bad_credentials' });
  }
  if (!answer) return { kind: 'unclear', why: `HTTP ${status} without a readable answer` };
  const { code } = answer;
  const known = isNaverResultCode(code) ? naverResults[code] : undefined;
  if (known?.category === 'success') {
    const cancelled = confirmedBy(answer.body, request);
    return cancelled
      ? { kind: 'confirmed', result: cancelled }
      : { kind: 'unclear', why: 'the answer is not the one to this request' };
  }
  const message = answer.message || known?.message || code;
  if (!known || known.category === 'in_progress' || status >= 500) {
    return { kind: 'unclear', why: `HTTP ${status} ${code}`, code, message };
  }
  return outcomeOfRefusal(call, { code, message, category: known.category });
}

/** Only an answer that is ours in every part, and leaves what this cancellation alone must leave, is a confirmation. */
function confirmedBy(body: unknown, request: Cancel): Cancelled | undefined {
  const answer = readCancelBody(body);
  const cancelledAt = readSeoulDigits(answer?.cancelYmdt ?? '');
  if (!answer || !cancelledAt) return undefined;
  const parts = [
    answer.primaryPayCancelAmount,
    answer.npointCancelAmount,
    answer.giftCardCancelAmount,
    answer.discountCancelAmount,
  ];
  const amountMinor = parts.reduce<bigint>((sum, part) => sum + BigInt(part ?? 0), 0n);
  const isOurs =
    answer.paymentId === request.gatewayTid &&
    !request.earlierTids.includes(answer.payHistId) &&
    amountMinor === request.amountMinor &&
    BigInt(answer.totalRestAmount) === request.balanceBeforeMinor - request.amountMinor;
  return isOurs ? { gatewayTid: answer.payHistId, amountMinor, cancelledAt, receiptUrl: null } : undefined;
}
