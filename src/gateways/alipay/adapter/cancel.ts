import { amountText } from '../../../platform/money/currency.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { Inquiry, OperationAt } from '../../../port/operations.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { wireReason } from '../../../port/texts.ts';
import { outcomeOfRefusal } from '../../answers/refused-repeat.ts';
import { beijingDigits, readBeijingTime } from '../wire/beijing-time.ts';
import { meaningOf } from '../wire/errors.ts';
import { services } from '../wire/protocol.ts';
import type { Fields } from '../wire/sign.ts';
import { reasonRule } from '../wire/text.ts';
import { ask } from './requests.ts';

export const cancel: OperationAt<'cancel'> = {
  /**
   * `out_return_no` is the operation's own key, and a repeat is the same to the letter: Alipay takes it for the same refund. That a
   * request was taken is not yet a refund; what became of it is asked for.
   */
  async send(call, request) {
    const asked = await ask(call, services.refund, {
      out_return_no: call.idempotencyKey,
      out_trade_no: request.orderId,
      return_amount: amountText(request.amountMinor, request.currency),
      currency: request.currency,
      gmt_return: beijingDigits(call.startedAt),
      reason: wireReason(request.reason, reasonRule),
      is_sync: 'Y',
    });
    if ('outcome' in asked) return asked.outcome;
    const { isTaken, error } = asked.answer;
    if (!isTaken) return refusalOf(call, error);
    return { kind: 'accepted', result: cancelledOf(call, request, call.isRepeat ? call.startedAt : call.now) };
  },

  /** By our own id of the refund, which no other refund has. */
  async inquire(call, request, sentAt) {
    const asked = await ask(call, services.refundQuery, {
      out_trade_no: request.orderId,
      out_return_no: call.idempotencyKey,
    });
    if ('outcome' in asked) return { kind: 'unknown', why: asked.outcome.why };
    const { isTaken, error, told } = asked.answer;
    if (!isTaken) return { kind: 'unknown', why: `Alipay answered ${error}` };
    switch (told.response_code) {
      case 'NOT_FOUND':
        return { kind: 'not_done', repeatIsSafe: true };
      case 'SUCCESS':
        return stateOf(call, request, told, sentAt);
      default:
        return { kind: 'unknown', why: `Alipay answered ${(told.response_code ?? 'nothing').slice(0, 40)}` };
    }
  },
};

function cancelledOf(call: GatewayCall, { amountMinor }: Cancel, cancelledAt: Date): Cancelled {
  return { gatewayTid: call.idempotencyKey, amountMinor, cancelledAt, receiptUrl: null };
}

/** `SYSTEM_ERROR` and its like leave open what was done; a repeated refusal proves nothing of the first request. */
function refusalOf(call: GatewayCall, code: string): Outcome<never> {
  const category = meaningOf(code);
  return category === 'in_doubt'
    ? { kind: 'unclear', why: `Alipay answered ${code}`, code, message: code }
    : outcomeOfRefusal(call, { code, message: code, category });
}

/** The ids may be left out of an answer; those that are there must be ours. */
function stateOf(call: GatewayCall, request: Cancel, told: Fields, sentAt: Date): Inquiry<Cancelled> {
  const { out_trade_no = request.orderId, out_return_no = call.idempotencyKey, refund_result_code: state = '' } = told;
  if (out_trade_no !== request.orderId || out_return_no !== call.idempotencyKey) {
    return { kind: 'unknown', why: 'Alipay answered about another refund' };
  }
  const result = cancelledOf(call, request, readBeijingTime(told.gmt_create ?? '') ?? sentAt);
  switch (state) {
    case 'SUCCESS':
      return { kind: 'done', result };
    // With an error code as well, such as that the merchant's balance is not enough yet: it goes on when it is.
    case 'PROCESSING':
      return { kind: 'accepted', result };
    case 'FAILED':
    case 'CANCELED': {
      const code = told.refund_error_code || state;
      const category = meaningOf(code);
      return { kind: 'refused', code, message: code, category: category === 'in_doubt' ? 'other' : category };
    }
    default:
      return { kind: 'unknown', why: `the refund is ${state.slice(0, 40)}` };
  }
}
