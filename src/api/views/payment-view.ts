import { Type } from 'typebox';
import type { Payment } from '../../core/records/payment.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { amountNumber } from '../../platform/money/currency.ts';

const text = Type.Union([Type.String(), Type.Null()]);
const unixTime = Type.Integer({ description: 'Seconds since 1970; 0 when it has not happened.' });

const CancelHistoryView = Type.Object({
  pg_tid: Type.String(),
  amount: Type.Number(),
  cancelled_at: unixTime,
  reason: Type.String(),
  receipt_url: text,
  cancellation_id: Type.String(),
});

const DepositHistoryView = Type.Object({
  pg_tid: Type.String(),
  amount: Type.Number(),
  depositor_name: text,
  deposited_at: unixTime,
});

/** A payment as every operation answers it: each field present, in alphabetical order, as the real server sends it. */
export const PaymentView = Type.Object({
  amount: Type.Number(),
  apply_num: text,
  bank_code: text,
  bank_name: text,
  buyer_addr: text,
  buyer_email: text,
  buyer_name: text,
  buyer_postcode: text,
  buyer_tel: text,
  cancel_amount: Type.Number({ description: 'All that has been cancelled so far.' }),
  cancel_history: Type.Array(CancelHistoryView, { description: 'Oldest first.' }),
  cancel_reason: text,
  cancel_receipt_urls: Type.Array(text),
  cancelled_at: unixTime,
  card_code: text,
  card_issuer_code: text,
  card_issuer_name: text,
  card_name: text,
  card_number: text,
  card_publisher_code: text,
  card_publisher_name: text,
  card_quota: Type.Integer(),
  card_type: Type.Union([Type.Integer(), Type.Null()]),
  cash_receipt_issued: Type.Boolean(),
  channel: Type.String(),
  currency: Type.String(),
  custom_data: text,
  customer_uid: text,
  customer_uid_usage: text,
  deposit_history: Type.Array(DepositHistoryView),
  emb_pg_provider: text,
  escrow: Type.Boolean(),
  fail_reason: text,
  failed_at: unixTime,
  imp_uid: Type.String(),
  merchant_uid: Type.String(),
  name: text,
  paid_at: unixTime,
  pay_method: Type.String(),
  pg_id: Type.String(),
  pg_provider: Type.String(),
  pg_tid: text,
  promotion: Type.Null(),
  receipt_url: text,
  sandbox: Type.Boolean(),
  started_at: unixTime,
  status: Type.String({ description: '`cancelled` from the first partial cancellation on.' }),
  user_agent: text,
  vbank_code: text,
  vbank_date: unixTime,
  vbank_holder: text,
  vbank_issued_at: unixTime,
  vbank_name: text,
  vbank_num: text,
});

export type PaymentAnswer = ReturnType<typeof viewPayment>;

/**
 * Public sources do not show where the real server puts the number of a convenience-store barcode. Payments have no field
 * of that name, so it stands where a virtual account's number stands, and its expiry where the due date stands (inferred).
 */
export function viewPayment(payment: Payment) {
  const { currency } = payment;
  const history = payment.cancel_history.map((entry) => ({
    pg_tid: entry.pg_tid,
    amount: amountNumber(BigInt(entry.amount_minor), currency),
    cancelled_at: entry.cancelled_at,
    reason: entry.reason,
    receipt_url: entry.receipt_url,
    cancellation_id: entry.cancellation_id,
  }));
  return {
    amount: amountNumber(payment.amount_minor, currency),
    apply_num: payment.apply_num,
    bank_code: payment.bank_code,
    bank_name: payment.bank_name,
    buyer_addr: payment.buyer_addr,
    buyer_email: payment.buyer_email,
    buyer_name: payment.buyer_name,
    buyer_postcode: payment.buyer_postcode,
    buyer_tel: payment.buyer_tel,
    cancel_amount: amountNumber(payment.cancelled_minor, currency),
    cancel_history: history,
    cancel_reason: payment.cancel_reason,
    cancel_receipt_urls: history.map((entry) => entry.receipt_url),
    cancelled_at: unixSeconds(payment.cancelled_at),
    card_code: payment.card_code,
    card_issuer_code: payment.card_issuer_code,
    card_issuer_name: payment.card_issuer_name,
    card_name: payment.card_name,
    card_number: payment.card_number,
    card_publisher_code: payment.card_code,
    card_publisher_name: payment.card_name,
    card_quota: payment.card_quota,
    card_type: payment.card_type,
    cash_receipt_issued: payment.cash_receipt_issued,
    channel: payment.channel,
    currency,
    custom_data: payment.custom_data,
    customer_uid: null,
    customer_uid_usage: null,
    deposit_history: payment.deposit_history.map((entry) => ({
      pg_tid: entry.pg_tid,
      amount: amountNumber(BigInt(entry.amount_minor), currency),
      depositor_name: entry.depositor_name,
      deposited_at: entry.deposited_at,
    })),
    emb_pg_provider: null,
    escrow: false,
    fail_reason: payment.fail_reason,
    failed_at: unixSeconds(payment.failed_at),
    imp_uid: payment.imp_uid,
    merchant_uid: payment.merchant_uid,
    name: payment.name,
    paid_at: unixSeconds(payment.paid_at),
    pay_method: payment.pay_method,
    pg_id: payment.mid,
    pg_provider: payment.provider,
    pg_tid: payment.pg_tid,
    promotion: null,
    receipt_url: payment.receipt_url,
    sandbox: payment.sandbox,
    started_at: unixSeconds(payment.started_at),
    status: payment.status,
    user_agent: payment.user_agent,
    vbank_code: payment.vbank_code,
    vbank_date: unixSeconds(payment.vbank_due_at ?? payment.barcode_expires_at),
    vbank_holder: payment.vbank_holder,
    vbank_issued_at: unixSeconds(payment.vbank_issued_at),
    vbank_name: payment.vbank_name,
    vbank_num: payment.vbank_num ?? payment.barcode,
  };
}
