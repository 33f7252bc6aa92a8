import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import type { ApprovedCard } from '../../../port/approval.ts';
import type { RegisteredCard } from '../../../port/billing-key.ts';
import { type CardChoiceRules, chosenCard } from '../../../simulators/chosen-card.ts';
import { creditCard } from '../../../simulators/credit-card.ts';
import {
  type ControlContext,
  type SimulatorContext,
  SimulatorRefusal,
  type WindowPayment,
} from '../../../simulators/definition.ts';
import { type BookPayment, insertPayment } from '../../../simulators/payments.ts';
import { cardCompanyOf, companyName, ksnetCodes } from '../wire/codes.ts';
import { ksnetErrors } from '../wire/errors.ts';
import { digits, KsnetFailure, type KsnetFields, KsnetProtocolError, newTid } from './protocol.ts';
import { sandboxCards } from './sandbox-cards.ts';

const amountMax = 999_999_999n;
const monthsMax = 36;
const weekMs = 7 * 24 * 3600_000;
/** The one company whose type is public. */
const company = { type: 'HYUNDAI', name: '현대카드' } as const;
const windowCard = '9400120000001234';
const cardRules: CardChoiceRules = {
  codes: { cardCode: companyName },
  monthsMax,
  refusal: (problem) =>
    problem === 'company'
      ? new SimulatorRefusal('UNKNOWN_CARD_COMPANY', '지원하지 않는 카드사입니다.')
      : new SimulatorRefusal('8393', '할부개월수 오류'),
};

/** POST /api/v1/card/pay/noncert. The card's number is looked at and forgotten. */
export function approveByNumber(fields: KsnetFields, context: SimulatorContext): Record<string, string> {
  const order = readOrder(fields);
  fields.optional('userEmail', 50);
  fields.required('productType', 10);
  const vatMinor = BigInt(fields.optional('tax', 9, /^\d+$/) || (order.amountMinor - order.taxFreeMinor) / 11n);
  const cardNumber = fields.required('cardNumb', 20, /^\d+$/);
  const expiry = fields.required('expiryDate', 4, /^\d{4}$/);
  if (order.taxFreeMinor + vatMinor > order.amountMinor) throw new KsnetProtocolError('A0400');
  refuseCard(cardNumber, expiry, order.months, context.now);
  return approved({ ...order, vatMinor }, cardFields(cardNumber, order.months), context);
}

type Order = ReturnType<typeof readOrder> & { readonly vatMinor: bigint };

/** What is said of a payment, by whichever means. */
export function readOrder(fields: KsnetFields) {
  const orderId = fields.required('orderNumb', 50);
  fields.required('userName', 50);
  fields.optional('productType', 10, /^(REAL|DIGITAL)$/);
  const orderName = fields.required('productName', 50);
  const amountMinor = BigInt(fields.required('totalAmount', 9, /^[1-9]\d*$/));
  const taxFreeMinor = BigInt(fields.optional('taxFreeAmount', 9, /^\d+$/) || 0);
  const months = Number(fields.required('installMonth', 2, /^\d{2}$/));
  if (fields.required('currencyType', 3) !== 'KRW' || taxFreeMinor > amountMinor) {
    throw new KsnetProtocolError('A0400');
  }
  return { orderId, orderName, amountMinor, taxFreeMinor, months };
}

export function approved(
  { months: _months, ...order }: Order,
  card: ApprovedCard,
  { book, caller, now }: SimulatorContext,
): Record<string, string> {
  const payment = insertPayment(book, {
    ...newPayment(caller.mid, 'card', now),
    ...order,
    approvalNumber: `00${digits(6)}`,
    card,
  });
  // That an order number is taken once is inferred; the code is that of a repeated approval.
  if (!payment) throw new KsnetFailure('P10H', '중복승인요청오류');
  return {
    tid: payment.tid,
    tradeDateTime: seoulDigits(now),
    totalAmount: order.amountMinor.toString(),
    respCode: '0000',
    respMessage: `${companyName(card.code ?? '') ?? ''}/OK: ${payment.approvalNumber}`,
    ...cardData(payment),
    expiryDate: '',
    cardType: 'CREDIT',
    partCancelYn: 'Y',
  };
}

