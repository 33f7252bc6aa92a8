import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { amountNumber } from '../../../platform/money/currency.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import { wireReason } from '../../../port/texts.ts';
import {
  approvalPath,
  cancelPath,
  historyOfTimePath,
  historyPath,
  keyPath,
  type keyPaths,
  servicePath,
  type servicePaths,
} from '../wire/paths.ts';
import { reasonRule } from '../wire/text.ts';

function partnerIdOf({ channel }: GatewayCall): string {
  return channel.credentials.partnerId ?? channel.mid;
}

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
    url: call.channel.baseUrl + cancelPath(partnerIdOf(call)),
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

/** A form, with the idempotency key: a step of a charge, or the end of a key. */
export function sendKeyForm(
  call: GatewayCall,
  use: keyof typeof keyPaths,
  fields: Readonly<Record<string, string>>,
  timeLimitMs: number,
): Promise<GatewayHttpResult> {
  return call.http.send({
    method: 'POST',
    url: call.channel.baseUrl + keyPath(partnerIdOf(call), use),
    headers: {
      ...headersOf(call),
      'content-type': 'application/x-www-form-urlencoded',
      'x-naverpay-idempotency-key': call.idempotencyKey,
    },
    body: new URLSearchParams(fields).toString(),
    charset: 'utf-8',
    timeLimitMs,
  });
}

/** A form with the number of the payment alone: Naver Pay knows the rest since the window was opened. */
export function sendApproval(call: GatewayCall, paymentId: string): Promise<GatewayHttpResult> {
  return call.http.send({
    method: 'POST',
    url: `${call.channel.baseUrl}/${encodeURIComponent(partnerIdOf(call))}${approvalPath}`,
    headers: {
      ...headersOf(call),
      'content-type': 'application/x-www-form-urlencoded',
      'x-naverpay-idempotency-key': call.idempotencyKey,
    },
    body: new URLSearchParams({ paymentId }).toString(),
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}

/** The approvals of all payments within a time, of the chain that the headers name. */
export function sendHistoryOfTime(
  call: GatewayCall,
  { from, until }: { readonly from: Date; readonly until: Date },
  pageNumber: number,
): Promise<GatewayHttpResult> {
  return call.http.send({
    method: 'POST',
    url: call.channel.baseUrl + historyOfTimePath(partnerIdOf(call)),
    headers: { ...headersOf(call), 'content-type': 'application/json' },
    body: JSON.stringify({
      startTime: seoulDigits(from),
      endTime: seoulDigits(until),
      approvalType: 'APPROVAL',
      pageNumber,
      rowsPerPage: 100,
    }),
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}

/** With the idempotency key where something is done. */
export function sendService(
  call: GatewayCall,
  service: keyof typeof servicePaths,
  fields: Readonly<Record<string, string>>,
): Promise<GatewayHttpResult> {
  return call.http.send({
    method: 'POST',
    url: call.channel.baseUrl + servicePath(partnerIdOf(call), service),
    headers: {
      ...headersOf(call),
      'content-type': 'application/x-www-form-urlencoded',
      ...(service !== 'cashAmount' && { 'x-naverpay-idempotency-key': call.idempotencyKey }),
    },
    body: new URLSearchParams(fields).toString(),
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}

export function sendHistory(call: GatewayCall, paymentId: string, pageNumber: number): Promise<GatewayHttpResult> {
  return call.http.send({
    method: 'POST',
    url: call.channel.baseUrl + historyPath(partnerIdOf(call), paymentId),
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
    cancelReason: wireReason(request.reason, reasonRule),
    cancelRequester: request.requester === 'customer' ? '1' : '2',
    taxScopeAmount: amount(request.amountMinor - request.taxFreeMinor),
    taxExScopeAmount: amount(request.taxFreeMinor),
    doCompareRest: '1',
    expectedRestAmount: amount(request.balanceBeforeMinor - request.amountMinor),
  };
}
