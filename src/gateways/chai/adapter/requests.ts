import { amountNumber } from '../../../platform/money/currency.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import { postForm } from '../../../port/post.ts';
import { cancelPath, paymentPath } from '../wire/paths.ts';

/**
 * `checkoutAmount` is what is left before this cancellation: it guards against a second one. The key is the operation's own:
 * under the order's, which the shop sends with each, a second part might be answered with the first one's answer.
 */
export function sendCancel(call: GatewayCall, request: Cancel): Promise<GatewayHttpResult> {
  const amount = (minor: bigint) => String(amountNumber(minor, request.currency));
  return postForm(
    call,
    cancelPath(request.gatewayTid),
    { cancelAmount: amount(request.amountMinor), checkoutAmount: amount(request.balanceBeforeMinor) },
    { 'private-api-key': call.channel.credentials.privateKey ?? '', 'idempotency-key': call.idempotencyKey },
  );
}

/**
 * I'mport's SDK reads by the public key, with the key of the payment, and asks again and again until the state changes: a read
 * is not answered from what was said before.
 */
export function sendInquiry(call: GatewayCall, paymentId: string, orderId: string): Promise<GatewayHttpResult> {
  const { privateKey = '', publicKey } = call.channel.credentials;
  return call.http.send({
    method: 'GET',
    url: call.channel.baseUrl + paymentPath(paymentId),
    headers: {
      ...(publicKey === undefined ? { 'private-api-key': privateKey } : { 'public-api-key': publicKey }),
      'idempotency-key': orderId,
      accept: 'application/json',
    },
    body: null,
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}
