import { seoulTime } from '../../../platform/clock/seoul-time.ts';
import type { Book } from '../../../simulators/book.ts';
import { type BookCancel, type BookPayment, cancelsOf } from '../../../simulators/payments.ts';
import {
  type BookReceipt,
  type BookReceiptRevocation,
  receiptOfPayment,
  revocationsOf,
} from '../../../simulators/receipts.ts';
import { isTossPayMethod, methodNames, tossCodes } from '../wire/codes.ts';

/** What Toss keeps of a payment besides the common book. */
export interface TossPaymentDetail {
  readonly lastTransactionKey: string;
  readonly card?: {
    readonly issuerCode: string;
    /** Toss masks the ninth to twelfth place and the last one. */
    readonly number: string;
    readonly interestFree: boolean;
  };
  readonly fixedAccount?: boolean;
}

/** Refunds of virtual accounts are paid out two business days later; weekends are the only days off known here. */
export function refundPaidAt(cancelledAt: Date): Date {
  const dayMs = 24 * 3600_000;
  let ms = cancelledAt.getTime();
  for (let businessDays = 0; businessDays < 2; ) {
    ms += dayMs;
    const weekday = new Date(ms + 9 * 3600_000).getUTCDay();
    if (weekday !== 0 && weekday !== 6) businessDays += 1;
  }
  return new Date(ms);
}

/** Toss's Payment object, version 2022-07-27 (the one that i'mport fixes). */
export function paymentView(book: Book, payment: BookPayment, now: Date, url: string): Record<string, unknown> {
  const detail = payment.detail as unknown as TossPaymentDetail;
  const cancels = cancelsOf(book, payment.tid);
  const taxable = payment.balanceMinor - payment.taxFreeBalanceMinor;
  const vat = (taxable + 5n) / 11n;
  const receipt = receiptOfPayment(book, payment.tid);
  const wasPaid = payment.paidAt !== null;
  return {
    version: '2022-07-27',
    mId: payment.mid,
    lastTransactionKey: payment.revocationTid ?? cancels.at(-1)?.cancelTid ?? detail.lastTransactionKey,
    paymentKey: payment.tid,
    orderId: payment.orderId,
    orderName: payment.orderName,
    taxExemptionAmount: 0,
    status: statusView[payment.status],
    requestedAt: seoulTime(payment.requestedAt),
    approvedAt: payment.paidAt && seoulTime(payment.paidAt),
    useEscrow: false,
    cultureExpense: false,
    card: cardView(payment, detail, cancels),
    virtualAccount: virtualAccountView(payment, detail, cancels, now),
    transfer:
      payment.payMethod === 'trans'
        ? { bankCode: tossCodes.bankCode(payment.bankCode ?? '') ?? null, settlementStatus: 'INCOMPLETED' }
        : null,
    mobilePhone:
      payment.payMethod === 'phone'
        ? { customerMobilePhone: '010****0000', settlementStatus: 'INCOMPLETED', receiptUrl: payment.receiptUrl }
        : null,
    giftCertificate: isGiftCertificate(payment.payMethod)
      ? { approveNo: payment.approvalNumber, settlementStatus: 'INCOMPLETED' }
      : null,
    cashReceipt: receipt ? cashReceiptView(receipt, url) : null,
    cashReceipts: receipt
      ? [
          receiptView(receipt, url),
          ...revocationsOf(book, receipt.receiptTid).map((part) => revocationView(receipt, part, url)),
        ]
      : null,
    discount: null,
    cancels:
      payment.status === 'revoked' ? [revokedView(payment)] : cancels.length > 0 ? cancels.map(cancelView) : null,
    secret: payment.noticeSecret,
    type: 'NORMAL',
    easyPay: null,
    country: 'KR',
    failure: null,
    isPartialCancelable: !isGiftCertificate(payment.payMethod),
    receipt: wasPaid ? { url: payment.receiptUrl } : null,
    checkout: { url: `${url}/checkout/${payment.tid}` },
    currency: payment.currency,
    totalAmount: Number(payment.amountMinor),
    balanceAmount: Number(payment.balanceMinor),
    suppliedAmount: Number(taxable - vat),
    vat: Number(vat),
    taxFreeAmount: Number(payment.taxFreeBalanceMinor),
    method: isTossPayMethod(payment.payMethod) ? methodNames[payment.payMethod] : null,
  };
}

const statusView: Readonly<Record<BookPayment['status'], string>> = {
  waiting_for_deposit: 'WAITING_FOR_DEPOSIT',
  paid: 'DONE',
  partially_cancelled: 'PARTIAL_CANCELED',
  cancelled: 'CANCELED',
  revoked: 'CANCELED',
  expired: 'EXPIRED',
};

export function isGiftCertificate(payMethod: string): boolean {
  return ['cultureland', 'booknlife', 'smartculture'].includes(payMethod);
}

