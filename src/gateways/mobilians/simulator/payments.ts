import { randomInt } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { newApprovalNumber } from '../../../simulators/approval-numbers.ts';
import { type CardChoiceRules, chosenCard } from '../../../simulators/chosen-card.ts';
import { creditCard } from '../../../simulators/credit-card.ts';
import type { ControlContext, WindowPayment } from '../../../simulators/definition.ts';
import { freshId } from '../../../simulators/fresh-id.ts';
import { type BookPayment, insertPayment } from '../../../simulators/payments.ts';
import { cashCodes, mobiliansCodes } from '../wire/codes.ts';
import { refusal } from './refusals.ts';

/** An account waits so long where nothing is said. */
const accountWaitsMs = 7 * 24 * 3600_000;
const windowCard = creditCard('451842******1281', '366');
const cardRules: CardChoiceRules = { refusal: (problem) => refusal(problem === 'company' ? 'SIM13' : 'SIM14') };

/** Twenty digits: the time, and six more. */
export function newId(now: Date): string {
  return seoulDigits(now) + String(randomInt(10 ** 6)).padStart(6, '0');
}

/** The buyer has just paid in Mobilians' window, or been given an account there. */
export function payInWindow(payment: WindowPayment, { book, mid, now }: ControlContext): BookPayment {
  const { payMethod, orderId, amountMinor, taxFreeMinor, vatMinor } = payment;
  const isFit =
    cashCodes[payMethod] !== undefined &&
    payment.currency === 'KRW' &&
    amountMinor > 0n &&
    amountMinor < 10n ** 10n &&
    taxFreeMinor + vatMinor <= amountMinor &&
    orderId.length <= 50;
  const isAccount = payMethod === 'vbank';
  const bankCode = isAccount || payMethod === 'trans' ? (payment.bankCode ?? '088') : null;
  const dueAt = isAccount ? (payment.dueAt ?? new Date(now.getTime() + accountWaitsMs)) : null;
  const isKnownBank = bankCode === null || mobiliansCodes.bankCode(bankCode) !== undefined;
  if (!isFit || !isKnownBank || (dueAt && dueAt <= now)) throw refusal('SIM01');
  const made = insertPayment(book, {
    mid,
    orderId,
    tid: freshId(book, () => newId(now)),
    orderName: payment.orderName,
    payMethod,
    amountMinor,
    taxFreeMinor,
    vatMinor,
    status: isAccount ? 'waiting_for_deposit' : 'paid',
    requestedAt: now,
    dueAt,
    approvalNumber: payMethod === 'card' ? newApprovalNumber() : null,
    card: payMethod === 'card' ? chosenCard(payment, windowCard, cardRules) : null,
    bankCode,
    accountNumber: isAccount ? String(randomInt(10 ** 12, 10 ** 13)) : null,
    accountHolder: isAccount ? (payment.buyer.name ?? '구매자') : null,
    detail: { transactionId: newId(now), okUrl: 'https://shop.example/ok', timeStamp: seoulDigits(now) },
  });
  if (!made) throw refusal('SIM01');
  return made;
}
