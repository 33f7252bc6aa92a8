import { randomBytes, randomInt } from 'node:crypto';
import { readTime } from '../../../platform/clock/seoul-time.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import { pooledRandomBytes } from '../../../platform/random-bytes.ts';
import { newApprovalNumber, newReceiptNumber } from '../../../simulators/approval-numbers.ts';
import { type CardChoiceRules, chosenCard } from '../../../simulators/chosen-card.ts';
import { creditCard } from '../../../simulators/credit-card.ts';
import {
  type ControlContext,
  type SimulatorContext,
  SimulatorRefusal,
  type WindowPayment,
} from '../../../simulators/definition.ts';
import {
  type BookPayment,
  insertPayment,
  type NewBookPayment,
  paymentByOrderId,
  paymentByTid,
} from '../../../simulators/payments.ts';
import { type ReceiptNumbers, wantedReceipt } from '../../../simulators/wanted-receipt.ts';
import {
  cardCompanyOf,
  issuesVirtualAccounts,
  isTossPayMethod,
  readTossBank,
  sandboxIssuers,
  tossCodes,
} from '../wire/codes.ts';
import { type TossErrorCode, tossErrors } from '../wire/errors.ts';
import { bodyOf, type TossBody, TossRefusal } from './protocol.ts';
import { sandboxCards } from './sandbox-cards.ts';
import { paymentView, type TossPaymentDetail } from './view.ts';

export const newPaymentKey = () => `tsim${randomBytes(24).toString('base64url')}`;
export const newTransactionKey = () => pooledRandomBytes(16).toString('hex').toUpperCase();
export const newReceiptKey = () => randomBytes(24).toString('base64url');
export const receiptNumbers: ReceiptNumbers = () => ({ tid: newReceiptKey(), approvalNumber: newReceiptNumber() });

const hourMs = 3600_000;
const accountHours = { default: 168, max: 720 } as const;
const cardMinimum = 100n;
const accountMinimum = 200n;
const installmentMinimum = 50_000n;

/** POST /v1/payments/key-in. The card's number, password and owner are looked at and forgotten. */
export function approveByKey(context: SimulatorContext): unknown {
  const body = bodyOf(context);
  const order = orderOf(body);
  const cardNumber = body.text('cardNumber', 20);
  // Toss's contract decides whether the owner and the password must be given; here both may be left out.
  body.optionalText('customerIdentityNumber', 10, /^(\d{6}|\d{10})$/);
  body.optionalText('cardPassword', 2, /^\d{2}$/);
  const months = body.optionalInteger('cardInstallmentPlan', 0, 12) ?? 0;
  const interestFree = body.flag('useFreeInstallmentPlan') && months > 0;
  const refused = refusalOfCard(body, cardNumber, context.now);
  if (refused) throw new TossRefusal(refused);
  checkInstallments(order.amountMinor, months);
  return view(
    context,
    insert(context, context.caller.mid, {
      ...order,
      payMethod: 'card',
      status: 'paid',
      ...cardFields(cardNumber, months, interestFree),
    }),
  );
}

/** By card: the least amount, and instalments from 50,000 won on. */
export function checkInstallments(amountMinor: bigint, months: number): void {
  if (amountMinor < cardMinimum) throw new TossRefusal('BELOW_MINIMUM_AMOUNT');
  if (months === 1 || (months > 1 && amountMinor < installmentMinimum)) {
    throw new TossRefusal('INVALID_CARD_INSTALLMENT_PLAN');
  }
}

/** POST /v1/virtual-accounts */
export function issueVirtualAccount(context: SimulatorContext): unknown {
  const body = bodyOf(context);
  const order = orderOf(body);
  const holder = body.text('customerName', 100);
  const bank = readTossBank(body.text('bank', 20));
  if (bank === undefined || !issuesVirtualAccounts(bank)) throw new TossRefusal('INVALID_BANK');
  if (order.amountMinor < accountMinimum) throw new TossRefusal('BELOW_MINIMUM_AMOUNT');
  const accountKey = body.optionalText('accountKey', 13);
  return view(
    context,
    insert(context, context.caller.mid, {
      ...order,
      payMethod: 'vbank',
      status: 'waiting_for_deposit',
      ...accountFields(bank, holder, readDueDate(body, context.now), accountKey !== null),
    }),
  );
}

/** GET /v1/payments/{paymentKey} */
export function paymentOfKey(context: SimulatorContext): unknown {
  const { book, caller, request } = context;
  return view(context, paymentByTid(book, caller.mid, request.params.paymentKey ?? ''));
}

