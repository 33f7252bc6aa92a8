import { amountNumber } from '../../../platform/money/currency.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import { vatOfCancel } from '../wire/vat.ts';

export function send(
  call: GatewayCall,
  path: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<GatewayHttpResult> {
  const { mid, credentials, baseUrl } = call.channel;
  const { secretKey = '', cidSecret } = credentials;
  return call.http.send({
    method: 'POST',
    url: baseUrl + path,
    headers: {
      authorization: `SECRET_KEY ${secretKey}`,
      'content-type': 'application/json',
      accept: 'application/json',
    },
    body: JSON.stringify({ cid: mid, ...(cidSecret !== undefined && { cid_secret: cidSecret }), ...fields }),
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}

/**
 * `cancel_available_amount` is what could be cancelled before, this cancellation included. `payload` comes back in the
 * order's list of actions: it is how a cancellation of ours is told from others.
 */
export function cancelFields(call: GatewayCall, request: Cancel): Record<string, unknown> {
  const amount = (minor: bigint) => amountNumber(minor, request.currency);
  const vatMinor = vatOfCancel(request);
  return {
    tid: request.gatewayTid,
    cancel_amount: amount(request.amountMinor),
    cancel_tax_free_amount: amount(request.taxFreeMinor),
    ...(vatMinor !== undefined && { cancel_vat_amount: amount(vatMinor) }),
    cancel_available_amount: amount(request.balanceBeforeMinor),
    payload: call.idempotencyKey,
  };
}
