import { randomBytes } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import {
  type BookBillingKey,
  billingKeyOf,
  chargedCard,
  insertBillingKey,
  removeBillingKey,
} from '../../../simulators/billing-keys.ts';
import type { Book } from '../../../simulators/book.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { isIdUsed } from '../../../simulators/fresh-id.ts';
import { type BookPayment, insertPayment } from '../../../simulators/payments.ts';
import { type CardProblem, problemOfCard, problemOfData } from '../../../simulators/test-cards.ts';
import { decryptCardData } from '../wire/card-data.ts';
import { cardCompanyOf } from '../wire/codes.ts';
import type { NiceErrorCode } from '../wire/errors.ts';
import { isMerchantTid, type TidMedium } from '../wire/transaction-id.ts';
import { paddedAmount } from '../wire/wire.ts';
import { isNumberUsed, newTid, windowCard } from './book.ts';
import { type NiceForm, NiceRefusal } from './protocol.ts';

/** What NICE says to a test card; which of its codes stands for what is inferred from their texts. */
export const niceCardProblems: Readonly<Record<CardProblem, '8035' | 'F112' | 'F113' | 'F118'>> = {
  no_such_card: 'F112',
  wrong_expiry: 'F118',
  wrong_owner: 'F113',
  wrong_password: 'F113',
  declined: 'F118',
  over_limit: '8035',
  lost: 'F118',
  stopped: 'F118',
};

/** `BIKY`, the merchant and digits, in 30 characters at most. */
export function newBid(mid: string): string {
  return `BIKY${mid}${randomBytes(6).toString('hex').toUpperCase()}`.slice(0, 30);
}

/** Every card of the sandbox is of one company, as in NICE's own. */
export function registeredCard(number: string) {
  const { code, name } = cardCompanyOf(windowCard.niceCode);
  return { maskedNumber: maskCardNumber(number), code, name, issuerCode: code, issuerName: name, type: 0 } as const;
}

/** POST /webapi/billing/billing_regist.jsp */
export function issueKey(form: NiceForm, { book, caller, now }: SimulatorContext): Record<string, string> {
  const orderId = form.required('Moid', 64);
  const card = readCardData(form, caller.credentials.merchantKey ?? '');
  const expiry = (card.ExpYear ?? '') + (card.ExpMonth ?? '');
  refuseBrokenCard(card.CardNo ?? '', expiry, now);
  refuse(problemOfData(card.CardNo ?? ''));
  const { key } = insertBillingKey(book, {
    key: newBid(caller.mid),
    mid: caller.mid,
    orderId,
    boundTo: '',
    card: registeredCard(card.CardNo ?? ''),
    issuedAt: now,
  });
  return {
    ResultCode: 'F100',
    ResultMsg: '빌키가 정상적으로 생성되었습니다.',
    TID: newTid(book, caller.mid, 'card', now),
    BID: key,
    AuthDate: seoulDigits(now).slice(0, 8),
    ...companyFields(),
  };
}

/** POST /webapi/billing/billing_approve.jsp. The merchant makes the TID. */
export function chargeKey(form: NiceForm, context: SimulatorContext): Record<string, string> {
  const key = liveKey(context.book, context.caller.mid, form.required('BID', 30), 'A124');
  refuse(problemOfCard(key.card.maskedNumber));
  const months = readMonths(form);
  return approved(insertCardPayment(form, context, 'key', chargedCard(key, months)));
}

/** POST /webapi/billing/billkey_remove.jsp. */
export function revokeKey(form: NiceForm, { book, caller, now }: SimulatorContext): Record<string, string> {
  const { key } = liveKey(book, caller.mid, form.required('BID', 30), 'A126');
  if (!removeBillingKey(book, key, now)) throw new NiceRefusal('A126');
  return {
    ResultCode: 'F101',
    ResultMsg: '빌키가 정상적으로 삭제되었습니다.',
    TID: newTid(book, caller.mid, 'card', now),
    BID: key,
    AuthDate: seoulDigits(now).slice(0, 8),
  };
}

