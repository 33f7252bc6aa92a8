import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { Outcome, RefusalCategory } from '../../../port/outcome.ts';
import type { Revoked } from '../../../port/revocation.ts';
import { meaningOfRefusal, outcomeOfRefusalText } from '../../answers/refusal-texts.ts';
import { kiwoomErrorOf } from '../wire/errors.ts';
import { type KiwoomAnswer, readAmountText, readAnswer } from '../wire/wire.ts';
import type { CancelBody } from './requests.ts';
import type { TwoSteps } from './two-steps.ts';

export function cancelOutcome(
  call: GatewayCall,
  request: Cancel,
  body: CancelBody,
  steps: TwoSteps,
  rule: RefusalCategory | null,
): Outcome<Cancelled> {
  // Cancels have no id of their own: the payment's stands for them. Which of the requests for one cancel it was that did it
  // can't be told either.
  const at = (cancelledAt: Date): Cancelled => ({
    gatewayTid: request.gatewayTid,
    amountMinor: request.amountMinor,
    cancelledAt,
    receiptUrl: null,
  });
  const isAllThatIsLeft = request.amountMinor === request.balanceBeforeMinor;
  const outcome = outcomeOf(call, body, steps, { done: at, isOnce: isAllThatIsLeft, rule });
  // The money of a deposited account goes out seven business days later, and more.
  return outcome.kind === 'confirmed' && request.payMethod === 'vbank' ? { ...outcome, kind: 'accepted' } : outcome;
}

export function revocationOutcome(call: GatewayCall, body: CancelBody, steps: TwoSteps): Outcome<Revoked> {
  return outcomeOf(call, body, steps, {
    done: (revokedAt) => ({ gatewayTid: null, revokedAt }),
    isOnce: true,
    rule: null,
  });
}

/**
 * - `done`: the result, with its time.
 * - `isOnce`: it can't be done twice, so that "cancelled already" to a repeat proves that it is done.
 * - `rule`: what our own knowledge of the request says about a failure that the gateway gives no reason for.
 */
function outcomeOf<T>(
  call: GatewayCall,
  body: CancelBody,
  steps: TwoSteps,
  of: { done(at: Date): T; readonly isOnce: boolean; readonly rule: RefusalCategory | null },
): Outcome<T> {
  if (steps.kind === 'ended') return steps.outcome;
  const { result } = steps;
  if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
  const answer = result.status === 200 ? readAnswer(result.text) : undefined;
  const code = answer?.field('RESULTCODE') ?? '';
  if (!answer || code === '') return { kind: 'unclear', why: `HTTP ${result.status} without a readable answer` };
  const message = answer.field('ERRORMESSAGE') || (kiwoomErrorOf(code)?.message ?? code);
  if (code !== '0000') {
    const whenDone = of.isOnce ? of.done(call.startedAt) : null;
    return failureOf(call, { code, message }, whenDone, of.rule);
  }
  const doneAt = readSeoulDigits(answer.field('CANCELDATE'));
  if (!isAnswerTo(answer, body) || !doneAt) {
    return { kind: 'unclear', why: 'the answer is not the one to this request', code, message };
  }
  return { kind: 'confirmed', result: of.done(call.isRepeat ? call.startedAt : doneAt) };
}

/** The payment's number comes back in one of two fields, depending on the pay method. */
function isAnswerTo(answer: KiwoomAnswer, body: CancelBody): boolean {
  const isSamePayment = [answer.field('TRXID'), answer.field('DAOUTRX')].includes(body.TRXID);
  return isSamePayment && readAmountText(answer.field('AMOUNT')) === BigInt(body.AMOUNT);
}

function failureOf<T>(
  call: GatewayCall,
  failure: { readonly code: string; readonly message: string },
  whenDone: T | null,
  rule: RefusalCategory | null,
): Outcome<T> {
  const { code, message } = failure;
  const meaning = kiwoomErrorOf(code)?.meaning ?? 'read_text';
  if (meaning === 'in_doubt') {
    return { kind: 'unclear', why: `the gateway gave no clear answer (${code})`, code, message };
  }
  if (meaning === 'read_text') {
    const outcome = outcomeOfRefusalText(call, failure, whenDone);
    const isUnexplained = outcome.kind === 'refused' && meaningOfRefusal(message) === 'other';
    return isUnexplained && rule !== null ? { ...outcome, category: rule } : outcome;
  }
  if (!call.isRepeat) return { kind: 'refused', code, message, category: meaning };
  if (meaning === 'already_cancelled' && whenDone !== null) return { kind: 'confirmed', result: whenDone };
  return { kind: 'unclear', why: `a refused repeat says nothing of the first request (${code})`, code, message };
}
