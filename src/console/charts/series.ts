import type { PaymentStatisticsAnswer, RefundStatisticsAnswer } from '../../api/views/statistics.ts';

export type PaymentEntry = PaymentStatisticsAnswer['list'][number];
export type RefundEntry = RefundStatisticsAnswer['list'][number];

/** Of one time, or of one gateway. */
export interface Sums {
  readonly begun: number;
  readonly paid: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly paidAmount: number;
  readonly returnedAmount: number;
  readonly refunds: number;
  readonly refused: number;
  readonly doubts: number;
  readonly paidOut: number;
  readonly paidOutSeconds: number;
  readonly longestSeconds: number;
}

const nothing: Sums = {
  begun: 0,
  paid: 0,
  failed: 0,
  cancelled: 0,
  paidAmount: 0,
  returnedAmount: 0,
  refunds: 0,
  refused: 0,
  doubts: 0,
  paidOut: 0,
  paidOutSeconds: 0,
  longestSeconds: 0,
};

/** What the two statistics say of each of `keys`, under the key that an entry has. */
export function sumsBy<Key>(
  keys: readonly Key[],
  payments: readonly PaymentEntry[],
  refunds: readonly RefundEntry[],
  keyOf: (entry: PaymentEntry | RefundEntry) => Key,
): ReadonlyMap<Key, Sums> {
  const sums = new Map(keys.map((key) => [key, nothing]));
  for (const entry of payments) {
    const before = sums.get(keyOf(entry)) ?? nothing;
    sums.set(keyOf(entry), {
      ...before,
      begun: before.begun + entry.begun,
      paid: before.paid + entry.paid,
      failed: before.failed + entry.failed,
      cancelled: before.cancelled + entry.cancelled,
      paidAmount: before.paidAmount + entry.paid_amount,
      returnedAmount: before.returnedAmount + entry.cancelled_amount,
    });
  }
  for (const entry of refunds) {
    const before = sums.get(keyOf(entry)) ?? nothing;
    const paidOut = before.paidOut + entry.paid_out;
    sums.set(keyOf(entry), {
      ...before,
      refunds: before.refunds + entry.refunds,
      refused: before.refused + entry.refused,
      doubts: before.doubts + entry.doubts,
      paidOut,
      // An average of averages, each weighed by how many it stands for.
      paidOutSeconds:
        paidOut === 0
          ? 0
          : (before.paidOutSeconds * before.paidOut + entry.paid_out_seconds * entry.paid_out) / paidOut,
      longestSeconds: Math.max(before.longestSeconds, entry.paid_out_longest),
    });
  }
  return sums;
}

const hour = 3_600;
const seoulOffset = 9 * hour;

/** Every hour, or day of Seoul, of a period: those in which nothing happened are none of the server's answer, and belong to the picture. */
export function stepsOf(from: number, to: number, by: 'hour' | 'day'): readonly number[] {
  const length = by === 'hour' ? hour : 24 * hour;
  const first = Math.floor((from + seoulOffset) / length) * length - seoulOffset;
  const count = Math.max(1, Math.ceil((to - first) / length));
  return Array.from({ length: count }, (_, place) => first + place * length);
}
