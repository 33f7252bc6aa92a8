import type { GatewayCall } from '../../../port/call.ts';
import type { Inquiry, OperationAt } from '../../../port/operations.ts';
import { wireReason } from '../../../port/texts.ts';
import { notOurs } from '../../answers/decided-answer.ts';
import { moneyOf } from '../wire/money.ts';
import { paths } from '../wire/paths.ts';
import { noteRule } from '../wire/text.ts';
import { readRefund } from '../wire/wire.ts';
import { refusalOf, stateOf } from './answers.ts';
import { fetchCapture } from './lookup.ts';
import { openSession } from './session.ts';

/** PayPal keeps the id of a refund's request for 45 days; a day is kept back, for clocks that differ. */
const idLifeMs = 44 * 24 * 3600_000;

export const cancel: OperationAt<'cancel'> = {
  /**
   * The amount is always said: without it PayPal gives back whatever is left, which is more than was asked for when our balance
   * is stale. `custom_id` is how a refund of ours is found again.
   */
  async send(call, request) {
    const opened = await openSession(call);
    if ('outcome' in opened) return opened.outcome;
    const body = {
      amount: moneyOf(request.amountMinor, request.currency),
      custom_id: call.idempotencyKey,
      note_to_payer: wireReason(request.reason, noteRule),
    };
    const headers = { 'paypal-request-id': call.idempotencyKey, prefer: 'return=representation' };
    const result = await opened.session.post(paths.refund(request.gatewayTid), body, headers);
    if (result.kind === 'never_sent') return result;
    if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
    if (result.status !== 200 && result.status !== 201) return refusalOf(call, result);
    const refund = readRefund(result.text);
    const isOurs = refund && (refund.custom_id ?? call.idempotencyKey) === call.idempotencyKey;
    return (isOurs && stateOf(request, refund)) || notOurs;
  },

  /** Looks for our `custom_id` among the refunds of the capture's order. */
  async inquire(call, request, sentAt) {
    const opened = await openSession(call);
    if ('outcome' in opened) return { kind: 'unknown', why: 'no access token' };
    const fetched = await fetchCapture(opened.session, request.gatewayTid);
    if (fetched.kind === 'not_found') return { kind: 'unknown', why: 'PayPal does not know the payment' };
    if (fetched.kind === 'unknown') return fetched;
    const repeatIsSafe = idIsKept(call, sentAt);
    if (fetched.refunds === null) {
      return repeatIsSafe ? { kind: 'ask_by_repeating' } : { kind: 'unknown', why: 'the capture names no order' };
    }
    const [refund, another] = fetched.refunds.filter(({ custom_id }) => custom_id === call.idempotencyKey);
    if (!refund) return { kind: 'not_done', repeatIsSafe };
    const state = another ? undefined : stateOf(request, refund);
    if (!state) return { kind: 'unknown', why: 'the refunds under our id are not the one that was asked for' };
    return state.kind === 'confirmed' ? ({ ...state, kind: 'done' } satisfies Inquiry) : state;
  },
};

function idIsKept(call: GatewayCall, sentAt: Date): boolean {
  return call.now.getTime() - sentAt.getTime() < idLifeMs;
}
