import { createHash } from 'node:crypto';
import { readTime } from '../../../platform/clock/seoul-time.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import type { BillingKeyIssue, IssuedBillingKey } from '../../../port/billing-key.ts';
import type { OperationAt } from '../../../port/operations.ts';
import { cardCompanyOf } from '../wire/codes.ts';
import { amountOf, readBilling, readError, readPayment, type TossBilling } from '../wire/wire.ts';
import { approvalOf } from './answers.ts';
import { fetchPayment } from './lookup.ts';
import { keyIsKept, notConfirmed, outcomeOf } from './outcome.ts';
import { inquiryOf, unlessFound } from './payments.ts';
import { billingPath, chargeBody, post, registrationBody, send } from './requests.ts';

/**
 * Toss binds a key to a customer whom the merchant names, in 2 to 300 of these characters. Another name is sent as its digest:
 * the same name is always the same customer.
 */
export function customerKeyOf({ customerId }: Pick<BillingKeyIssue, 'customerId'>): string {
  if (/^[A-Za-z0-9_=.@,-]{2,300}$/.test(customerId)) return customerId;
  return `customer-${createHash('sha256').update(customerId).digest('base64url')}`;
}

/** Toss keeps the answer of the request's key: a repeat gets the key that was issued, and nothing else could find it. */
export const tossKeyIssue: OperationAt<'issue_key'> = {
  async send(call, request) {
    const customerKey = customerKeyOf(request);
    const result = await post(call, '/v1/billing/authorizations/card', registrationBody(request, customerKey));
    return outcomeOf(result, (text) => {
      const billing = readBilling(text);
      return billing?.customerKey === customerKey ? issuedKeyOf(billing, request.card.number, call.now) : undefined;
    });
  },
  inquire: async (call, _asked, sentAt) =>
    keyIsKept(call, sentAt)
      ? { kind: 'ask_by_repeating' }
      : { kind: 'unknown', why: 'Toss tells of no keys', isFinal: true },
};

/** The order is looked up; a repeat has the same idempotency key, and charges nothing twice. */
export const tossKeyCharge: OperationAt<'charge_key'> = {
  async send(call, request) {
    const { billingKey } = request;
    return outcomeOf(await post(call, billingPath(billingKey.key), chargeBody(request)), (text) => {
      const payment = readPayment(text);
      if (payment?.orderId !== request.orderId || payment.status !== 'DONE' || payment.method !== '카드')
        return undefined;
      if (amountOf(payment.totalAmount) !== request.amountMinor) return undefined;
      return approvalOf(payment, null);
    });
  },
  async inquire(call, { orderId, paymentAmountMinor }, sentAt) {
    const found = await fetchPayment(call, { orderId, gatewayTid: null });
    if (found.kind !== 'found') return unlessFound(found, keyIsKept(call, sentAt));
    return inquiryOf(found.payment, paymentAmountMinor, approvalOf(found.payment, null));
  },
};

const gone: ReadonlySet<string> = new Set([
  'NOT_FOUND_BILLING',
  'BILLING_KEY_NOT_FOUND',
  'ALREADY_REMOVED_BILLING_KEY',
]);

/** The answer to a success is empty. One that says that there is no such key has nothing left to delete. */
export const tossKeyRevocation: OperationAt<'revoke_key'> = {
  async send(call, { billingKey }) {
    const result = await send(call, 'DELETE', billingPath(billingKey.key), null);
    const revoked = { kind: 'confirmed', result: { gatewayTid: null, revokedAt: call.now } } as const;
    if (result.kind !== 'answered') return notConfirmed(result);
    if (result.status === 200 && result.text.trim() === '') return revoked;
    const isGone = result.status >= 400 && result.status < 500 && gone.has(readError(result.text)?.code ?? '');
    return isGone ? revoked : notConfirmed(result);
  },
  inquire: async () => ({ kind: 'ask_by_repeating' }),
};

function issuedKeyOf(billing: TossBilling, cardNumber: string, now: Date): IssuedBillingKey {
  const { card } = billing;
  const issuer = cardCompanyOf(card?.issuerCode ?? billing.cardCompany ?? null);
  const acquirer = cardCompanyOf(card?.acquirerCode ?? card?.issuerCode ?? billing.cardCompany ?? null);
  return {
    billingKey: { key: billing.billingKey, boundTo: { customerKey: billing.customerKey } },
    gatewayTid: null,
    issuedAt: readTime(billing.authenticatedAt) ?? now,
    card: {
      // As with payments: Toss masks other places than we do.
      maskedNumber: maskCardNumber(cardNumber),
      code: acquirer.code,
      name: acquirer.name ?? billing.cardCompany ?? null,
      issuerCode: issuer.code,
      issuerName: issuer.name,
      type: card?.cardType === '신용' ? 0 : card?.cardType === '체크' ? 1 : null,
    },
  };
}
