import { type Text, text } from '../../platform/language/text.ts';
import type { Booked, ListedTransaction } from './books.ts';
import { noteOnOpen } from './compare-payment.ts';
import type { Difference } from './difference.ts';

/** `from` and `until` in seconds since 1970; `until` is no longer part of the day. */
export interface DayOf {
  readonly from: number;
  readonly until: number;
}

interface OurEntry {
  readonly type: 'payment' | 'cancellation';
  readonly transactionId: string;
  readonly amount: number;
  readonly at: number;
  readonly payment: Booked;
}

/**
 * What differs between our book and a list of the gateway's of one day. `payments` should hold the days around it, too:
 * what both books have, but on different days, is then told as such. Pure.
 */
export function compareTransactions(
  payments: readonly Booked[],
  theirs: readonly ListedTransaction[],
  day: DayOf,
): readonly Difference[] {
  const inDay = (at: number): boolean => at >= day.from && at < day.until;
  const byOrder = new Map(
    payments.flatMap((each) => [[each.merchant_uid, each] as const, [each.imp_uid, each] as const]),
  );
  const left = new Set(payments.flatMap(entriesOf));
  const byId = new Map([...left].map((entry) => [`${entry.type} ${entry.transactionId}`, entry]));
  const differences: Difference[] = [];
  for (const their of theirs.filter(({ at }) => inDay(at))) {
    const known = byId.get(`${their.type} ${their.transaction_id}`);
    const ours = known && left.has(known) ? known : sameWithoutId(left, their);
    const payment = ours?.payment ?? byOrder.get(their.order_id);
    const about = { type: their.type, imp_uid: payment?.imp_uid ?? null, transaction_id: their.transaction_id };
    if (!ours) {
      const note = payment ? noteOnOpen(payment) : noPayment(their.order_id);
      differences.push({ ...about, kind: 'only_there', here: null, there: amountText(their), note });
      continue;
    }
    left.delete(ours);
    if (ours.amount !== their.amount) {
      const amounts = { here: String(ours.amount), there: String(their.amount) };
      differences.push({ ...about, kind: 'amount', ...amounts, note: null });
    }
    if (!inDay(ours.at)) {
      const times = { here: timeText(ours.at), there: timeText(their.at) };
      differences.push({ ...about, kind: 'at', ...times, note: otherDay });
    }
  }
  for (const { type, transactionId, amount, at, payment } of left) {
    if (!inDay(at)) continue;
    const about = { type, imp_uid: payment.imp_uid, transaction_id: transactionId };
    differences.push({ ...about, kind: 'only_here', here: `${amount} ${payment.currency}`, there: null, note: null });
  }
  return differences;
}

const otherDay = text('the other book has it on another day', '두 장부의 날짜가 다릅니다');

function noPayment(order: string): Text {
  return text(`no payment here has the order ${order}`, `여기에는 주문 ${order}의 결제가 없습니다`);
}

function entriesOf(payment: Booked): readonly OurEntry[] {
  const cancellations = payment.cancellations.map(({ pg_tid, amount, cancelled_at }) => ({
    type: 'cancellation' as const,
    transactionId: pg_tid,
    amount,
    at: cancelled_at,
    payment,
  }));
  if (payment.paid_at === 0) return cancellations;
  const { amount, paid_at: at, pg_tid } = payment;
  return [{ type: 'payment', transactionId: pg_tid ?? '', amount, at, payment }, ...cancellations];
}

/** A person may have settled it without the gateway's id; then the order and the amount say which it is. */
function sameWithoutId(left: ReadonlySet<OurEntry>, their: ListedTransaction): OurEntry | undefined {
  for (const entry of left) {
    const isOfOrder = [entry.payment.imp_uid, entry.payment.merchant_uid].includes(their.order_id);
    const isAlike = entry.type === their.type && (entry.type === 'payment' || entry.amount === their.amount);
    if (isOfOrder && isAlike) return entry;
  }
  return undefined;
}

function amountText({ amount, currency }: ListedTransaction): string {
  return `${amount} ${currency}`;
}

function timeText(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString();
}
