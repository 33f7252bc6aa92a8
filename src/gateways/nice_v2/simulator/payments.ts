import { randomInt } from 'node:crypto';
import { cutToEucKrBytes } from '../../../platform/charset/euc-kr.ts';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { PayMethod } from '../../../port/payment.ts';
import { newApprovalNumber } from '../../../simulators/approval-numbers.ts';
import type { CardChoiceProblem } from '../../../simulators/chosen-card.ts';
import type { WindowAuthentication } from '../../../simulators/control.ts';
import {
  type ControlContext,
  type SimulatorContext,
  SimulatorRefusal,
  type WindowPayment,
} from '../../../simulators/definition.ts';
import { isIdUsed } from '../../../simulators/fresh-id.ts';
import { type BookPayment, insertPayment, paymentByOrderId, paymentByTid } from '../../../simulators/payments.ts';
import { wantedReceipt } from '../../../simulators/wanted-receipt.ts';
import { authenticationOf, keepAuthentication, useAuthentication } from '../../../simulators/window-authentications.ts';
import { completeWindowPayment } from '../../../simulators/window-payment.ts';
import { cardOfWindow, isNumberUsed, newTid, receiptNumbers } from '../../nice/simulator/book.ts';
import { niceCodes, virtualAccountBanks } from '../../nice/wire/codes.ts';
import { niceV2Capabilities } from '../capabilities.ts';
import { type NiceV2ErrorCode, niceV2Errors } from '../wire/errors.ts';
import { type NiceV2Fields, NiceV2Refusal } from './protocol.ts';
import { paymentView, type Signing } from './view.ts';

export function signingOf({ book, now, url, caller }: SimulatorContext): Signing {
  return { book, now, url, secretKey: caller.credentials.secretKey ?? '' };
}

/** GET /v1/payments/{tid} */
export function paymentOfTid(_fields: NiceV2Fields, context: SimulatorContext): Record<string, unknown> {
  const { book, caller, request } = context;
  const tid = request.params.tid ?? '';
  const payment = paymentByTid(book, caller.mid, tid);
  if (payment) return paymentView(payment, signingOf(context));
  throw new NiceV2Refusal(isIdUsed(book, tid) ? 'U120' : 'U107');
}

/** GET /v1/payments/find/{orderId}?orderDate=YYYYMMDD */
export function paymentOfOrder(fields: NiceV2Fields, context: SimulatorContext): Record<string, unknown> {
  const { book, caller, request } = context;
  const orderDate = fields.text('orderDate', 8);
  if (!/^\d{8}$/.test(orderDate)) throw new NiceV2Refusal('U130');
  const payment = paymentByOrderId(book, caller.mid, request.params.orderId ?? '');
  if (!payment || !seoulDigits(payment.requestedAt).startsWith(orderDate)) throw new NiceV2Refusal('U126');
  return paymentView(payment, signingOf(context));
}

const accountDays = 7;
const windowMethods: readonly PayMethod[] = ['card', 'trans', 'vbank', 'phone'];

/** The buyer has agreed in NICE's window, which gives out the TID of the payment to be. */
export function authenticateInWindow(payment: WindowPayment, context: ControlContext): WindowAuthentication {
  const { service } = termsOf(payment, context);
  return keepAuthentication(payment, context, newTid(context.book, context.mid, service, context.now));
}

/** POST /v1/payments/{tid}: once, and with the amount that the buyer has seen. Which codes say so is inferred from their texts. */
export function approveWindow(fields: NiceV2Fields, context: SimulatorContext): Record<string, unknown> {
  const { book, caller, now, request } = context;
  const amountMinor = fields.amount('amount');
  const token = request.params.tid ?? '';
  const found = authenticationOf(book, caller.mid, token, now);
  if (!found) throw new NiceV2Refusal(isIdUsed(book, token) ? 'U112' : 'U120');
  const { agreed, isUsed } = found;
  if (isUsed) throw new NiceV2Refusal('U112');
  if (agreed.amountMinor !== amountMinor) throw new NiceV2Refusal('U113');
  const at = { ...context, mid: caller.mid };
  const made = payInWindow(agreed, at, token);
  completeWindowPayment({ escrow: niceV2Capabilities.escrow, receiptNumbers }, made, agreed.isEscrow, at);
  useAuthentication(book, token, now);
  return paymentView(made, signingOf(context));
}

/** What the window does not take. */
function termsOf(payment: WindowPayment, { book, mid, now }: ControlContext) {
  const { payMethod, orderId, amountMinor, taxFreeMinor } = payment;
  const service = windowMethods.includes(payMethod) ? (payMethod as 'card' | 'trans' | 'vbank' | 'phone') : undefined;
  if (!service) throw windowRefusal('U110');
  if (Buffer.byteLength(orderId) > 64) throw windowRefusal('U105');
  if (payment.currency !== 'KRW' || amountMinor === 0n) throw windowRefusal('U127');
  if (taxFreeMinor + payment.vatMinor > amountMinor) throw windowRefusal('P036');
  const bank = payment.bankCode ?? '088';
  const isIssuer = payMethod !== 'vbank' || virtualAccountBanks.includes(bank);
  if (niceCodes.bankCode(bank) === undefined || !isIssuer) throw windowRefusal('U125');
  const dueAt = payment.dueAt ?? new Date(now.getTime() + accountDays * 24 * 3600_000);
  if (payMethod === 'vbank' && dueAt <= now) throw windowRefusal('P031');
  if (isNumberUsed(book, mid, orderId)) throw windowRefusal('P015');
  const card = payMethod === 'card' ? cardOfWindow(payment, cardRefusal) : null;
  return { service, bank, dueAt, card };
}

/** The buyer has paid in NICE's window, or been given an account there. */
export function payInWindow(payment: WindowPayment, context: ControlContext, authenticated?: string): BookPayment {
  const { payMethod, orderId, amountMinor, taxFreeMinor } = payment;
  const { book, mid, now, url } = context;
  const { service, bank, dueAt, card } = termsOf(payment, context);
  const tid = authenticated ?? newTid(book, mid, service, now);
  const made = insertPayment(book, {
    mid,
    tid,
    orderId,
    orderName: cutToEucKrBytes(payment.orderName, 40),
    payMethod,
    amountMinor,
    taxFreeMinor,
    vatMinor: payment.vatMinor,
    status: payMethod === 'vbank' ? 'waiting_for_deposit' : 'paid',
    requestedAt: now,
    dueAt: payMethod === 'vbank' ? dueAt : null,
    approvalNumber: payMethod === 'vbank' ? null : newApprovalNumber(),
    receiptUrl: `${url}/issue/IssueLoader.do?TID=${tid}&type=0&innerWin=Y`,
    card,
    bankCode: payMethod === 'vbank' || payMethod === 'trans' ? bank : null,
    accountNumber: payMethod === 'vbank' ? `7${randomInt(10 ** 12, 10 ** 13)}` : null,
    accountHolder: payMethod === 'vbank' ? '나이스페이먼츠' : null,
    detail: wantedReceipt(payment.cashReceiptIdentifier),
  });
  if (!made) throw windowRefusal('P015');
  return made;
}

function cardRefusal(problem: CardChoiceProblem): SimulatorRefusal {
  return windowRefusal(problem === 'company' ? 'U110' : 'U125');
}

function windowRefusal(code: NiceV2ErrorCode): SimulatorRefusal {
  return new SimulatorRefusal(code, niceV2Errors[code].message);
}
