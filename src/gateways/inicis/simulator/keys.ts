import { randomBytes } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import { type BookBillingKey, billingKeyOf, chargedCard, insertBillingKey } from '../../../simulators/billing-keys.ts';
import type { Book } from '../../../simulators/book.ts';
import { creditCard } from '../../../simulators/credit-card.ts';
import {
  type ControlContext,
  type SimulatorContext,
  SimulatorRefusal,
  type WindowKeyIssue,
  type WindowKeyResult,
} from '../../../simulators/definition.ts';
import { insertPayment, paymentByOrderId } from '../../../simulators/payments.ts';
import { type CardProblem, problemOfCard, problemOfData } from '../../../simulators/test-cards.ts';
import { inicisCodes } from '../wire/codes.ts';
import { duplicateOrder, type InicisErrorCode, inicisErrors } from '../wire/errors.ts';
import { textBytesMax } from '../wire/texts.ts';
import { cardOfWindow } from './accounts.ts';
import { newTid, tidPrefixes } from './ids.ts';
import { fieldsOf, InicisRefusal, type RequestFields, readRequest } from './protocol.ts';

/** `/api/v1/billing` registers a card and charges a key. */
export function operationOfBilling({ request }: SimulatorContext): 'issue_key' | 'charge_key' {
  return readRequest(request)?.fields.type === 'Auth' ? 'issue_key' : 'charge_key';
}

const codes: Readonly<Record<CardProblem, InicisErrorCode>> = {
  no_such_card: 'SIM01',
  wrong_expiry: 'SIM02',
  wrong_owner: 'SIM02',
  wrong_password: 'SIM02',
  over_limit: 'SIM03',
  declined: 'SIM04',
  lost: 'SIM04',
  stopped: 'SIM04',
};

/** `Auth` of `Card`. A card may have many keys. */
export function registerCard(context: SimulatorContext): Record<string, unknown> {
  const { book, caller, now } = context;
  const body = fieldsOf(context);
  const orderId = orderOf(body).orderId;
  body.balance('price');
  const number = body.encryptedDigits('cardNumber');
  const expiry = body.encryptedDigits('cardExpire');
  const owner = body.optionalEncryptedDigits('regNo');
  const password = body.optionalEncryptedDigits('cardPw');
  if (!/^\d{15,16}$/.test(number)) throw new InicisRefusal('SIM01');
  if (!/^\d{2}(0[1-9]|1[0-2])$/.test(expiry) || !/^(\d{6}|\d{10}|)$/.test(owner) || !/^(\d{2}|)$/.test(password)) {
    throw new InicisRefusal('ERR012');
  }
  if (expiry < seoulDigits(now).slice(2, 6)) throw new InicisRefusal('SIM02');
  refuse(problemOfData(number));
  const { key } = keep(book, caller.mid, orderId, creditCard(maskCardNumber(number), '366'), now);
  return { resultCode: '00', resultMsg: '정상처리되었습니다.', billKey: key };
}

/** `Billing` in v1, `billing` in v2. The sandbox's contract has unique order numbers. */
export function chargeKey(context: SimulatorContext): Record<string, unknown> {
  const { book, caller, now } = context;
  const body = fieldsOf(context);
  const { orderId, orderName } = orderOf(body);
  const amountMinor = body.amount('price');
  const vatMinor = body.amountOrZero('tax');
  const taxFreeMinor = body.amountOrZero('taxFree', 'taxfree');
  const months = body.optionalText('cardQuota', 2) || '00';
  const given = body.text('billKey', 40);
  const isTaken =
    /^\d{2}$/.test(months) &&
    /^(00|99)$/.test(body.text('authentification', 2)) &&
    /^[01]?$/.test(body.optionalText('quotaInterest', 1)) &&
    /^(WON)?$/.test(body.optionalText('currency', 3)) &&
    taxFreeMinor + vatMinor <= amountMinor;
  if (!isTaken) throw new InicisRefusal('ERR012');
  const key = billingKeyOf(book, given);
  // Every key here is a card's: for telephones (HPP) there is none.
  if (!key || key.mid !== caller.mid || key.removedAt || body.text('paymethod', 20) !== 'Card') {
    throw new InicisRefusal('SIM05');
  }
  if (paymentByOrderId(book, caller.mid, orderId)) {
    throw new InicisRefusal(duplicateOrder.code, { message: duplicateOrder.message });
  }
  refuse(problemOfCard(key.card.maskedNumber));
  const { card, approvalNumber } = chargedCard(key, Number(months));
  const payment = insertPayment(book, {
    mid: caller.mid,
    tid: newTid(book, tidPrefixes.keyCharge, caller.mid, now),
    orderId,
    orderName,
    payMethod: 'card',
    amountMinor,
    taxFreeMinor,
    vatMinor,
    status: 'paid',
    requestedAt: now,
    approvalNumber,
    card,
  });
  if (!payment) throw new Error('an order number that was free could not be used');
  const digits = seoulDigits(now);
  return {
    resultCode: '00',
    resultMsg: '정상처리되었습니다.',
    tid: payment.tid,
    payDate: digits.slice(0, 8),
    payTime: digits.slice(8),
    payAuthCode: approvalNumber,
    price: String(amountMinor),
    cardCode: inicisCodes.cardCode(card.code ?? '') ?? '',
  };
}

/** What a registration and a charge both have. That a registration wants all of it, too, is inferred. */
function orderOf(body: RequestFields): { readonly orderId: string; readonly orderName: string } {
  const orderId = body.text('moid', 40);
  const orderName = body.text('goodName', textBytesMax.goodName);
  body.text('url', 200);
  body.required('buyerName', textBytesMax.personName);
  body.required('buyerEmail', textBytesMax.buyerEmail);
  body.required('buyerTel', textBytesMax.buyerTel);
  return { orderId, orderName };
}

/** The window registers the card, and pays nothing of the amount that it shows. */
export function issueKeyInWindow(window: WindowKeyIssue, { book, mid, now }: ControlContext): WindowKeyResult {
  const { orderId } = window;
  if (Buffer.byteLength(orderId) > 40) throw new SimulatorRefusal('ERR012', inicisErrors.ERR012.message);
  const { key, card } = keep(book, mid, orderId, cardOfWindow(window), now);
  return { issued: { billingKey: { key, boundTo: {} }, gatewayTid: null, issuedAt: now, card }, payment: null };
}

/** 40 hexadecimal digits, as those in INICIS's samples. */
function keep(book: Book, mid: string, orderId: string, card: BookBillingKey['card'], issuedAt: Date): BookBillingKey {
  return insertBillingKey(book, {
    key: randomBytes(20).toString('hex'),
    mid,
    orderId,
    boundTo: '',
    card,
    issuedAt,
  });
}

function refuse(problem: CardProblem | undefined): void {
  if (problem) throw new InicisRefusal(codes[problem]);
}
