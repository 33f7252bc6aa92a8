import { randomInt } from 'node:crypto';
import { readSeoulDigits, seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { ApprovedCard } from '../../../port/approval.ts';
import { newApprovalNumber } from '../../../simulators/approval-numbers.ts';
import { type CardChoiceRules, chosenCard } from '../../../simulators/chosen-card.ts';
import { creditCard } from '../../../simulators/credit-card.ts';
import { type ControlContext, SimulatorRefusal, type WindowPayment } from '../../../simulators/definition.ts';
import { type BookPayment, insertPayment } from '../../../simulators/payments.ts';
import { danalCodes } from '../wire/codes.ts';
import { danalErrors } from '../wire/errors.ts';
import { newTid } from './protocol.ts';

const amountMax = 999_999_999n;
const weekMs = 7 * 24 * 3600_000;
/** Danal's code of 신한카드: the card of every payment in the sandbox's window. */
const windowCard = creditCard('941000******1234', danalCodes.standardCardCode('0100') ?? null);

const cardRules: CardChoiceRules = {
  codes: danalCodes,
  refusal: (problem) =>
    problem === 'company'
      ? new SimulatorRefusal('INVALID_CARD_COMPANY', '지원하지 않는 카드사입니다.')
      : new SimulatorRefusal('INVALID_INSTALLMENT', '할부 개월이 올바르지 않습니다.'),
};

export function cardOfWindow(payment: WindowPayment): ApprovedCard {
  return chosenCard(payment, windowCard, cardRules);
}

/** The buyer has just paid in Danal's window, or been given an account there. */
export function payInWindow(payment: WindowPayment, context: ControlContext): BookPayment {
  const { payMethod, amountMinor } = payment;
  if (payMethod !== 'card' && payMethod !== 'trans' && payMethod !== 'vbank') {
    throw new SimulatorRefusal('UNSUPPORTED_PAY_METHOD', '지원하지 않는 결제수단입니다.');
  }
  if (payment.currency !== 'KRW' || amountMinor < 1n || amountMinor > amountMax || payment.taxFreeMinor > amountMinor) {
    throw new SimulatorRefusal('INVALID_AMOUNT', '결제 금액이 올바르지 않습니다.');
  }
  const bankCode = danalCodes.bankCode(payment.bankCode ?? '088');
  if (bankCode === undefined) throw new SimulatorRefusal('1131', danalErrors.virtualAccount['1131'].message);
  const made = insertPayment(context.book, {
    mid: context.mid,
    orderId: payment.orderId,
    tid: newTid(context.now),
    orderName: payment.orderName,
    payMethod,
    amountMinor,
    taxFreeMinor: payment.taxFreeMinor,
    vatMinor: payment.vatMinor,
    status: payMethod === 'vbank' ? 'waiting_for_deposit' : 'paid',
    requestedAt: context.now,
    approvalNumber: payMethod === 'vbank' ? null : newApprovalNumber(),
    card: payMethod === 'card' ? cardOfWindow(payment) : null,
    bankCode: payMethod === 'card' ? null : bankCode,
    ...(payMethod === 'vbank' && accountFields(payment, context.now)),
  });
  // The code is that of virtual accounts; the list at hand has none of the other windows.
  if (!made) throw new SimulatorRefusal('1106', danalErrors.virtualAccount['1106'].message);
  return made;
}

/** `EXPIREDATE` is a day: the account waits until that day ends in Seoul. */
function accountFields(payment: WindowPayment, now: Date) {
  const day = seoulDigits(payment.dueAt ?? new Date(now.getTime() + weekMs)).slice(0, 8);
  const dueAt = readSeoulDigits(`${day}235959`) ?? now;
  if (dueAt <= now) throw new SimulatorRefusal('INVALID_DUE', '입금 기한이 올바르지 않습니다.');
  return {
    dueAt,
    accountNumber: `7${randomInt(10 ** 12, 10 ** 13)}`,
    // The merchant's name, as Danal has it.
    accountHolder: '다날상점',
  };
}
