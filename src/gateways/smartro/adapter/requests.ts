import { cutToEucKrBytes, encodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import { smilePayHash } from '../wire/hash.ts';
import { cancelPath } from '../wire/paths.ts';
import type { SmartroCancel } from './both-modules.ts';

/** No length of CancelMSG is published for this module; the new one takes 100 characters. */
const reasonBytesMax = 100;

/**
 * A form in EUC-KR. The reason is percent-encoded once more inside it, as Smartro's own sample does. The module has no
 * fields for the tax of the cancelled amount.
 */
export function cancelForm(cancel: SmartroCancel, credentials: Readonly<Record<string, string>>): string {
  const amount = String(cancel.amountMinor);
  const partialCancelCode = cancel.isPartial ? '1' : '0';
  return encodeEucKrForm({
    TID: cancel.tid,
    CancelAmt: amount,
    Cancelpw: credentials.cancelPassword ?? '',
    CancelMSG: percentEncoded(cutToEucKrBytes(cancel.reason, reasonBytesMax)),
    PartialCancelCode: partialCancelCode,
    hashData: smilePayHash(cancel.tid, credentials.merchantKey ?? '', amount, partialCancelCode),
  });
}

export function sendCancel(call: GatewayCall, cancel: SmartroCancel): Promise<GatewayHttpResult> {
  return call.http.send({
    method: 'POST',
    url: call.channel.baseUrl + cancelPath,
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=euc-kr' },
    body: cancelForm(cancel, call.channel.credentials),
    charset: 'euc-kr',
    timeLimitMs: call.timeLimitMs,
  });
}

function percentEncoded(text: string): string {
  return encodeEucKrForm({ m: text }).slice('m='.length);
}
