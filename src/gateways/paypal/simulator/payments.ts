import { randomInt } from 'node:crypto';
import { type Book, text } from '../../../simulators/book.ts';
import type { WindowAuthentication } from '../../../simulators/control.ts';
import {
  type ControlContext,
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorContext,
  type SimulatorRequest,
  type WindowPayment,
} from '../../../simulators/definition.ts';
import { freshId } from '../../../simulators/fresh-id.ts';
import { settingOf } from '../../../simulators/merchants.ts';
import {
  type BookCancel,
  type BookPayment,
  cancelsOf,
  insertPayment,
  paymentByTid,
  recordCancel,
} from '../../../simulators/payments.ts';
import { jsonOf, requestFields } from '../../../simulators/request-fields.ts';
import { storeAnswer, storedAnswer } from '../../../simulators/stored-answers.ts';
import { authenticationOf, keepAuthentication, useAuthentication } from '../../../simulators/window-authentications.ts';
import { hasForbiddenDecimals, minorOf, type PaypalMoney, paypalCurrencies } from '../wire/money.ts';
import { refusal } from './protocol.ts';
import { refunds } from './settings.ts';
import { approvedOrderView, captureView, orderView, refundView } from './view.ts';

const dayMs = 24 * 3600_000;
/** How long a request's id is kept, how long a capture can be refunded, and how long a pending refund takes here. */
const idLifeMs = 45 * dayMs;
/** That of a capture's request is kept shorter. */
const captureIdLifeMs = 6 * 3600_000;
const refundableMs = 180 * dayMs;
const pendingMs = 3 * dayMs;

/** The buyer has approved an order, whose id the browser brings to the shop. */
export function authenticateInWindow(payment: WindowPayment, context: ControlContext): WindowAuthentication {
  refuseUnfit(payment);
  return keepAuthentication(payment, context, newId());
}

/** POST /v2/checkout/orders/{id}/capture: once. A request whose id was carried out before hears of the order as it is now. */
export function captureOrder(context: SimulatorContext): SimulatorAnswer {
  const { book, caller, now, request } = context;
  const id = request.params.id ?? '';
  const key = requestIdOf(request);
  const at = key === null ? null : { mid: caller.mid, scope: request.path, key };
  const stored = at && storedAnswer(book, at, new Date(now.getTime() - captureIdLifeMs));
  const earlier = stored && paymentOfOrder(book, caller.mid, id);
  if (earlier) return jsonAnswer(200, orderView(context, earlier));
  if (paymentOfOrder(book, caller.mid, id)) throw refusal('ORDER_ALREADY_CAPTURED');
  const found = authenticationOf(book, caller.mid, id, now);
  if (!found) throw refusal('INVALID_RESOURCE_ID');
  const made = payInWindow(found.agreed, { ...context, mid: caller.mid }, id);
  useAuthentication(book, id, now);
  if (at) storeAnswer(book, at, { status: 201, body: made.tid }, now);
  return jsonAnswer(201, orderView(context, made));
}

function refuseUnfit({ payMethod, currency, amountMinor, taxFreeMinor, vatMinor, orderId }: WindowPayment): void {
  const isFit =
    payMethod === 'paypal' &&
    paypalCurrencies.some((each) => each === currency) &&
    amountMinor > 0n &&
    taxFreeMinor + vatMinor <= amountMinor &&
    orderId.length <= 127;
  if (!isFit) throw refusal('INVALID_PARAMETER_SYNTAX');
}

/** The buyer has paid, and the shop has captured it. The order id stands in `invoice_id`. */
export function payInWindow(
  payment: WindowPayment,
  { book, mid, now }: ControlContext,
  paypalOrder = newId(),
): BookPayment {
  refuseUnfit(payment);
  const { payMethod, currency, amountMinor, taxFreeMinor, vatMinor, orderId } = payment;
  const made = insertPayment(book, {
    mid,
    orderId,
    tid: freshId(book, newId),
    orderName: payment.orderName,
    payMethod,
    currency,
    amountMinor,
    taxFreeMinor,
    vatMinor,
    status: 'paid',
    requestedAt: now,
    detail: { paypalOrder },
  });
  if (!made) throw refusal('DUPLICATE_INVOICE_ID');
  return made;
}

/** Seventeen characters, as PayPal's ids have them. */
function newId(): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789';
  return Array.from({ length: 17 }, () => letters[randomInt(letters.length)]).join('');
}

