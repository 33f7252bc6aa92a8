import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { OperationAt } from '../../../port/operations.ts';
import type { Outcome, RefusalCategory } from '../../../port/outcome.ts';
import { notOurs } from '../../answers/decided-answer.ts';
import { outcomeOfRefusal } from '../../answers/refused-repeat.ts';
import { chargedMinor } from '../wire/charge.ts';
import { brickErrorOf } from '../wire/errors.ts';
import { fetchCharge, statusOf, whyUnfinished } from './lookup.ts';
import { sendRefund } from './requests.ts';

export const cancel: OperationAt<'cancel'> = {
  async send(call, request) {
    const category = ruleAgainst(request);
    if (category) {
      return { kind: 'refused', code: 'FULL_REFUND_ONLY', message: 'A charge is refunded as a whole only.', category };
    }
    const read = await sendRefund(call, request.gatewayTid);
    if ('outcome' in read) return read.outcome;
    if ('error' in read) return refusalOf(call, read.error);
    const { charge } = read;
    const isOurs =
      charge.id === request.gatewayTid && chargedMinor(charge, request.currency) === request.paymentAmountMinor;
    if (!isOurs) return notOurs;
    // Nothing public says that a refund of Brick's ends later: one that does not say that it is done is a doubt.
    if (!charge.refunded) return { kind: 'unclear', why: 'the charge is not refunded' };
    return { kind: 'confirmed', result: cancelledOf(request, call.isRepeat ? call.startedAt : call.now) };
  },

  /**
   * `refunded` is all that is told: somebody else's refund, made in Paymentwall's console, looks alike, and gave the buyer the
   * same money. A second refund of the whole is refused (3201), so that the repeat is safe.
   */
  async inquire(call, request, sentAt) {
    if (ruleAgainst(request)) return { kind: 'not_done', repeatIsSafe: false };
    const fetched = await fetchCharge(call, request);
    if (fetched.kind === 'not_found') return { kind: 'unknown', why: 'Paymentwall does not know the charge' };
    if (fetched.kind === 'unknown') return fetched;
    if (fetched.amountMinor !== request.paymentAmountMinor) {
      return { kind: 'unknown', why: 'Paymentwall has the charge with another amount' };
    }
    switch (statusOf(fetched.charge)) {
      case 'cancelled':
        return { kind: 'done', result: cancelledOf(request, sentAt) };
      case 'paid':
        return { kind: 'not_done', repeatIsSafe: true };
      default:
        return { kind: 'unknown', why: whyUnfinished(fetched.charge) };
    }
  },
};

/**
 * A refund has no amount: sent for a part, it would give back the whole. It is refused here, before anything is sent, with a code
 * that is none of Paymentwall's.
 */
function ruleAgainst({ amountMinor, balanceBeforeMinor, paymentAmountMinor }: Cancel): RefusalCategory | undefined {
  if (amountMinor > balanceBeforeMinor) return 'over_balance';
  return amountMinor === paymentAmountMinor ? undefined : 'partial_not_supported';
}

/** A refund has neither an id nor a time of its own. */
function cancelledOf({ gatewayTid, amountMinor }: Cancel, cancelledAt: Date): Cancelled {
  return { gatewayTid, amountMinor, cancelledAt, receiptUrl: null };
}

/**
 * "You can't refund this" gives no reason, and one may be that the first request did: of a repeat it proves no more than "already
 * refunded" does. The inquiry settles both.
 */
function refusalOf(
  call: GatewayCall,
  { code, message }: { readonly code: string; readonly message: string },
): Outcome<never> {
  const category = brickErrorOf(code)?.category ?? 'other';
  return category === 'in_doubt' || (call.isRepeat && category === 'other')
    ? { kind: 'unclear', why: `Paymentwall answered ${code}`, code, message }
    : outcomeOfRefusal(call, { code, message, category });
}
