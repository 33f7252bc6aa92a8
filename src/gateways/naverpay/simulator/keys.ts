import { randomBytes } from 'node:crypto';
import {
  type BookBillingKey,
  billingKeyOf,
  chargedCard,
  insertBillingKey,
  removeBillingKey,
} from '../../../simulators/billing-keys.ts';
import { json, text } from '../../../simulators/book.ts';
import {
  type ControlContext,
  type SimulatorContext,
  SimulatorRefusal,
  type WindowKeyIssue,
  type WindowKeyResult,
} from '../../../simulators/definition.ts';
import { insertPayment } from '../../../simulators/payments.ts';
import { naverResults } from '../wire/codes.ts';
import { cardOfWallet, newNumber } from './payments.ts';
import { amountIn, fieldIn, formOf, NaverRefusal } from './protocol.ts';
import { entryView } from './view.ts';

/** A payment that was reserved with a key, and moves nothing before it is approved. */
export const reservationSchema = `
create table if not exists naver_reservations (
  payment_id text primary key,
  mid text not null,
  recurrent_id text not null,
  terms text not null,
  is_approved integer not null default 0
) strict;`;

interface Reserved {
  readonly orderId: string;
  readonly orderName: string;
  readonly amount: number;
  readonly taxFree: number;
}

/** The book can't hold two payments of one order. Whether Naver Pay looks at order numbers is not known. */
export class OrderTaken extends Error {}

/** The window registers the means of payment and pays nothing: an amount is shown only. */
export function issueKeyInWindow(
  { orderId, customerId, currency }: WindowKeyIssue,
  { book, mid, now }: ControlContext,
): WindowKeyResult {
  if (currency !== 'KRW') throw new SimulatorRefusal('Fail', naverResults.Fail.message);
  const key = randomBytes(10).toString('hex');
  insertBillingKey(book, { key, mid, orderId, boundTo: customerId, card: cardOfWallet, issuedAt: now });
  return {
    issued: {
      billingKey: { key, boundTo: { merchantUserKey: customerId } },
      gatewayTid: null,
      issuedAt: now,
      card: null,
    },
    payment: null,
  };
}

/** POST …/recurrent/pay/v3/reserve. That the user must be the one of the registration is inferred. */
export function reserveCharge({ book, caller, request, now }: SimulatorContext): unknown {
  const form = formOf(request);
  const key = existing(book, caller.mid, fieldIn(form, 'recurrentId'));
  const amount = amountIn(form, 'totalPayAmount');
  const taxed = amountIn(form, 'taxScopeAmount');
  const taxFree = amountIn(form, 'taxExScopeAmount');
  const orderName = fieldIn(form, 'productName');
  const orderId = fieldIn(form, form.has('merchantPayKey') ? 'merchantPayKey' : 'merchantPayId');
  const userKey = fieldIn(form, form.has('merchantUserKey') ? 'merchantUserKey' : 'merchantUserId');
  if (amount === 0n || Buffer.byteLength(orderName) > 128) throw new NaverRefusal('InvalidParameter');
  if (taxed + taxFree !== amount) throw new NaverRefusal('TaxScopeAmountError');
  if (key.removedAt !== null) throw new NaverRefusal('SIMULATED_KEY_EXPIRED');
  if (userKey !== key.boundTo) throw new NaverRefusal('SIMULATED_NO_KEY');
  const terms: Reserved = { orderId, orderName, amount: Number(amount), taxFree: Number(taxFree) };
  const paymentId = newNumber(now);
  book.run(
    'insert into naver_reservations (payment_id, mid, recurrent_id, terms) values (?, ?, ?, ?)',
    paymentId,
    caller.mid,
    key.key,
    JSON.stringify(terms),
  );
  return { paymentId };
}

/** POST …/recurrent/pay/v3/approval */
export function approveCharge({ book, caller, request, now }: SimulatorContext): unknown {
  const form = formOf(request);
  const key = existing(book, caller.mid, fieldIn(form, 'recurrentId'));
  const paymentId = fieldIn(form, 'paymentId');
  const row = book.get('select * from naver_reservations where payment_id = ? and mid = ?', paymentId, caller.mid);
  if (!row || text(row, 'recurrent_id') !== key.key) throw new NaverRefusal('SIMULATED_NO_RESERVATION');
  if (row.is_approved) throw new NaverRefusal('SIMULATED_APPROVED');
  if (key.removedAt !== null) throw new NaverRefusal('SIMULATED_KEY_EXPIRED');
  const { orderId, orderName, amount, taxFree } = json<Reserved>(row, 'terms');
  const payment = insertPayment(book, {
    mid: caller.mid,
    orderId,
    tid: paymentId,
    orderName,
    payMethod: 'card',
    amountMinor: BigInt(amount),
    taxFreeMinor: BigInt(taxFree),
    vatMinor: 0n,
    status: 'paid',
    requestedAt: now,
    ...chargedCard(key, 0),
    detail: { payHistId: newNumber(now) },
  });
  if (!payment) throw new OrderTaken();
  book.run('update naver_reservations set is_approved = 1 where payment_id = ?', paymentId);
  return { paymentId, recurrentId: key.key, detail: entryView(payment, payment) };
}

/** POST …/recurrent/expire/v1/request. What a second one is answered with is not public. */
export function expireKey({ book, caller, request, now }: SimulatorContext): unknown {
  const form = formOf(request);
  const key = existing(book, caller.mid, fieldIn(form, 'recurrentId'));
  const isFit =
    ['1', '2'].includes(fieldIn(form, 'expireRequester')) && Buffer.byteLength(fieldIn(form, 'expireReason')) <= 256;
  if (!isFit) throw new NaverRefusal('InvalidParameter');
  if (!removeBillingKey(book, key.key, now)) throw new NaverRefusal('SIMULATED_KEY_EXPIRED');
  return { recurrentId: key.key };
}

function existing(book: SimulatorContext['book'], mid: string, recurrentId: string): BookBillingKey {
  const key = billingKeyOf(book, recurrentId);
  if (key?.mid !== mid) throw new NaverRefusal('SIMULATED_NO_KEY');
  return key;
}
