import { encodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { type TextRule, wireReason } from '../../../port/texts.ts';
import { smilePayHash } from './hash.ts';

/** A cancel as it is sent by either module, of a payment or of an account that waits. */
export interface SmartroCancel {
  readonly tid: string;
  readonly amountMinor: bigint;
  readonly isPartial: boolean;
  readonly reason: string;
}

/** No length of CancelMSG is published for this module; the new one takes 100 characters. */
export const reasonRule: TextRule = { max: 100, unit: 'euckr_bytes' };

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
    CancelMSG: percentEncoded(wireReason(cancel.reason, reasonRule)),
    PartialCancelCode: partialCancelCode,
    hashData: smilePayHash(cancel.tid, credentials.merchantKey ?? '', amount, partialCancelCode),
  });
}

function percentEncoded(text: string): string {
  return encodeEucKrForm({ m: text }).slice('m='.length);
}
