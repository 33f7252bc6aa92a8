// What a test gets to see of the API's answers. held-to-the-api.ts holds it equal to what the API says of them.

/** A payment as the API shows it; every field of `GET /payments/{imp_uid}` is there. Amounts are in the currency's major unit. */
export interface PaymentAnswer {
  readonly imp_uid: string;
  readonly merchant_uid: string;
  readonly status: string;
  readonly amount: number;
  readonly cancel_amount: number;
  readonly [field: string]: unknown;
}

/** A gateway's own book of this merchant. The server's book has no part in it. */
export interface Book {
  readonly transactions: readonly BookTransaction[];
  readonly receipts: readonly BookReceipt[];
  readonly certifications: readonly BookCertification[];
  readonly escrows: readonly BookEscrow[];
  readonly billing_keys: readonly BookBillingKey[];
}

/** A card that is registered at a gateway; the key itself is not shown. */
export interface BookBillingKey {
  /** How the gateway knows it: by an order, or (Toss Payments) by its `customer_id`. */
  readonly reference: string;
  readonly card_number: string;
  readonly is_removed: boolean;
}

export interface BookTransaction {
  readonly imp_uid: string;
  readonly pg_tid: string;
  readonly amount: number;
  readonly cancelled_amount: number;
  readonly status: string;
  /** `at` is in seconds since 1970. */
  readonly cancels: readonly { readonly id: string; readonly amount: number; readonly at: number }[];
}

export interface BookReceipt {
  readonly receipt_tid: string;
  readonly imp_uid: string;
  readonly amount: number;
  readonly balance: number;
  readonly status: string;
}

export interface BookCertification {
  readonly imp_uid: string;
  readonly pg_tid: string;
  /** Wrong codes. */
  readonly tries: number;
  readonly is_certified: boolean;
}

export interface BookEscrow {
  readonly imp_uid: string;
  /** Null: nothing was sent yet. */
  readonly status: string | null;
  readonly company: string | null;
  readonly invoice: string | null;
  readonly denied_reason: string | null;
}

export interface ClockAnswer {
  /** Seconds since 1970. */
  readonly now: number;
  readonly now_in_seoul: string;
  /** false: it runs with real time. */
  readonly held: boolean;
}

export interface ClockMoved extends ClockAnswer {
  /** What fell due on the way, in its order; the first thousand. */
  readonly happened: readonly Happening[];
  readonly happened_count: number;
}

export interface Happening {
  readonly at: number;
  /** `vbank_expired`, `barcode_expired`, `refund_paid_out`, `cancel_window_closed`, `schedule_run`, `webhook_repeated` or `access_token_expired`. */
  readonly kind: string;
  readonly imp_uid: string | null;
  readonly pg_provider: string | null;
  readonly amount: number | null;
}

export interface SeededPayment {
  readonly imp_key: string;
  readonly merchant_uid: string;
  readonly imp_uid: string;
  readonly status: string;
  readonly changed: boolean;
}
