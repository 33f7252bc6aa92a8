import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { Inquiry } from '../../../port/operations.ts';
import type { IniapiAnswer } from './answers.ts';
import { isFullRefund, leavesNothing } from './cancels.ts';
import { fetchPayment } from './lookup.ts';

/**
 * Asks INICIS what became of a cancel whose answer was lost. INICIS takes no key, and its inquiry names a state rather than an
 * amount, so that much can't be proven; what that leaves open is in the capabilities (`undecidable`).
 *
 * - CANCEL: nothing is left. A cancel of all that was left has reached its end; one of a part has met somebody else's.
 * - APPROVAL: nothing has been cancelled. Ours was not carried out, unless we know of earlier ones: then something is wrong.
 * - PART_CANCEL: something is cancelled and something left. It proves nothing about ours; where it was to leave nothing, a
 *   repeat tells, because INICIS never gives back more than was paid.
 */
export async function inquireCancel(call: GatewayCall, request: Cancel, sentAt: Date): Promise<Inquiry<Cancelled>> {
  const found = await fetchPayment(call, request);
  if (found.kind === 'not_found') return { kind: 'unknown', why: 'INICIS does not know the payment' };
  if (found.kind === 'unknown') return found;
  const { answer } = found;
  const wasWhole = request.balanceBeforeMinor === request.paymentAmountMinor;
  const status = answer.text('transactionStatus');
  switch (status) {
    case 'CANCEL':
      if (!leavesNothing(request)) break;
      return {
        kind: 'done',
        result: {
          gatewayTid: request.gatewayTid,
          amountMinor: request.amountMinor,
          cancelledAt: answer.time('cancelDate', 'cancelTime') ?? sentAt,
          receiptUrl: null,
        },
      };
    case 'APPROVAL':
      if (!wasWhole) break;
      // INICIS refuses a second full cancel of the same payment (500626). A partial one has no such guard.
      return { kind: 'not_done', repeatIsSafe: isFullRefund(request) };
    case 'PART_CANCEL': {
      const proven = provenByList(answer, request);
      if (proven) return proven;
      if (leavesNothing(request) && !wasWhole) return { kind: 'ask_by_repeating' };
      break;
    }
    default:
      // A newer manual has words of its own for refunds of virtual accounts.
      if (leavesNothing(request)) return { kind: 'ask_by_repeating' };
  }
  return { kind: 'unknown', why: `the payment is ${status}, which does not prove anything about this cancellation` };
}

/**
 * Some answers also have the balance and the list of partial cancels (`availablePartCancelPrice`, `partCancelTransInfo`);
 * one public client reads them, and no document at hand has them. They are believed only when they add up to the payment.
 */
function provenByList(answer: IniapiAnswer, request: Cancel): Inquiry<Cancelled> | undefined {
  const balance = answer.amount('availablePartCancelPrice');
  const entries = answer.list('partCancelTransInfo');
  if (balance === undefined || !entries) return undefined;
  const cancels = entries.map(entryOf);
  const listed = cancels.filter((entry) => entry !== undefined);
  const sum = listed.reduce((total, entry) => total + entry.amountMinor, 0n);
  const tids = new Set(listed.map(({ gatewayTid }) => gatewayTid));
  const addsUp = listed.length > 0 && listed.length === cancels.length && tids.size === listed.length;
  if (!addsUp || balance + sum !== request.paymentAmountMinor) return undefined;
  const fresh = listed.filter(({ gatewayTid }) => !request.earlierTids.includes(gatewayTid));
  const [ours, ...others] = fresh;
  if (!ours) {
    return balance === request.balanceBeforeMinor ? { kind: 'not_done', repeatIsSafe: false } : undefined;
  }
  const fits = ours.amountMinor === request.amountMinor && balance === request.balanceBeforeMinor - request.amountMinor;
  return fits && others.length === 0 ? { kind: 'done', result: ours } : undefined;
}

function entryOf(entry: IniapiAnswer): Cancelled | undefined {
  const gatewayTid = entry.text('tid');
  const amountMinor = entry.amount('requestPrice');
  const cancelledAt = entry.time('requestDate', 'requestTime');
  if (gatewayTid === '' || !amountMinor || !cancelledAt) return undefined;
  return { gatewayTid, amountMinor, cancelledAt, receiptUrl: null };
}
