import type { GatewayCall } from '../../../port/call.ts';
import { type TextRule, wireReason } from '../../../port/texts.ts';
import type { SmartroCancel } from '../../smartro/wire/cancel.ts';
import { encryptData, hashData } from './encryption.ts';

/** `CancelMsg`. */
export const reasonRule: TextRule = { max: 100, unit: 'characters' };

/** The tax of a cancelled amount, for merchants that compute it themselves. */
export interface CancelTax {
  readonly suppliedMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly vatMinor: bigint;
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
    CancelMsg: wireReason(cancel.reason, reasonRule),
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
