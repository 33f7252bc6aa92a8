/** How a payment stands, in the words of both books. */
export type BookedState = 'waiting_for_deposit' | 'paid' | 'partially_cancelled' | 'cancelled' | 'expired' | 'failed';

/** Amounts here are in the currency's own units, times in seconds since 1970; 0 where it has not happened. */
export interface BookedCancellation {
  readonly pg_tid: string;
  readonly amount: number;
  readonly cancelled_at: number;
}

/** What the gateway's lookup says of a payment. */
export interface LookedUp {
  readonly answer: 'found' | 'not_found' | 'unknown';
  readonly why: string | null;
  readonly state: BookedState | null;
  readonly amount: number | null;
  readonly balance: number | null;
  readonly pg_tid: string | null;
  readonly paid_at: number;
  /** `null`: the gateway tells the balance only. */
  readonly cancellations: readonly BookedCancellation[] | null;
}

/** A payment as our book has it, with what is not settled here yet, and what the gateway says of it. */
export interface Booked {
  readonly imp_uid: string;
  readonly merchant_uid: string;
  readonly pg_tid: string | null;
  readonly currency: string;
  readonly state: BookedState;
  readonly amount: number;
  readonly cancelled: number;
  readonly paid_at: number;
  readonly cancellations: readonly BookedCancellation[];
  readonly open: readonly {
    readonly cancellation_id: string;
    readonly kind: string;
    readonly state: string;
    readonly amount: number;
  }[];
  /** `null`: it was not looked up. */
  readonly gateway: LookedUp | null;
}

/** One line of the gateway's: listed by it, or read from its settlement file. */
export interface ListedTransaction {
  readonly type: 'payment' | 'cancellation';
  readonly transaction_id: string;
  readonly order_id: string;
  readonly currency: string;
  readonly amount: number;
  readonly at: number;
}
