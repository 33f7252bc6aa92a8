import { randomBytes } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import {
  type BookBillingKey,
  billingKeyOf,
  insertBillingKey,
  listBillingKeys,
  removeBillingKey,
} from '../../../simulators/billing-keys.ts';
import type { Book } from '../../../simulators/book.ts';
import type {
  ControlContext,
  SimulatorContext,
  WindowKeyIssue,
  WindowKeyResult,
} from '../../../simulators/definition.ts';
import { insertPayment, paymentByOrderId } from '../../../simulators/payments.ts';
import { readTransactionId, transactionIdOf } from '../wire/transaction-id.ts';
import { newNumber, windowRefusal } from './payments.ts';
import { type PaycoBody, PaycoRefusal } from './protocol.ts';
import { methods } from './view.ts';

/** A wallet does not tell which card stands behind a key. */
const cardOfWallet = { maskedNumber: '', code: null, name: null, issuerCode: null, issuerName: null, type: null };

/** What a key is called and certified by, besides its number. */
interface Names {
  readonly referenceKey: string;
  readonly certifyKey: string;
}

const namesOf = ({ boundTo }: BookBillingKey) => JSON.parse(boundTo) as Names;

/** The window registers the means of payment and pays nothing: an amount is shown only. */
export function issueKeyInWindow(
  { orderId, currency, amountMinor, taxFreeMinor, vatMinor }: WindowKeyIssue,
  { book, mid, now }: ControlContext,
): WindowKeyResult {
  const isFit = currency === 'KRW' && orderId.length <= 100 && taxFreeMinor + vatMinor <= amountMinor;
  if (!isFit) throw windowRefusal('SIMULATED_BAD_FIELD');
  const names: Names = { referenceKey: orderId, certifyKey: randomBytes(35).toString('base64url') };
  const key = newNumber(now);
  insertBillingKey(book, { key, mid, orderId, boundTo: JSON.stringify(names), card: cardOfWallet, issuedAt: now });
  return {
    issued: { billingKey: { key, boundTo: { ...names } }, gatewayTid: null, issuedAt: now, card: null },
    payment: null,
  };
}

/** POST /outseller/autoPayment/payment */
export function chargeKey({ book, caller, now }: SimulatorContext, body: PaycoBody): unknown {
  const key = billingKeyOf(book, required(body, 'autoPaymentNo', 50));
  const certifyKey = required(body, 'autoPaymentCertifyKey', 200);
  if (key?.mid !== caller.mid || key.removedAt !== null || namesOf(key).certifyKey !== certifyKey) {
    throw new PaycoRefusal('SIMULATED_NO_KEY');
  }
  const orderId = required(body, 'sellerOrderReferenceKey', 100);
  const amountMinor = body.amount('totalPaymentAmt');
  if (!amountMinor || body.text('currency', 3) !== 'KRW') throw new PaycoRefusal('SIMULATED_BAD_FIELD');
  const taxFreeMinor = body.amount('totalTaxfreeAmt') ?? 0n;
  const vatMinor = body.amount('totalVatAmt') ?? 0n;
  if (taxFreeMinor + (body.amount('totalTaxableAmt') ?? 0n) + vatMinor !== amountMinor) {
    throw new PaycoRefusal('SIMULATED_WRONG_TAX');
  }
  checkProducts(body, amountMinor, caller);
  // That `UNIQUE_KEY` means this is inferred from its name.
  if (paymentByOrderId(book, caller.mid, orderId)) throw new PaycoRefusal('SIMULATED_USED_REFERENCE');
  const payment = insertPayment(book, {
    mid: caller.mid,
    orderId,
    tid: transactionIdOf({ orderNo: newNumber(now), orderCertifyKey: randomBytes(35).toString('base64url') }),
    orderName: body.text('orderTitle', 1000),
    payMethod: 'card',
    amountMinor,
    taxFreeMinor,
    vatMinor,
    status: 'paid',
    requestedAt: now,
  });
  if (!payment) throw new PaycoRefusal('SIMULATED_USED_REFERENCE');
  return {
    ...readTransactionId(payment.tid),
    sellerOrderReferenceKey: orderId,
    totalPaymentAmt: Number(amountMinor),
    paymentCompleteYmdt: seoulDigits(now),
  };
}

/** POST /outseller/autoPayment/delete: its answer has no result. */
export function deleteKey({ book, caller, now }: SimulatorContext, body: PaycoBody): unknown {
  removeBillingKey(book, named(book, caller.mid, body).key, now);
  return undefined;
}

/** POST /outseller/autoPayment/info */
export function readKey({ book, caller }: SimulatorContext, body: PaycoBody): unknown {
  const key = named(book, caller.mid, body);
  return {
    autoPaymentNo: key.key,
    autoPaymentCertifyKey: namesOf(key).certifyKey,
    paymentMethodCode: methods.card.code,
    paymentMethodName: methods.card.name,
    registYmdt: seoulDigits(key.issuedAt),
  };
}

/** By the merchant's name of the key and what certifies it; one that was deleted is unknown (inferred). */
function named(book: Book, mid: string, body: PaycoBody): BookBillingKey {
  const referenceKey = required(body, 'sellerAutoPaymentReferenceKey', 100);
  const certifyKey = required(body, 'autoPaymentCertifyKey', 200);
  const found = listBillingKeys(book, mid).find((key) => {
    const names = namesOf(key);
    return key.removedAt === null && names.referenceKey === referenceKey && names.certifyKey === certifyKey;
  });
  if (!found) throw new PaycoRefusal('SIMULATED_NO_KEY');
  return found;
}

function checkProducts(body: PaycoBody, amountMinor: bigint, { mid, credentials }: SimulatorContext['caller']): void {
  let sumMinor = 0n;
  for (const product of body.list('orderProducts') ?? []) {
    const isKnown = product.text('cpId', 30) === mid && product.text('productId', 50) === credentials.productId;
    const isTaxed = ['DUTYFREE', 'TAXATION', 'COMBINE'].includes(product.text('taxationType', 20));
    if (!isKnown || !isTaxed) throw new PaycoRefusal('SIMULATED_WRONG_PRODUCTS');
    required(product, 'sellerOrderProductReferenceKey', 100);
    required(product, 'productName', 1000);
    sumMinor += product.amount('productPaymentAmt') ?? 0n;
  }
  if (sumMinor !== amountMinor) throw new PaycoRefusal('SIMULATED_WRONG_PRODUCTS');
}

function required(body: PaycoBody, name: string, lengthMax: number): string {
  const text = body.text(name, lengthMax);
  if (text === '') throw new PaycoRefusal('SIMULATED_BAD_FIELD');
  return text;
}
