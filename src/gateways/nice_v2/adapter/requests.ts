import { vatWithin } from '../../../platform/money/vat.ts';
import type { BillingKeyIssue, BillingKeyRevocation, KeyCharge } from '../../../port/billing-key.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Buyer } from '../../../port/payment.ts';
import type { ReceiptIssue, ReceiptRevocation } from '../../../port/receipt.ts';
import type { Revocation } from '../../../port/revocation.ts';
import { wireReason } from '../../../port/texts.ts';
import { niceCodes } from '../../nice/wire/codes.ts';
import { niceSignature } from '../../nice/wire/signature.ts';
import { niceText, reasonRule } from '../../nice/wire/text.ts';
import { ediDateOf } from '../wire/edi-date.ts';

/**
 * NICE's limits of texts. Its manual counts bytes and does not say of what; they are those of its older API in EUC-KR, and
 * are taken so here. What is longer is cut on the wire only.
 */
export const bytesMax = { goodsName: 40, refundHolder: 10, buyerName: 30, buyerTel: 40, buyerEmail: 60 };

export function secretKeyOf(call: GatewayCall): string {
  return call.channel.credentials.secretKey ?? '';
}

/** Basic authentication: the client key as the user, the secret key as the password. */
function headersOf(call: GatewayCall): Record<string, string> {
  const credentials = `${call.channel.credentials.clientKey ?? ''}:${secretKeyOf(call)}`;
  return {
    authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
    'content-type': 'application/json;charset=utf-8',
    accept: 'application/json',
  };
}

