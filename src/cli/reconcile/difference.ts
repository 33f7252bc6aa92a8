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
  readonly here: string | null;
  readonly there: string | null;
  /** What a person may want to know or do. */
  readonly note: string | null;
}
