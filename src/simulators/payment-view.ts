import { bankName } from '../platform/codes/banks.ts';
import type { GatewayPayment } from '../port/lookup.ts';
import type { Book } from './book.ts';
import { type BookPayment, type BookStatus, cancelsOf } from './payments.ts';

/** A payment of the book in the words of the port; the control protocol shows it in this form. */
export function gatewayPaymentOf(book: Book, payment: BookPayment): GatewayPayment {
  return {
    status: portStatus[payment.status],
    payMethod: payment.payMethod,
    amountMinor: payment.amountMinor,
    balanceMinor: payment.balanceMinor,
    gatewayTid: payment.tid,
    paidAt: payment.paidAt,
    approval: payment.paidAt && {
      gatewayTid: payment.tid,
      approvalNumber: payment.approvalNumber,
      approvedAt: payment.paidAt,
      receiptUrl: payment.receiptUrl,
      card: payment.card,
      bank:
        payment.payMethod === 'trans' && payment.bankCode
          ? { code: payment.bankCode, name: bankName(payment.bankCode) ?? payment.bankCode }
          : null,
    },
    virtualAccount:
      payment.accountNumber && payment.bankCode && payment.dueAt
        ? {
            gatewayTid: payment.tid,
            bankCode: payment.bankCode,
            bankName: bankName(payment.bankCode) ?? payment.bankCode,
            accountNumber: payment.accountNumber,
            holder: payment.accountHolder,
            dueAt: payment.dueAt,
            issuedAt: payment.requestedAt,
            noticeSecret: payment.noticeSecret,
          }
        : null,
    barcode:
      payment.barcode && payment.dueAt
        ? {
            gatewayTid: payment.tid,
            barcode: payment.barcode,
            expiresAt: payment.dueAt,
            issuedAt: payment.requestedAt,
          }
        : null,
    depositorName: payment.depositorName,
    cancels: cancelsOf(book, payment.tid)
      .filter((cancel) => cancel.state !== 'failed')
      .map((cancel) => ({
        gatewayTid: cancel.cancelTid,
        amountMinor: cancel.amountMinor,
        cancelledAt: cancel.cancelledAt,
        receiptUrl: null,
      })),
  };
}

/** The port has no word for a revoked account or barcode: such a payment never came about. */
const portStatus: Readonly<Record<BookStatus, GatewayPayment['status']>> = {
  waiting_for_deposit: 'waiting_for_deposit',
  paid: 'paid',
  partially_cancelled: 'partially_cancelled',
  cancelled: 'cancelled',
  expired: 'expired',
  revoked: 'failed',
};
