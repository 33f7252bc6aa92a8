import type { BookBillingKey } from '../../../simulators/billing-keys.ts';
import type { Book } from '../../../simulators/book.ts';
import { escrowOf } from '../../../simulators/escrow.ts';
import { type BookPayment, type BookStatus, cancelsOf } from '../../../simulators/payments.ts';
import { type BookReceipt, revocationsOf } from '../../../simulators/receipts.ts';
import type { BillingKeyState, DoneAnswer, PaymentState, ReceiptState } from '../wire/protocol.ts';

/** What was carried out: on a payment or on a receipt, and the id of the cancel or revocation if it was one. */
export type Carried =
  | { readonly payment: BookPayment; readonly entryId: string | null }
  | { readonly receipt: BookReceipt; readonly entryId: string | null }
  | { readonly billingKey: BookBillingKey; readonly entryId: null };

export function doneAnswer(book: Book, carried: Carried): DoneAnswer {
  return {
    resultCode: '0000',
    entryId: carried.entryId,
    payment: 'payment' in carried ? paymentState(book, carried.payment) : null,
    receipt: 'receipt' in carried ? receiptState(book, carried.receipt) : null,
    billingKey: 'billingKey' in carried ? billingKeyState(carried.billingKey) : null,
  };
}

export function billingKeyState({ key, orderId, card, issuedAt, removedAt }: BookBillingKey): BillingKeyState {
  const { maskedNumber, code, name } = card;
  return {
    billingKey: key,
    orderId,
    maskedNumber,
    code,
    name,
    issuedAt: seconds(issuedAt),
    removedAt: secondsOrNull(removedAt),
  };
}

const states: Readonly<Record<BookStatus, PaymentState['state']>> = {
  waiting_for_deposit: 'waiting',
  paid: 'paid',
  partially_cancelled: 'partially_cancelled',
  cancelled: 'cancelled',
  revoked: 'revoked',
  expired: 'expired',
};

export function paymentState(book: Book, payment: BookPayment): PaymentState {
  return {
    orderId: payment.orderId,
    transactionId: payment.tid,
    payMethod: payment.payMethod,
    state: states[payment.status],
    amount: Number(payment.amountMinor),
    balance: Number(payment.balanceMinor),
    requestedAt: seconds(payment.requestedAt),
    dueAt: secondsOrNull(payment.dueAt),
    paidAt: secondsOrNull(payment.paidAt),
    revokedAt: secondsOrNull(payment.revokedAt),
    revocationId: payment.revocationTid,
    approvalNumber: payment.approvalNumber,
    receiptUrl: payment.receiptUrl,
    card: payment.card,
    bankCode: payment.bankCode,
    accountNumber: payment.accountNumber,
    accountHolder: payment.accountHolder,
    barcode: payment.barcode,
    depositorName: payment.depositorName,
    cancels: cancelsOf(book, payment.tid).map((cancel) => ({
      cancelId: cancel.cancelTid,
      amount: Number(cancel.amountMinor),
      balanceAfter: Number(cancel.balanceAfterMinor),
      state: cancel.state,
      failureCode: cancel.failureCode,
      cancelledAt: seconds(cancel.cancelledAt),
    })),
    shipping: shippingState(book, payment),
  };
}

function shippingState(book: Book, payment: BookPayment): PaymentState['shipping'] {
  const escrow = escrowOf(book, payment.mid, payment.orderId);
  if (!escrow?.status || !escrow.company || !escrow.invoice || !escrow.sentAt || !escrow.registeredAt) return null;
  const { status, company, invoice, sentAt, registeredAt } = escrow;
  return { status, company, invoice, sentAt: seconds(sentAt), registeredAt: seconds(registeredAt) };
}

export function receiptState(book: Book, receipt: BookReceipt): ReceiptState {
  return {
    receiptId: receipt.receiptTid,
    receiptOrderId: receipt.orderId,
    approvalNumber: receipt.approvalNumber,
    amount: Number(receipt.amountMinor),
    balance: Number(receipt.balanceMinor),
    issuedAt: seconds(receipt.issuedAt),
    revocations: revocationsOf(book, receipt.receiptTid).map((revocation) => ({
      revocationId: revocation.revocationTid,
      amount: Number(revocation.amountMinor),
      balanceAfter: Number(revocation.balanceAfterMinor),
      revokedAt: seconds(revocation.revokedAt),
    })),
  };
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

function secondsOrNull(time: Date | null): number | null {
  return time && seconds(time);
}
