import { randomBytes, randomInt } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { newApprovalNumber } from '../../../simulators/approval-numbers.ts';
import { type CardChoiceRules, chosenCardOfWallet } from '../../../simulators/chosen-card.ts';
import {
  type ControlContext,
  type SimulatorContext,
  SimulatorRefusal,
  type WindowPayment,
} from '../../../simulators/definition.ts';
import {
  type BookPayment,
  cancelsOf,
  insertPayment,
  paymentByTid,
  recordCancel,
} from '../../../simulators/payments.ts';
import { taxFreeTaken } from '../../../simulators/tax-free-taken.ts';
import { readTransactionId, transactionIdOf } from '../wire/transaction-id.ts';
import { changeOrderStatus } from './order-status.ts';
import { type PaycoBody, PaycoRefusal, type PaycoRefusalCode, paycoRefusals } from './protocol.ts';
import { cancelView, checkView } from './view.ts';

/** The day, and ten digits. */
export function newNumber(now: Date): string {
  return seoulDigits(now).slice(0, 8) + String(randomInt(0, 10 ** 10)).padStart(10, '0');
}

const cardRules: CardChoiceRules = { refusal: () => windowRefusal('SIMULATED_BAD_FIELD') };

/** The buyer has just paid with a card of the wallet, or with its points. */
export function payInWindow(payment: WindowPayment, { book, mid, now }: ControlContext): BookPayment {
  const { payMethod, amountMinor, taxFreeMinor, vatMinor } = payment;
  const isFit =
    (payMethod === 'card' || payMethod === 'point') &&
    payment.currency === 'KRW' &&
    amountMinor > 0n &&
    taxFreeMinor + vatMinor <= amountMinor &&
    payment.orderId.length <= 100;
  if (!isFit) throw windowRefusal('SIMULATED_BAD_FIELD');
  const orderCertifyKey = randomBytes(35).toString('base64url');
  const made = insertPayment(book, {
    mid,
    orderId: payment.orderId,
    tid: transactionIdOf({ orderNo: newNumber(now), orderCertifyKey }),
    orderName: payment.orderName,
    payMethod,
    amountMinor,
    taxFreeMinor,
    vatMinor,
    status: 'paid',
    requestedAt: now,
    approvalNumber: payMethod === 'card' ? newApprovalNumber() : null,
    card: chosenCardOfWallet(payment, cardRules),
  });
  if (!made) throw windowRefusal('SIMULATED_BAD_FIELD');
  return made;
}

/** POST /outseller/order/cancel */
export function cancelPayment({ book, caller, now }: SimulatorContext, body: PaycoBody): unknown {
  const payment = existing(book, caller.mid, body);
  const amountMinor = amountOf(body);
  if (payment.status === 'cancelled') throw new PaycoRefusal(1301);
  const problem = problemOf(payment, amountMinor);
  if (problem) throw new PaycoRefusal(problem);
  const possibleMinor = body.amount('totalCancelPossibleAmt');
  if (possibleMinor !== null && possibleMinor !== payment.balanceMinor)
    throw new PaycoRefusal('SIMULATED_BALANCE_MOVED');
  checkProducts(payment, body, amountMinor, caller);
  const taxFreeMinor = taxFreeOf(payment, body, amountMinor);
  const changed = recordCancel(book, {
    tid: payment.tid,
    cancelTid: String(randomInt(10 ** 9, 10 ** 14)),
    amountMinor,
    taxFreeMinor,
    reason: body.text('requestMemo', 1000),
    now,
  });
  const cancel = changed && cancelsOf(book, changed.tid).at(-1);
  if (!cancel) throw new PaycoRefusal(1301);
  return cancelView(changed, cancel, { payment: newNumber(now), cancel: newNumber(now) });
}

/** POST /outseller/order/updateOrderProductStatus */
export function updateOrderStatus(context: SimulatorContext, body: PaycoBody): unknown {
  return changeOrderStatus(context, body, existing(context.book, context.caller.mid, body));
}

