import { randomBytes } from 'node:crypto';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import type { ApprovedCard } from '../../../port/approval.ts';
import type { RegisteredCard } from '../../../port/billing-key.ts';
import { newApprovalNumber, newReceiptNumber } from '../../../simulators/approval-numbers.ts';
import { type CardChoiceRules, chosenCard } from '../../../simulators/chosen-card.ts';
import { creditCard } from '../../../simulators/credit-card.ts';
import { type ControlContext, SimulatorRefusal, type WindowPayment } from '../../../simulators/definition.ts';
import { type BookPayment, insertPayment, type NewBookPayment } from '../../../simulators/payments.ts';
import { type ReceiptNumbers, wantedReceipt } from '../../../simulators/wanted-receipt.ts';
import { hectoCodes, methodCodeOf, sandboxIssuers, virtualAccountBanks } from '../wire/codes.ts';
import { hectoErrors } from '../wire/errors.ts';
import { issueNotice } from './notices.ts';
import { type HectoContext, type HectoSuccess, newTradeNumber, takeNumber } from './protocol.ts';
import { HectoRefusal } from './refusal.ts';
import { sandboxCards } from './sandbox-numbers.ts';
import { readTax } from './tax.ts';

const hourMs = 3600_000;
export const receiptNumbers: ReceiptNumbers = (mid, { book, now }) => ({
  tid: newTradeNumber(book, 'CR', mid, now),
  approvalNumber: newReceiptNumber(),
});
/** The card of every payment in the sandbox's window. */
const windowCard = '9410000000001234';
const cardRules: CardChoiceRules = {
  codes: hectoCodes,
  refusal: (problem) => windowRefusal(problem === 'company' ? 'CA58' : 'CA21'),
};

export function cardOfWindow(window: WindowPayment): ApprovedCard {
  return chosenCard(window, cardFields(windowCard, 0).card, cardRules);
}

/** APICardActionPay.do with a card: its number, password and owner are looked at and forgotten. */
export function approveByNumber(context: HectoContext): HectoSuccess {
  const order = readOrder(context);
  const { number, isExpired } = readCard(context);
  const listed = sandboxCards.find((card) => card.number === number);
  if (listed) throw new HectoRefusal(listed.code);
  if (isExpired) throw new HectoRefusal('CA20');
  return approved(context, order, cardFields(number, order.installmentMonths));
}

/** A card as it is typed. Which of birth date and password are needed is the merchant's contract: both, or none. */
export function readCard({ body, now }: HectoContext): { readonly number: string; readonly isExpired: boolean } {
  const number = body.secret('cardNo', 16, /^\d{15,16}$/);
  const month = body.secret('vldDtMon', 2, /^(0[1-9]|1[0-2])$/);
  const year = body.secret('vldDtYear', 2, /^\d{2}$/);
  body.optionalSecret('idntNo', 10, /^(\d{6}|\d{10})$/);
  body.optionalSecret('cardPwd', 2, /^\d{2}$/);
  return { number, isExpired: isExpired(month, year, now) };
}

type ApprovedOrder = ReturnType<typeof readOrder>;

/** What is said of a payment, by whichever means. */
export function readOrder(context: HectoContext) {
  const { body } = context;
  const orderId = takeNumber(context);
  const orderName = body.text('pmtprdNm', 128);
  body.text('mchtCustNm', 30);
  body.text('mchtCustId', 50);
  body.optionalText('email', 60);
  const installmentMonths = Number(body.text('instmtMon', 2, /^\d{2}$/));
  const currency = body.text('crcCd', 3, /^(KRW|USD)$/);
  const amountMinor = body.amount('trdAmt');
  const { taxFreeMinor, vatMinor } = readTax(context, amountMinor);
  if (amountMinor === 0n) throw new HectoRefusal('CA40');
  return { orderId, orderName, installmentMonths, currency, amountMinor, taxFreeMinor, vatMinor };
}

export function approved(
  context: HectoContext,
  { installmentMonths, ...order }: ApprovedOrder,
  card: { readonly card: ApprovedCard },
): HectoSuccess {
  const { caller, header, encrypt } = context;
  const payment = insert(context, caller.mid, header.text('method', 2), {
    ...order,
    payMethod: 'card',
    status: 'paid',
    ...card,
  });
  if (!payment) throw new HectoRefusal('ST50');
  return {
    trdNo: payment.tid,
    hashedAmount: String(order.amountMinor),
    data: {
      trdAmt: encrypt(String(order.amountMinor)),
      ...cardAnswer(card.card),
      ninstmtTypeCd: 'N',
      instmtMon: String(installmentMonths).padStart(2, '0'),
      apprNo: payment.approvalNumber ?? '',
    },
  };
}

/** How answers name a card. The masked number is shown to merchants who have asked for it, as all of these have. */
export function cardAnswer({ maskedNumber, code, name }: RegisteredCard & { readonly maskedNumber: string }) {
  return {
    cardNo: maskedNumber,
    issrId: hectoCodes.cardCode(code ?? '') ?? '',
    cardNm: name ?? '',
    cardKind: `${name ?? ''} 신용`,
  };
}

