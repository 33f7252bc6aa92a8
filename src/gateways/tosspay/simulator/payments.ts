import { randomBytes, randomUUID } from 'node:crypto';
import { type CardChoiceRules, chosenCardOfWallet } from '../../../simulators/chosen-card.ts';
import type { ControlContext, SimulatorContext, WindowPayment } from '../../../simulators/definition.ts';
import {
  type BookPayment,
  cancelsOf,
  insertPayment,
  paymentByOrderId,
  paymentByTid,
  recordCancel,
} from '../../../simulators/payments.ts';
import { storeAnswer, storedAnswer } from '../../../simulators/stored-answers.ts';
import { taxFreeTaken } from '../../../simulators/tax-free-taken.ts';
import { tossPayPaths } from '../wire/paths.ts';
import { namePattern, reasonRule } from '../wire/text.ts';
import { type PayFields, refusal } from './protocol.ts';
import { refundView, statusView } from './view.ts';

/** A year after the payment, refunds are over (documented; which code says so is inferred). */
const refundableMs = 365 * 24 * 3600_000;

/** As long as those of recorded answers: of payments, and of keys. */
export const newToken = () => randomBytes(16).toString('base64url');

const cardRules: CardChoiceRules = { refusal: () => refusal('COMMON_INVALID_PARAMETER') };

/** The buyer has just paid with a card of the wallet, or with Toss money. */
export function payInWindow(payment: WindowPayment, { book, mid, now }: ControlContext): BookPayment {
  const { payMethod, amountMinor, taxFreeMinor, vatMinor } = payment;
  const isFit =
    (payMethod === 'card' || payMethod === 'point') &&
    payment.currency === 'KRW' &&
    amountMinor > 0n &&
    taxFreeMinor + vatMinor <= amountMinor &&
    namePattern.test(payment.orderId);
  if (!isFit) throw refusal('COMMON_INVALID_PARAMETER');
  const made = insertPayment(book, {
    mid,
    orderId: payment.orderId,
    tid: newToken(),
    orderName: payment.orderName,
    payMethod,
    amountMinor,
    taxFreeMinor,
    vatMinor,
    status: 'paid',
    requestedAt: now,
    card: chosenCardOfWallet(payment, cardRules),
    detail: { transactionId: randomUUID() },
  });
  if (!made) throw refusal('PAYMENT_DUPLICATION_ORDER_NO');
  return made;
}

/** POST /api/v2/status. A token goes before an order number (documented). */
export function readStatus({ book, caller }: SimulatorContext, fields: PayFields): object {
  const payToken = fields.optionalText('payToken', 100);
  const payment =
    payToken === ''
      ? paymentByOrderId(book, caller.mid, fields.text('orderNo', 50))
      : paymentByTid(book, caller.mid, payToken);
  if (!payment) throw refusal('TRANSACTION_NOT_FOUND');
  return statusView(book, payment);
}

/**
 * POST /api/v2/refunds. The same request under the same `refundNo` is answered as the first time (documented); that another
 * request under it is refused, and with which code, is inferred.
 */
export function refundPayment({ book, caller, now }: SimulatorContext, fields: PayFields): object {
  const payToken = fields.text('payToken', 100);
  const refundNo = fields.text('refundNo', 36);
  const reason = fields.optionalText('reason', reasonRule.max);
  const askedMinor = fields.optionalAmount('amount');
  const askedTaxFreeMinor = fields.optionalAmount('amountTaxFree');
  const vatMinor = fields.optionalAmount('amountVat') ?? 0n;
  const isIdempotent = fields.flag('idempotent', true);

  const key = { mid: caller.mid, scope: tossPayPaths.refund, key: refundNo };
  const request = [payToken, askedMinor, askedTaxFreeMinor, vatMinor].join(' ');
  const kept = storedAnswer(book, key, new Date(0));
  if (kept) {
    const first = JSON.parse(kept.body) as { readonly request: string; readonly answer: object };
    if (isIdempotent && first.request === request) return first.answer;
    throw refusal('REFUND_REFUND_NO_DUPLICATE');
  }

  const payment = paymentByTid(book, caller.mid, payToken);
  if (!payment) throw refusal('TRANSACTION_NOT_FOUND');
  if (payment.status === 'cancelled') throw refusal('REFUND_ALREADY_REFUNDED');
  if (now.getTime() - payment.requestedAt.getTime() > refundableMs) throw refusal('COMMON_REFUND_ERROR');
  // Documented: the number of the payment's own transaction is refused.
  if (refundNo === payment.detail.transactionId) throw refusal('COMMON_INVALID_PARAMETER');
  const amountMinor = askedMinor ?? payment.balanceMinor;
  if (amountMinor > payment.balanceMinor) throw refusal('SIM01');
  const taxFreeMinor = askedTaxFreeMinor ?? taxFreeTaken(payment, amountMinor, 0n);
  if (amountMinor === 0n || taxFreeMinor + vatMinor > amountMinor) throw refusal('COMMON_INVALID_PARAMETER');
  const taxedLeft = payment.balanceMinor - payment.taxFreeBalanceMinor;
  if (taxFreeMinor > payment.taxFreeBalanceMinor || amountMinor - taxFreeMinor > taxedLeft) throw refusal('SIM01');

  const changed = recordCancel(book, {
    tid: payment.tid,
    cancelTid: randomUUID(),
    amountMinor,
    taxFreeMinor,
    reason,
    now,
    detail: { refundNo },
  });
  const cancel = changed && cancelsOf(book, changed.tid).at(-1);
  if (!cancel) throw refusal('REFUND_ALREADY_REFUNDED');
  const answer = refundView(changed, cancel);
  storeAnswer(book, key, { status: 200, body: JSON.stringify({ request, answer }) }, now);
  return answer;
}
