import { randomInt } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { ApprovedCard } from '../../../port/approval.ts';
import { newApprovalNumber } from '../../../simulators/approval-numbers.ts';
import type { Book } from '../../../simulators/book.ts';
import { type CardChoiceRules, chosenCard } from '../../../simulators/chosen-card.ts';
import { creditCard } from '../../../simulators/credit-card.ts';
import { type ControlContext, SimulatorRefusal, type WindowPayment } from '../../../simulators/definition.ts';
import { type BookPayment, insertPayment } from '../../../simulators/payments.ts';
import { kcpCodes } from '../wire/codes.ts';

const dayMs = 24 * 3600_000;
/** An account waits so long where the merchant says nothing. KCP's own default is set in its administration. */
const accountWaitsMs = 7 * dayMs;
/** The card of every payment in the sandbox's window. */
const windowCard = creditCard('457973******1234', '366');
const cardRules: CardChoiceRules = {
  codes: kcpCodes,
  refusal: (problem) =>
    problem === 'company'
      ? new SimulatorRefusal('INVALID_CARD_COMPANY', '지원하지 않는 카드사입니다.')
      : new SimulatorRefusal('INVALID_INSTALLMENT', '할부 개월이 올바르지 않습니다.'),
};

export function cardOfWindow(window: WindowPayment): ApprovedCard {
  return chosenCard(window, windowCard, cardRules);
}

/** The buyer has just paid in KCP's window, or been given an account there. The codes of refusals are the simulator's own. */
export function payInWindow(payment: WindowPayment, context: ControlContext): BookPayment {
  const { payMethod, orderId, amountMinor } = payment;
  const { now, book, mid } = context;
  if (!['card', 'trans', 'vbank', 'phone'].includes(payMethod)) {
    throw new SimulatorRefusal('UNSUPPORTED_PAY_METHOD', '지원하지 않는 결제수단입니다.');
  }
  if (!/^[\x21-\x7e]{1,40}$/.test(orderId)) {
    throw new SimulatorRefusal('INVALID_ORDER_ID', '주문번호는 40자 이하여야 합니다.');
  }
  const isKcpAmount = payment.currency === 'KRW' && amountMinor > 0n && amountMinor < 10n ** 12n;
  if (!isKcpAmount || payment.taxFreeMinor + payment.vatMinor > amountMinor) {
    throw new SimulatorRefusal('INVALID_AMOUNT', '결제 금액이 올바르지 않습니다.');
  }
  const bankCode = payment.bankCode ?? '088';
  if (kcpCodes.bankCode(bankCode) === undefined)
    throw new SimulatorRefusal('INVALID_BANK', '지원하지 않는 은행입니다.');
  const isAccount = payMethod === 'vbank';
  const dueAt = isAccount ? (payment.dueAt ?? new Date(now.getTime() + accountWaitsMs)) : null;
  if (dueAt && dueAt <= now) throw new SimulatorRefusal('INVALID_DUE_DATE', '입금 기한이 올바르지 않습니다.');
  const made = insertPayment(book, {
    mid,
    orderId,
    tid: newNumber(book, now),
    orderName: payment.orderName,
    payMethod,
    amountMinor,
    taxFreeMinor: payment.taxFreeMinor,
    vatMinor: payment.vatMinor,
    status: isAccount ? 'waiting_for_deposit' : 'paid',
    requestedAt: now,
    dueAt,
    approvalNumber: payMethod === 'card' ? newApprovalNumber() : null,
    card: payMethod === 'card' ? cardOfWindow(payment) : null,
    bankCode: isAccount || payMethod === 'trans' ? bankCode : null,
    accountNumber: isAccount ? `T${randomInt(10 ** 12, 10 ** 13)}` : null,
    accountHolder: isAccount ? (payment.buyer.name ?? '구매자') : null,
  });
  if (!made) throw new SimulatorRefusal('DUPLICATE_ORDER_ID', '이미 사용된 주문번호입니다.');
  return made;
}

/** A transaction number, or one of a partial cancellation: fourteen digits that begin with the day. */
export function newNumber(book: Book, now: Date): string {
  const day = seoulDigits(now).slice(0, 8);
  for (let attempt = 0; attempt < 100; attempt++) {
    const number = `${day}${String(randomInt(1_000_000)).padStart(6, '0')}`;
    const taken = book.get(
      'select 1 from payments where tid = ?1 union all select 1 from cancels where cancel_tid = ?1',
      number,
    );
    if (!taken) return number;
  }
  throw new Error('no free transaction number was found');
}
