import type { ShippedProduct } from '../../port/escrow.ts';
import type { GatewayOperation } from '../../port/operations.ts';
import type { RefusalCategory } from '../../port/outcome.ts';
import type { Buyer } from '../../port/payment.ts';
import type { ProductOrderRefund, ProductOrderRefundWay } from '../../port/product-order-refund.ts';
import type { CustomerColumns } from './billing-key.ts';
import { columnsOf } from './columns.ts';
import type { OperationState } from './operation-states.ts';

/** A row of `operations`. Amounts are in the currency's minor unit of the payment. */
export interface Operation {
  readonly id: string;
  readonly merchant_id: bigint;
  readonly channel_id: bigint;
  /** What it is about: exactly one of the subjects is named (`subject.ts`). */
  readonly payment_id: bigint | null;
  readonly receipt_id: bigint | null;
  readonly billing_key_id: bigint | null;
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
  /** When the gateway took it, if it did not finish it at once. */
  readonly accepted_at: Date | null;
  /** The book has had it since then. */
  readonly shown_at_once: boolean;
  readonly inquiries: number;
  readonly next_inquiry_at: Date;
}

/** Those that the code reads, for statements with a name. */
export const operationColumns = columnsOf<Operation>({
  id: true,
  merchant_id: true,
  channel_id: true,
  payment_id: true,
  receipt_id: true,
  billing_key_id: true,
  kind: true,
  state: true,
  amount_minor: true,
  tax_free_minor: true,
  vat_minor: true,
  balance_before_minor: true,
  earlier_tids: true,
  reason: true,
  details: true,
  secrets: true,
  idempotency_id: true,
  gateway_tid: true,
  gateway_code: true,
  gateway_message: true,
  gateway_category: true,
  receipt_url: true,
  requested_at: true,
  sent_at: true,
  ended_at: true,
  accepted_at: true,
  shown_at_once: true,
  inquiries: true,
  next_inquiry_at: true,
});

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
  readonly vbank_num?: string;
  readonly product_type?: 'real' | 'digital';
  /** The buyer has taken the goods, and the merchant wants to cancel all the same. */
  readonly escrow_confirmed?: boolean;
  /** Of a cancellation of an escrow payment: were its goods on their way? */
  readonly escrow?: 'unshipped' | 'shipped';
  /** Of a registration of shipping: what is not about persons. */
  readonly shipping?: ShippingDetails;
  /** Of a refund at a gateway that keeps the orders: what it is for. `gateway`: the gateway has refunded it by itself. */
  readonly product_order?: Omit<ProductOrderRefund, 'by'> & { readonly by: ProductOrderRefundWay | 'gateway' };
  /** Of a key that is issued: whose card it is, and the mask of what was typed. */
  readonly customer?: CustomerColumns;
  readonly customer_id?: string;
  /** Of a key that is issued in a window: its name, and its row. */
  readonly customer_uid?: string;
  readonly billing_key_id?: string;
  readonly card_number?: string;
  /** Of a key that is issued with a payment: the payment, which then names the key. */
  readonly issued_with?: string;
  /** Of a key that is taken back: which of those that its name has had. */
  readonly key_generation?: number;
  /** Of a charge that only shows whether a key can be charged: it is given back at once. */
  readonly checks_key?: CheckedKey;
  /** Of a cancellation that gives back what such a charge has taken. */
  readonly gives_back_check?: true;
  /** Of a cancellation that is a row of a bulk refund: which, as `id/row`. */
  readonly bulk_refund_row?: string;
  /** It was done before, and our book had lost it: from where a person knew of it. The gateway's look-up has said what it was. */
  readonly adopted?: { readonly source: string };
  /** Of a receipt: whose it is, where that is not the payment's buyer. */
  readonly buyer?: Partial<Buyer>;
}

/** The key as it was when its check was reserved: if it has changed since, the check's end is not about it any more. */
export interface CheckedKey {
  readonly generation: number;
  /** It was registered for the request that checks it, and is not kept if the check is refused. */
  readonly is_new: boolean;
  /** What it has replaced and is then again: columns of `billing_keys`, in PostgreSQL's JSON. The key itself is a secret. */
  readonly earlier: Readonly<Record<string, unknown>> | null;
}

export interface ShippingDetails {
  readonly is_change: boolean;
  readonly company: string;
  readonly invoice: string;
  /** Seconds since 1970. */
  readonly sent_at: number;
  readonly receiving_day: string | null;
  readonly sends_email: boolean;
  /** The name of the webhook, where i'mport tells of it. */
  readonly announced_as: string | null;
  readonly products: readonly (Omit<ShippedProduct, 'amountMinor'> & { readonly amount_minor: number })[];
}

/** The four kinds that take something back: what the API calls a cancellation. */
export const cancellationKinds = ['cancel', 'revoke_vbank', 'revoke_barcode', 'revoke_receipt'] as const;
export type CancellationKind = (typeof cancellationKinds)[number];