/** POST /outseller/order/cancel/checkAvailability: the same fields, and nothing moves. */
export function checkAvailability({ book, caller }: SimulatorContext, body: PaycoBody): unknown {
  const payment = existing(book, caller.mid, body);
  return checkView(payment, problemOf(payment, amountOf(body)));
}

function amountOf(body: PaycoBody): bigint {
  const amountMinor = body.amount('cancelTotalAmt');
  if (amountMinor === null) throw new PaycoRefusal('SIMULATED_BAD_FIELD');
  return amountMinor;
}

/** An order is known only together with its certifying key, and under the merchant's own order number if one is given. */
function existing(book: SimulatorContext['book'], mid: string, body: PaycoBody): BookPayment {
  const tid = transactionIdOf({
    orderNo: body.text('orderNo', 50),
    orderCertifyKey: body.text('orderCertifyKey', 200),
  });
  const payment = readTransactionId(tid) && paymentByTid(book, mid, tid);
  const referenceKey = body.text('sellerOrderReferenceKey', 100);
  if (!payment || (referenceKey !== '' && referenceKey !== payment.orderId)) {
    throw new PaycoRefusal('SIMULATED_UNKNOWN_ORDER');
  }
  return payment;
}

function problemOf(payment: BookPayment, amountMinor: bigint): PaycoRefusalCode | undefined {
  if (amountMinor === 0n || payment.balanceMinor === 0n) return 'SIMULATED_ZERO_AMOUNT';
  return amountMinor > payment.balanceMinor ? 'SIMULATED_OVER_BALANCE' : undefined;
}

/** A part names the products that it is of. Orders of the simulator's window have one, under the order's own id. */
function checkProducts(
  payment: BookPayment,
  body: PaycoBody,
  amountMinor: bigint,
  { mid, credentials }: SimulatorContext['caller'],
): void {
  const products = body.list('orderProducts');
  if (products === null) {
    if (amountMinor !== payment.balanceMinor) throw new PaycoRefusal('SIMULATED_NO_PRODUCTS');
    return;
  }
  let sumMinor = 0n;
  for (const product of products) {
    const isKnown =
      product.text('sellerOrderProductReferenceKey', 100) === payment.orderId &&
      product.text('cpId', 30) === mid &&
      product.text('productId', 50) === credentials.productId;
    if (!isKnown) throw new PaycoRefusal('SIMULATED_WRONG_PRODUCTS');
    sumMinor += product.amount('productAmt') ?? 0n;
  }
  if (sumMinor !== amountMinor) throw new PaycoRefusal('SIMULATED_WRONG_PRODUCTS');
}

/** The tax-free part that is stated, or as little of it as the taxed part allows. */
function taxFreeOf(payment: BookPayment, body: PaycoBody, amountMinor: bigint): bigint {
  const stated = ['totalCancelTaxfreeAmt', 'totalCancelTaxableAmt', 'totalCancelVatAmt'].map((name) =>
    body.amount(name),
  );
  const taxedLeft = payment.balanceMinor - payment.taxFreeBalanceMinor;
  if (stated.every((part) => part === null)) return taxFreeTaken(payment, amountMinor, 0n);
  const sumMinor = stated.reduce<bigint>((sum, part) => sum + (part ?? 0n), 0n);
  const taxFreeMinor = stated[0] ?? 0n;
  const isFit =
    sumMinor === amountMinor && taxFreeMinor <= payment.taxFreeBalanceMinor && amountMinor - taxFreeMinor <= taxedLeft;
  if (!isFit) throw new PaycoRefusal('SIMULATED_WRONG_TAX');
  return taxFreeMinor;
}

export function windowRefusal(code: PaycoRefusalCode): SimulatorRefusal {
  return new SimulatorRefusal(String(code), paycoRefusals[code]);
}
