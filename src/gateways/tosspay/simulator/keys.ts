import { randomUUID } from 'node:crypto';
import {
  type BookBillingKey,
  billingKeyOf,
  insertBillingKey,
  listBillingKeys,
  removeBillingKey,
} from '../../../simulators/billing-keys.ts';
import type {
  ControlContext,
  SimulatorContext,
  WindowKeyIssue,
  WindowKeyResult,
} from '../../../simulators/definition.ts';
import { insertPayment } from '../../../simulators/payments.ts';
import { namePattern } from '../wire/text.ts';
import { newToken } from './payments.ts';
import { type PayFields, refusal } from './protocol.ts';
import { chargeView } from './view.ts';

/** A wallet does not tell which card stands behind a key. */
const cardOfWallet = { maskedNumber: '', code: null, name: null, issuerCode: null, issuerName: null, type: null };

/** The window registers the means of payment and pays nothing: the request of a key has no amount. */
export function issueKeyInWindow(
  { orderId, customerId, currency }: WindowKeyIssue,
  { book, mid, now }: ControlContext,
): WindowKeyResult {
  if (currency !== 'KRW' || !namePattern.test(customerId)) throw refusal('COMMON_INVALID_PARAMETER');
  const key = newToken();
  insertBillingKey(book, { key, mid, orderId, boundTo: customerId, card: cardOfWallet, issuedAt: now });
  return {
    issued: { billingKey: { key, boundTo: { userId: customerId } }, gatewayTid: null, issuedAt: now, card: null },
    payment: null,
  };
}

/** POST /api/v1/billing-key/bill. That an order number is charged once is inferred; this book can't hold two payments of one. */
export function chargeKey({ book, caller, now }: SimulatorContext, fields: PayFields): object {
  const key = active(book, caller.mid, fields);
  const orderId = fields.text('orderNo', 50, namePattern);
  const orderName = fields.text('productDesc', 255);
  const amountMinor = fields.amount('amount');
  const taxFreeMinor = fields.amount('amountTaxFree');
  const vatMinor = fields.optionalAmount('amountVat') ?? 0n;
  if (amountMinor === 0n || taxFreeMinor + vatMinor > amountMinor) throw refusal('COMMON_INVALID_PARAMETER');
  const payment = insertPayment(book, {
    mid: caller.mid,
    orderId,
    tid: newToken(),
    orderName,
    payMethod: 'card',
    amountMinor,
    taxFreeMinor,
    vatMinor,
    status: 'paid',
    requestedAt: now,
    detail: { transactionId: randomUUID(), billingKey: key.key },
  });
  if (!payment) throw refusal('PAYMENT_DUPLICATION_ORDER_NO');
  return chargeView(payment);
}

/** POST /api/v1/billing-key/remove */
export function deleteKey({ book, caller, now }: SimulatorContext, fields: PayFields): object {
  removeBillingKey(book, active(book, caller.mid, fields).key, now);
  return { msg: 'success' };
}

/** POST /api/v1/billing-key/status: the user's key, the newest of several. */
export function readKey({ book, caller }: SimulatorContext, fields: PayFields): object {
  const userId = fields.text('userId', 50);
  const key = listBillingKeys(book, caller.mid).findLast(({ boundTo }) => boundTo === userId);
  if (!key) throw refusal('SIM02');
  const status = key.removedAt === null ? 'ACTIVE' : 'REMOVE';
  return { status, userId, billingKey: key.key, payMethod: 'CARD' };
}

/** Whose key it is not, and a key that was deleted, are answered as one that never was (inferred). */
function active(book: SimulatorContext['book'], mid: string, fields: PayFields): BookBillingKey {
  const key = billingKeyOf(book, fields.text('billingKey', 50));
  if (key?.mid !== mid || key.removedAt !== null) throw refusal('SIM02');
  return key;
}