/** The buyer has just paid in Hecto's window, or been given an account there. */
export function payInWindow(payment: WindowPayment, context: ControlContext): BookPayment {
  const { payMethod, orderId, amountMinor, currency } = payment;
  const method = methodCodeOf(payMethod);
  if (!method) throw windowRefusal('1002');
  if (Buffer.byteLength(orderId) > 100 || !/^[!-~]+$/.test(orderId)) throw windowRefusal('1105');
  if (amountMinor <= 0n || String(amountMinor).length > 12) throw windowRefusal('1109');
  if (payment.taxFreeMinor + payment.vatMinor > amountMinor) throw windowRefusal('ST55');
  if (currency !== 'KRW' && (currency !== 'USD' || payMethod !== 'card')) throw windowRefusal('6001');
  const bankCode = payment.bankCode ?? '088';
  const isKnownBank =
    payMethod === 'vbank' ? virtualAccountBanks.includes(bankCode) : hectoCodes.bankCode(bankCode) !== undefined;
  if (!isKnownBank) throw windowRefusal('ST44');
  const dueAt = payment.dueAt ?? defaultDue(context.now);
  if (payMethod === 'vbank' && !isDue(dueAt, context.now)) throw windowRefusal('ST09');
  const made = insert(context, context.mid, method, {
    orderId,
    orderName: payment.orderName,
    payMethod,
    currency,
    amountMinor,
    taxFreeMinor: payment.taxFreeMinor,
    vatMinor: payment.vatMinor,
    status: payMethod === 'vbank' ? 'waiting_for_deposit' : 'paid',
    ...(payMethod === 'card' ? { card: cardOfWindow(payment) } : {}),
    ...(payMethod === 'trans' ? { bankCode } : {}),
    ...(payMethod === 'vbank' ? accountFields(bankCode, payment.buyer.name ?? '구매자', dueAt, null) : {}),
    wantedIdentifier: payment.cashReceiptIdentifier,
  });
  if (!made) throw windowRefusal('ST50');
  if (payMethod === 'vbank') context.notify(orderId, issueNotice(made, context));
  return made;
}

type PaymentFields = Omit<NewBookPayment, 'mid' | 'tid' | 'requestedAt'> & {
  readonly wantedIdentifier?: string | null;
};

/** `undefined`: the number was used before. */
export function insert(
  { book, now }: Pick<ControlContext, 'book' | 'now'>,
  mid: string,
  method: string,
  { wantedIdentifier = null, ...fields }: PaymentFields,
): BookPayment | undefined {
  return insertPayment(book, {
    mid,
    tid: newTradeNumber(book, method, mid, now),
    requestedAt: now,
    approvalNumber: fields.payMethod === 'card' ? newApprovalNumber() : null,
    ...fields,
    detail: { ...fields.detail, ...wantedReceipt(wantedIdentifier) },
  });
}

/** Ten days on, when nothing is said (chapter 15.1.1); until the end of that day is inferred. */
export function defaultDue(now: Date): Date {
  return endOfDay(new Date(now.getTime() + 240 * hourMs));
}

/** In the future, and no later than the last second of the day a year on. */
export function isDue(dueAt: Date, now: Date): boolean {
  return dueAt > now && dueAt <= endOfDay(new Date(now.getTime() + 365 * 24 * hourMs));
}

function endOfDay(time: Date): Date {
  const seoulMs = time.getTime() + 9 * hourMs;
  return new Date(Math.floor(seoulMs / (24 * hourMs)) * 24 * hourMs + 24 * hourMs - 1000 - 9 * hourMs);
}

export function accountFields(bankCode: string, holder: string, dueAt: Date, fixedNumber: string | null) {
  return {
    bankCode,
    accountNumber:
      fixedNumber ?? `9${String(BigInt(`0x${randomBytes(8).toString('hex')}`) % 10n ** 12n).padStart(12, '0')}`,
    accountHolder: holder,
    dueAt,
    detail: { accountType: fixedNumber === null ? '1' : '2' },
  };
}

export function cardFields(number: string, installmentMonths: number) {
  const bin = [...number.slice(0, 6)].reduce((sum, digit) => sum + Number(digit), 0);
  const issuer = sandboxIssuers[bin % sandboxIssuers.length] ?? 'SHN';
  return {
    card: creditCard(maskCardNumber(number), hectoCodes.standardCardCode(issuer) ?? null, installmentMonths),
  };
}

function isExpired(month: string, year: string, now: Date): boolean {
  const seoul = new Date(now.getTime() + 9 * hourMs);
  return (
    2000 + Number(year) < seoul.getUTCFullYear() ||
    (2000 + Number(year) === seoul.getUTCFullYear() && Number(month) < seoul.getUTCMonth() + 1)
  );
}

function windowRefusal(code: string): SimulatorRefusal {
  return new SimulatorRefusal(code, hectoErrors[code]?.message ?? code);
}
