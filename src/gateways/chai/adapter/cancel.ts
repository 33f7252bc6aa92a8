import { readTime } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { OperationAt } from '../../../port/operations.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { notOurs } from '../../answers/decided-answer.ts';
import { outcomeOfRefusalText } from '../../answers/refusal-texts.ts';
import { outcomeOfRefusal } from '../../answers/refused-repeat.ts';
import { type ChaiPayment, readError, readPayment } from '../wire/wire.ts';
import { fetchPayment, stateOf } from './lookup.ts';
import { sendCancel } from './requests.ts';

export const cancel: OperationAt<'cancel'> = {
  async send(call, request) {
    const result = await sendCancel(call, request);
    if (result.kind === 'never_sent') return result;
    if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
    if (result.status !== 200) return failureOf(call, result);
    const payment = readPayment(result.text);
    return payment && provenBy(payment, request) === 'done'
      ? { kind: 'confirmed', result: cancelledOf(payment, request, call.now) }
      : notOurs;
  },

  /**
   * Chai lists no cancellations: what it has cancelled in all is the proof. That the guard refuses a repeat is a shop's comment, and
   * how long a key lives is not public, so that only what can't be given back twice for want of money may be repeated.
   */
  async inquire(call, request, sentAt) {
    const fetched = await fetchPayment(call, request);
    if (fetched.kind !== 'found') return fetched;
    switch (provenBy(fetched.payment, request)) {
      case 'done':
        return { kind: 'done', result: cancelledOf(fetched.payment, request, sentAt) };
      case 'not_done':
        return { kind: 'not_done', repeatIsSafe: request.amountMinor === request.balanceBeforeMinor };
      default:
        return { kind: 'unknown', why: 'what Chai has cancelled is neither what was before nor this amount more' };
    }
  },
};

/** `undefined`: it is not this payment, not of this amount, or more or less is cancelled than this cancellation explains. */
function provenBy(payment: ChaiPayment, request: Cancel): 'done' | 'not_done' | undefined {
  const state = payment.paymentId === request.gatewayTid ? stateOf(payment, request) : undefined;
  if (state?.amountMinor !== request.paymentAmountMinor || state.status === 'failed') return undefined;
  if (state.balanceMinor === request.balanceBeforeMinor) return 'not_done';
  return state.balanceMinor === request.balanceBeforeMinor - request.amountMinor ? 'done' : undefined;
}

/** A cancellation has no id of its own. That the payment's last change was this one is inferred. */
function cancelledOf({ updatedAt }: ChaiPayment, { gatewayTid, amountMinor }: Cancel, otherwiseAt: Date): Cancelled {
  return { gatewayTid, amountMinor, cancelledAt: readTime(updatedAt ?? '') ?? otherwiseAt, receiptUrl: null };
}

/** Another request may be under way (409), or it is to come again later: these say nothing of this one. */
const undecided: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/**
 * The shop takes every status but 200 for a failure. Here only 4xx in Chai's own form says no, and its text says as what, since
 * the codes are not public. Whoever is turned away (401, 403) is so before anything is done, whatever the form.
 */
function failureOf(
  call: GatewayCall,
  { status, text }: Extract<GatewayHttpResult, { kind: 'answered' }>,
): Outcome<Cancelled> {
  const error = readError(text);
  if (status === 401 || status === 403) {
    const { code, message } = error ?? { code: `HTTP_${status}`, message: `HTTP ${status}` };
    return outcomeOfRefusal(call, { code, message, category: 'bad_credentials' });
  }
  if (!error) return { kind: 'unclear', why: `HTTP ${status} without a readable answer` };
  if (status < 400 || status >= 500 || undecided.has(status)) {
    return { kind: 'unclear', why: `HTTP ${status} ${error.code}`, ...error };
  }
  return outcomeOfRefusalText<Cancelled>(call, error, null);
}
