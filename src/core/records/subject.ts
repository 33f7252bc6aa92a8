import type { Payment } from './payment.ts';
import type { ReceiptRow } from './receipt.ts';

/**
 * What an operation is about. The row of an operation names exactly one subject, and the database holds that (the check
 * `operations_name_one_subject`). An operation takes the turn of its subject: that of a payment, or of the payment that a
 * cash receipt belongs to, since a receipt follows its payment and nothing may come between them.
 *
 * A new subject is a member here, a column in that check, and a line in `operations/context.ts` that reads it.
 */
export type Subject = PaymentSubject | ReceiptSubject;

export interface PaymentSubject {
  readonly type: 'payment';
  readonly payment: Payment;
}

export interface ReceiptSubject {
  readonly type: 'receipt';
  readonly receipt: ReceiptRow;
  readonly payment: Payment;
}

/** The rows that operations take turns on. */
export type TurnRow = Payment;

export function turnRowOf(subject: Subject): TurnRow {
  return subject.payment;
}

/** The payment that is meant, or belongs to what is meant. */
export function paymentOf(subject: Subject): Payment {
  return subject.payment;
}

export function receiptOf(subject: Subject): ReceiptRow {
  if (subject.type !== 'receipt') throw new Error(`an operation on a receipt is about a ${subject.type}`);
  return subject.receipt;
}
