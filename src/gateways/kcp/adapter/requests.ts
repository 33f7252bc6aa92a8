import { createPrivateKey, sign } from 'node:crypto';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import { wireReason } from '../../../port/texts.ts';
import type { paths } from '../wire/paths.ts';
import { certificateLine, signedText } from '../wire/signature.ts';
import { reasonRule } from '../wire/text.ts';

/**
 * `STSC` cancels the whole payment and names no amount: KCP refuses it once a part is cancelled. `STPC` cancels a part,
 * or the rest after a part, and says what can be cancelled before it (`rem_mny`): a request that comes twice fails. An escrow
 * payment is cancelled as a whole: `STE2` before its goods are sent, `STE4` after that (that neither wants more is inferred).
 */
export type ModType = 'STSC' | 'STPC' | 'STE2' | 'STE4';

export function modTypeOf(request: Cancel): ModType {
  if (request.escrow !== null) return request.escrow === 'unshipped' ? 'STE2' : 'STE4';
  return request.amountMinor === request.paymentAmountMinor ? 'STSC' : 'STPC';
}

export function cancelFields(request: Cancel): Record<string, string> {
  const mod_type = modTypeOf(request);
  return {
    mod_type,
    mod_desc: wireReason(request.reason, reasonRule),
    ...(mod_type === 'STPC' && {
      mod_mny: String(request.amountMinor),
      rem_mny: String(request.balanceBeforeMinor),
      ...taxFields(request),
    }),
  };
}

/** Only for payments that mix. Supply, VAT and tax-free part add up to the amount. */
function taxFields({ amountMinor, taxFreeMinor, vatMinor, ...payment }: Cancel): Record<string, string> {
  const isMixed = payment.paymentTaxFreeMinor > 0n && payment.paymentTaxFreeMinor < payment.paymentAmountMinor;
  if (!isMixed) return {};
  return {
    tax_flag: 'TG03',
    mod_tax_mny: String(amountMinor - taxFreeMinor - vatMinor),
    mod_vat_mny: String(vatMinor),
    mod_free_mny: String(taxFreeMinor),
  };
}

/** Base64 of SHA256withRSA. Throws when the key cannot be read, with the password or without. */
export function signText(text: string, credentials: Readonly<Record<string, string>>): string {
  const key = createPrivateKey({
    key: credentials.privateKey ?? '',
    passphrase: credentials.privateKeyPassword ?? '',
  });
  return sign('RSA-SHA256', Buffer.from(text), key).toString('base64');
}

/** Sends one request: who asks, about which transaction, what (`type`), and the signature over these three. */
export async function sendToKcp(
  call: GatewayCall,
  path: (typeof paths)['cancel' | 'inquiry'],
  request: { readonly tno: string; readonly type: string; readonly fields: Readonly<Record<string, string>> },
): Promise<GatewayHttpResult> {
  const { mid, credentials, baseUrl } = call.channel;
  let signature: string;
  try {
    signature = signText(signedText(mid, request.tno, request.type), credentials);
  } catch {
    // The error itself may repeat a part of the key.
    return { kind: 'never_sent', why: 'the private key of the channel cannot be read with its password' };
  }
  return call.http.send({
    method: 'POST',
    url: baseUrl + path,
    headers: { 'content-type': 'application/json; charset=UTF-8', accept: 'application/json' },
    body: JSON.stringify({
      site_cd: mid,
      kcp_cert_info: certificateLine(credentials.certificate ?? ''),
      kcp_sign_data: signature,
      tno: request.tno,
      ...request.fields,
    }),
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}
