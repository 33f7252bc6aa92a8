import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { SmartroCancel } from '../../smartro/adapter/both-modules.ts';
import { encryptData, hashData } from '../wire/encryption.ts';
import { cancelPath } from '../wire/paths.ts';

const reasonLengthMax = 100;

/** The tax of a cancelled amount, for merchants that compute it themselves. */
export interface CancelTax {
  readonly suppliedMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly vatMinor: bigint;
}

/** Only for payments that mix taxed and tax-free parts: i'mport wants the split for these, and no other needs it. */
export function taxOf(request: Cancel): CancelTax | null {
  const { amountMinor, taxFreeMinor, vatMinor, paymentTaxFreeMinor } = request;
  if (paymentTaxFreeMinor === 0n) return null;
  return { suppliedMinor: amountMinor - taxFreeMinor - vatMinor, taxFreeMinor, vatMinor };
}

/** `{Mid, EncData}`. Fields without a value are sent empty, as Smartro's sample does. */
export function cancelBody(
  channel: Pick<GatewayCall['channel'], 'mid' | 'credentials'>,
  cancel: SmartroCancel,
  ordinal: number,
  tax: CancelTax | null,
): string {
  const { mid, credentials } = channel;
  const { merchantKey = '', cancelPassword = '' } = credentials;
  const amount = String(cancel.amountMinor);
  const partialCancelCode = cancel.isPartial ? '1' : '0';
  const fields = {
    SERVICE_MODE: 'CL1',
    Tid: cancel.tid,
    Mid: mid,
    CancelAmt: amount,
    CancelPwd: cancelPassword,
    CancelMsg: [...cancel.reason].slice(0, reasonLengthMax).join(''),
    CancelSeq: String(ordinal),
    PartialCancelCode: partialCancelCode,
    CancelTaxAmt: tax ? String(tax.suppliedMinor) : '',
    CancelTaxFreeAmt: tax ? String(tax.taxFreeMinor) : '',
    CancelVatAmt: tax ? String(tax.vatMinor) : '',
    DivideInfo: '',
    HashData: hashData(cancel.tid, merchantKey, amount, partialCancelCode),
  };
  return JSON.stringify({ Mid: mid, EncData: encryptData(JSON.stringify(fields), merchantKey) });
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
