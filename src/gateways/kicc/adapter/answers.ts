import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { outcomeOfRefusal } from '../../answers/refused-repeat.ts';
import { knownError, meaningOf } from '../wire/errors.ts';
import { type KiccAnswer, readAnswer, succeeded } from '../wire/wire.ts';
import { isRealTime, requestId } from './requests.ts';

/** What changed the transaction: KICC's id of the change, and when. */
export interface Revised {
  readonly cancelPgCno: string;
  readonly at: Date;
  readonly statusCode: string;
}

/** A change as it was asked for. `amountMinor: null`: KICC may say any. */
export interface Revision {
  readonly pgCno: string;
  readonly amountMinor: bigint | null;
}

/** A change only when the answer is the one to this very request: our id, the transaction, and the amount if it is said. */
export function revisedOf(call: GatewayCall, expected: Revision, answer: KiccAnswer): Revised | undefined {
  const at = readSeoulDigits(answer.transactionDate ?? '');
  const isOurs =
    answer.resCd === succeeded &&
    isEchoOf(call, expected.pgCno, answer) &&
    (expected.amountMinor === null ||
      answer.cancelAmount == null ||
      BigInt(answer.cancelAmount) === expected.amountMinor);
  if (!isOurs || !at || !answer.cancelPgCno) return undefined;
  return { cancelPgCno: answer.cancelPgCno, at, statusCode: answer.statusCode ?? '' };
}

/** The answer names our request and the transaction that it was about: it is KICC's answer to that request. */
export function isEchoOf(call: GatewayCall, pgCno: string, answer: KiccAnswer): boolean {
  return (
    answer.shopTransactionId === requestId(call) &&
    answer.oriPgCno === pgCno &&
    (answer.mallId ?? call.channel.mid) === call.channel.mid
  );
}

export function cancelledOf(request: Cancel, { cancelPgCno, at }: Revised): Cancelled {
  return { gatewayTid: cancelPgCno, amountMinor: request.amountMinor, cancelledAt: at, receiptUrl: null };
}

/** A next-day refund is taken (RF01), and its end comes later; everything else is done with the answer. */
export function cancelOutcome(call: GatewayCall, request: Cancel, answer: KiccAnswer): Outcome<Cancelled> | undefined {
  const revised = revisedOf(call, { pgCno: request.gatewayTid, amountMinor: request.amountMinor }, answer);
  if (!revised) return undefined;
  const isLater = request.payMethod === 'vbank' && !isRealTime(call) && revised.statusCode !== 'RF02';
  return { kind: isLater ? 'accepted' : 'confirmed', result: cancelledOf(request, revised) };
}

/** A success only when `read` finds in the answer exactly what was asked for; anything else that looks like one is a doubt. */
export function outcomeOf<T>(
  call: GatewayCall,
  result: GatewayHttpResult,
  read: (answer: KiccAnswer) => Outcome<T> | undefined,
): Outcome<T> {
  if (result.kind === 'never_sent') return result;
  if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
  const answer = result.status === 200 ? readAnswer(result.text) : undefined;
  if (!answer) return { kind: 'unclear', why: `HTTP ${result.status} without a readable answer` };
  if (answer.resCd !== succeeded) return refusalOf(call, answer.resCd, answer.resMsg);
  return read(answer) ?? { kind: 'unclear', why: 'the answer is not the one to this request' };
}

/** Codes are not published: on a repeat only one that is known to speak against the request itself is a refusal. */
function refusalOf(call: GatewayCall, code: string, text: string): Outcome<never> {
  const known = knownError(code);
  const message = text || known?.message || code;
  const meaning = meaningOf(code, message);
  const isUnclear = meaning === 'in_doubt' || (call.isRepeat && (known === undefined || known.ofState));
  if (isUnclear) return { kind: 'unclear', why: `KICC answered ${code}`, code, message };
  return outcomeOfRefusal(call, { code, message, category: meaning });
}
