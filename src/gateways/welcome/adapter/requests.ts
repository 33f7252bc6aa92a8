import { cutToUtf8Bytes } from '../../../platform/charset/utf-8.ts';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { CardData, KeyInApproval } from '../../../port/approval.ts';
import type { BillingKeyIssue, BillingKeyRevocation, KeyCharge } from '../../../port/billing-key.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Buyer } from '../../../port/payment.ts';
import type { Revocation } from '../../../port/revocation.ts';
import { payTypes } from '../wire/codes.ts';
import { paths } from '../wire/paths.ts';
import { type CardKeys, encryptCardValue, signatureOf } from '../wire/signature.ts';

type Fields = Readonly<Record<string, string>>;

/** Bytes in UTF-8: the manual gives lengths without a unit, and bytes are never too many. */
const textBytesMax = { goodsName: 80, buyerName: 30, buyerTel: 40, buyerEmail: 40 } as const;

/** The first cancel of the whole payment has a call of its own; a part, and what is left after a part, goes by `repay`. */
export function isFullCancel({ amountMinor, paymentAmountMinor }: Cancel): boolean {
  return amountMinor === paymentAmountMinor;
}

export function sendFullCancel(
  call: GatewayCall,
  payment: Pick<Revocation, 'payMethod' | 'paymentAmountMinor'> & { readonly gatewayTid: string },
): Promise<GatewayHttpResult> {
  return send(call, paths.cancel, {
    payType: payTypes[payment.payMethod] ?? '',
    mid: call.channel.mid,
    tid: payment.gatewayTid,
    price: String(payment.paymentAmountMinor),
    currency: 'WON',
    ...signed(call, []),
  });
}

export function sendPartialCancel(call: GatewayCall, request: Cancel): Promise<GatewayHttpResult> {
  const { amountMinor, balanceBeforeMinor } = request;
  return send(call, paths.repay, {
    payType: payTypes[request.payMethod] ?? '',
    mid: call.channel.mid,
    tid: request.gatewayTid,
    cancelPrice: String(amountMinor),
    // What is left after this cancel.
    confirmPrice: String(amountMinor < balanceBeforeMinor ? balanceBeforeMinor - amountMinor : 0n),
    currency: 'WON',
    ...taxFields(request.paymentTaxFreeMinor, request),
    ...signed(call, []),
  });
}

/** Welcome has no field for the CVC or for card points. */
export function sendApproval(call: GatewayCall, request: KeyInApproval, keys: CardKeys): Promise<GatewayHttpResult> {
  return send(call, paths.approve, { ...cardFields(request.card, keys), ...orderFields(call, request) });
}

/** A payment by card number with the key in place of the card. */
export function sendCharge(call: GatewayCall, request: KeyCharge): Promise<GatewayHttpResult> {
  return send(call, paths.chargeKey, { billkey: request.billingKey.key, ...orderFields(call, request) });
}

/**
 * Birth date and password go to a path of their own, which wants both; which of the two paths a merchant may use is a matter of
 * the contract. Goods and price are shown only, and need not be told.
 */
export function sendKeyIssue(call: GatewayCall, request: BillingKeyIssue, keys: CardKeys): Promise<GatewayHttpResult> {
  const { card, customer, orderId } = request;
  const isVerified = card.birthOrBusinessNumber !== null && card.passwordFirstTwo !== null;
  const fields = isVerified
    ? cardFields(card, keys)
    : cardFields({ ...card, birthOrBusinessNumber: null, passwordFirstTwo: null }, keys);
  return send(call, isVerified ? paths.issueKey : paths.issueKeyUnverified, {
    mid: call.channel.mid,
    ...fields,
    ...buyerFields(customer),
    // A remark, which one of the two tables wants: our number of the registration.
    etc: orderId,
    ...signed(call, [['cardNumber', fields.cardNumber ?? '']]),
  });
}

/** The key itself is not under the signature. */
export function sendKeyDeletion(call: GatewayCall, { billingKey }: BillingKeyRevocation): Promise<GatewayHttpResult> {
  return send(call, paths.deleteKey, { mid: call.channel.mid, billkey: billingKey.key, ...signed(call, []) });
}

function cardFields(card: CardData, keys: CardKeys): Fields {
  return {
    cardNumber: encryptCardValue(card.number, keys),
    cardExpireYY: card.expiryYear,
    cardExpireMM: card.expiryMonth,
    ...(card.birthOrBusinessNumber !== null && { registNo: encryptCardValue(card.birthOrBusinessNumber, keys) }),
    ...(card.passwordFirstTwo !== null && { passwd: encryptCardValue(card.passwordFirstTwo, keys) }),
  };
}

function orderFields(call: GatewayCall, request: KeyInApproval | KeyCharge): Fields {
  const { buyer, orderId } = request;
  const price = String(request.amountMinor);
  return {
    mid: call.channel.mid,
    cardQuota: String(request.installmentMonths).padStart(2, '0'),
    quotaInterest: request.interestFreeByMerchant ? '1' : '0',
    oid: orderId,
    price,
    ...taxFields(request.taxFreeMinor, request),
    goodsName: cutToUtf8Bytes(request.orderName, textBytesMax.goodsName),
    ...buyerFields(buyer),
    ...signed(call, [
      ['oid', orderId],
      ['price', price],
    ]),
  };
}

/** A name is required; callers of a charge seldom give one. */
function buyerFields(buyer: Buyer): Fields {
  return {
    buyerName: cutToUtf8Bytes(buyer.name ?? '', textBytesMax.buyerName) || '구매자',
    ...(buyer.tel && { buyerTel: cutToUtf8Bytes(buyer.tel, textBytesMax.buyerTel) }),
    ...(buyer.email && { buyerEmail: cutToUtf8Bytes(buyer.email, textBytesMax.buyerEmail) }),
  };
}

/**
 * Only for payments with a tax-free part. The fields are for merchants that compute VAT themselves; no others can mix
 * taxed and tax-free amounts.
 */
function taxFields(
  paymentTaxFreeMinor: bigint,
  part: { readonly taxFreeMinor: bigint; readonly vatMinor: bigint },
): Fields {
  if (paymentTaxFreeMinor === 0n) return {};
  return { tax: String(part.vatMinor), taxfree: String(part.taxFreeMinor) };
}

function signed({ channel, now }: GatewayCall, values: readonly (readonly [string, string])[]): Fields {
  const timestamp = seoulDigits(now);
  const signature = signatureOf(channel.mid, channel.credentials.signKey ?? '', [...values, ['timestamp', timestamp]]);
  return { timestamp, signature };
}

function send(call: GatewayCall, path: string, fields: Fields): Promise<GatewayHttpResult> {
  return call.http.send({
    method: 'POST',
    url: call.channel.baseUrl + path,
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: new URLSearchParams(fields).toString(),
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}