/** POST /v2/payments/captures/{id}/refund. A request whose id was carried out before hears of that refund as it is now. */
export function refundCapture(context: SimulatorContext): SimulatorAnswer {
  const { book, caller, now, request } = context;
  const payment = paymentByTid(book, caller.mid, request.params.id ?? '');
  if (!payment) throw refusal('INVALID_RESOURCE_ID');
  const key = requestIdOf(request);
  const at = key === null ? null : { mid: caller.mid, scope: request.path, key };
  const stored = at && storedAnswer(book, at, new Date(now.getTime() - idLifeMs));
  const earlier = stored && refundOf(book, payment, stored.body);
  if (earlier) return jsonAnswer(stored.status, refundView(context, payment, earlier));

  const body = jsonOf(request);
  const fields = requestFields(body, () => refusal('INVALID_PARAMETER_SYNTAX'));
  const customId = fields.optionalText('custom_id', 127);
  const reason = fields.optionalText('note_to_payer', 255);
  const amountMinor = body.amount === undefined ? payment.balanceMinor : amountOf(body.amount, payment);
  if (payment.status === 'cancelled') throw refusal('CAPTURE_FULLY_REFUNDED');
  if (now.getTime() - payment.requestedAt.getTime() > refundableMs) throw refusal('REFUND_TIME_LIMIT_EXCEEDED');
  if (amountMinor === 0n) throw refusal('REFUND_AMOUNT_TOO_LOW');
  if (amountMinor > payment.balanceMinor) throw refusal('REFUND_AMOUNT_EXCEEDED');
  const isPending = settingOf(book, caller.mid, refunds) === 'pending';
  const changed = recordCancel(book, {
    tid: payment.tid,
    cancelTid: freshId(book, newId),
    amountMinor,
    taxFreeMinor: 0n,
    reason,
    now,
    detail: { customId },
    completesAt: isPending ? new Date(now.getTime() + pendingMs) : null,
  });
  const cancel = changed && cancelsOf(book, changed.tid).at(-1);
  if (!cancel) throw refusal('REFUND_NOT_ALLOWED');
  if (at) storeAnswer(book, at, { status: 201, body: cancel.cancelTid }, now);
  return jsonAnswer(201, refundView(context, changed, cancel));
}

/** The id that makes a request one and the same however often it is sent. */
export function requestIdOf({ headers }: Pick<SimulatorRequest, 'headers'>): string | null {
  return headers['paypal-request-id'] ?? null;
}

function amountOf(given: unknown, payment: BookPayment): bigint {
  const { currency_code, value } = (given ?? {}) as Partial<PaypalMoney>;
  if (typeof currency_code !== 'string' || typeof value !== 'string') throw refusal('INVALID_PARAMETER_SYNTAX');
  const money = { currency_code, value };
  if (currency_code !== payment.currency) throw refusal('REFUND_CAPTURE_CURRENCY_MISMATCH');
  if (hasForbiddenDecimals(money)) throw refusal('DECIMALS_NOT_SUPPORTED');
  const minor = minorOf(money, payment.currency);
  if (minor === undefined) throw refusal('INVALID_PARAMETER_SYNTAX');
  return minor;
}

function refundOf(book: Book, payment: BookPayment, refundId: string): BookCancel | undefined {
  return cancelsOf(book, payment.tid).find(({ cancelTid }) => cancelTid === refundId);
}

/** GET /v2/payments/captures/{id} */
export function readCapture(context: SimulatorContext): SimulatorAnswer {
  const payment = paymentByTid(context.book, context.caller.mid, context.request.params.id ?? '');
  if (!payment) throw refusal('INVALID_RESOURCE_ID');
  return jsonAnswer(200, captureView(context, payment));
}

/** GET /v2/payments/refunds/{id} */
export function readRefund(context: SimulatorContext): SimulatorAnswer {
  const { book, caller, request } = context;
  const id = request.params.id ?? '';
  const row = book.get('select payment_tid from cancels where cancel_tid = ?', id);
  const payment = row && paymentByTid(book, caller.mid, text(row, 'payment_tid'));
  const cancel = payment && refundOf(book, payment, id);
  if (!cancel) throw refusal('INVALID_RESOURCE_ID');
  return jsonAnswer(200, refundView(context, payment, cancel));
}

/** GET /v2/checkout/orders/{id} */
export function readOrder(context: SimulatorContext): SimulatorAnswer {
  const { book, caller, request, now } = context;
  const id = request.params.id ?? '';
  const payment = paymentOfOrder(book, caller.mid, id);
  if (payment) return jsonAnswer(200, orderView(context, payment));
  const found = authenticationOf(book, caller.mid, id, now);
  if (!found) throw refusal('INVALID_RESOURCE_ID');
  return jsonAnswer(200, approvedOrderView(id, found.agreed));
}

function paymentOfOrder(book: Book, mid: string, paypalOrder: string): BookPayment | undefined {
  const row = book.get(
    `select tid from payments where mid = ? and json_extract(detail, '$.paypalOrder') = ?`,
    mid,
    paypalOrder,
  );
  return row && paymentByTid(book, mid, text(row, 'tid'));
}