/** The type of any other company than 현대카드 is not public: its name alone is told. */
export function companyData(card: RegisteredCard | null) {
  const type = ksnetCodes.cardCode(card?.code ?? '') ?? '';
  const name = companyName(card?.code ?? '') ?? '';
  return { issuerCardType: type, issuerCardName: name, purchaseCardType: type, purchaseCardName: name };
}

/** What answers say of the card: the number with its end masked. */
export function cardData(payment: BookPayment): Record<string, string> {
  return {
    ...companyData(payment.card),
    approvalNumb: payment.approvalNumber ?? '',
    cardNumb: payment.card?.maskedNumber ?? '',
    expiryDate: '',
    installMonth: (payment.card?.installmentMonths ?? 0).toString().padStart(2, '0'),
  };
}

/** The buyer has just paid in KSNET's window, or been given an account there. */
export function payInWindow(payment: WindowPayment, context: ControlContext): BookPayment {
  const { payMethod, amountMinor } = payment;
  if (payMethod !== 'card' && payMethod !== 'trans' && payMethod !== 'vbank' && payMethod !== 'phone') {
    throw new SimulatorRefusal('UNSUPPORTED_PAY_METHOD', '지원하지 않는 결제수단입니다.');
  }
  if (payment.currency !== 'KRW' || amountMinor < 1n || amountMinor > amountMax || payment.taxFreeMinor > amountMinor) {
    throw new SimulatorRefusal('INVALID_AMOUNT', '결제 금액이 올바르지 않습니다.');
  }
  const made = insertPayment(context.book, {
    ...newPayment(context.mid, payMethod, context.now),
    orderId: payment.orderId,
    orderName: payment.orderName,
    amountMinor,
    taxFreeMinor: payment.taxFreeMinor,
    vatMinor: payment.vatMinor,
    ...(payMethod === 'card' && {
      approvalNumber: `00${digits(6)}`,
      card: chosenCard(payment, cardFields(windowCard, 0), cardRules),
    }),
    ...(payMethod === 'trans' && { bankCode: bankOf(payment) }),
    ...(payMethod === 'vbank' && accountFields(payment, context.now)),
    ...(payMethod === 'phone' && { detail: { isPartialCancelable: false } }),
  });
  if (!made) throw new SimulatorRefusal('P10H', '중복승인요청오류');
  return made;
}

function newPayment(mid: string, payMethod: 'card' | 'trans' | 'vbank' | 'phone', now: Date) {
  return {
    mid,
    tid: newTid(payMethod),
    payMethod,
    status: payMethod === 'vbank' ? 'waiting_for_deposit' : 'paid',
    requestedAt: now,
  } as const;
}

function bankOf({ bankCode }: WindowPayment): string {
  const known = ksnetCodes.bankCode(bankCode ?? '011');
  if (known === undefined) throw new SimulatorRefusal('UNKNOWN_BANK', '지원하지 않는 은행입니다.');
  return known;
}

function accountFields(payment: WindowPayment, now: Date) {
  const dueAt = payment.dueAt ?? new Date(now.getTime() + weekMs);
  if (dueAt <= now) throw new SimulatorRefusal('B013', '발급거절/마감일자정보없음');
  // The holder is always the shop.
  return { bankCode: bankOf(payment), accountNumber: `10${digits(12)}`, accountHolder: '케이에스넷상점', dueAt };
}

export function cardFields(number: string, installmentMonths: number): ApprovedCard {
  return creditCard(maskCardNumber(number), cardCompanyOf(company.type, company.name).code, installmentMonths);
}

function refuseCard(number: string, expiry: string, months: number, now: Date): void {
  refuse(sandboxCards.find((card) => card.number === number)?.code);
  refuseBrokenCard(number, expiry, now);
  refuseMonths(months);
}

export function refuseBrokenCard(number: string, expiry: string, now: Date): void {
  const isExpired =
    Number(expiry.slice(2)) > 12 || expiry.slice(2) === '00' || `20${expiry}` < seoulDigits(now).slice(0, 6);
  const isShort = number.length < 14 || number.length > 16;
  refuse(isShort ? '8037' : isExpired ? '8314' : undefined);
}

export function refuseMonths(months: number): void {
  refuse(months === 1 || months > monthsMax ? '8393' : undefined);
}

/** By the first text of a code. */
export function refuse(code: string | undefined): void {
  const error = ksnetErrors.find((each) => each.code === code);
  if (error) throw new KsnetFailure(error.code, error.message);
}
