/** The shapes that the comparison works on, as the API hands them out. Amounts in whole units, times in seconds since 1970. */

export type MoneyState = 'waiting_for_deposit' | 'paid' | 'partially_cancelled' | 'cancelled' | 'expired' | 'failed';

export interface ComparedPayment {
  readonly imp_uid: string;
  readonly merchant_uid: string;
  readonly pg_tid: string | null;
  readonly currency: string;
  readonly state: MoneyState;
  readonly amount: number;
  /** Neither cancelled nor reserved by an open cancellation counts as left. */
  readonly cancelled: number;
  readonly paid_at: number;
  readonly cancellations: readonly ComparedCancellation[];
  readonly open: readonly { readonly cancellation_id: string; readonly state: string; readonly amount: number }[];
  /** `null`: it was not looked up. */
  readonly gateway: ComparedLookup | null;
}

export interface ComparedCancellation {
  readonly pg_tid: string;
  readonly amount: number;
  readonly cancelled_at: number;
}

export interface ComparedLookup {
  readonly answer: 'found' | 'not_found' | 'unknown';
  readonly why: string | null;
  readonly state: MoneyState | null;
  readonly amount: number | null;
  readonly balance: number | null;
  readonly pg_tid: string | null;
  readonly paid_at: number;
  /** `null`: the gateway tells the balance only. */
  readonly cancellations: readonly ComparedCancellation[] | null;
}

/** One line of the gateway's: listed by it, or read from its settlement file. */
export interface TheirTransaction {
  readonly type: 'payment' | 'cancellation';
  readonly transaction_id: string;
  readonly order_id: string;
  readonly currency: string;
  readonly amount: number;
  readonly at: number;
}

/**
 * - `only_there`, `only_here`: one book has it and the other does not.
 * - `amount`, `state`, `at`: both have it, and differently. `at`: on another day.
 * - `not_comparable`: the gateway could not say.
 */
export type DifferenceKind = 'only_there' | 'only_here' | 'amount' | 'state' | 'at' | 'not_comparable';

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
