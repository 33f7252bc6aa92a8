import { cutToUtf8Bytes } from '../../../platform/charset/utf-8.ts';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { KeyInApproval } from '../../../port/approval.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
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
  const { card, buyer, amountMinor, orderId } = request;
  const price = String(amountMinor);
  return send(call, paths.approve, {
    mid: call.channel.mid,
    cardNumber: encryptCardValue(card.number, keys),
    cardExpireYY: card.expiryYear,
    cardExpireMM: card.expiryMonth,
    ...(card.birthOrBusinessNumber !== null && { registNo: encryptCardValue(card.birthOrBusinessNumber, keys) }),
    ...(card.passwordFirstTwo !== null && { passwd: encryptCardValue(card.passwordFirstTwo, keys) }),
    cardQuota: String(request.installmentMonths).padStart(2, '0'),
    quotaInterest: request.interestFreeByMerchant ? '1' : '0',
    oid: orderId,
    price,
    ...taxFields(request.taxFreeMinor, request),
    goodsName: cutToUtf8Bytes(request.orderName, textBytesMax.goodsName),
    buyerName: cutToUtf8Bytes(buyer.name ?? '', textBytesMax.buyerName),
    ...(buyer.tel && { buyerTel: cutToUtf8Bytes(buyer.tel, textBytesMax.buyerTel) }),
    ...(buyer.email && { buyerEmail: cutToUtf8Bytes(buyer.email, textBytesMax.buyerEmail) }),
    ...signed(call, [
      ['oid', orderId],
      ['price', price],
    ]),
  });
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
