import { createHash } from 'node:crypto';
import { amountNumber } from '../../../platform/money/currency.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { ReceiptRevocation } from '../../../port/receipt.ts';
import type { Revocation } from '../../../port/revocation.ts';
import { emptyReason } from '../../../port/texts.ts';
import { kiccCodes } from '../wire/codes.ts';
import { kiccDay } from '../wire/day.ts';
import { paths } from '../wire/paths.ts';
import { messageAuthentication } from '../wire/signature.ts';
import { kiccText, lengthMax } from '../wire/text.ts';

/** The id of a request, which KICC takes once a day; the same on every repeat. */
export function requestId(call: Pick<GatewayCall, 'idempotencyKey'>): string {
  const { idempotencyKey: key } = call;
  if (key.length <= lengthMax.shopTransactionId) return key;
  return createHash('sha256').update(key).digest('hex').slice(0, lengthMax.shopTransactionId);
}

/** A refund in real time is another contract with KICC; without a word, refunds are paid out on the next banking day. */
export function isRealTime(call: GatewayCall): boolean {
  return call.channel.credentials.refundService === 'real_time';
}

/**
 * A cancellation, with the amount and what can be cancelled before it: KICC compares the latter, so that a request which
 * comes a second time on another day fails as well.
 */
export function cancelFields(call: GatewayCall, request: Cancel): Record<string, unknown> {
  const { currency } = request;
  return {
    ...(request.payMethod === 'vbank' ? refundTypes(call, request) : { reviseTypeCode: cancelType(request) }),
    amount: amountNumber(request.amountMinor, currency),
    remainAmount: amountNumber(request.balanceBeforeMinor, currency),
    ...reason(request.reason),
    ...taxInfo(request),
    ...(request.refundAccount && {
      refundInfo: {
        refundBankCode: kiccCodes.bankCode(request.refundAccount.bankCode) ?? request.refundAccount.bankCode,
        refundAccountNo: request.refundAccount.accountNumber,
        refundDepositName: kiccText(request.refundAccount.holder, lengthMax.refundDepositName),
      },
    }),
  };
}

function isWhole({ amountMinor, paymentAmountMinor }: Cancel): boolean {
  return amountMinor === paymentAmountMinor;
}

/** 40 all, 32 a part of a card payment, 33 a part of another. The rest after a part goes as a part. */
function cancelType(request: Cancel): string {
  if (isWhole(request)) return '40';
  return request.payMethod === 'card' ? '32' : '33';
}

/** 60 all and 62 a part on the next banking day; 63 in real time, where KICC verifies the account (10 all, 11 a part). */
function refundTypes(call: GatewayCall, request: Cancel) {
  return isRealTime(call)
    ? { reviseTypeCode: '63', reviseSubTypeCode: isWhole(request) ? '10' : '11' }
    : { reviseTypeCode: isWhole(request) ? '60' : '62', reviseSubTypeCode: 'RF01' };
}

/** Only for payments that mix. That the three add up to the amount is inferred. */
function taxInfo(request: Cancel) {
  const { amountMinor, taxFreeMinor, vatMinor, paymentTaxFreeMinor, paymentAmountMinor, currency } = request;
  if (paymentTaxFreeMinor === 0n || paymentTaxFreeMinor === paymentAmountMinor) return {};
  return {
    taxInfo: {
      taxationAmount: amountNumber(amountMinor - taxFreeMinor - vatMinor, currency),
      taxFreeAmount: amountNumber(taxFreeMinor, currency),
      vatAmount: amountNumber(vatMinor, currency),
    },
  };
}

/** An account that waits is revoked as a whole, like a payment: no amount, and no account for a refund. */
export function revocationFields(request: Revocation): Record<string, unknown> {
  return { reviseTypeCode: '40', ...reason(request.reason) };
}

/** 51 the whole receipt, 52 a part of it, or the rest after a part. */
export function receiptRevocationFields(request: ReceiptRevocation): Record<string, unknown> {
  const { amountMinor, balanceBeforeMinor, currency, earlierTids } = request;
  const isAll = amountMinor === balanceBeforeMinor && earlierTids.length === 0;
  return {
    reviseTypeCode: isAll ? '51' : '52',
    amount: amountNumber(amountMinor, currency),
    remainAmount: amountNumber(balanceBeforeMinor, currency),
    ...reason(request.reason),
  };
}

function reason(text: string) {
  return { reviseMessage: kiccText(text, lengthMax.reviseMessage) || emptyReason };
}

/** Changes a transaction: signed, with the day on which it is sent. */
export function revise(
  call: GatewayCall,
  pgCno: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<GatewayHttpResult> {
  const shopTransactionId = requestId(call);
  const { mid: mallId, credentials } = call.channel;
  return post(call, paths.revise, {
    mallId,
    shopTransactionId,
    pgCno,
    ...fields,
    cancelReqDate: kiccDay(call.now),
    msgAuthValue: messageAuthentication(credentials.secretKey ?? '', pgCno, shopTransactionId),
  });
}

export function post(call: GatewayCall, path: string, body: unknown): Promise<GatewayHttpResult> {
  return call.http.send({
    method: 'POST',
    url: call.channel.baseUrl + path,
    headers: { 'content-type': 'application/json; charset=utf-8', accept: 'application/json' },
    body: JSON.stringify(body),
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}
