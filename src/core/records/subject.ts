import type { BillingKeyRow } from './billing-key.ts';
import type { Payment } from './payment.ts';
import { type ExternalReceipt, type PaymentReceipt, type ReceiptRow, receiptOrderIdOf } from './receipt.ts';

/**
 * What an operation is about. The row of an operation names exactly one subject, and the database holds that (the check
 * `operations_name_one_subject`). An operation takes the turn of its subject: that of a payment, of the payment that a
 * cash receipt belongs to, since a receipt follows its payment and nothing may come between them, or of a billing key. A payment
 * made by a billing key is about the payment. A receipt for cash that was taken elsewhere has no payment, and turns of its own.
 *
 * A new subject is a member here, a column in that check, and a line in `operations/context.ts` that reads it.
 */
export type Subject = PaymentSubject | ReceiptSubject | ExternalReceiptSubject | BillingKeySubject;

export interface PaymentSubject {
  readonly type: 'payment';
  readonly payment: Payment;
}

export interface ReceiptSubject {
  readonly type: 'receipt';
  readonly receipt: PaymentReceipt;
  readonly payment: Payment;
}

export interface ExternalReceiptSubject {
  readonly type: 'external_receipt';
  readonly receipt: ExternalReceipt;
}

export interface BillingKeySubject {
  readonly type: 'billing_key';
  readonly billingKey: BillingKeyRow;
}

/** The rows that operations take turns on. */
export type TurnRow = Payment | ExternalReceipt | BillingKeyRow;

/** The table that a turn is taken in: ids are unique within one table only. */
export type TurnTable = 'payments' | 'receipts' | 'billing_keys';

export function turnRowOf(subject: Subject): TurnRow {
  switch (subject.type) {
    case 'billing_key':
      return subject.billingKey;
    case 'external_receipt':
      return subject.receipt;
    default:
      return subject.payment;
  }
}

/** The same subject, with what a settlement made of the row whose turn was taken. */
export function withTurnRow(subject: Subject, row: TurnRow): Subject {
  switch (subject.type) {
    case 'billing_key':
      return { ...subject, billingKey: row as BillingKeyRow };
    case 'external_receipt':
      return { ...subject, receipt: row as ExternalReceipt };
    default:
      return { ...subject, payment: row as Payment };
  }
}

/** The payment that is meant, or belongs to what is meant; `undefined`: there is none. */
export function paymentIn(subject: Subject): Payment | undefined {
  return 'payment' in subject ? subject.payment : undefined;
}

/** The payment that is meant, or belongs to what is meant. */
export function paymentOf(subject: Subject): Payment {
  const payment = paymentIn(subject);
  if (!payment) throw new Error(`an operation on a payment is about a ${subject.type}`);
  return payment;
}

export function receiptOf(subject: Subject): ReceiptRow {
  if (!('receipt' in subject)) throw new Error(`an operation on a receipt is about a ${subject.type}`);
  return subject.receipt;
}

export function billingKeyOf(subject: Subject): BillingKeyRow {
  if (subject.type !== 'billing_key') throw new Error(`an operation on a billing key is about a ${subject.type}`);
  return subject.billingKey;
}

/** The id that the subject's receipt has at the gateway. */
export function gatewayOrderOfReceipt(subject: Subject): string {
  if (subject.type === 'external_receipt') return subject.receipt.order_id;
  return receiptOrderIdOf(receiptOf(subject), paymentOf(subject).imp_uid);
}
