import { cutToUtf8Bytes } from '../../../platform/charset/utf-8.ts';
import { amountNumber } from '../../../platform/money/currency.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import { cancelPath, historyPath } from '../wire/paths.ts';

/** Naver Pay's limit, taken as bytes of UTF-8; a longer reason is shortened on the wire only. */
const reasonBytesMax = 256;

function headersOf(call: GatewayCall): Record<string, string> {
  const { clientId = '', clientSecret = '', chainId = '' } = call.channel.credentials;
  return {
    'x-naver-client-id': clientId,
    'x-naver-client-secret': clientSecret,
    'x-naverpay-chain-id': chainId,
    accept: 'application/json',
  };
}

export function sendCancel(call: GatewayCall, request: Cancel): Promise<GatewayHttpResult> {
  return call.http.send({
    method: 'POST',
    url: call.channel.baseUrl + cancelPath(call.channel.mid),
    headers: {
      ...headersOf(call),
      'content-type': 'application/x-www-form-urlencoded',
      'x-naverpay-idempotency-key': call.idempotencyKey,
    },
    body: new URLSearchParams(cancelFields(call, request)).toString(),
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}

export function sendHistory(call: GatewayCall, paymentId: string, pageNumber: number): Promise<GatewayHttpResult> {
  return call.http.send({
    method: 'POST',
    url: call.channel.baseUrl + historyPath(call.channel.mid, paymentId),
    headers: { ...headersOf(call), 'content-type': 'application/json' },
    body: JSON.stringify({ approvalType: 'ALL', pageNumber, rowsPerPage: 100 }),
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}

/**
 * `expectedRestAmount` is what must be left after this cancellation. `merchantPayTransactionKey` comes back in the
 * history: it is how a cancellation of ours is told from others. There is no field for VAT.
 */
export function cancelFields(call: GatewayCall, request: Cancel): Record<string, string> {
  const amount = (minor: bigint) => String(amountNumber(minor, request.currency));
  return {
    paymentId: request.gatewayTid,
    merchantPayTransactionKey: call.idempotencyKey,
    cancelAmount: amount(request.amountMinor),
    cancelReason: cutToUtf8Bytes(request.reason, reasonBytesMax),
    cancelRequester: request.requester === 'customer' ? '1' : '2',
    taxScopeAmount: amount(request.amountMinor - request.taxFreeMinor),
    taxExScopeAmount: amount(request.taxFreeMinor),
    doCompareRest: '1',
    expectedRestAmount: amount(request.balanceBeforeMinor - request.amountMinor),
  };
}