/** GET /v1/payments/orders/{orderId} */
export function paymentOfOrder(context: SimulatorContext): unknown {
  const { book, caller, request } = context;
  return view(context, paymentByOrderId(book, caller.mid, request.params.orderId ?? ''));
}

/** The buyer has just paid in Toss's window, or been given an account there, and the shop has confirmed it. */
export function payInWindow(payment: WindowPayment, context: ControlContext): BookPayment {
  refuseUnfit(payment, context.now);
  const made = insertWindowPayment(newPaymentKey(), payment, context);
  if (!made) throw new SimulatorRefusal('DUPLICATED_ORDER_ID', tossErrors.DUPLICATED_ORDER_ID.message);
  return made;
}

/** Says what the window does not take. */
export function refuseUnfit(payment: WindowPayment, now: Date): void {
  const refused = refusalOfWindow(payment, now);
  if (refused) throw new SimulatorRefusal(refused, tossErrors[refused].message);
  if (payment.payMethod === 'card') cardOfWindow(payment);
}

function refusalOfWindow(payment: WindowPayment, now: Date): TossErrorCode | undefined {
  const { payMethod, orderId, amountMinor, dueAt } = payment;
  if (!isTossPayMethod(payMethod)) return 'NOT_SUPPORTED_METHOD';
  if (!/^[A-Za-z0-9_=.-]{6,64}$/.test(orderId)) return 'INVALID_ORDER_ID';
  if (payment.currency !== 'KRW' || payment.taxFreeMinor > amountMinor) return 'INVALID_REQUEST';
  const minimum = payMethod === 'trans' || payMethod === 'vbank' ? accountMinimum : cardMinimum;
  if (amountMinor < minimum) return 'BELOW_MINIMUM_AMOUNT';
  const bank = bankOfWindow(payment);
  if (bank === undefined || (payMethod === 'vbank' && !issuesVirtualAccounts(bank))) return 'INVALID_BANK';
  return payMethod === 'vbank' && dueAt && dueAt <= now ? 'INVALID_REQUEST' : undefined;
}

/** `undefined`: the order id is another payment's. */
export function insertWindowPayment(
  paymentKey: string,
  payment: WindowPayment,
  context: Pick<ControlContext, 'book' | 'now' | 'url' | 'mid'>,
): BookPayment | undefined {
  const { payMethod } = payment;
  const bank = bankOfWindow(payment) ?? '';
  const dueAt = payment.dueAt ?? new Date(context.now.getTime() + accountHours.default * hourMs);
  return insertOrRefuse(
    context,
    context.mid,
    {
      orderId: payment.orderId,
      orderName: payment.orderName.slice(0, 100),
      amountMinor: payment.amountMinor,
      taxFreeMinor: payment.taxFreeMinor,
      payMethod,
      status: payMethod === 'vbank' ? 'waiting_for_deposit' : 'paid',
      ...(payMethod === 'card' ? cardOfWindow(payment) : {}),
      ...(payMethod === 'trans' ? { bankCode: tossCodes.kftcBankCode(bank) ?? null } : {}),
      ...(payMethod === 'vbank' ? accountFields(bank, payment.buyer.name ?? '구매자', dueAt, false) : {}),
      wantedIdentifier: payment.cashReceiptIdentifier,
    },
    paymentKey,
  );
}

function bankOfWindow({ bankCode }: WindowPayment): string | undefined {
  return readTossBank(bankCode ?? '088');
}

type PaymentFields = Omit<NewBookPayment, 'mid' | 'tid' | 'vatMinor' | 'requestedAt' | 'receiptUrl' | 'detail'> & {
  readonly tossDetail?: Partial<TossPaymentDetail>;
  readonly wantedIdentifier?: string | null;
};

export function insert(context: SimulatorContext, mid: string, fields: PaymentFields): BookPayment {
  const payment = insertOrRefuse(context, mid, fields);
  if (!payment) throw new TossRefusal('DUPLICATED_ORDER_ID');
  return payment;
}

function insertOrRefuse(
  { book, now, url }: Pick<SimulatorContext, 'book' | 'now' | 'url'>,
  mid: string,
  { tossDetail, wantedIdentifier = null, ...fields }: PaymentFields,
  tid = newPaymentKey(),
): BookPayment | undefined {
  return insertPayment(book, {
    mid,
    tid,
    vatMinor: 0n,
    requestedAt: now,
    approvalNumber: fields.payMethod === 'card' ? newApprovalNumber() : null,
    receiptUrl: `${url}/receipts/${tid}`,
    noticeSecret: fields.payMethod === 'vbank' ? `ps_${randomBytes(16).toString('hex')}` : null,
    ...fields,
    detail: { lastTransactionKey: newTransactionKey(), ...tossDetail, ...wantedReceipt(wantedIdentifier) },
  });
}

