import { seoulLocal } from '../../../platform/clock/seoul-time.ts';
import { amountNumber } from '../../../platform/money/currency.ts';
import type { CardData, KeyInApproval } from '../../../port/approval.ts';
import type { BillingKeyIssue, KeyCharge } from '../../../port/billing-key.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Buyer } from '../../../port/payment.ts';
import type { ReceiptIssue, ReceiptRevocation } from '../../../port/receipt.ts';
import type { Revocation } from '../../../port/revocation.ts';
import { wireReason } from '../../../port/texts.ts';
import type { VirtualAccountIssue } from '../../../port/virtual-account.ts';
import { tossCodes } from '../wire/codes.ts';
import { reasonRule } from '../wire/text.ts';

/** Toss's limits of texts; what is longer is shortened on the wire only. */
const textLengthMax = { orderName: 100, customerName: 100, holderName: 60 } as const;

/** Sends one request with Toss's Basic authentication: the secret key as the user, no password. */
export function send(
  call: GatewayCall,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body: Readonly<Record<string, unknown>> | null,
): Promise<GatewayHttpResult> {
  const secretKey = call.channel.credentials.secretKey ?? '';
  const headers: Record<string, string> = {
    authorization: `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`,
    accept: 'application/json',
  };
  if (body) {
    headers['content-type'] = 'application/json';
    headers['idempotency-key'] = call.idempotencyKey;
  }
  return call.http.send({
    method,
    url: call.channel.baseUrl + path,
    headers,
    body: body && JSON.stringify(body),
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}

/** What moves something; it has the operation's idempotency key. */
export function post(
  call: GatewayCall,
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<GatewayHttpResult> {
  return send(call, 'POST', path, body);
}

export function cancelPath(paymentKey: string): string {
  return `/v1/payments/${encodeURIComponent(paymentKey)}/cancel`;
}

/**
 * The amount is always said, also when everything is cancelled. Without it Toss cancels whatever is left, which is more
 * than was asked for when our balance is stale.
 */
export function cancelBody(request: Cancel): Record<string, unknown> {
  return {
    cancelReason: wireReason(request.reason, reasonRule),
    cancelAmount: amountNumber(request.amountMinor, request.currency),
    ...taxFree(request),
    ...(request.refundAccount && {
      refundReceiveAccount: {
        bank: tossCodes.bankCode(request.refundAccount.bankCode) ?? request.refundAccount.bankCode,
        accountNumber: request.refundAccount.accountNumber,
        holderName: request.refundAccount.holder.slice(0, textLengthMax.holderName),
      },
    }),
  };
}

/**
 * An account that waits can only be cancelled as a whole, so no amount is sent. There is no refund account either:
 * should the deposit have come first, Toss refuses a cancellation of a deposited account without one.
 */
export function revocationBody(request: Revocation): Record<string, unknown> {
  return { cancelReason: wireReason(request.reason, reasonRule) };
}

/** Toss has no field for VAT (it computes it), for card points or for the CVC in a key-in approval. */
export function approvalBody(request: KeyInApproval): Record<string, unknown> {
  const { card, buyer } = request;
  return {
    ...order(request),
    ...taxFree(request),
    ...cardFields(card),
    cardInstallmentPlan: request.installmentMonths,
    ...(request.interestFreeByMerchant && { useFreeInstallmentPlan: true }),
    ...customer(buyer),
    ...(buyer.name && { customerName: buyer.name.slice(0, textLengthMax.customerName) }),
  };
}

export function virtualAccountBody(request: VirtualAccountIssue): Record<string, unknown> {
  const tel = request.buyer.tel?.replaceAll('-', '') ?? '';
  return {
    ...order(request),
    ...taxFree(request),
    bank: tossCodes.bankCode(request.bankCode) ?? request.bankCode,
    // Toss shows the account under this name; which of i'mport's names goes here is inferred.
    customerName: request.holder.slice(0, textLengthMax.customerName),
    dueDate: seoulLocal(request.dueAt),
    ...(request.fixedKey !== null && { accountKey: request.fixedKey }),
    ...customer(request.buyer),
    ...(/^01\d{8,9}$/.test(tel) && { customerMobilePhone: tel }),
  };
}

export function receiptBody(request: ReceiptIssue): Record<string, unknown> {
  return {
    orderId: request.receiptOrderId,
    orderName: request.orderName.slice(0, textLengthMax.orderName),
    amount: amountNumber(request.amountMinor, request.currency),
    ...taxFree(request),
    customerIdentityNumber: request.identifier,
    type: request.type === 'company' ? '지출증빙' : '소득공제',
  };
}

export function receiptRevocationBody(request: ReceiptRevocation): Record<string, unknown> {
  return { amount: amountNumber(request.amountMinor, request.currency) };
}

function order(request: { orderId: string; orderName: string; amountMinor: bigint; currency: string }) {
  return {
    orderId: request.orderId,
    orderName: request.orderName.slice(0, textLengthMax.orderName),
    amount: amountNumber(request.amountMinor, request.currency),
  };
}

function taxFree(request: { taxFreeMinor: bigint; currency: string }) {
  return request.taxFreeMinor > 0n ? { taxFreeAmount: amountNumber(request.taxFreeMinor, request.currency) } : {};
}

/** Toss refuses what does not look like an address; a payment should not fail over a notice's recipient. */
function customer({ email }: Buyer) {
  return email && email.length <= 100 && /^[\w.+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+$/.test(email)
    ? { customerEmail: email }
    : {};
}

/** Keys have `=` in them. */
export function billingPath(billingKey: string): string {
  return `/v1/billing/${encodeURIComponent(billingKey)}`;
}

export function registrationBody(request: BillingKeyIssue, customerKey: string): Record<string, unknown> {
  const { card, customer: whose } = request;
  return {
    customerKey,
    ...cardFields(card),
    ...customer(whose),
    ...(whose.name && { customerName: whose.name.slice(0, textLengthMax.customerName) }),
  };
}

/** There is no field for instalments at the shop's cost, and none for card points. */
export function chargeBody(request: KeyCharge): Record<string, unknown> {
  const { billingKey, buyer } = request;
  return {
    ...order(request),
    ...taxFree(request),
    customerKey: billingKey.boundTo.customerKey ?? '',
    cardInstallmentPlan: request.installmentMonths,
    ...customer(buyer),
    ...(buyer.name && { customerName: buyer.name.slice(0, textLengthMax.customerName) }),
  };
}

function cardFields(card: CardData): Record<string, string> {
  return {
    cardNumber: card.number,
    cardExpirationYear: card.expiryYear,
    cardExpirationMonth: card.expiryMonth,
    ...(card.birthOrBusinessNumber !== null && { customerIdentityNumber: card.birthOrBusinessNumber }),
    ...(card.passwordFirstTwo !== null && { cardPassword: card.passwordFirstTwo }),
  };
}
