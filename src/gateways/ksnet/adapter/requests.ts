import type { KeyInApproval } from '../../../port/approval.ts';
import type { BillingKeyIssue, KeyCharge } from '../../../port/billing-key.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import { cleanText } from '../wire/wire.ts';

type Fields = Readonly<Record<string, string>>;

const sizeMax = { userName: 50, userEmail: 50, productName: 50 } as const;
const cancelSeqMax = 9;

/**
 * `FULL` cancels a payment of which nothing was cancelled, `PARTIAL` everything else, also the last part. `cancelSeq`
 * counts the partial cancels; a tenth one has no number. `undefined`: it can't be asked for.
 */
export function cancelFields(request: Cancel): Fields | undefined {
  const original = { orgTradeKeyType: 'TID', orgTradeKey: request.gatewayTid, orgTradeDate: '' };
  if (request.amountMinor === request.paymentAmountMinor) {
    return { cancelType: 'FULL', ...original, cancelTotalAmount: '', ...taxFree(request, 0n), cancelSeq: '' };
  }
  if (request.ordinal > cancelSeqMax) return undefined;
  return {
    cancelType: 'PARTIAL',
    ...original,
    cancelTotalAmount: request.amountMinor.toString(),
    ...taxFree(request, request.taxFreeMinor),
    cancelSeq: request.ordinal.toString(),
  };
}

/** Transfers have no such field. KSNET computes the VAT. */
function taxFree({ payMethod }: Cancel, taxFreeMinor: bigint): Fields {
  if (payMethod === 'trans') return {};
  return { cancelTaxFreeAmount: taxFreeMinor > 0n ? taxFreeMinor.toString() : '' };
}

/**
 * By card number and expiry only (`noncert`): i'mport uses KSNET so, and sends neither the birth date nor the password.
 * Goods are what most merchants sell, and taken for granted where the caller does not say (i'mport wants it said).
 */
export function approvalFields(request: KeyInApproval): Fields {
  const { card, buyer } = request;
  const email = cleanText(buyer.email ?? '', sizeMax.userEmail);
  return {
    ...orderFields(request),
    ...(email !== '' && { userEmail: email }),
    tax: request.vatMinor.toString(),
    cardNumb: card.number,
    expiryDate: card.expiryYear + card.expiryMonth,
  };
}

function orderFields(request: KeyInApproval | KeyCharge): Fields {
  return {
    orderNumb: request.orderId,
    userName: cleanText(request.buyer.name ?? '', sizeMax.userName) || '구매자',
    productType: request.productType === 'digital' ? 'DIGITAL' : 'REAL',
    productName: cleanText(request.orderName, sizeMax.productName),
    totalAmount: request.amountMinor.toString(),
    taxFreeAmount: request.taxFreeMinor.toString(),
    installMonth: request.installmentMonths.toString().padStart(2, '0'),
    currencyType: request.currency,
  };
}

/** The shop whose program shows this sends birth date and password; a contract without them has neither. */
export function keyIssueFields({ card, orderId }: BillingKeyIssue): Fields {
  return {
    // There is no order of a registration: its own number goes where our key does elsewhere.
    payload: orderId,
    cardNumb: card.number,
    expiryDate: card.expiryYear + card.expiryMonth,
    ...(card.passwordFirstTwo !== null && { password2: card.passwordFirstTwo }),
    ...(card.birthOrBusinessNumber !== null && { userInfo: card.birthOrBusinessNumber }),
  };
}

export function chargeFields(request: KeyCharge): Fields {
  return { ...orderFields(request), interestType: 'PG', billingToken: request.billingKey.key };
}

/** `Authorization: pgapi KEY`; every value of the body is a text. */
export function send(
  call: GatewayCall,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<GatewayHttpResult> {
  const { baseUrl, mid, credentials } = call.channel;
  return call.http.send({
    method: 'POST',
    url: baseUrl + path,
    headers: {
      authorization: `pgapi ${credentials.apiKey ?? ''}`,
      'content-type': 'application/json; charset=utf-8',
    },
    // The payload comes back with the answer, which so is known to be the one to this request.
    body: JSON.stringify({ mid, payload: call.idempotencyKey, ...fields }),
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}
