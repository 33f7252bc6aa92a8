import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { type BookPayment, paymentByOrderId, paymentByTid } from '../../../simulators/payments.ts';
import { inicisCodes, isInicisPayMethod, windowPaymethodOf } from '../wire/codes.ts';
import { fieldsOf, InicisRefusal } from './protocol.ts';

/** `/v2/pg/inquiry`: by transaction id or by order number, exactly one of them. It names a state, and no balance. */
export function inquireV2(context: SimulatorContext): Record<string, unknown> {
  const { book, caller } = context;
  const body = fieldsOf(context);
  const [tid, oid] = [body.optionalText('tid', 40), body.optionalText('oid', 40)];
  if ((tid === '') === (oid === '')) throw new InicisRefusal('ERR012');
  const payment = tid === '' ? paymentByOrderId(book, caller.mid, oid) : paymentByTid(book, caller.mid, tid);
  if (!payment || !isInicisPayMethod(payment.payMethod)) throw new InicisRefusal('01');
  const made = seoulDigits(payment.requestedAt);
  return {
    resultCode: 'SUCCESS',
    resultMsg: '조회 성공',
    tid: payment.tid,
    mid: payment.mid,
    oid: payment.orderId,
    price: String(payment.amountMinor),
    goodsName: payment.orderName,
    paymethod: windowPaymethodOf(payment.payMethod),
    approvedDate: made.slice(0, 8),
    approvedTime: made.slice(8),
    buyerName: null,
    buyerTel: null,
    buyerMail: null,
    transactionStatus: transactionStatusOf(payment),
    availablePartCancel: payment.balanceMinor > 0n && payment.paidAt !== null,
    cardInfo: payment.card ? { cardNumber: payment.card.maskedNumber, currencyCode: 'WON' } : null,
    vacctInfo: payment.payMethod === 'vbank' ? vacctInfoOf(payment) : null,
  };
}

/** That a payment of which nothing is left after partial cancels is CANCEL, and a revoked account too, is inferred. */
function transactionStatusOf(payment: BookPayment): 'APPROVAL' | 'CANCEL' | 'PART_CANCEL' {
  switch (payment.status) {
    case 'cancelled':
    case 'revoked':
      return 'CANCEL';
    case 'partially_cancelled':
      return 'PART_CANCEL';
    default:
      return 'APPROVAL';
  }
}

function vacctInfoOf(payment: BookPayment): Record<string, unknown> {
  const deposited = payment.paidAt ? seoulDigits(payment.paidAt) : '';
  const bank = payment.bankCode ?? '';
  return {
    accountNumber: payment.accountNumber,
    bankName: bankName(bank) ?? bank,
    bankCode: inicisCodes.bankCode(bank),
    accountName: payment.accountHolder,
    senderName: null,
    validDate: payment.dueAt && seoulDigits(payment.dueAt).slice(0, 8),
    depositStatus: accountStatusOf(payment),
    depositBankName: null,
    depositBankCode: null,
    depositAmount: payment.paidAt ? String(payment.amountMinor) : '',
    depositName: payment.depositorName,
    depositDate: deposited.slice(0, 8),
    depositTime: deposited.slice(8),
  };
}

/** `/api/v1/extra`, type `Extra` of `Inquiry`. An unknown payment is an answer like any other, with the status 9. */
export function inquireV1(context: SimulatorContext): Record<string, unknown> {
  const { book, caller } = context;
  const body = fieldsOf(context);
  const [tid, oid] = [body.optionalText('originalTid', 40), body.optionalText('oid', 40)];
  if (tid === '' && oid === '') throw new InicisRefusal('ERR012');
  const payment = tid === '' ? paymentByOrderId(book, caller.mid, oid) : paymentByTid(book, caller.mid, tid);
  return {
    resultCode: '00',
    resultMsg: '정상처리되었습니다.',
    tid: payment?.tid ?? tid,
    price: payment ? String(payment.amountMinor) : '',
    status: payment ? statusOf(payment) : '9',
  };
}

/** 0 approved, 1 cancelled. What a payment that is cancelled in part has is not public; it is still approved here. */
function statusOf(payment: BookPayment): string {
  if (payment.status === 'cancelled') return '1';
  return payment.payMethod === 'vbank' ? accountStatusOf(payment) : '0';
}

/** N waits for the deposit, Y has it, C was revoked before it. */
function accountStatusOf(payment: BookPayment): 'N' | 'Y' | 'C' {
  if (payment.status === 'revoked') return 'C';
  return payment.paidAt ? 'Y' : 'N';
}