/** `signed` are the parts of `signData`, without the date and the key, which come last. */
export function post(
  call: GatewayCall,
  path: string,
  signed: readonly string[],
  body: Readonly<Record<string, unknown>>,
): Promise<GatewayHttpResult> {
  return call.http.send({
    method: 'POST',
    url: call.channel.baseUrl + path,
    headers: headersOf(call),
    body: JSON.stringify({ ...body, ...signature(call, signed), returnCharSet: 'utf-8' }),
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}

/** `signed: null`: without the optional signature. */
export function get(
  call: GatewayCall,
  path: string,
  signed: readonly string[] | null,
  query: Readonly<Record<string, string>> = {},
): Promise<GatewayHttpResult> {
  const search = new URLSearchParams({ ...query, ...(signed && signature(call, signed)), returnCharSet: 'utf-8' });
  return call.http.send({
    method: 'GET',
    url: `${call.channel.baseUrl}${path}?${search}`,
    headers: headersOf(call),
    body: null,
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}

function signature(call: GatewayCall, signed: readonly string[]): { ediDate: string; signData: string } {
  const ediDate = ediDateOf(call.now);
  return { ediDate, signData: niceSignature(...signed, ediDate, secretKeyOf(call)) };
}

export const paths = {
  payment: (tid: string) => `/v1/payments/${encodeURIComponent(tid)}`,
  order: (orderId: string) => `/v1/payments/find/${encodeURIComponent(orderId)}`,
  cancel: (tid: string) => `/v1/payments/${encodeURIComponent(tid)}/cancel`,
  issueReceipt: '/v1/receipt',
  receipt: (tid: string) => `/v1/receipt/${encodeURIComponent(tid)}`,
  registerKey: '/v1/subscribe/regist',
  charge: (bid: string) => `/v1/subscribe/${encodeURIComponent(bid)}/payments`,
  expireKey: (bid: string) => `/v1/subscribe/${encodeURIComponent(bid)}/expire`,
  cancelReceipt: (tid: string) => `/v1/receipt/${encodeURIComponent(tid)}/cancel`,
} as const;

/**
 * The amount is always said: without it NICE cancels whatever is left. The order id is the cancel's own, made of its key:
 * NICE takes each one once, so that a repeat is not carried out again. There is no field for VAT.
 */
export function cancelBody(call: GatewayCall, request: Cancel): Record<string, unknown> {
  const { refundAccount } = request;
  return {
    reason: wireReason(request.reason, reasonRule),
    orderId: call.idempotencyKey,
    cancelAmt: Number(request.amountMinor),
    ...(request.taxFreeMinor > 0n && { taxFreeAmt: Number(request.taxFreeMinor) }),
    ...(refundAccount && {
      refundAccount: refundAccount.accountNumber,
      refundBankCode: niceCodes.bankCode(refundAccount.bankCode) ?? refundAccount.bankCode,
      refundHolder: niceText(refundAccount.holder, bytesMax.refundHolder),
    }),
  };
}

/** Without an amount and without an account: should the deposit have come first, NICE has nowhere to refund to. */
export function revocationBody(call: GatewayCall, request: Revocation): Record<string, unknown> {
  return { reason: wireReason(request.reason, reasonRule), orderId: call.idempotencyKey };
}

export function receiptBody(request: ReceiptIssue): Record<string, unknown> {
  const { buyer } = request;
  return {
    orderId: request.receiptOrderId,
    amount: Number(request.amountMinor),
    goodsName: niceText(request.orderName, bytesMax.goodsName),
    receiptType: request.type === 'company' ? 'company' : 'individual',
    receiptNo: request.identifier,
    ...split(request),
    ...buyerFields(buyer),
  };
}

/**
 * A part of a receipt is taken back with its four parts, the whole without. The port does not say which share of the part
 * is free of tax: it is taken for taxed, with its VAT as Korean gateways compute it.
 */
export function receiptRevocationBody(call: GatewayCall, request: ReceiptRevocation): Record<string, unknown> {
  const { amountMinor, balanceBeforeMinor, earlierTids } = request;
  const isWhole = amountMinor === balanceBeforeMinor && earlierTids.length === 0;
  return {
    orderId: call.idempotencyKey,
    reason: wireReason(request.reason, reasonRule),
    ...(!isWhole && {
      cancelAmt: Number(amountMinor),
      ...split({ amountMinor, taxFreeMinor: 0n, vatMinor: vatWithin(amountMinor, 0n) }),
    }),
  };
}

/** All four are wanted, and must add up to the amount. */
function split(of: { readonly amountMinor: bigint; readonly taxFreeMinor: bigint; readonly vatMinor: bigint }) {
  return {
    supplyAmt: Number(of.amountMinor - of.taxFreeMinor - of.vatMinor),
    goodsVat: Number(of.vatMinor),
    taxFreeAmt: Number(of.taxFreeMinor),
    serviceAmt: 0,
  };
}

function buyerFields(buyer: Buyer): Record<string, string> {
  return {
    ...(buyer.name && { buyerName: niceText(buyer.name, bytesMax.buyerName) }),
    ...(buyer.tel && { buyerTel: buyer.tel.replace(/\D/g, '').slice(0, bytesMax.buyerTel) }),
    ...(buyer.email && { buyerEmail: niceText(buyer.email, bytesMax.buyerEmail) }),
  };
}

export function keyIssueBody({ orderId, customer }: BillingKeyIssue, encData: string): Record<string, unknown> {
  return { encData, orderId, ...buyerFields(customer) };
}

/** Instalments without interest at the shop's cost are not taken with keys: `useShopInterest` is always false. */
export function chargeBody(request: KeyCharge): Record<string, unknown> {
  return {
    orderId: request.orderId,
    amount: Number(request.amountMinor),
    goodsName: niceText(request.orderName, bytesMax.goodsName),
    cardQuota: String(request.installmentMonths),
    useShopInterest: false,
    ...buyerFields(request.buyer),
    ...(request.taxFreeMinor > 0n && { taxFreeAmt: Number(request.taxFreeMinor) }),
  };
}

export function keyBody({ orderId }: BillingKeyRevocation): Record<string, unknown> {
  return { orderId };
}
