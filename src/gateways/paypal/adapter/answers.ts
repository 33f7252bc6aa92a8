import { readTime } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { outcomeOfRefusal } from '../../answers/refused-repeat.ts';
import { categoryOf } from '../wire/errors.ts';
import { minorOf } from '../wire/money.ts';
import { type PaypalRefund, readError } from '../wire/wire.ts';

type Answered = Extract<GatewayHttpResult, { kind: 'answered' }>;

/** What an HTTP answer that is no success says. 409 is a request of the same id that is still under way. */
export function refusalOf(call: Pick<GatewayCall, 'isRepeat'>, { status, text }: Answered): Outcome<never> {
  const error = readError(text);
  if (!error) return { kind: 'unclear', why: `HTTP ${status} without a readable answer` };
  const { issue: code, message } = error;
  if (status < 400 || status >= 500 || [408, 409, 425, 429].includes(status)) {
    return { kind: 'unclear', why: `HTTP ${status} ${code}`, code, message };
  }
  return outcomeOfRefusal(call, { code, message, category: categoryOf(code, status) });
}

/** `undefined`: the amount or the time can't be read. */
export function cancelledOf(refund: PaypalRefund, currency: string): Cancelled | undefined {
  const amountMinor = minorOf(refund.amount, currency);
  const cancelledAt = readTime(refund.create_time ?? '');
  if (amountMinor === undefined || !cancelledAt) return undefined;
  return { gatewayTid: refund.id, amountMinor, cancelledAt, receiptUrl: null };
}

/** What became of a refund of ours; `undefined`: it is not the one that was asked for, or is in no state that is known. */
export function stateOf(
  request: Cancel,
  refund: PaypalRefund,
): Extract<Outcome<Cancelled>, { kind: 'confirmed' | 'accepted' | 'refused' }> | undefined {
  const result = cancelledOf(refund, request.currency);
  if (result?.amountMinor !== request.amountMinor || request.earlierTids.includes(refund.id)) return undefined;
  switch (refund.status) {
    case 'COMPLETED':
      return { kind: 'confirmed', result };
    case 'PENDING':
      return { kind: 'accepted', result };
    case 'FAILED':
    case 'CANCELLED': {
      const { status: code } = refund;
      const message = refund.status_details?.reason ?? code;
      return { kind: 'refused', code, message, category: 'other' };
    }
    default:
      return undefined;
  }
}
