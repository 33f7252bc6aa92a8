import { readTime } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { Inquiry, Question } from '../../../port/operations.ts';
import type { KakaoAction } from '../wire/wire.ts';
import { balanceOf, fetchOrder } from './lookup.ts';

/**
 * Reads the order's actions: a cancellation of ours has our key as its `payload`, so that neither an earlier one nor one
 * from the partner site can be taken for it.
 */
export async function inquireKakao(call: GatewayCall, question: Question): Promise<Inquiry> {
  if (question.operation !== 'cancel') return { kind: 'unknown', why: 'Kakao Pay has no such operation' };
  const { request } = question;
  const fetched = await fetchOrder(call, request);
  if (fetched.kind === 'not_found') return { kind: 'unknown', why: 'Kakao Pay does not know the payment' };
  if (fetched.kind === 'unknown') return fetched;
  const { order } = fetched;
  const ours = (order.payment_action_details ?? []).filter(
    ({ payment_action_type, payload }) => payment_action_type === 'CANCEL' && payload === call.idempotencyKey,
  );
  const balanceMinor = balanceOf(order);
  const [action] = ours;
  if (action) {
    const cancelledAt = readTime(action.approved_at);
    if (ours.length > 1 || !cancelledAt || !isOfAmount(action, request, balanceMinor)) {
      return { kind: 'unknown', why: 'the cancellations under our key are not the one that was asked for' };
    }
    const { amountMinor } = request;
    return { kind: 'done', result: { gatewayTid: action.aid, amountMinor, cancelledAt, receiptUrl: null } };
  }
  if (balanceMinor === request.balanceBeforeMinor) {
    // Nothing published says that a wrong cancel_available_amount is refused, so that only what can't be given back
    // twice for want of money may be repeated.
    return { kind: 'not_done', repeatIsSafe: request.amountMinor === request.balanceBeforeMinor };
  }
  return { kind: 'unknown', why: 'the balance has changed, and not by a cancellation under our key' };
}

function isOfAmount(action: KakaoAction, request: Cancel, balanceMinor: bigint | undefined): boolean {
  return typeof action.amount === 'number'
    ? BigInt(action.amount) === request.amountMinor
    : balanceMinor === request.balanceBeforeMinor - request.amountMinor;
}
