import { randomInt } from 'node:crypto';
import { readSeoulDigits, seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { ApprovedCard } from '../../../port/approval.ts';
import { newApprovalNumber } from '../../../simulators/approval-numbers.ts';
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
} from '../../../simulators/payments.ts';
import { wantedReceipt } from '../../../simulators/wanted-receipt.ts';
import { inicisCodes, isInicisPayMethod } from '../wire/codes.ts';
import { duplicateOrder, type InicisErrorCode, inicisErrors } from '../wire/errors.ts';
import { newTid, tidPrefixes } from './ids.ts';
import { fieldsOf, InicisRefusal } from './protocol.ts';

const dayMs = 24 * 3600_000;
/** How long an account of the window waits where the buyer's shop names no day. Source: `P_VBANK_DT`. */
const accountDays = 10;
/** The holder that INICIS's accounts are shown with. */
const accountHolder = '（주）케이지이니시';

/** `formpay`, type `Pay` of `Vacct`. The sandbox's contract has unique order numbers (주문번호 중복방지). */
export function issueVirtualAccount(context: SimulatorContext): Record<string, unknown> {
  const { book, caller, now } = context;
  const body = fieldsOf(context);
  const orderId = body.text('moid', 40);
  const orderName = body.text('goodName', 200);
  body.text('buyerName', 200);
  body.text('buyerEmail', 200);
  body.text('nmInput', 200);
  body.text('url', 200);
  const amountMinor = body.amount('price');
  const taxFreeMinor = body.amountOrZero('taxFree', 'taxfree');
  const vatMinor = body.amountOrZero('tax');
  const bankCode = inicisCodes.kftcBankCode(body.text('bankCode', 2));
  const dueAt = readDue(body.text('dtInput', 8), body.text('tmInput', 4));
  if (!bankCode || !dueAt || dueAt <= now || taxFreeMinor + vatMinor > amountMinor) throw new InicisRefusal('ERR012');
  if (paymentByOrderId(book, caller.mid, orderId)) {
    throw new InicisRefusal(duplicateOrder.code, { message: duplicateOrder.message });
  }
  const payment = insert(context, caller.mid, {
    tid: newTid(book, tidPrefixes.account, caller.mid, now),
    orderId,
    orderName,
    payMethod: 'vbank',
    amountMinor,
    taxFreeMinor,
    vatMinor,
    status: 'waiting_for_deposit',
    ...accountFields(bankCode, dueAt),
  });
  if (!payment) throw new Error('an order number that was free could not be used');
  const due = seoulDigits(dueAt);
  const issued = seoulDigits(now);
  return {
    resultCode: '00',
    resultMsg: '정상처리되었습니다.',
    tid: payment.tid,
    authDate: issued.slice(0, 8),
    authTime: issued.slice(8),
    vacct: payment.accountNumber,
    vacctName: payment.accountHolder,
    vacctBankCode: inicisCodes.bankCode(bankCode),
    validDate: due.slice(0, 8),
    validTime: due.slice(8),
    price: String(amountMinor),
  };
}

/** 0000 is the end of the day, as in the payment window. */
function readDue(day: string, minute: string): Date | undefined {
  if (!/^\d{4}$/.test(minute)) return undefined;
  return readSeoulDigits(day + (minute === '0000' ? '235959' : `${minute}00`));
}

/** The buyer has just paid in INICIS's window, or been given an account there. */
export function payInWindow(payment: WindowPayment, context: ControlContext): BookPayment {
  const { payMethod, orderId, amountMinor } = payment;
  const bankCode = payment.bankCode ?? '088';
  const isTaken =
    isInicisPayMethod(payMethod) &&
    orderId.length <= 40 &&
    payment.currency === 'KRW' &&
    amountMinor > 0n &&
    payment.taxFreeMinor + payment.vatMinor <= amountMinor &&
    inicisCodes.bankCode(bankCode) !== undefined;
  if (!isTaken) throw windowRefusal('ERR012');
  const dueAt = payment.dueAt ?? new Date(context.now.getTime() + accountDays * dayMs);
  if (payMethod === 'vbank' && dueAt <= context.now) throw windowRefusal('ERR012');
  const prefix = {
    card: tidPrefixes.windowCard,
    trans: tidPrefixes.windowTransfer,
    vbank: tidPrefixes.windowAccount,
    phone: tidPrefixes.windowPhone,
  }[payMethod];
  const made = insert(context, context.mid, {
    tid: newTid(context.book, prefix, context.mid, context.now),
    orderId,
    orderName: payment.orderName,
    payMethod,
    amountMinor,
    taxFreeMinor: payment.taxFreeMinor,
    vatMinor: payment.vatMinor,
    status: payMethod === 'vbank' ? 'waiting_for_deposit' : 'paid',
    approvalNumber: payMethod === 'card' ? newApprovalNumber() : null,
    ...(payMethod === 'card' && { card: cardOfWindow(payment) }),
    ...(payMethod === 'trans' && { bankCode }),
    ...(payMethod === 'vbank' && accountFields(bankCode, dueAt)),
    detail: wantedReceipt(payment.cashReceiptIdentifier),
  });
  if (!made) throw new SimulatorRefusal(duplicateOrder.code, duplicateOrder.message);
  return made;
}

/** The card of every payment in the sandbox's window. */
const windowCard = creditCard('559410******1234', '366');
const cardRules: CardChoiceRules = { codes: inicisCodes, refusal: () => windowRefusal('ERR012') };

export function cardOfWindow(window: WindowPayment): ApprovedCard {
  return chosenCard(window, windowCard, cardRules);
}

function accountFields(bankCode: string, dueAt: Date) {
  return { bankCode, accountNumber: `5621${randomInt(10 ** 9, 10 ** 10)}`, accountHolder, dueAt };
}

function insert(
  { book, now }: Pick<ControlContext, 'book' | 'now'>,
  mid: string,
  fields: Omit<NewBookPayment, 'mid' | 'requestedAt'>,
): BookPayment | undefined {
  return insertPayment(book, {
    mid,
    requestedAt: now,
    ...fields,
  });
}

function windowRefusal(code: InicisErrorCode): SimulatorRefusal {
  return new SimulatorRefusal(code, inicisErrors[code].message);
}
