import { randomBytes, randomInt } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { billingKeyOf, insertBillingKey } from '../../../simulators/billing-keys.ts';
import {
  type ControlContext,
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorContext,
  type WindowKeyIssue,
  type WindowKeyResult,
} from '../../../simulators/definition.ts';
import { freshId } from '../../../simulators/fresh-id.ts';
import { insertPayment } from '../../../simulators/payments.ts';
import { attempt, jsonOf, requestFields } from '../../../simulators/request-fields.ts';
import { cashCodes } from '../wire/codes.ts';
import { succeeded } from '../wire/errors.ts';
import { keyMode, type PhoneOfKey } from '../wire/keys.ts';
import { newId, payInWindow } from './payments.ts';
import { refusal, refusalAnswer } from './refusals.ts';

/** What a key is charged by: the sum and the day of its first payment stand with it. */
interface KeyTerms extends PhoneOfKey {
  readonly amount: string;
}

const dayMs = 24 * 3600_000;
const daysAround = 5;

/** The buyer has paid in the window by telephone, and agreed to pay as much every month. There is no key without that payment. */
export function issueKeyInWindow(window: WindowKeyIssue, context: ControlContext): WindowKeyResult {
  const { book, mid, now } = context;
  if (window.payMethod !== 'phone' || window.amountMinor <= 0n) throw refusal('SIM10');
  // A key has no field for tax.
  if (window.taxFreeMinor > 0n) throw refusal('SIM01');
  const payment = payInWindow(window, context);
  const terms: KeyTerms = {
    phoneNumber: '01012345678',
    userKey: String(randomInt(10 ** 12, 10 ** 13)).padStart(15, '0'),
    amount: String(window.amountMinor),
  };
  const { key } = insertBillingKey(book, {
    key: randomBytes(20).toString('hex'),
    mid,
    orderId: window.orderId,
    boundTo: JSON.stringify(terms),
    card: { maskedNumber: '', code: null, name: null, issuerCode: null, issuerName: null, type: null },
    issuedAt: now,
  });
  const { phoneNumber, userKey } = terms;
  return {
    issued: { billingKey: { key, boundTo: { phoneNumber, userKey } }, gatewayTid: null, issuedAt: now, card: null },
    payment,
  };
}

/** POST /MUP/api/approval in the mode of keys. */
export function chargeKey(context: SimulatorContext): SimulatorAnswer {
  return attempt(
    context,
    () => carryOut(context),
    ({ code, message }) => refusalAnswer(code, message),
  );
}

function carryOut({ book, caller, now, request }: SimulatorContext): SimulatorAnswer {
  const fields = requestFields(jsonOf(request), () => refusal('SIM01'));
  if (fields.text('mode', 4) !== keyMode || fields.text('cash_code', 2) !== cashCodes.phone) throw refusal('SIM01');
  fields.text('site_url', 20);
  const orderName = fields.text('product_name', 50);
  const orderId = fields.text('trade_id', 50);
  const amount = fields.text('amount', 10, /^[1-9]\d*$/);
  const key = billingKeyOf(book, fields.text('bill_key', 50));
  if (!key || key.mid !== caller.mid || key.removedAt) throw refusal('SIM11');
  const terms = JSON.parse(key.boundTo) as KeyTerms;
  if (fields.text('phone_no', 11) !== terms.phoneNumber || fields.text('mc_user_key', 15) !== terms.userKey) {
    throw refusal('SIM11');
  }
  if (amount !== terms.amount || !isItsDay(key.issuedAt, now)) throw refusal('SIM12');
  const tid = freshId(book, () => newId(now));
  const made = insertPayment(book, {
    mid: caller.mid,
    orderId,
    tid,
    orderName,
    payMethod: 'phone',
    amountMinor: BigInt(amount),
    taxFreeMinor: 0n,
    vatMinor: 0n,
    status: 'paid',
    requestedAt: now,
    detail: { transactionId: newId(now), okUrl: '', timeStamp: seoulDigits(now) },
  });
  // Mobilians may well charge it a second time; this book can't hold two payments of one order.
  if (!made) return { ...refusalAnswer('SIM99', null, 500), why: 'the simulator has one payment per trade_id' };
  return jsonAnswer(200, {
    code: succeeded,
    message: '정상처리',
    sid: caller.mid,
    sign_date: seoulDigits(now),
    trade_id: orderId,
    cash_code: cashCodes.phone,
    mobil_id: tid,
    amount,
    phone_no: terms.phoneNumber,
    mc_bill_key: key.key,
  });
}

/** Within five days of the day of a month at which the key was issued; a shorter month has it on its last day (inferred). */
function isItsDay(issuedAt: Date, now: Date): boolean {
  const seoulMs = 9 * 3600_000;
  const [issued, today] = [issuedAt, now].map((at) => new Date(at.getTime() + seoulMs));
  if (!issued || !today) return false;
  return [-1, 0, 1].some((months) => {
    const lastDay = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + months + 1, 0)).getUTCDate();
    const day = Math.min(issued.getUTCDate(), lastDay);
    const due = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + months, day);
    const at = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate());
    return Math.abs(at - due) <= daysAround * dayMs;
  });
}
