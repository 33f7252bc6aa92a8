import { randomInt } from 'node:crypto';
import { seoulDay } from '../../../platform/clock/seoul-time.ts';
import type { ApprovedCard } from '../../../port/approval.ts';
import type { PayMethod } from '../../../port/payment.ts';
import { newApprovalNumber } from '../../../simulators/approval-numbers.ts';
import { type CardChoiceRules, chosenCard } from '../../../simulators/chosen-card.ts';
import { creditCard } from '../../../simulators/credit-card.ts';
import type { ControlContext, WindowPayment } from '../../../simulators/definition.ts';
import { type BookPayment, insertPayment } from '../../../simulators/payments.ts';
import { smartroCodes } from '../wire/codes.ts';
import { newSmartroTid } from './cancel.ts';
import { smartroRefusal } from './refusals.ts';

const amountDigitsMax = 12;
const moidLengthMax = 40;
const defaultDays = 7;

/** Smartro takes letters and digits only for an order number; other characters of ours are left out. */
export function moidOf(orderId: string): string {
  return orderId.replace(/[^A-Za-z0-9]/g, '').slice(0, moidLengthMax);
}

/** The payment window of either module: the buyer has paid, or been given an account. */
export function payInWindowOf(payMethods: readonly PayMethod[]) {
  return (payment: WindowPayment, context: ControlContext): BookPayment => {
    const { payMethod, amountMinor, taxFreeMinor, vatMinor } = payment;
    if (!payMethods.includes(payMethod)) throw smartroRefusal('SIM21');
    const isMalformed =
      payment.currency !== 'KRW' ||
      amountMinor <= 0n ||
      String(amountMinor).length > amountDigitsMax ||
      taxFreeMinor + vatMinor > amountMinor ||
      moidOf(payment.orderId) === '';
    if (isMalformed) throw smartroRefusal('SIM01');
    const bankCode = payMethod === 'vbank' || payMethod === 'trans' ? (payment.bankCode ?? '088') : null;
    if (bankCode !== null && smartroCodes.bankCode(bankCode) === undefined) throw smartroRefusal('SIM23');
    const dueAt = payMethod === 'vbank' ? endOfDay(payment.dueAt ?? daysFrom(context.now)) : null;
    if (dueAt && dueAt <= context.now) throw smartroRefusal('SIM01');

    const isWaiting = payMethod === 'vbank';
    const made = insertPayment(context.book, {
      mid: context.mid,
      orderId: payment.orderId,
      tid: newSmartroTid(context.book, context.mid, payMethod, context.now),
      orderName: payment.orderName,
      payMethod,
      amountMinor,
      taxFreeMinor,
      vatMinor,
      status: isWaiting ? 'waiting_for_deposit' : 'paid',
      requestedAt: context.now,
      dueAt,
      approvalNumber: payMethod === 'card' ? newApprovalNumber() : null,
      card: payMethod === 'card' ? cardOfWindow(payment) : null,
      bankCode,
      accountNumber: isWaiting ? `79${randomInt(10 ** 11, 10 ** 12)}` : null,
      accountHolder: isWaiting ? (payment.buyer.name ?? '구매자') : null,
    });
    if (!made) throw smartroRefusal('SIM22');
    return made;
  };
}

/** The card of every payment in the sandbox's window. */
const windowCard = creditCard('409216******0820', '371');
const cardRules: CardChoiceRules = { refusal: (problem) => smartroRefusal(problem === 'company' ? 'SIM24' : 'SIM25') };

export function cardOfWindow(window: WindowPayment): ApprovedCard {
  return chosenCard(window, windowCard, cardRules);
}

function daysFrom(now: Date): Date {
  return new Date(now.getTime() + defaultDays * 24 * 3600_000);
}

/** An account is good until the end of its last day in Seoul, whatever time was asked for. */
function endOfDay(time: Date): Date {
  return new Date(`${seoulDay(time)}T23:59:59+09:00`);
}
