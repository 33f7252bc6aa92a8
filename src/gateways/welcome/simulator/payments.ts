import { randomInt } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import type { ApprovedCard } from '../../../port/approval.ts';
import type { PayMethod } from '../../../port/payment.ts';
import { newApprovalNumber } from '../../../simulators/approval-numbers.ts';
import { type CardChoiceRules, chosenCard } from '../../../simulators/chosen-card.ts';
import { creditCard } from '../../../simulators/credit-card.ts';
import type { ControlContext, SimulatorContext, WindowPayment } from '../../../simulators/definition.ts';
import { type BookPayment, insertPayment, type NewBookPayment } from '../../../simulators/payments.ts';
import { virtualAccountBanks, welcomeCodes } from '../wire/codes.ts';
import { cardKeysOf, decryptCardValue } from '../wire/signature.ts';
import { amountOf, taxOf, textOf, type WelcomeForm } from './protocol.ts';
import { welcomeRefusal } from './refusals.ts';
import { sandboxCards } from './sandbox-cards.ts';
import { newWelcomeTid } from './transaction-ids.ts';

const defaultAccountDays = 7;

/** Kinds of transaction ids: 40 characters with the MID and the time. Those of transfers and telephones are inferred. */
const tidKinds: Readonly<Partial<Record<PayMethod, string>>> = {
  card: 'StdpayCARD',
  trans: 'StdpayDBNK',
  vbank: 'StdpayVBNK',
  phone: 'StdpayHPP_',
};

/** POST /noauth/pay/card: by card number. */
export function approveByNumber(context: SimulatorContext, form: WelcomeForm) {
  const order = readOrder(form, true);
  const number = cardNumberOf(context, form);
  const listed = sandboxCards.find((card) => card.number === number);
  if (listed) throw welcomeRefusal(listed.code);
  refuseBrokenCard(number, form, context.now);
  return approved(context, { ...order, ...taxPart(form, order.amountMinor) }, cardOf(number, order.months), {
    CardResultCode: acquirer,
  });
}

/** What is said of a payment, by whichever means. The table of a key-in wants the instalments to be told, that of a charge does not. */
export function readOrder(form: WelcomeForm, tellsQuota: boolean) {
  const amountMinor = amountOf(form, 'price', 10);
  const orderId = textOf(form, 'oid', 40, true);
  const quota = textOf(form, 'cardQuota', 2, tellsQuota) || '00';
  const interest = textOf(form, 'quotaInterest', 1, tellsQuota) || '0';
  const orderName = textOf(form, 'goodsName', 80, false);
  readBuyer(form);
  if (amountMinor === 0n || !/^\d{2}$/.test(quota) || !/^[01]$/.test(interest)) throw welcomeRefusal('SIM01');
  return { amountMinor, orderId, orderName, months: Number(quota) };
}

export function readBuyer(form: WelcomeForm): void {
  textOf(form, 'buyerName', 30, true);
  textOf(form, 'buyerTel', 40, false);
  textOf(form, 'buyerEmail', 40, false);
}

export function taxPart(form: WelcomeForm, amountMinor: bigint) {
  const tax = taxOf(form, amountMinor);
  return { taxFreeMinor: tax?.taxFreeMinor ?? 0n, vatMinor: tax?.taxMinor ?? 0n };
}

export function approved(
  context: SimulatorContext,
  { months: _months, ...order }: ReturnType<typeof readOrder> & ReturnType<typeof taxPart>,
  card: ApprovedCard,
  others: Readonly<Record<string, string>>,
) {
  const payment = insert(context, context.caller.mid, {
    ...order,
    payMethod: 'card',
    status: 'paid',
    approvalNumber: newApprovalNumber(),
    card,
  });
  return {
    ...madeAt(context.now),
    Price: String(order.amountMinor),
    tid: payment.tid,
    ApplNum: payment.approvalNumber ?? '',
    ...others,
  };
}

export function madeAt(now: Date) {
  const at = seoulDigits(now);
  return { PayDate: at.slice(0, 8), PayTime: at.slice(8) };
}

