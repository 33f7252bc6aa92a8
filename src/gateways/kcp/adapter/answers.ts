import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { outcomeOfRefusal } from '../../answers/refused-repeat.ts';
import { isKcpErrorCode, type KcpError, kcpErrors } from '../wire/errors.ts';
import { readCancelled, readResult, succeeded } from '../wire/wire.ts';
import { modTypeOf } from './requests.ts';

const unreadable = { kind: 'unclear', why: 'the answer is not the one to this request' } as const;

/**
 * What came of a cancellation. KCP's ids of cancellations: a partial one has a number of its own (`mod_pcan_seq_no`), a
 * full one none, so that it is named by the payment's number.
 */
export function cancelOutcome(call: GatewayCall, request: Cancel, result: GatewayHttpResult): Outcome<Cancelled> {
  if (result.kind === 'never_sent') return result;
  if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
  const answer = result.status === 200 ? readResult(result.text) : undefined;
  if (!answer) return { kind: 'unclear', why: `HTTP ${result.status} without a readable answer` };
  if (answer.res_cd !== succeeded) return answeredNo(call, answer.res_cd, answer.res_msg);
  const cancelled = readCancelled(result.text);
  const cancelledAt = cancelled && readSeoulDigits(cancelled.canc_time);
  if (cancelled?.tno !== request.gatewayTid || !cancelledAt) return unreadable;
  const isPart = modTypeOf(request) === 'STPC';
  const amount = cancelled.mod_mny ?? cancelled.panc_mod_mny;
  const left = cancelled.rem_mny ?? request.balanceBeforeMinor - request.amountMinor;
  // A full cancellation says no amounts: it is for all there is, or nothing.
  if (isPart && (amount == null || BigInt(amount) !== request.amountMinor)) return unreadable;
  if (isPart && BigInt(left) !== request.balanceBeforeMinor - request.amountMinor) return unreadable;
  return {
    kind: 'confirmed',
    result: {
      gatewayTid: (isPart ? cancelled.mod_pcan_seq_no : null) ?? cancelled.tno,
      amountMinor: request.amountMinor,
      cancelledAt,
      receiptUrl: null,
    },
  };
}

/** A code that is not in the list may mean anything: on a repeat it proves nothing. */
export function answeredNo(call: GatewayCall, code: string, text: string): Outcome<never> {
  const known: KcpError | undefined = isKcpErrorCode(code) ? kcpErrors[code] : undefined;
  const message = text || known?.message || code;
  if (known?.inProgress || (call.isRepeat && (known === undefined || known.ofState))) {
    return { kind: 'unclear', why: `KCP answered ${code}`, code, message };
  }
  return outcomeOfRefusal(call, { code, message, category: known?.category ?? 'other' });
}
