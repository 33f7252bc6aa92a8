import type { Cancelled } from '../../../port/cancel.ts';
import type { OperationAt } from '../../../port/operations.ts';
import { methodCodeOf } from '../wire/codes.ts';
import { cancelledOf, outcomeOf } from './answers.ts';
import { isCurrency, wrongCurrency } from './currency.ts';
import { fetchPayment } from './lookup.ts';
import { cancelPacket, isRefundToAccount, send } from './requests.ts';

const dayMs = 24 * 3600_000;
/** A refund to an account is sent within three to five days (chapter 18). */
const payoutMs = 5 * dayMs;
/** A number of ours is taken once, and so is an ordinal; after this, a request that the book does not show is given up. */
const repeatableMs = dayMs;
const refundRepeatableMs = payoutMs + dayMs;

export const cancel: OperationAt<'cancel'> = {
  async send(call, request) {
    const method = methodCodeOf(request.payMethod);
    if (!method) return { kind: 'never_sent', why: `Hecto has no pay method ${request.payMethod}` };
    if (!isCurrency(request.currency, request.payMethod)) return wrongCurrency;
    if (request.payMethod === 'vbank' && request.refundAccount === null) {
      return { kind: 'never_sent', why: 'a deposited account can not be refunded without an account to refund to' };
    }
    const packet = cancelPacket(call, request, method);
    const outcome = outcomeOf(call, packet, await send(call, packet), (answer) => cancelledOf(call, request, answer));
    // The refund is only taken; the money is sent to the account days later (chapter 18).
    const isTaken = outcome.kind === 'confirmed' && isRefundToAccount(request, call.startedAt);
    return isTaken ? { kind: 'accepted', result: outcome.result } : outcome;
  },

  /**
   * Done when the sum of all cancellations has grown by ours and by nothing else. A refund to an account is taken off the
   * balance when it is taken, and has been paid out when Hecto says "refunded", or when its longest time has passed.
   */
  async inquire(call, request) {
    const found = await fetchPayment(call, request);
    if (found.kind === 'not_found') return { kind: 'unknown', why: 'Hecto does not know the payment' };
    if (found.kind === 'unknown') return found;
    if (found.state === 'waiting' || found.state === 'failed') {
      return { kind: 'unknown', why: 'Hecto does not have the payment as paid' };
    }
    const sinceMs = call.now.getTime() - call.startedAt.getTime();
    const isRefund = isRefundToAccount(request, call.startedAt);
    const balanceMinor = found.amountMinor - found.cancelledMinor;
    if (balanceMinor === request.balanceBeforeMinor) {
      return { kind: 'not_done', repeatIsSafe: sinceMs < (isRefund ? refundRepeatableMs : repeatableMs) };
    }
    if (balanceMinor !== request.balanceBeforeMinor - request.amountMinor) {
      return { kind: 'unknown', why: 'the balance at Hecto is neither the one before nor the one after' };
    }
    const result: Cancelled = {
      gatewayTid: request.gatewayTid,
      amountMinor: request.amountMinor,
      cancelledAt: call.startedAt,
      receiptUrl: null,
    };
    const isPaidOut = !isRefund || found.state === 'cancelled' || sinceMs >= payoutMs;
    return { kind: isPaidOut ? 'done' : 'accepted', result };
  },
};
