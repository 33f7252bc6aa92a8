/** A row of `receipts`: of a payment's, or of cash that was taken elsewhere. Amounts are in the currency's minor unit. */
export type ReceiptRow = PaymentReceipt | ExternalReceipt;

interface ReceiptColumns {
  readonly id: bigint;
  readonly merchant_id: bigint;
  readonly state: 'requested' | 'issued' | 'failed' | 'revoked';
  readonly type: 'person' | 'company';
  readonly identifier_type: 'person' | 'business' | 'phone' | 'taxcard' | null;
  readonly currency: string;
  readonly amount_minor: bigint;
  readonly tax_free_minor: bigint;
  readonly vat_minor: bigint;
  readonly revoked_minor: bigint;
  readonly receipt_tid: string | null;
  readonly apply_num: string | null;
  readonly receipt_url: string | null;
  readonly applied_at: Date | null;
  readonly cancelled_at: Date | null;
  readonly created_at: Date;
}

export interface PaymentReceipt extends ReceiptColumns {
  readonly payment_id: bigint;
}

/** Of money that never went through a gateway: it is known by the merchant's own number of the order. */
export interface ExternalReceipt extends ReceiptColumns {
  readonly payment_id: null;
  readonly channel_id: bigint;
  readonly merchant_uid: string;
  /** Its id at the gateway: an order may have several receipts, one after another. */
  readonly order_id: string;
  readonly order_name: string;
  readonly turn_of: string | null;
}

/** The id that a payment's receipt has at the gateway: a payment may have several receipts, one after another. */
export function receiptOrderIdOf(receipt: Pick<ReceiptRow, 'id'>, impUid: string): string {
  return `${impUid}-r${receipt.id}`;
}

/** The gateway's ids of what was taken off the receipt `r` before. */
export const earlierRevocationsSql = `array(
      select o.gateway_tid from operations o
      where o.merchant_id = r.merchant_id and o.receipt_id = r.id and o.kind = 'revoke_receipt' and o.state = 'confirmed' and o.gateway_tid is not null
      order by o.id)`;
