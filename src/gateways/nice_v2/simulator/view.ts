import { bankName } from '../../../platform/codes/banks.ts';
import type { ApprovedCard } from '../../../port/approval.ts';
import type { Book } from '../../../simulators/book.ts';
import type { NoticeMessage } from '../../../simulators/definition.ts';
import { type BookPayment, cancelsOf } from '../../../simulators/payments.ts';
import { type BookReceipt, receiptOfPayment, revocationsOf } from '../../../simulators/receipts.ts';
import { niceCodes } from '../../nice/wire/codes.ts';
import { niceSignature } from '../../nice/wire/signature.ts';
import { ediDateOf } from '../wire/edi-date.ts';

/** What makes an answer: the book, the time, and the merchant's key that signs it. */
export interface Signing {
  readonly book: Book;
  readonly now: Date;
  readonly url: string;
  readonly secretKey: string;
}

export const payMethodNames: Readonly<Record<string, string>> = {
  card: 'card',
  trans: 'bank',
  vbank: 'vbank',
  phone: 'cellphone',
};

/** A payment as NICE answers it to cancels and lookups, and sends it in webhooks. */
export function paymentView(
  payment: BookPayment,
  { book, now, url, secretKey }: Signing,
  cancelledTid: string | null = null,
): Record<string, unknown> {
  const ediDate = ediDateOf(now);
  const amount = Number(payment.amountMinor);
  const receipt = receiptOfPayment(book, payment.tid);
  const cancels = cancelsView(book, payment, url);
  return {
    resultCode: '0000',
    resultMsg: '정상 처리되었습니다.',
    tid: payment.tid,
    cancelledTid,
    orderId: payment.orderId,
    ediDate,
    signature: niceSignature(payment.tid, String(amount), ediDate, secretKey),
    status: statusView[payment.status],
    paidAt: timeOr0(payment.paidAt),
    failedAt: '0',
    cancelledAt: cancels.at(-1)?.cancelledAt ?? '0',
    payMethod: payMethodNames[payment.payMethod] ?? payment.payMethod,
    amount,
    balanceAmt: Number(payment.balanceMinor),
    goodsName: payment.orderName,
    mallReserved: null,
    useEscrow: false,
    currency: payment.currency,
    channel: 'pc',
    approveNo: payment.approvalNumber,
    buyerName: null,
    buyerTel: null,
    buyerEmail: null,
    receiptUrl: payment.receiptUrl,
    mallUserId: null,
    issuedCashReceipt: receipt !== undefined,
    coupon: null,
    card: payment.card ? cardView(payment.card) : null,
    bank:
      payment.payMethod === 'trans' && payment.bankCode
        ? { bankCode: payment.bankCode, bankName: bankName(payment.bankCode) ?? '' }
        : null,
    vbank: vbankView(payment),
    cancels: cancels.length > 0 ? cancels : null,
    cashReceipts: receipt ? receiptsView(book, payment, receipt, url) : null,
  };
}

/** A webhook is the same, in UTF-8. */
export function webhookOf(payment: BookPayment, signing: Signing, cancelledTid: string | null = null): NoticeMessage {
  return {
    contentType: 'application/json;charset=utf-8',
    body: JSON.stringify(paymentView(payment, signing, cancelledTid)),
  };
}

const statusView: Readonly<Record<BookPayment['status'], string>> = {
  waiting_for_deposit: 'ready',
  paid: 'paid',
  partially_cancelled: 'partialCancelled',
  cancelled: 'cancelled',
  revoked: 'cancelled',
  expired: 'expired',
};

/** A time that is not there is `0`. */
export function timeOr0(time: Date | null): string {
  return time ? ediDateOf(time) : '0';
}

function cardView({ maskedNumber, code, name, installmentMonths }: ApprovedCard) {
  const niceCode = niceCodes.cardCode(code ?? '') ?? '';
  return {
    cardCode: niceCode,
    cardName: name,
    cardNum: maskedNumber,
    cardQuota: installmentMonths,
    isInterestFree: false,
    cardType: 'credit',
    canPartCancel: true,
    acquCardCode: niceCode,
    acquCardName: name,
  };
}

function vbankView(payment: BookPayment) {
  if (!payment.accountNumber || !payment.bankCode || !payment.dueAt) return null;
  return {
    vbankCode: payment.bankCode,
    vbankName: bankName(payment.bankCode) ?? '',
    vbankNumber: payment.accountNumber,
    vbankExpDate: ediDateOf(payment.dueAt),
    vbankHolder: payment.accountHolder,
  };
}

/** That a revoked account has an entry among the cancels, under its own TID, is inferred from its being the same call. */
function cancelsView(book: Book, payment: BookPayment, url: string) {
  const entry = (tid: string, amountMinor: bigint, at: Date, reason: string | null) => ({
    tid,
    amount: Number(amountMinor),
    cancelledAt: ediDateOf(at),
    reason,
    receiptUrl: `${url}/issue/IssueLoader.do?TID=${tid}&type=0&innerWin=Y`,
    couponAmt: 0,
  });
  if (payment.status === 'revoked' && payment.revokedAt) {
    return [
      entry(payment.revocationTid ?? payment.tid, payment.amountMinor, payment.revokedAt, payment.revocationReason),
    ];
  }
  return cancelsOf(book, payment.tid).map((cancel) =>
    entry(cancel.cancelTid, cancel.amountMinor, cancel.cancelledAt, cancel.reason),
  );
}

function receiptsView(book: Book, payment: BookPayment, receipt: BookReceipt, url: string) {
  const view = (receiptTid: string, orgTid: string, status: string, amountMinor: bigint, issueNo: string) => ({
    receiptTid,
    orgTid,
    status,
    amount: Number(amountMinor),
    taxFreeAmt: Number(receipt.taxFreeMinor),
    receiptType: receipt.type === 'company' ? 'company' : 'individual',
    issueNo,
    receiptUrl: `${url}/issue/IssueLoader.do?TID=${receiptTid}&type=1`,
  });
  const cancels = cancelsOf(book, payment.tid);
  return [
    view(receipt.receiptTid, payment.tid, 'issueRequested', receipt.amountMinor, receipt.approvalNumber),
    ...revocationsOf(book, receipt.receiptTid).map((revoked) => {
      const { cancelTid = payment.tid } =
        cancels.find(({ detail }) => detail.receiptTid === revoked.revocationTid) ?? {};
      return view(revoked.revocationTid, cancelTid, 'cancelRequested', revoked.amountMinor, revoked.approvalNumber);
    }),
  ];
}
