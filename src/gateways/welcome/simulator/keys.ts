import { randomBytes } from 'node:crypto';
import {
  type BookBillingKey,
  billingKeyOf,
  chargedCard,
  insertBillingKey,
  removeBillingKey,
} from '../../../simulators/billing-keys.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { type CardProblem, problemOfCard, problemOfData } from '../../../simulators/test-cards.ts';
import {
  acquirer,
  approved,
  cardNumberOf,
  cardOf,
  madeAt,
  readBuyer,
  readOrder,
  refuseBrokenCard,
  taxPart,
} from './payments.ts';
import { amountOf, textOf, type WelcomeForm } from './protocol.ts';
import { type WelcomeRefusalCode, welcomeRefusal } from './refusals.ts';
import { newWelcomeTid } from './transaction-ids.ts';

const codes: Readonly<Record<CardProblem, WelcomeRefusalCode>> = {
  no_such_card: 'SIM31',
  wrong_expiry: 'SIM34',
  wrong_owner: 'SIM35',
  wrong_password: 'SIM36',
  declined: 'SIM32',
  over_limit: 'SIM33',
  lost: 'SIM32',
  stopped: 'SIM32',
};

/** POST /billing/billkey/card: with birth date and password, and a remark, which are all wanted. */
export function issueKey(context: SimulatorContext, form: WelcomeForm) {
  if (!form.registNo || !form.passwd || !form.etc) throw welcomeRefusal('SIM01');
  return { ...register(context, form), CardKind: '0' };
}

/** POST /noauth/billkey/card: neither of them. What Welcome does with one that is sent all the same is not public. */
export function issueKeyUnverified(context: SimulatorContext, form: WelcomeForm) {
  if (form.registNo || form.passwd) throw welcomeRefusal('SIM01');
  return register(context, form);
}

/** The card's number, password and owner are looked at and forgotten. */
function register(context: SimulatorContext, form: WelcomeForm) {
  const { book, caller, now } = context;
  textOf(form, 'goodsName', 80, false);
  if (form.price) amountOf(form, 'price', 10);
  readBuyer(form);
  textOf(form, 'payPeriodCode', 4, false);
  // Welcome knows no order of a registration: the merchant's remark stands in its place.
  const orderId = textOf(form, 'etc', 100, false);
  const number = cardNumberOf(context, form);
  const problem = problemOfData(number);
  if (problem) throw welcomeRefusal(codes[problem]);
  refuseBrokenCard(number, form, now);
  const { key } = insertBillingKey(book, {
    // Forty characters have room; their form is not public.
    key: randomBytes(20).toString('hex'),
    mid: caller.mid,
    orderId,
    boundTo: '',
    card: cardOf(number, 0),
    issuedAt: now,
  });
  return {
    ...madeAt(now),
    CardResultCode: acquirer,
    Billkey: key,
    Price: '0',
    tid: newWelcomeTid(book, 'StdpayCARD', caller.mid, now),
  };
}

/** POST /billing/billpay: the answer names no card. */
export function chargeKey(context: SimulatorContext, form: WelcomeForm) {
  const order = readOrder(form, false);
  const key = liveKey(context, form);
  const tax = taxPart(form, order.amountMinor);
  const problem = problemOfCard(key.card.maskedNumber);
  if (problem) throw welcomeRefusal(codes[problem]);
  return approved(context, { ...order, ...tax }, chargedCard(key, order.months).card, {});
}

/** POST /billing/billkey/delete */
export function deleteKey(context: SimulatorContext, form: WelcomeForm) {
  removeBillingKey(context.book, liveKey(context, form).key, context.now);
  return {};
}

/** A key that was deleted is as unknown as one of another merchant (inferred). */
function liveKey({ book, caller }: SimulatorContext, form: WelcomeForm): BookBillingKey {
  const key = billingKeyOf(book, textOf(form, 'billkey', 40, true));
  if (key?.mid !== caller.mid || key.removedAt) throw welcomeRefusal('SIM37');
  return key;
}
