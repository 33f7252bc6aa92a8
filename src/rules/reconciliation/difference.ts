import type { Words } from '../../platform/language/text.ts';
import type { Booked } from './books.ts';

/**
 * - `only_there`, `only_here`: one book has it and the other does not.
 * - `amount`, `state`, `at`: both have it, and differently. `at`: on another day.
 * - `not_comparable`: the gateway could not say.
 */
type DifferenceKind = 'only_there' | 'only_here' | 'amount' | 'state' | 'at' | 'not_comparable';

/** Where the two books differ. Amounts are in whole units of the currency. */
export interface Difference {
  readonly kind: DifferenceKind;
  readonly type: 'payment' | 'cancellation';
  readonly imp_uid: string | null;
  readonly transaction_id: string | null;
  readonly here: Words | null;
  readonly there: Words | null;
  /** What a person may want to know or do. */
  readonly note: Words | null;
}

/** Our operations on a payment that a person can end: the likeliest reason of a difference, by the payment's id. */
export function doubtsByPayment(payments: readonly Booked[]): ReadonlyMap<string | null, readonly string[]> {
  return new Map(
    payments.map(({ imp_uid, open }) => [
      imp_uid,
      open.filter(({ state }) => state === 'in_doubt' || state === 'accepted').map((each) => each.cancellation_id),
    ]),
  );
}
