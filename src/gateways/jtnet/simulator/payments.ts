import { randomInt } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import { newApprovalNumber } from '../../../simulators/approval-numbers.ts';
import type { Book } from '../../../simulators/book.ts';
import { type CardChoiceRules, chosenCard } from '../../../simulators/chosen-card.ts';
import { creditCard } from '../../../simulators/credit-card.ts';
import type { ControlContext, SimulatorContext, WindowPayment } from '../../../simulators/definition.ts';
import { freshId } from '../../../simulators/fresh-id.ts';
import { type BookPayment, insertPayment, paymentByTid, recordCancel } from '../../../simulators/payments.ts';
import type { RequestFields } from '../../../simulators/request-fields.ts';
import { taxFreeTaken } from '../../../simulators/tax-free-taken.ts';
import { jtnetCodes } from '../wire/codes.ts';
import { reasonRule } from '../wire/text.ts';
import { refusal } from './protocol.ts';
import { sandboxCards } from './sandbox-cards.ts';

const amountMost = 10n ** 12n;
const windowCard = creditCard('451842******1281', null);
const cardRules: CardChoiceRules = { refusal: (problem) => refusal(problem === 'company' ? 'SIM34' : 'SIM35') };

/** The MID, a kind, the time and four digits, as ids of tPay look. */
function newTid(book: Book, mid: string, kind: '01' | '02', now: Date): string {
  return freshId(book, () => `${mid}${kind}${seoulDigits(now).slice(2)}${String(randomInt(10 ** 6)).padStart(6, '0')}`);
}

/** The buyer has just paid in tPay's window, by card or from an account. */
export function payInWindow(payment: WindowPayment, { book, mid, now }: ControlContext): BookPayment {
  const { payMethod, amountMinor, taxFreeMinor, vatMinor } = payment;
  const bankCode = payMethod === 'trans' ? (payment.bankCode ?? '088') : null;
  const isFit =
    (payMethod === 'card' || payMethod === 'trans') &&
    payment.currency === 'KRW' &&
    amountMinor > 0n &&
    amountMinor < amountMost &&
    taxFreeMinor + vatMinor <= amountMinor &&
    payment.orderId.length <= 64 &&
    (bankCode === null || jtnetCodes.bankCode(bankCode) !== undefined);
  if (!isFit) throw refusal('SIM01');
  const made = insertPayment(book, {
    mid,
    orderId: payment.orderId,
    tid: newTid(book, mid, payMethod === 'card' ? '01' : '02', now),
    orderName: payment.orderName,
    payMethod,
    amountMinor,
    taxFreeMinor,
    vatMinor,
    status: 'paid',
    requestedAt: now,
    approvalNumber: payMethod === 'card' ? newApprovalNumber() : null,
    card: payMethod === 'card' ? chosenCard(payment, windowCard, cardRules) : null,
    bankCode,
  });
  if (!made) throw refusal('SIM22');
  return made;
}

/** POST /api/v1/payments: by card number, which is kept masked only. */
export function approveByKey({ book, caller, now }: SimulatorContext, fields: RequestFields) {
  const orderId = fields.text('moid', 64);
  const amountMinor = fields.amount('amt');
  const number = fields.optionalText('card_num', 16);
  fields.text('goods_nm', 100);
  fields.text('card_exp', 4, /^\d{2}(0[1-9]|1[0-2])$/);
  fields.optionalText('card_pwd', 2, /^\d{2}$/);
  fields.optionalText('buyer_auth_num', 10, /^(\d{6}|\d{10})$/);
  const installmentMonths = Number(fields.text('card_quota', 2, /^\d{2}$/));
  if (amountMinor === 0n || amountMinor >= amountMost) throw refusal('SIM01');
  if (!/^\d{15,16}$/.test(number)) throw refusal('SIM31');
  const refused = sandboxCards.find((card) => card.number === number);
  if (refused) throw refusal(refused.code);
  const payment = insertPayment(book, {
    mid: caller.mid,
    orderId,
    tid: newTid(book, caller.mid, '01', now),
    orderName: fields.text('goods_nm', 100),
    payMethod: 'card',
    amountMinor,
    taxFreeMinor: 0n,
    vatMinor: 0n,
    status: 'paid',
    requestedAt: now,
    approvalNumber: newApprovalNumber(),
    card: creditCard(maskCardNumber(number), null, installmentMonths),
  });
  if (!payment) throw refusal('SIM22');
  return {
    result_cd: '0000',
    result_msg: '정상처리',
    tid: payment.tid,
    moid: orderId,
    paid_amt: String(amountMinor),
    app_co: '03',
    app_co_name: '삼성카드',
    app_no: payment.approvalNumber ?? '',
  };
}

/** POST /api/v1/refunds. Once a part was cancelled, what is left goes as a part as well. */
export function cancelPayment({ book, caller, now }: SimulatorContext, fields: RequestFields) {
  const payment = paymentByTid(book, caller.mid, fields.text('tid', 64));
  const orderId = fields.optionalText('moid', 64);
  const amountMinor = fields.amount('cancel_amt');
  const reason = fields.optionalText('cancel_msg', reasonRule.max);
  const isPart = fields.text('partial_cancel', 1, /^[01]$/) === '1';
  if (fields.text('cancel_pw', 50) !== caller.credentials.cancelPassword) throw refusal('SIM03');
  const isKnown = payment && payment.payMethod !== 'vbank' && (orderId === '' || orderId === payment.orderId);
  if (!isKnown) throw refusal('SIM04');
  if (payment.status === 'cancelled') throw refusal(2013);
  if (amountMinor > payment.balanceMinor) throw refusal('SIM06');
  if (amountMinor === 0n) throw refusal('SIM01');
  if (!isPart && amountMinor !== payment.amountMinor) throw refusal('SIM08');
  const changed = recordCancel(book, {
    tid: payment.tid,
    cancelTid: freshId(book, () => `C${payment.tid}${randomInt(10 ** 6)}`),
    amountMinor,
    taxFreeMinor: taxFreeTaken(payment, amountMinor, 0n),
    reason,
    now,
  });
  if (!changed) throw refusal('SIM06');
  const at = seoulDigits(now);
  return {
    result_cd: payment.payMethod === 'card' ? '2001' : '2211',
    result_msg: '취소 성공',
    PayMethod: payment.payMethod === 'card' ? 'CARD' : 'BANK',
    CancelDate: at.slice(0, 8),
    CancelTime: at.slice(8),
    tid: payment.tid,
    moid: payment.orderId,
  };
}
