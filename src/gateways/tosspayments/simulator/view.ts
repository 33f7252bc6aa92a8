import { seoulTime } from '../../../platform/clock/seoul-time.ts';
import type { Book } from '../../../simulators/book.ts';
import { settingOf } from '../../../simulators/merchants.ts';
import { type BookCancel, type BookPayment, cancelsOf } from '../../../simulators/payments.ts';
import {
  type BookReceipt,
  type BookReceiptRevocation,
  receiptOfPayment,
  revocationsOf,
} from '../../../simulators/receipts.ts';
import { isTossPayMethod, methodNames, tossBankName, tossCardName, tossCodes } from '../wire/codes.ts';
import { apiVersion, type TossApiVersion } from './api-version.ts';

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
  /** Paid by a billing key. */
  readonly isBilling?: boolean;
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

/** Toss's Payment object, as the version of the merchant's key has it. */
export function paymentView(book: Book, payment: BookPayment, now: Date, url: string): Record<string, unknown> {
  const detail = payment.detail as unknown as TossPaymentDetail;
  const cancels = cancelsOf(book, payment.tid);
  const taxable = payment.balanceMinor - payment.taxFreeBalanceMinor;
  const vat = (taxable + 5n) / 11n;
  const receipt = receiptOfPayment(book, payment.tid);
  const wasPaid = payment.paidAt !== null;
  const version = settingOf(book, payment.mid, apiVersion);
  return {
    version,
    mId: payment.mid,
    ...lastTransaction(version, payment.revocationTid ?? cancels.at(-1)?.cancelTid ?? detail.lastTransactionKey),
    paymentKey: payment.tid,
    orderId: payment.orderId,
    orderName: payment.orderName,
    taxExemptionAmount: 0,
    status: statusView[payment.status],
    requestedAt: seoulTime(payment.requestedAt),
    approvedAt: payment.paidAt && seoulTime(payment.paidAt),
    useEscrow: false,
    cultureExpense: false,
    card: cardView(version, payment, detail, cancels),
    virtualAccount: virtualAccountView(version, payment, detail, cancels, now),
    transfer:
      payment.payMethod === 'trans'
        ? { ...bankFields(version, payment.bankCode), settlementStatus: 'INCOMPLETED' }
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
    cancels: cancelList(version, payment, cancels),
    secret: payment.noticeSecret,
    type: detail.isBilling ? 'BILLING' : 'NORMAL',
    easyPay: null,
    country: 'KR',
    failure: null,
    isPartialCancelable: !isGiftCertificate(payment.payMethod),
    ...(version !== '1.4' && { receipt: wasPaid ? { url: payment.receiptUrl } : null }),
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

/** The last transaction's key had another name first, and both at last. */
function lastTransaction(version: TossApiVersion, key: string): Record<string, string> {
  switch (version) {
    case '1.4':
      return { transactionKey: key };
    case '2022-07-27':
      return { lastTransactionKey: key, transactionKey: key };
    case '2022-11-16':
      return { lastTransactionKey: key };
  }
}

/**
 * The release notes of 2022-11-16 replace `bank` by `bankCode`. An answer of version 2022-07-27 that a client's documentation
 * quotes, of 2023, has the codes of a card besides its name; here only what a version promises is answered.
 */
function bankFields(version: TossApiVersion, kftcCode: string | null): Record<string, string | null> {
  const code = tossCodes.bankCode(kftcCode ?? '') ?? null;
  return version === '2022-11-16' ? { bankCode: code } : { bank: code && tossBankName(code) };
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

function cardView(
  version: TossApiVersion,
  payment: BookPayment,
  detail: TossPaymentDetail,
  cancels: readonly BookCancel[],
) {
  if (!payment.card || !detail.card) return null;
  const { issuerCode } = detail.card;
  return {
    amount: Number(payment.amountMinor),
    ...(version === '2022-11-16'
      ? { issuerCode, acquirerCode: issuerCode }
      : { company: tossCardName(issuerCode), receiptUrl: payment.receiptUrl }),
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
  version: TossApiVersion,
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
    ...bankFields(version, payment.bankCode),
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

function cancelList(version: TossApiVersion, payment: BookPayment, cancels: readonly BookCancel[]) {
  const list = payment.status === 'revoked' ? [revokedView(payment)] : cancels.map(cancelView);
  if (list.length === 0) return null;
  return version === '1.4' ? list.map(cancelOfVersion14) : list;
}

/** The examples of version 1.4 name neither a key nor a state. */
function cancelOfVersion14({
  cancelReason,
  canceledAt,
  ...cancel
}: ReturnType<typeof cancelView | typeof revokedView>) {
  const { cancelAmount, taxFreeAmount, refundableAmount } = cancel;
  return { cancelReason, canceledAt, cancelAmount, taxFreeAmount, taxAmount: null, refundableAmount };
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

/** The key of what is taken off a receipt: each part's is the same (release notes, 2022-07-27). */
export function revocationKey(receiptKey: string): string {
  return `c_${receiptKey}`;
}

/** A cancellation of a receipt is a receipt of its own. */
export function revocationView(
  receipt: BookReceipt,
  revocation: BookReceiptRevocation,
  url: string,
): Record<string, unknown> {
  return {
    ...receiptView(receipt, url),
    receiptKey: revocationKey(receipt.receiptTid),
    issueNumber: revocation.approvalNumber,
    receiptUrl: `${url}/receipts/${revocationKey(receipt.receiptTid)}`,
    transactionType: 'CANCEL',
    amount: Number(revocation.amountMinor),
    taxFreeAmount: Number(revocation.taxFreeMinor),
    requestedAt: seoulTime(revocation.revokedAt),
  };
}

/**
 * Before version 2022-07-27 issue and cancellation were one object. Source: the release notes, and the types of public clients of
 * that time.
 */
export function receiptOfVersion14(
  receipt: BookReceipt,
  revocations: readonly BookReceiptRevocation[],
  url: string,
): Record<string, unknown> {
  const last = revocations.at(-1);
  return {
    receiptKey: receipt.receiptTid,
    orderId: receipt.orderId,
    orderName: receipt.orderName,
    type: receiptTypes[receipt.type],
    approvalNumber: receipt.approvalNumber,
    approvedAt: seoulTime(receipt.issuedAt),
    canceledAt: last ? seoulTime(last.revokedAt) : null,
    receiptUrl: `${url}/receipts/${receipt.receiptTid}`,
    amount: Number(receipt.amountMinor),
    taxFreeAmount: Number(receipt.taxFreeMinor),
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
