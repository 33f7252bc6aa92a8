import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { BookCancel, BookPayment } from '../../../simulators/payments.ts';
import { naverCodes } from '../wire/cards.ts';

/** What was cancelled with a card, and what of points. */
function parts(payment: BookPayment, minor: bigint): { card: number; points: number } {
  return payment.payMethod === 'card' ? { card: Number(minor), points: 0 } : { card: 0, points: Number(minor) };
}

const meansOf = (payment: BookPayment) => (payment.payMethod === 'card' ? 'CARD' : '');

/** The body of a cancellation's answer. */
export function cancelView(payment: BookPayment, cancel: BookCancel): Record<string, unknown> {
  const now = parts(payment, cancel.amountMinor);
  const left = parts(payment, payment.balanceMinor);
  return {
    paymentId: payment.tid,
    payHistId: cancel.cancelTid,
    primaryPayMeans: meansOf(payment),
    primaryPayCancelAmount: now.card,
    primaryPayRestAmount: left.card,
    npointCancelAmount: now.points,
    npointRestAmount: left.points,
    taxScopeAmount: Number(cancel.amountMinor - cancel.taxFreeMinor),
    taxExScopeAmount: Number(cancel.taxFreeMinor),
    cancelYmdt: seoulDigits(cancel.cancelledAt),
    totalRestAmount: Number(payment.balanceMinor),
  };
}

/** The body of a history: the payment, and each cancellation. */
export function historyView(
  rows: readonly (BookPayment | BookCancel)[],
  payment: BookPayment | undefined,
  { pageNumber, rowsPerPage }: { pageNumber: number; rowsPerPage: number },
): Record<string, unknown> {
  const page = rows.slice((pageNumber - 1) * rowsPerPage, pageNumber * rowsPerPage);
  return {
    list: payment ? page.map((row) => entryView(payment, row)) : [],
    responseCount: page.length,
    totalCount: rows.length,
    totalPageCount: Math.ceil(rows.length / rowsPerPage),
    currentPageNumber: pageNumber,
  };
}

export function entryView(payment: BookPayment, row: BookPayment | BookCancel): Record<string, unknown> {
  const isCancel = 'cancelTid' in row;
  const amount = parts(payment, row.amountMinor);
  return {
    paymentId: payment.tid,
    payHistId: isCancel ? row.cancelTid : payment.detail.payHistId,
    merchantPayKey: payment.orderId,
    merchantPayTransactionKey: isCancel ? row.detail.merchantPayTransactionKey : null,
    admissionTypeCode: !isCancel ? '01' : row.amountMinor === payment.amountMinor ? '03' : '04',
    admissionYmdt: seoulDigits(isCancel ? row.cancelledAt : payment.requestedAt),
    admissionState: 'SUCCESS',
    totalPayAmount: Number(row.amountMinor),
    primaryPayAmount: amount.card,
    npointPayAmount: amount.points,
    taxScopeAmount: Number(row.amountMinor - row.taxFreeMinor),
    taxExScopeAmount: Number(row.taxFreeMinor),
    primaryPayMeans: meansOf(payment),
    ...(payment.card && {
      cardCorpCode: naverCodes.cardCode(payment.card.code ?? '') ?? null,
      cardNo: payment.card.maskedNumber.replace(/(.{4})(?!$)/g, '$1-'),
      cardAuthNo: payment.approvalNumber,
      cardInstCount: payment.card.installmentMonths,
    }),
    productName: payment.orderName,
  };
}