/** The card of every payment in the sandbox's window. */
const windowCard = '9410000000001234';
const cardRules: CardChoiceRules = {
  codes: tossCodes,
  refusal: (problem) => {
    const code = problem === 'company' ? 'INVALID_REQUEST' : 'INVALID_CARD_INSTALLMENT_PLAN';
    return new SimulatorRefusal(code, tossErrors[code].message);
  },
};

export function cardFields(number: string, installmentMonths: number, interestFree: boolean) {
  const bin = [...number.slice(0, 6)].reduce((sum, digit) => sum + Number(digit), 0);
  const issuerCode = sandboxIssuers[bin % sandboxIssuers.length] ?? '41';
  const card = creditCard(maskCardNumber(number), cardCompanyOf(issuerCode).code, installmentMonths);
  return { card, tossDetail: { card: cardDetail(number, issuerCode, interestFree) } };
}

export function cardDetail(number: string, issuerCode: string, interestFree: boolean) {
  return { issuerCode, number: `${number.slice(0, 8)}****${number.slice(12, -1)}*`, interestFree };
}

/** What the buyer has chosen has been looked at before (`refuseUnfit`). */
export function cardOfWindow(window: WindowPayment): ReturnType<typeof cardFields> {
  const usual = cardFields(windowCard, 0, false);
  const card = chosenCard(window, usual.card, cardRules);
  const issuerCode = tossCodes.cardCode(card.code ?? '') ?? usual.tossDetail.card.issuerCode;
  return { card, tossDetail: { card: cardDetail(windowCard, issuerCode, false) } };
}

function accountFields(bank: string, holder: string, dueAt: Date, fixedAccount: boolean) {
  return {
    bankCode: tossCodes.kftcBankCode(bank) ?? null,
    // The accounts of test keys, and others are not known here, have an X in front: no bank takes money for them.
    accountNumber: `X${randomInt(10 ** 12, 10 ** 13)}`,
    accountHolder: holder,
    dueAt,
    tossDetail: { fixedAccount },
  };
}

export function refusalOfCard(body: TossBody, number: string, now: Date): TossErrorCode | undefined {
  const year = body.text('cardExpirationYear', 2, /^\d{2}$/);
  const month = Number(body.text('cardExpirationMonth', 2, /^\d{2}$/));
  if (!/^\d{15,16}$/.test(number)) return 'INVALID_CARD_NUMBER';
  const listed = sandboxCards.find((card) => card.number === number);
  if (listed) return listed.code;
  if (month < 1 || month > 12) return 'INVALID_CARD_EXPIRATION';
  // Good until its month ends in Seoul.
  const endsAt = Date.UTC(2000 + Number(year), month, 1) - 9 * hourMs;
  return now.getTime() >= endsAt ? 'INVALID_CARD_EXPIRATION' : undefined;
}

function readDueDate(body: TossBody, now: Date): Date {
  const hours = body.optionalInteger('validHours', 1, accountHours.max);
  const dueDate = body.optionalText('dueDate', 40);
  if (hours !== null && dueDate !== null) throw new TossRefusal('INVALID_REQUEST');
  if (dueDate === null) return new Date(now.getTime() + (hours ?? accountHours.default) * hourMs);
  const dueAt = readTime(dueDate);
  // The documents limit validHours only.
  if (!dueAt || dueAt <= now) throw new TossRefusal('INVALID_REQUEST');
  return dueAt;
}

export function orderOf(body: TossBody) {
  const amountMinor = body.amount('amount');
  const taxFreeMinor = body.amountOrZero('taxFreeAmount');
  if (taxFreeMinor > amountMinor) throw new TossRefusal('INVALID_REQUEST');
  body.optionalText('customerEmail', 100, /^[\w.+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+$/);
  return { orderId: body.orderId(), orderName: body.text('orderName', 100), amountMinor, taxFreeMinor };
}

export function view(context: SimulatorContext, payment: BookPayment | undefined): unknown {
  if (!payment) throw new TossRefusal('NOT_FOUND_PAYMENT');
  return paymentView(context.book, payment, context.now, context.url);
}