/** Decrypts the card's values; the number goes no further than its mask. */
export function cardNumberOf({ caller }: SimulatorContext, form: WelcomeForm): string {
  const keys = cardKeysOf(caller.credentials);
  const value = (name: string) => (form[name] && keys ? decryptCardValue(form[name], keys) : undefined);
  const number = value('cardNumber');
  const isReadable = (name: string, pattern: RegExp) => !form[name] || pattern.test(value(name) ?? '');
  const areReadable = isReadable('registNo', /^(\d{6}|\d{10})$/) && isReadable('passwd', /^\d{2}$/);
  if (number === undefined || !areReadable) throw welcomeRefusal('SIM01');
  return number;
}

export function refuseBrokenCard(number: string, form: WelcomeForm, now: Date): void {
  if (!/^\d{15,16}$/.test(number)) throw welcomeRefusal('SIM31');
  const expiry = `${form.cardExpireYY ?? ''}${form.cardExpireMM ?? ''}`;
  const isGood = /^\d{2}(0[1-9]|1[0-2])$/.test(expiry) && expiry >= seoulDigits(now).slice(2, 6);
  if (!isGood) throw welcomeRefusal('SIM34');
}

const cardRules: CardChoiceRules = {
  codes: welcomeCodes,
  refusal: (problem) => welcomeRefusal(problem === 'company' ? 'SIM25' : 'SIM26'),
};

/** The buyer has just paid in the window, or been given an account there. */
export function payInWindow(payment: WindowPayment, context: ControlContext): BookPayment {
  const { payMethod, amountMinor, taxFreeMinor, vatMinor } = payment;
  if (!tidKinds[payMethod]) throw welcomeRefusal('SIM21');
  const isMalformed =
    payment.currency !== 'KRW' ||
    payment.orderId.length > 40 ||
    amountMinor <= 0n ||
    String(amountMinor).length > 8 ||
    taxFreeMinor + vatMinor > amountMinor;
  if (isMalformed) throw welcomeRefusal('SIM01');
  if (payment.cashReceiptIdentifier !== null) throw welcomeRefusal('SIM24');
  const isWaiting = payMethod === 'vbank';
  const bankCode = isWaiting || payMethod === 'trans' ? (payment.bankCode ?? '088') : null;
  const isKnownBank = bankCode === null || welcomeCodes.bankCode(bankCode) !== undefined;
  if (!isKnownBank || (isWaiting && !virtualAccountBanks.includes(bankCode ?? ''))) throw welcomeRefusal('SIM23');
  const dueAt = isWaiting ? (payment.dueAt ?? daysFrom(context.now)) : null;
  if (dueAt && dueAt <= context.now) throw welcomeRefusal('SIM01');
  return insert(context, context.mid, {
    orderId: payment.orderId,
    orderName: payment.orderName,
    payMethod,
    amountMinor,
    taxFreeMinor,
    vatMinor,
    status: isWaiting ? 'waiting_for_deposit' : 'paid',
    dueAt,
    bankCode,
    ...(payMethod === 'card' && {
      approvalNumber: newApprovalNumber(),
      card: chosenCard(payment, windowCard, cardRules),
    }),
    ...(isWaiting && {
      accountNumber: `56${randomInt(10 ** 11, 10 ** 12)}`,
      accountHolder: payment.buyer.name ?? '구매자',
    }),
  });
}

/** Every card of the sandbox is 신한카드's, unless the buyer chooses another in the window. */
export const acquirer = '14';

export function cardOf(number: string, installmentMonths: number): ApprovedCard {
  return creditCard(maskCardNumber(number), '366', installmentMonths);
}

const windowCard = cardOf('9410000000001234', 0);

function insert(
  { book, now }: Pick<SimulatorContext, 'book' | 'now'>,
  mid: string,
  fields: Omit<NewBookPayment, 'mid' | 'tid' | 'requestedAt'>,
): BookPayment {
  const payment = insertPayment(book, {
    mid,
    tid: newWelcomeTid(book, tidKinds[fields.payMethod] ?? '', mid, now),
    requestedAt: now,
    ...fields,
  });
  if (!payment) throw welcomeRefusal('SIM22');
  return payment;
}

function daysFrom(now: Date): Date {
  return new Date(now.getTime() + defaultAccountDays * 24 * 3600_000);
}
