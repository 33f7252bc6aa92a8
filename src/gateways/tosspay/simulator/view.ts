import type { Book } from '../../../simulators/book.ts';
import { type BookCancel, type BookPayment, cancelsOf } from '../../../simulators/payments.ts';
import { payTime } from '../wire/time.ts';

export const payMethodOf = (payment: BookPayment) => (payment.payMethod === 'card' ? 'CARD' : 'TOSS_MONEY');

/** The answer to a refund: this one, and what is left. */
export function refundView(payment: BookPayment, cancel: BookCancel): object {
  return {
    refundNo: cancel.detail.refundNo,
    approvalTime: payTime(cancel.cancelledAt),
    refundableAmount: Number(payment.balanceMinor),
    discountedAmount: 0,
    refundedAmount: Number(cancel.amountMinor),
    refundedDiscountAmount: 0,
    refundedPaidAmount: Number(cancel.amountMinor),
    payToken: payment.tid,
    transactionId: cancel.cancelTid,
  };
}

/** The answer to a charge. */
export function chargeView(payment: BookPayment): object {
  return {
    approvalTime: payTime(payment.requestedAt),
    amount: Number(payment.amountMinor),
    discountedAmount: 0,
    paidAmount: Number(payment.amountMinor),
    payMethod: payMethodOf(payment),
    payToken: payment.tid,
    transactionId: payment.detail.transactionId,
  };
}

/** The status of a payment: the payment, and each refund with a negative amount. */
export function statusView(book: Book, payment: BookPayment): object {
  const paidTs = payTime(payment.requestedAt);
  return {
    mode: 'TEST',
    payToken: payment.tid,
    payStatus: payment.status === 'paid' ? 'PAY_COMPLETE' : 'REFUND_SUCCESS',
    orderNo: payment.orderId,
    payMethod: payMethodOf(payment),
    amount: Number(payment.amountMinor),
    discountedAmount: 0,
    paidAmount: Number(payment.amountMinor),
    refundableAmount: Number(payment.balanceMinor),
    amountTaxFree: Number(payment.taxFreeMinor),
    transactions: [
      transactionView('PAY', String(payment.detail.transactionId), payment.amountMinor, paidTs),
      ...cancelsOf(book, payment.tid).map((cancel) =>
        transactionView('REFUND', cancel.cancelTid, -cancel.amountMinor, payTime(cancel.cancelledAt)),
      ),
    ],
    createdTs: paidTs,
    paidTs,
  };
}

function transactionView(stepType: string, transactionId: string, amountMinor: bigint, regTs: string): object {
  const amount = Number(amountMinor);
  return {
    stepType,
    transactionId,
    transactionAmount: amount,
    discountedAmount: 0,
    pointAmount: 0,
    paidAmount: amount,
    regTs,
  };
}
