import { amountText } from '../../platform/money/currency.ts';
import type { Cancelled } from '../../port/cancel.ts';
import type { GatewayPayment } from '../../port/lookup.ts';
import type { PayMethod } from '../../port/payment.ts';
import type { AdoptionRefusal } from '../../rules/reconciliation/adoption-refusals.ts';
import { matchCancellations } from '../../rules/reconciliation/match-cancellations.ts';
import type { Payment } from '../records/payment.ts';
import type { BookedPayment } from './our-book.ts';

/** A line of the gateway's list or settlement file: it names what to ask for, and is believed only as far as the look-up agrees. */
export interface AdoptionLine {
  readonly type: 'payment' | 'cancellation';
  readonly transactionId: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly at: Date;
}

/** What is named of one order at the gateway. */
export interface AdoptionOrder {
  /** The order at the gateway, which is our `imp_uid`. */
  readonly orderId: string;
  readonly lines: readonly AdoptionLine[];
  /** What no gateway knows of a payment that our book has lost. */
  readonly merchantUid: string | undefined;
  readonly payMethod: PayMethod | undefined;
  /** `main`, or the code of a sub-store. */
  readonly store: string | undefined;
}

/** What our book lacks of a payment. */
export interface Lacking {
  /** That it was paid at all. */
  readonly payment: boolean;
  readonly cancels: readonly Cancelled[];
}

export type AdoptionPlan =
  | ({ readonly kind: 'lacking' } & Lacking)
  | { readonly kind: 'already_here' }
  | RefusedAdoption;

export interface RefusedAdoption {
  readonly kind: 'refused';
  readonly code: AdoptionRefusal;
  readonly about: string;
}

export function refused(code: AdoptionRefusal, about = ''): RefusedAdoption {
  return { kind: 'refused', code, about };
}

/** What has not ended here may be just what the gateway has more. */
export function blockOf({ payment, open }: BookedPayment): RefusedAdoption | undefined {
  if (open.length === 0 && payment.turn_of === null && payment.reserved_minor === 0n) return undefined;
  return refused('blocked', open.map(({ id }) => id).join(', ') || (payment.turn_of ?? payment.imp_uid));
}

/** What of a payment in our book, on which nothing is open, is only in the gateway's. Either all of it is adopted, or nothing. Pure. */
export function planOfKnown(payment: Payment, found: GatewayPayment, lines: readonly AdoptionLine[]): AdoptionPlan {
  const { currency } = payment;
  const text = (minor: bigint): string => amountText(minor, currency);
  if (found.amountMinor !== payment.amount_minor) {
    return refused('amount_differs', `${text(payment.amount_minor)} / ${text(found.amountMinor)}`);
  }
  if (payment.status === 'failed') return refused('failed_here');
  if (!wasPaid(found)) {
    // Nobody has paid it here either.
    return payment.status === 'ready' ? { kind: 'already_here' } : refused('not_paid_there', found.status);
  }
  const ours = payment.cancel_history.map((entry) => ({ pg_tid: entry.pg_tid, amount: BigInt(entry.amount_minor) }));
  return planOf(payment.status === 'ready', ours, found, linesIn(currency, lines), text);
}

/** The same of a payment that our book does not have at all. Pure. */
export function planOfUnknown(paid: AdoptionLine, found: GatewayPayment, lines: readonly AdoptionLine[]): AdoptionPlan {
  const text = (minor: bigint): string => amountText(minor, paid.currency);
  if (!wasPaid(found)) return refused('not_paid_there', found.status);
  if (found.amountMinor !== paid.amountMinor) {
    return refused('amount_differs', `${text(paid.amountMinor)} / ${text(found.amountMinor)}`);
  }
  return planOf(true, [], found, linesIn(paid.currency, lines), text);
}

function wasPaid({ status }: GatewayPayment): boolean {
  return status === 'paid' || status === 'partially_cancelled' || status === 'cancelled';
}

function planOf(
  payment: boolean,
  ours: readonly { readonly pg_tid: string; readonly amount: bigint }[],
  found: GatewayPayment,
  lines: readonly AdoptionLine[],
  text: (minor: bigint) => string,
): AdoptionPlan {
  if (payment && found.paidAt === null) return refused('not_told', 'when it was paid');
  const goneThere = found.amountMinor - found.balanceMinor;
  const goneHere = sum(ours);
  if (found.cancels === null && goneThere === goneHere) return planWith(payment, []);
  const theirs = (found.cancels ?? cancelsIn(lines)).map((cancel) => {
    return { pg_tid: cancel.gatewayTid, amount: cancel.amountMinor, cancel };
  });
  const { unequal, onlyHere, onlyThere } = matchCancellations(ours, theirs);
  // Lines of one day are not all that there is: only what the gateway itself lists can contradict us.
  const [wrong] = found.cancels === null ? [] : [...unequal.map((pair) => pair.ours), ...onlyHere];
  if (wrong) return refused('contradiction', wrong.pg_tid || text(wrong.amount));
  const goneAfter = goneHere + sum(onlyThere);
  if (goneAfter === goneThere) {
    return planWith(
      payment,
      onlyThere.map(({ cancel }) => cancel),
    );
  }
  const amounts = `${text(goneAfter)} / ${text(goneThere)}`;
  if (found.cancels !== null) return refused('balance_differs', amounts);
  if (onlyThere.length > 0 || goneThere < goneHere) return refused('lines_differ', amounts);
  return refused('lines_missing', text(goneThere - goneHere));
}

function linesIn(currency: string, lines: readonly AdoptionLine[]): readonly AdoptionLine[] {
  return lines.filter((line) => line.currency === currency);
}

function planWith(payment: boolean, cancels: readonly Cancelled[]): AdoptionPlan {
  return payment || cancels.length > 0 ? { kind: 'lacking', payment, cancels } : { kind: 'already_here' };
}

/** Of a gateway that tells the balance only: the look-up says how much was given back, the lines by which ids and when. */
function cancelsIn(lines: readonly AdoptionLine[]): readonly Cancelled[] {
  return lines
    .filter(({ type }) => type === 'cancellation')
    .map(({ transactionId: gatewayTid, amountMinor, at: cancelledAt }) => {
      return { gatewayTid, amountMinor, cancelledAt, receiptUrl: null };
    });
}

function sum(list: readonly { readonly amount: bigint }[]): bigint {
  return list.reduce((all, { amount }) => all + amount, 0n);
}
