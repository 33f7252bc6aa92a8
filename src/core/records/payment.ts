import type { PayMethod } from '../../port/payment.ts';
import { columnsOf } from './columns.ts';

/** A row of `payments`. Amounts are in the currency's minor unit. */
export interface Payment {
  readonly id: bigint;
  readonly imp_uid: string;
  readonly merchant_id: bigint;
  readonly channel_id: bigint;
  readonly merchant_uid: string;
  readonly provider: string;
  readonly mid: string;
  readonly sandbox: boolean;
  readonly pay_method: PayMethod;
  readonly channel: 'pc' | 'mobile' | 'api';
  readonly status: PaymentStatus;
  readonly claims_order: boolean;
  readonly currency: string;
  readonly amount_minor: bigint;
  readonly tax_free_minor: bigint;
  readonly vat_minor: bigint;
  readonly cancelled_minor: bigint;
  readonly reserved_minor: bigint;
  readonly cancelled_tax_free_minor: bigint;
  readonly reserved_tax_free_minor: bigint;
  readonly cancelled_vat_minor: bigint;
  readonly reserved_vat_minor: bigint;
  readonly escrow: boolean;
  readonly turn_of: string | null;
  readonly cancel_history: readonly CancelHistoryEntry[];
  readonly deposit_history: readonly DepositHistoryEntry[];
  readonly pg_tid: string | null;
  readonly apply_num: string | null;
  readonly receipt_url: string | null;
  readonly card_code: string | null;
  readonly card_name: string | null;
  readonly card_issuer_code: string | null;
  readonly card_issuer_name: string | null;
  readonly card_number: string | null;
  readonly card_quota: number;
  readonly card_type: number | null;
  readonly bank_code: string | null;
  readonly bank_name: string | null;
  readonly vbank_code: string | null;
  readonly vbank_name: string | null;
  readonly vbank_num: string | null;
  readonly vbank_holder: string | null;
  readonly vbank_due_at: Date | null;
  readonly vbank_issued_at: Date | null;
  readonly barcode: string | null;
  readonly barcode_expires_at: Date | null;
  readonly cash_receipt_issued: boolean;
  readonly name: string | null;
  readonly buyer_name: string | null;
  readonly buyer_email: string | null;
  readonly buyer_tel: string | null;
  readonly buyer_addr: string | null;
  readonly buyer_postcode: string | null;
  readonly custom_data: string | null;
  /** What pays within the gateway. */
  readonly emb_pg_provider: string | null;
  readonly customer_uid: string | null;
  readonly customer_uid_usage: 'issue' | 'payment' | 'payment.scheduled' | null;
  readonly user_agent: string | null;
  readonly fail_reason: string | null;
  readonly cancel_reason: string | null;
  readonly started_at: Date;
  readonly paid_at: Date | null;
  readonly failed_at: Date | null;
  readonly cancelled_at: Date | null;
  readonly updated_at: Date;
}

/** All of them, those that single statements ask for by name as well; for statements with a name. */
export const paymentColumns = columnsOf<Payment & Record<'confirm_url' | 'notice_secret' | 'notice_urls', unknown>>({
  confirm_url: true,
  notice_secret: true,
  notice_urls: true,
  id: true,
  imp_uid: true,
  merchant_id: true,
  channel_id: true,
  merchant_uid: true,
  provider: true,
  mid: true,
  sandbox: true,
  pay_method: true,
  channel: true,
  status: true,
  claims_order: true,
  currency: true,
  amount_minor: true,
  tax_free_minor: true,
  vat_minor: true,
  cancelled_minor: true,
  reserved_minor: true,
  cancelled_tax_free_minor: true,
  reserved_tax_free_minor: true,
  cancelled_vat_minor: true,
  reserved_vat_minor: true,
  escrow: true,
  turn_of: true,
  cancel_history: true,
  deposit_history: true,
  pg_tid: true,
  apply_num: true,
  receipt_url: true,
  card_code: true,
  card_name: true,
  card_issuer_code: true,
  card_issuer_name: true,
  card_number: true,
  card_quota: true,
  card_type: true,
  bank_code: true,
  bank_name: true,
  vbank_code: true,
  vbank_name: true,
  vbank_num: true,
  vbank_holder: true,
  vbank_due_at: true,
  vbank_issued_at: true,
  barcode: true,
  barcode_expires_at: true,
  cash_receipt_issued: true,
  name: true,
  buyer_name: true,
  buyer_email: true,
  buyer_tel: true,
  buyer_addr: true,
  buyer_postcode: true,
  custom_data: true,
  emb_pg_provider: true,
  customer_uid: true,
  customer_uid_usage: true,
  user_agent: true,
  fail_reason: true,
  cancel_reason: true,
  started_at: true,
  paid_at: true,
  failed_at: true,
  cancelled_at: true,
  updated_at: true,
});

export const paymentStatuses = ['ready', 'paid', 'cancelled', 'failed'] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

/** One cancellation that is confirmed, or accepted and shown at once. `cancelled_at` is in seconds since 1970, as the API shows it. */
export interface CancelHistoryEntry {
  readonly pg_tid: string;
  readonly amount_minor: number;
  readonly cancelled_at: number;
  readonly reason: string;
  readonly receipt_url: string | null;
  readonly cancellation_id: string;
}

export interface DepositHistoryEntry {
  readonly pg_tid: string;
  readonly amount_minor: number;
  readonly depositor_name: string | null;
  readonly deposited_at: number;
}

/** What can still be cancelled: neither cancelled nor reserved. */
export function cancellableMinor(payment: Payment): bigint {
  return payment.amount_minor - payment.cancelled_minor - payment.reserved_minor;
}

/** The id that a payment has at its gateway's: unique, and of characters that every gateway takes. */
export function orderIdOf(payment: Pick<Payment, 'imp_uid'>): string {
  return payment.imp_uid;
}

/**
 * What a payment becomes when its virtual account or barcode is revoked. For virtual accounts this is what the real server
 * does; for barcodes it is inferred, since no public answer of the real server was found.
 */
export const afterRevocation = Object.freeze({
  status: 'failed',
  failReason: { vbank: '계좌말소', cvs: '수납번호말소' },
} as const);