/** POST /webapi/card_keyin.jsp */
export function approveByNumber(form: NiceForm, context: SimulatorContext): Record<string, string> {
  const card = readCardData(form, context.caller.credentials.merchantKey ?? '');
  const number = card.CardNo ?? '';
  refuseBrokenCard(number, card.CardExpire ?? '', context.now);
  refuse(problemOfCard(number));
  const key = { card: registeredCard(number) };
  return approved(insertCardPayment(form, context, 'once', chargedCard(key, readMonths(form))));
}

function insertCardPayment(
  form: NiceForm,
  { book, caller, now }: SimulatorContext,
  medium: TidMedium,
  charged: ReturnType<typeof chargedCard>,
): BookPayment {
  const tid = form.required('TID', 30);
  const orderId = form.required('Moid', 64);
  const amountMinor = form.amount('Amt');
  const orderName = form.required('GoodsName', 40);
  if (!isMerchantTid(tid, caller.mid, 'card', medium)) throw new NiceRefusal('A115');
  if (amountMinor === 0n) throw new NiceRefusal('A116');
  const taxFreeMinor = readTaxFree(form, amountMinor);
  if (isIdUsed(book, tid)) throw new NiceRefusal('A225');
  if (isNumberUsed(book, caller.mid, orderId)) throw new NiceRefusal('A127');
  const payment = insertPayment(book, {
    mid: caller.mid,
    tid,
    orderId,
    orderName,
    payMethod: 'card',
    amountMinor,
    taxFreeMinor,
    vatMinor: 0n,
    status: 'paid',
    requestedAt: now,
    ...charged,
  });
  if (!payment) throw new NiceRefusal('A127');
  return payment;
}

function approved(payment: BookPayment): Record<string, string> {
  return {
    ResultCode: '3001',
    ResultMsg: '카드 결제 성공',
    TID: payment.tid,
    Moid: payment.orderId,
    Amt: paddedAmount(payment.amountMinor),
    AuthCode: payment.approvalNumber ?? '',
    AuthDate: seoulDigits(payment.requestedAt).slice(2),
    CardNo: payment.card?.maskedNumber ?? '',
    CardQuota: String(payment.card?.installmentMonths ?? 0).padStart(2, '0'),
    CcPartCl: '1',
    ...companyFields(),
  };
}

function companyFields(): Record<string, string> {
  const { name } = cardCompanyOf(windowCard.niceCode);
  const CardName = name ?? '';
  return {
    CardCode: windowCard.niceCode,
    CardName,
    CardCl: '0',
    AcquCardCode: windowCard.niceCode,
    AcquCardName: CardName,
  };
}

function liveKey(book: Book, mid: string, bid: string, unknown: NiceErrorCode): BookBillingKey {
  const key = billingKeyOf(book, bid);
  if (key && key.mid !== mid) throw new NiceRefusal('A255');
  if (!key || key.removedAt) throw new NiceRefusal(unknown);
  return key;
}

function readCardData(form: NiceForm, merchantKey: string): Readonly<Record<string, string>> {
  const card = decryptCardData(form.required('EncData', 512), merchantKey);
  if (!card) throw new NiceRefusal('A212');
  return card;
}

/** `expiry` as YYMM. */
function refuseBrokenCard(number: string, expiry: string, now: Date): void {
  if (!/^\d{15,16}$/.test(number)) throw new NiceRefusal('F112');
  if (!/^\d{2}(0[1-9]|1[0-2])$/.test(expiry) || expiry < seoulDigits(now).slice(2, 6)) throw new NiceRefusal('F118');
}

function refuse(problem: CardProblem | undefined): void {
  if (problem) throw new NiceRefusal(niceCardProblems[problem]);
}

function readMonths(form: NiceForm): number {
  const quota = form.optional('CardQuota', 2) || '00';
  if (!/^\d{2}$/.test(quota)) throw new NiceRefusal('A212');
  return Number(quota);
}

function readTaxFree(form: NiceForm, amountMinor: bigint): bigint {
  const names = ['SupplyAmt', 'GoodsVat', 'ServiceAmt', 'TaxFreeAmt'] as const;
  const parts = names.map((name) => form.optionalAmount(name));
  if (parts.every((part) => part === null)) return 0n;
  if (parts.reduce<bigint>((sum, part) => sum + (part ?? 0n), 0n) !== amountMinor) throw new NiceRefusal('1615');
  return parts[3] ?? 0n;
}
