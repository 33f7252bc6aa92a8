import { createHash } from 'node:crypto';
import { cutToEucKrBytes, encodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { SmartroCancel } from './both-modules.ts';

export const cancelPath = '/cancel/payCancelNVProcess.jsp';

/** No length of CancelMSG is published for this module; the new one takes 100 characters. */
const reasonBytesMax = 100;

/** Base64 of the 32 hexadecimal characters of an MD5, not of its 16 bytes. */
export function smilePayHash(tid: string, merchantKey: string, amount: string, partialCancelCode: string): string {
  const hex = createHash('md5').update(`${tid}${merchantKey}${amount}${partialCancelCode}`).digest('hex');
  return Buffer.from(hex).toString('base64');
}

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
