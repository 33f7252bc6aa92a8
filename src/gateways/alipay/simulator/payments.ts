import { randomInt } from 'node:crypto';
import { amountText, currencyExponent, isKnownCurrency, readAmount } from '../../../platform/money/currency.ts';
import { isTaken } from '../../../port/texts.ts';
import { type Book, text, timeOrNull } from '../../../simulators/book.ts';
import type { ControlContext, SimulatorContext, WindowPayment } from '../../../simulators/definition.ts';
import { freshId } from '../../../simulators/fresh-id.ts';
import { settingOf } from '../../../simulators/merchants.ts';
import {
  type BookCancel,
  type BookPayment,
  cancelsOf,
  insertPayment,
  paymentByOrderId,
  paymentByTid,
  recordCancel,
} from '../../../simulators/payments.ts';
import { requestFields } from '../../../simulators/request-fields.ts';
import { taxFreeTaken } from '../../../simulators/tax-free-taken.ts';
import { beijingDigits, beijingTime } from '../wire/beijing-time.ts';
import { alipayCurrencies } from '../wire/protocol.ts';
import type { Fields } from '../wire/sign.ts';
import { reasonRule } from '../wire/text.ts';
import { refusal, type Told } from './protocol.ts';
import { refundPace, refunds } from './settings.ts';

const paceMs = 3_000;
/** How long one that is `processing` is so here. */
const processingMs = 3600_000;

/** The buyer has just paid at Alipay. */
export function payInWindow(payment: WindowPayment, { book, mid, now }: ControlContext): BookPayment {
  const { payMethod, currency, amountMinor, taxFreeMinor, vatMinor, orderId } = payment;
  const isFit =
    payMethod === 'alipay' &&
    alipayCurrencies.some((each) => each === currency) &&
    amountMinor > 0n &&
    taxFreeMinor + vatMinor <= amountMinor &&
    orderId.length <= 64;
  const made =
    isFit &&
    insertPayment(book, {
      mid,
      orderId,
      tid: freshId(book, () => newTradeNumber(now)),
      orderName: payment.orderName,
      payMethod,
      currency,
      amountMinor,
      taxFreeMinor,
      vatMinor,
      status: 'paid',
      requestedAt: now,
    });
  if (!made) throw refusal('ILLEGAL_ARGUMENT');
  return made;
}

/** Twenty-eight digits that begin with the day. */
function newTradeNumber(now: Date): string {
  const random = [1, 2].map(() => String(randomInt(10 ** 10)).padStart(10, '0'));
  return beijingDigits(now).slice(0, 8) + random.join('');
}

/** forex_refund. One whose id was taken before hears how that refund stands, and nothing is done again. */
export function refund(context: SimulatorContext, form: Fields): Told {
  const { book, caller, now } = context;
  const fields = requestFields(form, () => refusal('ILLEGAL_ARGUMENT'));
  const refundId = fields.text('out_return_no', 64);
  const orderId = fields.text('out_trade_no', 64);
  fields.text('gmt_return', 19, /^(\d{14}|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)$/);
  fields.optionalText('is_sync', 1, /^[YN]$/);
  const reason = form.reason ?? '';
  if (!isTaken(reason, reasonRule)) throw refusal('ILLEGAL_ARGUMENT');
  const payment = paymentByOrderId(book, caller.mid, orderId);
  if (!payment) throw refusal('PURCHASE_TRADE_NOT_EXIST');
  if (form.currency !== payment.currency) throw refusal('CURRENCY_NOT_SAME');
  const amountMinor = amountIn(form.return_amount, payment.currency);
  const earlier = refundOf(book, caller.mid, refundId);
  if (earlier) return repeated(earlier, payment, amountMinor);
  if (isTooSoon(context)) throw refusal('SIMULATED_TOO_SOON');
  if (payment.status === 'cancelled') throw refusal('TRADE_HAS_CLOSE');
  if (amountMinor > payment.balanceMinor) throw refusal('RETURN_AMOUNT_EXCEED');
  const isProcessing = settingOf(book, caller.mid, refunds) === 'processing';
  const changed = recordCancel(book, {
    tid: payment.tid,
    cancelTid: refundId,
    amountMinor,
    taxFreeMinor: taxFreeTaken(payment, amountMinor, 0n),
    reason,
    now,
    completesAt: isProcessing ? new Date(now.getTime() + processingMs) : null,
  });
  if (!changed) throw refusal('RETURN_AMOUNT_EXCEED');
  return null;
}

interface FoundRefund {
  readonly tid: string;
  readonly cancel: BookCancel;
}

/** An id is one refund of the partner's, whatever trade it is said to be of. */
function refundOf(book: Book, mid: string, refundId: string): FoundRefund | undefined {
  const row = book.get(
    'select payment_tid from cancels c join payments p on p.tid = c.payment_tid where p.mid = ? and c.cancel_tid = ?',
    mid,
    refundId,
  );
  if (!row) return undefined;
  const tid = text(row, 'payment_tid');
  const cancel = cancelsOf(book, tid).find(({ cancelTid }) => cancelTid === refundId);
  return cancel && { tid, cancel };
}

