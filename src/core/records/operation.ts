import type { GatewayOperation } from '../../port/operations.ts';
import type { RefusalCategory } from '../../port/outcome.ts';
import type { OperationState } from './operation-states.ts';

/** A row of `operations`. Amounts are in the currency's minor unit of the payment. */
export interface Operation {
  readonly id: string;
  readonly merchant_id: bigint;
  readonly channel_id: bigint;
  /** What it is about: exactly one of the subjects is named (`subject.ts`). */
  readonly payment_id: bigint | null;
  readonly receipt_id: bigint | null;
  readonly kind: GatewayOperation;
  readonly state: OperationState;
  readonly amount_minor: bigint;
  readonly tax_free_minor: bigint;
  readonly vat_minor: bigint;
  readonly balance_before_minor: bigint;
  readonly earlier_tids: readonly string[];
  readonly reason: string;
  readonly details: OperationDetails;
  readonly secrets: Buffer | null;
  readonly idempotency_id: bigint | null;
  readonly gateway_tid: string | null;
  readonly gateway_code: string | null;
  readonly gateway_message: string | null;
  readonly gateway_category: RefusalCategory | null;
  readonly receipt_url: string | null;
  readonly requested_at: Date;
  readonly sent_at: Date | null;
  readonly ended_at: Date | null;
  readonly inquiries: number;
  readonly next_inquiry_at: Date;
}

/** What is not secret of the request: kept as it came, for a repeat, for webhooks and for the record. */
export interface OperationDetails {
  readonly enable_webhook?: boolean;
  readonly retain_promotion?: boolean;
  readonly requester?: string;
  /** Whether the gateway is to be given a refund account; the account itself is among the secrets. */
  readonly refund_account_masked?: string;
  readonly refund_bank?: string;
  readonly interest_free_by_merchant?: boolean;
  readonly use_card_point?: boolean;
  readonly vbank_key?: string;
}

/** The four kinds that take something back: what the API calls a cancellation. */
export const cancellationKinds = ['cancel', 'revoke_vbank', 'revoke_barcode', 'revoke_receipt'] as const;
export type CancellationKind = (typeof cancellationKinds)[number];
