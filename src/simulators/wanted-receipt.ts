import type { Book } from './book.ts';
import type { BookPayment } from './payments.ts';
import {
  type BookReceipt,
  type BookReceiptRevocation,
  insertReceipt,
  maskIdentifier,
  receiptOfPayment,
  recordReceiptRevocation,
} from './receipts.ts';

// The cash receipt that a buyer asks for with a payment: the gateway issues it by itself when the money is there, and
// takes it back by itself with each cancel.

/** A gateway's numbers of a receipt that it issues, or of what it takes back of one. */
export type ReceiptNumbers = (
  mid: string,
  at: { readonly book: Book; readonly now: Date },
) => { readonly tid: string; readonly approvalNumber: string };

/** For the `detail` of a payment: until its money is there, this is all that says that a receipt is wanted. */
export function wantedReceipt(identifier: string | null): { readonly wantedReceipt?: string } {
  return identifier ? { wantedReceipt: maskIdentifier(identifier) } : {};
}

/** `undefined`: none is wanted. */
export function issueWantedReceipt(
  payment: BookPayment,
  { book, now }: { readonly book: Book; readonly now: Date },
  numbersOf: ReceiptNumbers,
): BookReceipt | undefined {
  const identifier = payment.detail.wantedReceipt;
  if (typeof identifier !== 'string') return undefined;
  const { tid, approvalNumber } = numbersOf(payment.mid, { book, now });
  return insertReceipt(book, {
    receiptTid: tid,
    mid: payment.mid,
    orderId: payment.orderId,
    paymentTid: payment.tid,
    orderName: payment.orderName,
    type: 'person',
    identifier,
    amountMinor: payment.amountMinor,
    taxFreeMinor: payment.taxFreeMinor,
    approvalNumber,
    issuedAt: now,
  });
}

/** Takes what a cancel takes off the receipt that was issued with the payment. `undefined`: there is none, or less is left. */
export function revokeReceiptWith(
  payment: BookPayment,
  { amountMinor, taxFreeMinor }: { readonly amountMinor: bigint; readonly taxFreeMinor: bigint },
  { book, now }: { readonly book: Book; readonly now: Date },
  numbersOf: ReceiptNumbers,
): BookReceiptRevocation | undefined {
  const receipt = receiptOfPayment(book, payment.tid);
  if (!receipt || receipt.balanceMinor < amountMinor) return undefined;
  const { tid, approvalNumber } = numbersOf(payment.mid, { book, now });
  return recordReceiptRevocation(book, {
    receiptTid: receipt.receiptTid,
    revocationTid: tid,
    amountMinor,
    taxFreeMinor,
    approvalNumber,
    now,
  });
}