function cardView(payment: BookPayment, detail: TossPaymentDetail, cancels: readonly BookCancel[]) {
  if (!payment.card || !detail.card) return null;
  return {
    amount: Number(payment.amountMinor),
    issuerCode: detail.card.issuerCode,
    acquirerCode: detail.card.issuerCode,
    number: detail.card.number,
    installmentPlanMonths: payment.card.installmentMonths,
    approveNo: payment.approvalNumber,
    useCardPoint: false,
    cardType: payment.card.type === 1 ? '체크' : '신용',
    ownerType: '개인',
    acquireStatus: cancels.length === 0 ? 'READY' : payment.balanceMinor === 0n ? 'CANCELED' : 'CANCEL_REQUESTED',
    isInterestFree: detail.card.interestFree,
    interestPayer: detail.card.interestFree ? 'MERCHANT' : null,
  };
}

function virtualAccountView(
  payment: BookPayment,
  detail: TossPaymentDetail,
  cancels: readonly BookCancel[],
  now: Date,
) {
  if (!payment.accountNumber || !payment.dueAt) return null;
  const pending = cancels.some((cancel) => refundPaidAt(cancel.cancelledAt) > now);
  return {
    accountType: detail.fixedAccount ? '고정' : '일반',
    accountNumber: payment.accountNumber,
    bankCode: tossCodes.bankCode(payment.bankCode ?? ''),
    customerName: payment.accountHolder,
    depositorName: payment.depositorName,
    dueDate: seoulTime(payment.dueAt),
    refundStatus: cancels.length === 0 ? 'NONE' : pending ? 'PENDING' : 'COMPLETED',
    expired: payment.status === 'expired',
    settlementStatus: 'INCOMPLETED',
    // Only what a buyer typed into the payment window is shown here, and for half an hour.
    refundReceiveAccount: null,
  };
}

function cancelView(cancel: BookCancel) {
  return {
    transactionKey: cancel.cancelTid,
    cancelReason: cancel.reason,
    taxExemptionAmount: 0,
    canceledAt: seoulTime(cancel.cancelledAt),
    easyPayDiscountAmount: 0,
    receiptKey: cancel.detail.receiptKey ?? null,
    cancelAmount: Number(cancel.amountMinor),
    taxFreeAmount: Number(cancel.taxFreeMinor),
    refundableAmount: Number(cancel.balanceAfterMinor),
    cancelStatus: 'DONE',
    cancelRequestId: null,
  };
}

/** That a revoked account has an entry among the cancellations is inferred from its being cancelled by the same call. */
function revokedView(payment: BookPayment) {
  return {
    transactionKey: payment.revocationTid,
    cancelReason: payment.revocationReason,
    taxExemptionAmount: 0,
    canceledAt: payment.revokedAt && seoulTime(payment.revokedAt),
    easyPayDiscountAmount: 0,
    receiptKey: null,
    cancelAmount: Number(payment.amountMinor),
    taxFreeAmount: Number(payment.taxFreeMinor),
    refundableAmount: 0,
    cancelStatus: 'DONE',
    cancelRequestId: null,
  };
}

const receiptTypes = { person: '소득공제', company: '지출증빙' } as const;

/** Toss's CashReceipt object for what was issued. */
export function receiptView(receipt: BookReceipt, url: string): Record<string, unknown> {
  return {
    receiptKey: receipt.receiptTid,
    orderId: receipt.orderId,
    orderName: receipt.orderName,
    type: receiptTypes[receipt.type],
    issueNumber: receipt.approvalNumber,
    receiptUrl: `${url}/receipts/${receipt.receiptTid}`,
    businessNumber: '0000000000',
    transactionType: 'CONFIRM',
    amount: Number(receipt.amountMinor),
    taxFreeAmount: Number(receipt.taxFreeMinor),
    issueStatus: 'COMPLETED',
    failure: null,
    customerIdentityNumber: receipt.identifier,
    requestedAt: seoulTime(receipt.issuedAt),
  };
}

/** A cancellation of a receipt is a receipt of its own, under its own key (`cancels[].receiptKey` implies as much). */
export function revocationView(
  receipt: BookReceipt,
  revocation: BookReceiptRevocation,
  url: string,
): Record<string, unknown> {
  return {
    ...receiptView(receipt, url),
    receiptKey: revocation.revocationTid,
    issueNumber: revocation.approvalNumber,
    receiptUrl: `${url}/receipts/${revocation.revocationTid}`,
    transactionType: 'CANCEL',
    amount: Number(revocation.amountMinor),
    taxFreeAmount: Number(revocation.taxFreeMinor),
    requestedAt: seoulTime(revocation.revokedAt),
  };
}

function cashReceiptView(receipt: BookReceipt, url: string) {
  return {
    type: receiptTypes[receipt.type],
    receiptKey: receipt.receiptTid,
    issueNumber: receipt.approvalNumber,
    receiptUrl: `${url}/receipts/${receipt.receiptTid}`,
    amount: Number(receipt.balanceMinor),
    taxFreeAmount: Number(receipt.taxFreeMinor),
  };
}
