import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import { jsonAnswer, type SimulatorAnswer, type SimulatorContext } from '../../../simulators/definition.ts';
import { type BookPayment, cancelsOf, paymentByOrderId, paymentByTid } from '../../../simulators/payments.ts';
import { isKiccPayMethod, issuingBankCode, kiccCodes, payMethodTypes } from '../wire/codes.ts';
import { kiccDay } from '../wire/day.ts';
import { approvalAuthentication } from '../wire/signature.ts';
import { lengthMax } from '../wire/text.ts';
import { bodyOf, failureAnswer, KiccRefusal } from './protocol.ts';
import { requestAnswer } from './requests.ts';

const dayMs = 24 * 3600_000;

/**
 * POST /api/trades/retrieveTransaction: the answer to a request of today or yesterday, with the state as it is now. The
 * approval of a payment that the sandbox has made in the window by itself has the order number as its id.
 */
export function retrieveTransaction(context: SimulatorContext): SimulatorAnswer {
  const { book, caller, now } = context;
  try {
    const body = bodyOf(context);
    const id = body.text('shopTransactionId', lengthMax.shopTransactionId);
    const day = body.text('transactionDate', 8, /^\d{8}$/);
    const isAskable = day === kiccDay(now) || day === kiccDay(new Date(now.getTime() - dayMs));
    const answer = isAskable ? requestAnswer(context, id, day) : undefined;
    if (answer)
      return jsonAnswer(200, { ...answer, ...refundStatus(context, answer), ...chargeStatus(context, answer) });
    const payment = isAskable ? paymentByOrderId(book, caller.mid, id) : undefined;
    if (!payment || kiccDay(payment.requestedAt) !== day) return failureAnswer('Z301');
    return jsonAnswer(200, approvalView(payment));
  } catch (error) {
    if (error instanceof KiccRefusal) return failureAnswer(error.code);
    throw error;
  }
}

/** A refund that was taken: requested, paid out, or refused, by what the book says now. */
function refundStatus(
  { book, caller }: SimulatorContext,
  { oriPgCno, cancelPgCno, statusCode }: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  if (statusCode !== 'RF01' || typeof oriPgCno !== 'string') return {};
  const payment = paymentByTid(book, caller.mid, oriPgCno);
  const cancel = payment && cancelsOf(book, payment.tid).find(({ cancelTid }) => cancelTid === cancelPgCno);
  switch (cancel?.state) {
    case 'done':
      return { statusCode: 'RF02', statusMessage: '환불완료' };
    case 'failed':
      return { statusCode: 'RF03', statusMessage: '환불거절' };
    default:
      return {};
  }
}

/** A payment in the window or by a key: as it is now, and without the message authentication, which the status query does not have. */
function chargeStatus(
  { book, caller }: SimulatorContext,
  { msgAuthValue, pgCno }: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const payment = typeof pgCno === 'string' && msgAuthValue ? paymentByTid(book, caller.mid, pgCno) : undefined;
  if (!payment) return {};
  const [statusCode, statusMessage] = statusOf(payment);
  return { msgAuthValue: undefined, statusCode, statusMessage };
}

/** The answer to an approval, without the message authentication: the status query has none. */
export function approvalView(payment: BookPayment): Readonly<Record<string, unknown>> {
  const [statusCode, statusMessage] = statusOf(payment);
  const approvedAt = seoulDigits(payment.requestedAt);
  return {
    resCd: '0000',
    resMsg: '정상',
    mallId: payment.mid,
    pgCno: payment.tid,
    shopTransactionId: payment.orderId,
    shopOrderNo: payment.orderId,
    amount: String(payment.amountMinor),
    transactionDate: approvedAt,
    statusCode,
    statusMessage,
    escrowUsed: 'N',
    paymentInfo: {
      payMethodTypeCode: isKiccPayMethod(payment.payMethod) ? payMethodTypes[payment.payMethod] : '',
      approvalNo: payment.approvalNumber ?? '',
      approvalDate: approvedAt,
      ...methodInfo(payment),
    },
  };
}

/** The answer to an approval as it is sent, without its code. */
export function signedApproval(payment: BookPayment, secretKey: string): Readonly<Record<string, unknown>> {
  const { resCd: _, ...view } = approvalView(payment);
  const { tid: pgCno, amountMinor } = payment;
  const approved = { pgCno, amount: String(amountMinor), transactionDate: String(view.transactionDate) };
  return { ...view, msgAuthValue: approvalAuthentication(secretKey, approved) };
}

function statusOf(payment: BookPayment): readonly [code: string, text: string] {
  switch (payment.status) {
    case 'waiting_for_deposit':
    case 'expired':
      return ['TS07', '입금대기'];
    case 'cancelled':
    case 'revoked':
      return ['TS02', '승인취소'];
    case 'partially_cancelled':
      return ['TS06', '부분매입(승인) 취소'];
    case 'paid':
      return payment.payMethod === 'vbank' ? ['TS08', '입금완료'] : ['TS03', '매입요청'];
  }
}

function methodInfo(payment: BookPayment): Readonly<Record<string, unknown>> {
  const { card, bankCode } = payment;
  if (card) {
    const code = kiccCodes.cardCode(card.code ?? '') ?? '';
    const name = card.name ?? '';
    return {
      cardInfo: {
        cardNo: card.maskedNumber,
        issuerCode: code,
        issuerName: name,
        acquirerCode: code,
        acquirerName: name,
        installmentMonth: card.installmentMonths,
        freeInstallmentTypeCode: '00',
        cardGubun: 'N',
        cardBizGubun: 'P',
        partCancelUsed: 'Y',
      },
    };
  }
  if (bankCode === null) return {};
  const bank = { bankName: bankName(bankCode) ?? '' };
  if (payment.payMethod === 'trans') return { bankInfo: { bankCode: kiccCodes.bankCode(bankCode) ?? '', ...bank } };
  return {
    virtualAccountInfo: {
      bankCode: issuingBankCode(bankCode) ?? '',
      ...bank,
      accountNo: payment.accountNumber ?? '',
      depositName: payment.accountHolder ?? '',
      expiryDate: seoulDigits(payment.dueAt ?? payment.requestedAt),
    },
  };
}
