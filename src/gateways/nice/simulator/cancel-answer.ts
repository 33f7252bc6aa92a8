import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { niceSignature } from '../wire/signature.ts';
import { paddedAmount } from '../wire/wire.ts';

/** What a cancel asks for, apart from what it is of. */
export interface AskedCancel {
  readonly tid: string;
  readonly moid: string;
  readonly reason: string;
  readonly amountMinor: bigint;
  readonly isPartial: boolean;
}

export function timeFields(at: Date): Record<string, string> {
  const digits = seoulDigits(at);
  return { CancelDate: digits.slice(0, 8), CancelTime: digits.slice(8) };
}

export function cancelledAnswer(
  asked: AskedCancel,
  payMethod: string,
  { caller, now }: SimulatorContext,
  done: {
    readonly code: string;
    readonly message: string;
    readonly remainMinor: bigint;
    readonly cancelNumber: string;
  },
): Record<string, string> {
  const CancelAmt = paddedAmount(asked.amountMinor);
  return {
    ResultCode: done.code,
    ResultMsg: done.message,
    ErrorCD: '',
    ErrorMsg: '',
    CancelAmt,
    MID: caller.mid,
    Moid: asked.moid,
    Signature: niceSignature(asked.tid, caller.mid, CancelAmt, caller.credentials.merchantKey ?? ''),
    PayMethod: payMethod,
    TID: asked.tid,
    ...timeFields(now),
    CancelNum: done.cancelNumber,
    RemainAmt: paddedAmount(done.remainMinor),
    MallReserved: '',
  };
}
