import type { GatewayCall } from '../../../port/call.ts';
import type { Inquiry } from '../../../port/operations.ts';
import { type NiceAnswer, readNiceAnswer } from '../wire/wire.ts';
import { send, statusRequest } from './requests.ts';

/**
 * NICE's old API tells of a TID only that it is approved (0), cancelled (1), or that there is no approval (9); no amount,
 * no time, no list of cancels. What that can prove, and what a repeat must, is in the README of this folder. Returns the
 * status, or why it is not known.
 */
export async function askStatus(call: GatewayCall, tid: string): Promise<NiceAnswer | string> {
  const result = await send(call, statusRequest(tid));
  if (result.kind !== 'answered') return result.why;
  const answer = result.status === 200 ? readNiceAnswer(result.text) : undefined;
  if (answer?.ResultCode !== '0000' || answer.TID !== tid) return `no readable answer (HTTP ${result.status})`;
  return answer;
}

export function unknown(why: string): Inquiry<never> {
  return { kind: 'unknown', why };
}

/** Nothing that NICE could be asked later would tell. */
export function neverKnown(why: string): Inquiry<never> {
  return { kind: 'unknown', why, isFinal: true };
}
