import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { type BookPayment, cancelsOf, paymentByTid, recordCancel } from '../../../simulators/payments.ts';
import { revokeReceiptWith } from '../../../simulators/wanted-receipt.ts';
import { hectoCapabilities } from '../capabilities.ts';
import { hectoCodes, isGiftCertificate, type MethodCode, methodCodeOf } from '../wire/codes.ts';
import { receiptNumbers } from './payments.ts';
import { type HectoContext, type HectoSuccess, newTradeNumber, takeNumber } from './protocol.ts';
import { HectoRefusal } from './refusal.ts';
import { sandboxRefundAccounts } from './sandbox-numbers.ts';
import { taxFreePart } from './tax.ts';

const dayMs = 24 * 3600_000;
/** The document says three to five days. */
const payoutMs = 3 * dayMs;

/** Hecto has codes of their own for most methods; the others share `ST06` and `ST39`. */
const unknownCodes: Partial<Record<string, string>> = {
  CA: 'CA10',
  RA: 'RA34',
  MP: 'MP03',
  CP: 'CP32',
  CG: 'GC03',
  SG: 'GC03',
  BG: 'GC03',
};
const cancelledCodes: Partial<Record<string, string>> = {
  CA: 'CA12',
  RA: 'RA33',
  MP: 'MP82',
  CP: 'CP30',
  CG: 'GC41',
  SG: 'GC41',
  BG: 'GC41',
};

/** APICancel.do: everything but virtual accounts. */
export function cancelPayment(context: HectoContext): HectoSuccess {
  const payment = cancellable(context);
  if (payment.payMethod === 'phone' && !isSameMonth(payment, context.now)) {
    throw new HectoRefusal('MP81', { rfdPsblCd: 'Y' });
  }
  return cancel(context, payment, null);
}

/** APIRefund.do: deposited virtual accounts (`C0`), and phone payments after their month (`C1`). */
export function refundPayment(context: HectoContext): HectoSuccess {
  const { header, body, now } = context;
  const isPhone = header.text('method', 2) === 'MP';
  if (header.text('bizType', 2) !== (isPhone ? 'C1' : 'C0')) throw new HectoRefusal('ST09');
  const bankCode = body.text('refundBankCd', 3, /^\d{3}$/);
  const accountNumber = body.secret('refundAcntNo', 16, /^\d+$/);
  body.text('refundDpstrNm', 50);
  const payment = cancellable(context);
  if (isPhone && isSameMonth(payment, now)) throw new HectoRefusal('ST26');
  if (isClosed(now)) throw new HectoRefusal('ST11');
  if (hectoCodes.kftcBankCode(bankCode) === undefined) throw new HectoRefusal('RA20');
  // The account is looked at and not kept.
  const listed = sandboxRefundAccounts.find(({ number }) => number === accountNumber);
  if (listed) throw new HectoRefusal(listed.code);
  return cancel(context, payment, new Date(now.getTime() + payoutMs));
}

/** The payment, if this much of it can be cancelled now. */
function cancellable(context: HectoContext): BookPayment {
  const { book, caller, header, body } = context;
  takeNumber(context);
  const method = header.text('method', 2);
  const orgTrdNo = body.text('orgTrdNo', 40);
  const currency = body.text('crcCd', 3, /^(KRW|USD)$/);
  const ordinal = body.text('cnclOrd', 3, /^\d{3}$/);
  body.optionalText('cnclRsn', 255);
  const amountMinor = body.amount('cnclAmt');
  const payment = paymentByTid(book, caller.mid, orgTrdNo);
  if (!payment || !['paid', 'partially_cancelled', 'cancelled'].includes(payment.status)) {
    throw new HectoRefusal(unknownCodes[method] ?? 'ST06');
  }
  if (methodCodeOf(payment.payMethod) !== method || payment.currency !== currency || amountMinor === 0n) {
    throw new HectoRefusal('ST26');
  }
  if (payment.status === 'cancelled') throw new HectoRefusal(cancelledCodes[method] ?? 'ST39');
  if (amountMinor > payment.amountMinor) throw new HectoRefusal('ST57');
  if (amountMinor > payment.balanceMinor) throw new HectoRefusal('3007');
  const takesParts = hectoCapabilities.payMethods[payment.payMethod]?.partialCancel ?? false;
  if (!takesParts && amountMinor !== payment.amountMinor) throw new HectoRefusal('ST54');
  if (ordinal !== ordinalOf(context, payment)) throw new HectoRefusal('ST56');
  return payment;
}

/** What could not be paid out has left no trace in the ordinals (inferred). */
function ordinalOf({ book }: HectoContext, payment: BookPayment): string {
  if (isGiftCertificate(payment.payMethod)) return '001';
  const taken = cancelsOf(book, payment.tid).filter(({ state }) => state !== 'failed').length;
  return String(taken + 1).padStart(3, '0');
}

function cancel(context: HectoContext, payment: BookPayment, completesAt: Date | null): HectoSuccess {
  const { book, caller, header, body, now, encrypt } = context;
  const method = header.text('method', 2) as MethodCode;
  const amountMinor = body.amount('cnclAmt');
  const taxFreeMinor = taxFreePart(context, payment, amountMinor);
  const trdNo = newTradeNumber(book, method, caller.mid, now);
  const changed = recordCancel(book, {
    tid: payment.tid,
    cancelTid: trdNo,
    amountMinor,
    taxFreeMinor,
    reason: body.optionalText('cnclRsn', 255),
    now,
    // Notices of the refund name it by the number of its request.
    detail: { mchtTrdNo: header.text('mchtTrdNo', 100) },
    completesAt,
  });
  if (!changed) throw new HectoRefusal('3007');
  // That the receipt goes with the payment is inferred.
  revokeReceiptWith(payment, { amountMinor, taxFreeMinor }, context, receiptNumbers);
  const amount = encrypt(String(amountMinor));
  const zero = encrypt('0');
  return {
    trdNo,
    data: {
      orgTrdNo: payment.tid,
      cnclAmt: amount,
      ...(method === 'CA' && { cardCnclAmt: amount, pntCnclAmt: zero, coupCnclAmt: zero }),
      ...(!isGiftCertificate(payment.payMethod) && { blcAmt: encrypt(String(changed.balanceMinor)) }),
    },
  };
}

function isSameMonth(payment: BookPayment, now: Date): boolean {
  return seoulDigits(payment.paidAt ?? payment.requestedAt).slice(0, 6) === seoulDigits(now).slice(0, 6);
}

/** The banks' maintenance, from 23:30 until 00:35 in Seoul. */
function isClosed(now: Date): boolean {
  const time = seoulDigits(now).slice(8, 12);
  return time >= '2330' || time < '0035';
}
