import { readTime } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { OperationAt } from '../../../port/operations.ts';
import { failureOf } from '../wire/errors.ts';
import { kakaoPaths } from '../wire/paths.ts';
import { type KakaoAction, readCancel } from '../wire/wire.ts';
import { balanceOf, fetchOrder } from './lookup.ts';
import { cancelFields, send } from './requests.ts';

export const cancel: OperationAt<'cancel'> = {
  async send(call, request) {
    const result = await send(call, kakaoPaths.cancel, cancelFields(call, request));
    if (result.kind === 'never_sent') return result;
    if (result.kind !== 'answered' || result.status !== 200) return failureOf(call, result);
    const cancelled = cancelledOf(call, request, result.text);
    return cancelled
      ? { kind: 'confirmed', result: cancelled }
      : { kind: 'unclear', why: 'the answer is not the one to this request' };
  },

  /**
   * Reads the order's actions: a cancellation of ours has our key as its `payload`, so that neither an earlier one nor one
   * from the partner site can be taken for it.
   */
  async inquire(call, request) {
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
  },
};

/** Only an answer that is ours in every part, and leaves what this cancellation alone must leave, is a confirmation. */
function cancelledOf(call: GatewayCall, request: Cancel, text: string): Cancelled | undefined {
  const answer = readCancel(text);
  const cancelledAt = readTime(answer?.canceled_at ?? '');
  if (!answer || !cancelledAt) return undefined;
  const leftMinor = request.balanceBeforeMinor - request.amountMinor;
  const isOurs =
    answer.tid === request.gatewayTid &&
    answer.cid === call.channel.mid &&
    answer.partner_order_id === request.orderId &&
    !request.earlierTids.includes(answer.aid) &&
    BigInt(answer.approved_cancel_amount.total) === request.amountMinor &&
    BigInt(answer.cancel_available_amount.total) === leftMinor &&
    (answer.status === 'CANCEL_PAYMENT') === (leftMinor === 0n);
  return isOurs
    ? { gatewayTid: answer.aid, amountMinor: request.amountMinor, cancelledAt, receiptUrl: null }
    : undefined;
}

function isOfAmount(action: KakaoAction, request: Cancel, balanceMinor: bigint | undefined): boolean {
  return typeof action.amount === 'number'
    ? BigInt(action.amount) === request.amountMinor
    : balanceMinor === request.balanceBeforeMinor - request.amountMinor;
}
