import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { text } from '../../../simulators/book.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { escrowOf, escrowRefusal } from '../../../simulators/escrow.ts';
import {
  type BookCancel,
  type BookPayment,
  cancelsOf,
  paymentByTid,
  recordCancel,
  recordRevocation,
} from '../../../simulators/payments.ts';
import { receiptByTid, recordReceiptRevocation, revocationsOf } from '../../../simulators/receipts.ts';
import { taxFreeTaken } from '../../../simulators/tax-free-taken.ts';
import { revokeReceiptWith } from '../../../simulators/wanted-receipt.ts';
import { inicisCodes } from '../wire/codes.ts';
import type { InicisErrorCode } from '../wire/errors.ts';
import { textBytesMax } from '../wire/texts.ts';
import { newTid, receiptNumbers, tidPrefixes } from './ids.ts';
import { inicisSimulatorNotices } from './notices.ts';
import { fieldsOf, InicisRefusal, type RequestFields, readRequest } from './protocol.ts';
import { sandboxRefundAccounts } from './sandbox-accounts.ts';

/** What v1's `paymethod` says that the payment is. v2 only tells virtual accounts from the rest, by its address. */
const payMethodOfWord: Readonly<Record<string, string>> = {
  Card: 'card',
  Acct: 'trans',
  DirectBank: 'trans',
  HPP: 'phone',
  Vacct: 'vbank',
  GVacct: 'vbank',
};

/** `/api/v1/refund` serves cancels, revocations of accounts and of receipts. */
export function refundV1(context: SimulatorContext): Record<string, unknown> {
  const body = fieldsOf(context);
  const paymethod = body.text('paymethod', 20);
  if (paymethod === 'Receipt') return revokeReceipt(context, body);
  const payment = paymentOf(context, body.text('tid', 40), body.text('type', 20) === 'PartialRefund');
  if (payment.payMethod !== payMethodOfWord[paymethod]) throw new InicisRefusal('500263');
  return paymethod === 'GVacct'
    ? revokeAccount(context, payment, body)
    : cancel(context, payment, body, body.text('type', 20) === 'PartialRefund');
}

/** `/v2/pg/refund`, `/v2/pg/partialRefund`, and both of them below `/vacct` for deposited accounts. */
export function refundV2(context: SimulatorContext): Record<string, unknown> {
  const body = fieldsOf(context);
  const isPartial = body.text('type', 20) === 'partialRefund';
  if (isRevocationOfReceipt(context)) return revokeReceipt(context, body);
  const payment = paymentOf(context, body.text('tid', 40), isPartial);
  const isForAccounts = context.request.path.endsWith('/vacct');
  if ((payment.payMethod === 'vbank') !== isForAccounts) throw new InicisRefusal('500263');
  return cancel(context, payment, body, isPartial);
}

/** A receipt is revoked over v2 as a payment is cancelled, by its own id, and as a whole. */
export function isRevocationOfReceipt({ book, caller, request }: SimulatorContext): boolean {
  const tid = readRequest(request)?.fields.tid ?? '';
  return request.path === '/v2/pg/refund' && receiptByTid(book, caller.mid, tid) !== undefined;
}

function paymentOf({ book, caller }: SimulatorContext, tid: string, isPartial: boolean): BookPayment {
  const payment = paymentByTid(book, caller.mid, tid);
  if (payment) return payment;
  const stranger = book.get('select mid from payments where tid = ?', tid);
  if (stranger && text(stranger, 'mid') !== caller.mid) throw new InicisRefusal('500621');
  const partial = book.get('select 1 from cancels where cancel_tid = ?', tid);
  if (partial) throw new InicisRefusal(isPartial ? '500700' : '500625');
  throw new InicisRefusal('01');
}

function revokeAccount(
  { book, now }: SimulatorContext,
  payment: BookPayment,
  body: RequestFields,
): Record<string, unknown> {
  if (payment.status === 'revoked') throw new InicisRefusal('500626', { cancelledAt: payment.revokedAt });
  const revoked = recordRevocation(book, {
    tid: payment.tid,
    revocationTid: payment.tid,
    reason: body.optionalText('msg', textBytesMax.msg),
    now,
  });
  if (!revoked) throw new InicisRefusal('500628');
  return fullAnswer(now, '');
}