function repeated({ tid, cancel }: FoundRefund, payment: BookPayment, amountMinor: bigint): Told {
  if (tid !== payment.tid || cancel.amountMinor !== amountMinor) throw refusal('REPEATED_REFUNDMENT_REQUEST');
  if (cancel.state === 'failed') throw refusal('MERCHANT_BALANCE_NOT_ENOUGH');
  return null;
}

function isTooSoon({ book, caller, now }: SimulatorContext): boolean {
  if (settingOf(book, caller.mid, refundPace) === 'any') return false;
  const row = book.get(
    'select max(cancelled_at) as latest from cancels c join payments p on p.tid = c.payment_tid where p.mid = ?',
    caller.mid,
  );
  const latest = row ? timeOrNull(row, 'latest') : null;
  return latest !== null && now.getTime() - latest.getTime() < paceMs;
}

/** From 0.01 to 1,000,000.00, with two decimals at most, and none in yen and won. */
function amountIn(given: string | undefined, currency: string): bigint {
  const isWhole = isKnownCurrency(currency) && currencyExponent(currency) === 0;
  const form = isWhole ? /^\d{1,7}$/ : /^\d{1,7}(\.\d{1,2})?$/;
  const reading = form.test(given ?? '') ? readAmount(given, currency) : undefined;
  const most = readAmount('1000000', currency);
  if (!reading?.ok || !most.ok || reading.minor === 0n || reading.minor > most.minor) throw refusal('ILLEGAL_ARGUMENT');
  return reading.minor;
}

/** alipay.acquire.refund.query */
export function queryRefund({ book, caller }: SimulatorContext, form: Fields): Told {
  const fields = requestFields(form, () => refusal('ILLEGAL_ARGUMENT'));
  const orderId = fields.text('out_trade_no', 64);
  const refundId = fields.text('out_return_no', 128);
  const told = (more: Fields): Told => ({ element: 'alipay', fields: more });
  const payment = paymentByOrderId(book, caller.mid, orderId);
  if (!payment) return told({ response_code: 'TRADE_NOT_EXIST' });
  const found = refundOf(book, caller.mid, refundId);
  if (found?.tid !== payment.tid) return told({ response_code: 'NOT_FOUND' });
  const { state, failureCode, cancelledAt } = found.cancel;
  return told({
    response_code: 'SUCCESS',
    refund_result_code: { done: 'SUCCESS', pending: 'PROCESSING', failed: 'FAILED' }[state],
    ...(state === 'failed' && { refund_error_code: failureCode ?? 'MERCHANT_BALANCE_NOT_ENOUGH' }),
    out_return_no: refundId,
    out_trade_no: orderId,
    trade_no: payment.tid,
    gmt_create: beijingTime(cancelledAt),
  });
}

/** single_trade_query. `trade_no` wins where both are said. */
export function queryTrade({ book, caller }: SimulatorContext, form: Fields): Told {
  const { trade_no = '', out_trade_no = '' } = form;
  if (trade_no === '' && out_trade_no === '') throw refusal('ILLEGAL_ARGUMENT');
  const payment =
    trade_no === '' ? paymentByOrderId(book, caller.mid, out_trade_no) : paymentByTid(book, caller.mid, trade_no);
  if (!payment) throw refusal('TRADE_NOT_EXIST');
  const { currency, amountMinor, balanceMinor } = payment;
  const total = yuanText(amountMinor, currency);
  const at = beijingTime(payment.requestedAt);
  return {
    element: 'trade',
    fields: {
      buyer_id: '2088000000000001',
      flag_trade_locked: '0',
      gmt_create: at,
      gmt_last_modified_time: at,
      gmt_payment: at,
      is_total_fee_adjust: 'F',
      operator_role: 'B',
      out_trade_no: payment.orderId,
      payment_type: '1',
      price: total,
      quantity: '1',
      seller_id: payment.mid,
      subject: payment.orderName,
      to_buyer_fee: yuanText(amountMinor - balanceMinor, currency),
      to_seller_fee: total,
      total_fee: total,
      trade_no: payment.tid,
      // It stays so when the trade is refunded.
      trade_status: 'TRADE_FINISHED',
      use_coupon: 'F',
    },
  };
}

/** Hundredths of a yuan for one of the currency's minor unit: rates of the simulator's own, which leave no fractions. */
const fenOfMinor: Readonly<Record<string, bigint>> = { KRW: 1n, JPY: 5n };

/** What a buyer in China pays. */
function yuanText(minor: bigint, currency: string): string {
  return amountText(minor * (fenOfMinor[currency] ?? 7n), 'CNY');
}
