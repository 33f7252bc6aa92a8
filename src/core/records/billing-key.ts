import type { Encryption } from '../../platform/encryption/encryption.ts';
import type { BillingKey } from '../../port/billing-key.ts';
import type { PayMethod } from '../../port/payment.ts';
import { encryptedColumns, placeIn } from './encrypted-columns.ts';
import type { Payment } from './payment.ts';

/** A row of `billing_keys`. One per merchant and `customer_uid`; it has a key exactly while `gateway_key` is not null. */
export interface BillingKeyRow {
  readonly id: bigint;
  readonly merchant_id: bigint;
  readonly customer_uid: string;
  readonly channel_id: bigint;
  readonly provider: string;
  readonly mid: string;
  readonly sandbox: boolean;
  readonly pay_method: PayMethod;
  readonly gateway_key: Buffer | null;
  readonly generation: number;
  readonly customer_id: string | null;
  readonly card_code: string | null;
  readonly card_name: string | null;
  readonly card_issuer_code: string | null;
  readonly card_issuer_name: string | null;
  readonly card_number: string | null;
  readonly card_type: number | null;
  readonly customer_name: string | null;
  readonly customer_tel: string | null;
  readonly customer_email: string | null;
  readonly customer_addr: string | null;
  readonly customer_postcode: string | null;
  readonly turn_of: string | null;
  readonly made_at: Date;
  readonly inserted_at: Date | null;
  readonly updated_at: Date | null;
  readonly deleted_at: Date | null;
}

/** What the merchant tells of whose card it is. */
export type CustomerColumns = Pick<
  BillingKeyRow,
  'customer_name' | 'customer_tel' | 'customer_email' | 'customer_addr' | 'customer_postcode'
>;

/** The buyer of a payment as the one whose card it is. */
export function customerOf(buyer: Partial<Payment>): CustomerColumns {
  return {
    customer_name: buyer.buyer_name ?? null,
    customer_tel: buyer.buyer_tel ?? null,
    customer_email: buyer.buyer_email ?? null,
    customer_addr: buyer.buyer_addr ?? null,
    customer_postcode: buyer.buyer_postcode ?? null,
  };
}

type KeyPlace = Pick<BillingKeyRow, 'merchant_id' | 'id'>;

export function encryptBillingKey(encryption: Encryption, row: KeyPlace, billingKey: BillingKey): Buffer {
  return encryption.encrypt(JSON.stringify(billingKey), placeIn(encryptedColumns.billingKey, row));
}

/** `encrypted`: the row's `gateway_key`. */
export function decryptBillingKey(encryption: Encryption, row: KeyPlace, encrypted: Buffer): BillingKey {
  return JSON.parse(encryption.decrypt(encrypted, placeIn(encryptedColumns.billingKey, row))) as BillingKey;
}
