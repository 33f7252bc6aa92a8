import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { SmartroCancel } from '../../smartro/wire/cancel.ts';
import { type CancelTax, cancelBody } from '../wire/cancel.ts';
import { cancelPath } from '../wire/paths.ts';

/** Only for payments that mix taxed and tax-free parts: i'mport wants the split for these, and no other needs it. */
export function taxOf(request: Cancel): CancelTax | null {
  const { amountMinor, taxFreeMinor, vatMinor, paymentTaxFreeMinor } = request;
  if (paymentTaxFreeMinor === 0n) return null;
  return { suppliedMinor: amountMinor - taxFreeMinor - vatMinor, taxFreeMinor, vatMinor };
}

export function sendCancel(
  call: GatewayCall,
  cancel: SmartroCancel,
  ordinal: number,
  tax: CancelTax | null,
): Promise<GatewayHttpResult> {
  return call.http.send({
    method: 'POST',
    url: call.channel.baseUrl + cancelPath,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: cancelBody(call.channel, cancel, ordinal, tax),
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}