function cancel(
  context: SimulatorContext,
  payment: BookPayment,
  body: RequestFields,
  isPartial: boolean,
): Record<string, unknown> {
  const { book, caller, now } = context;
  const reason = body.optionalText('msg', textBytesMax.msg);
  const earlier = cancelsOf(book, payment.tid);
  refuseState(payment, earlier, now);
  if (payment.payMethod === 'vbank') checkRefundAccount(body);
  const amountMinor = isPartial ? partOf(payment, earlier, body) : payment.balanceMinor;
  if (escrowRefusal(book, payment, amountMinor)) throw new InicisRefusal('500685');
  if (!isPartial && earlier.length > 0) throw new InicisRefusal('500624');
  const taxFreeMinor = isPartial ? taxFreePart(payment, amountMinor, body) : payment.taxFreeBalanceMinor;
  const receipt = revokeReceiptWith(payment, { amountMinor, taxFreeMinor }, context, receiptNumbers);
  // A full cancel goes under the payment's own id.
  const cancelTid = isPartial ? newTid(book, tidPrefixes.partialCancel, caller.mid, now) : payment.tid;
  const changed = recordCancel(book, {
    tid: payment.tid,
    cancelTid,
    amountMinor,
    taxFreeMinor,
    reason,
    now,
  });
  if (!changed) throw new InicisRefusal('500706');
  const escrow = escrowOf(book, payment.mid, payment.orderId);
  const notice = escrow && inicisSimulatorNotices.escrowChanged?.(changed, escrow, { ...context, mid: payment.mid });
  if (notice) context.notify(payment.orderId, notice);
  if (!isPartial) return fullAnswer(now, receipt?.approvalNumber ?? '');
  const digits = seoulDigits(now);
  return {
    resultCode: '00',
    resultMsg: '정상처리되었습니다.',
    prtcDate: digits.slice(0, 8),
    prtcTime: digits.slice(8),
    tid: cancelTid,
    prtcTid: payment.tid,
    prtcPrice: String(amountMinor),
    prtcRemains: String(changed.balanceMinor),
    prtcCnt: String(earlier.length + 1),
    prtcType: '1',
    pointAmount: '0',
    discountAmount: '0',
    creditAmount: '0',
    cashReceiptAmount: receipt ? String(changed.balanceMinor) : '0',
    receiptInfo: '',
  };
}

function refuseState(payment: BookPayment, earlier: readonly BookCancel[], now: Date): void {
  switch (payment.status) {
    case 'cancelled':
    case 'revoked':
      throw new InicisRefusal('500626', { cancelledAt: earlier.at(-1)?.cancelledAt ?? payment.revokedAt });
    case 'waiting_for_deposit':
    case 'expired':
      throw new InicisRefusal('500628');
  }
  const monthOf = (time: Date) => seoulDigits(time).slice(0, 6);
  // Telephone payments can be cancelled in their calendar month only.
  if (payment.payMethod === 'phone' && monthOf(payment.paidAt ?? payment.requestedAt) !== monthOf(now)) {
    throw new InicisRefusal('500667');
  }
}

/** `confirmPrice` is what is left afterwards; a first part that is the whole is no part. */
function partOf(payment: BookPayment, earlier: readonly BookCancel[], body: RequestFields): bigint {
  const price = body.amount('price');
  const confirmPrice = body.balance('confirmPrice');
  const currency = body.optionalText('currency', 3);
  if (currency !== '' && currency !== 'WON') throw new InicisRefusal('ERR012');
  if (price > payment.balanceMinor) throw new InicisRefusal('500826');
  if (earlier.length === 0 && price === payment.amountMinor) throw new InicisRefusal('500749');
  if (payment.balanceMinor - price !== confirmPrice) throw new InicisRefusal('500706');
  return price;
}

/**
 * `tax` and `taxFree` are taken literally. That a cancel which exceeds what is left of the taxed part takes the rest from what
 * is free of tax is inferred: without the contract nobody sends the two fields.
 */
function taxFreePart(payment: BookPayment, amountMinor: bigint, body: RequestFields): bigint {
  const askedMinor = body.amountOrZero('taxFree', 'taxfree');
  const vatMinor = body.amountOrZero('tax');
  if (askedMinor + vatMinor > amountMinor) throw new InicisRefusal('ERR012');
  if (askedMinor > payment.taxFreeBalanceMinor) throw new InicisRefusal('500706');
  return taxFreeTaken(payment, amountMinor, askedMinor);
}

/** The account is looked at and not kept. */
function checkRefundAccount(body: RequestFields): void {
  const accountNumber = body.encryptedDigits('refundAcctNum');
  const bankCode = body.text('refundBankCode', 2);
  body.text('refundAcctName', 200);
  if (inicisCodes.kftcBankCode(bankCode) === undefined) throw new InicisRefusal('ERR012');
  const listed = sandboxRefundAccounts.find(({ number }) => number === accountNumber);
  if (listed) throw new InicisRefusal(listed.code);
}

function revokeReceipt({ book, caller, now }: SimulatorContext, body: RequestFields): Record<string, unknown> {
  body.optionalText('msg', textBytesMax.msg);
  const receipt = receiptByTid(book, caller.mid, body.text('tid', 40));
  if (!receipt) throw new InicisRefusal('01' satisfies InicisErrorCode);
  const last = revocationsOf(book, receipt.receiptTid).at(-1);
  if (receipt.balanceMinor === 0n) throw new InicisRefusal('500626', { cancelledAt: last?.revokedAt ?? null });
  const { tid, approvalNumber } = receiptNumbers(caller.mid, { book, now });
  const revoked = recordReceiptRevocation(book, {
    receiptTid: receipt.receiptTid,
    revocationTid: tid,
    amountMinor: receipt.balanceMinor,
    taxFreeMinor: 0n,
    approvalNumber,
    now,
  });
  if (!revoked) throw new InicisRefusal('500628');
  return fullAnswer(now, revoked.approvalNumber);
}

function fullAnswer(now: Date, receiptNumber: string): Record<string, unknown> {
  const digits = seoulDigits(now);
  return {
    resultCode: '00',
    resultMsg: '정상처리되었습니다.',
    cancelDate: digits.slice(0, 8),
    cancelTime: digits.slice(8),
    cshrCancelNum: receiptNumber,
    detailResultCode: '',
    receiptInfo: '',
  };
}
