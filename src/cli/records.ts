/** The parts of the API's answers that the commands read; docs: `/docs` of the server. Amounts are in whole currency units. */
export interface PaymentRecord {
  readonly imp_uid: string;
  readonly merchant_uid: string;
  readonly status: string;
  readonly pay_method: string;
  readonly pg_provider: string;
  readonly pg_id: string;
  readonly pg_tid: string | null;
  readonly currency: string;
  readonly amount: number;
  readonly cancel_amount: number;
  readonly cancel_history: readonly {
    readonly pg_tid: string;
    readonly amount: number;
    readonly cancelled_at: number;
    readonly reason: string;
    readonly cancellation_id: string;
  }[];
  readonly name: string | null;
  readonly buyer_name: string | null;
  readonly fail_reason: string | null;
  readonly started_at: number;
  readonly paid_at: number;
  readonly cancelled_at: number;
}

export interface CancellationRecord {
  readonly cancellation_id: string;
  readonly kind: string;
  readonly state: string;
  readonly imp_uid: string;
  readonly merchant_uid: string;
  readonly pg_provider: string;
  readonly currency: string;
  readonly amount: number;
  readonly tax_free: number;
  readonly vat_amount: number;
  readonly reason: string;
  readonly pg_tid: string | null;
  readonly gateway_code: string | null;
  readonly gateway_message: string | null;
  readonly requested_at: number;
  readonly sent_at: number;
  readonly ended_at: number;
  readonly inquiries: number;
  readonly next_inquiry_at: number;
}

export interface CancellationDetail extends CancellationRecord {
  readonly history: readonly {
    readonly from: string;
    readonly to: string;
    readonly at: number;
    readonly by: string;
    readonly why: string;
  }[];
}
