import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { failureOf } from './answers.ts';

export const unreadable = { kind: 'unclear', why: 'the answer is not the one to this request' } as const;

/** A success only when `read` finds in it exactly what was asked for; anything else that looks like one is a doubt. */
export function outcomeOf<T>(result: GatewayHttpResult, read: (text: string) => T | undefined): Outcome<T> {
  if (result.kind !== 'answered' || result.status !== 200) return notConfirmed(result);
  const value = read(result.text);
  return value === undefined ? unreadable : { kind: 'confirmed', result: value };
}

export function notConfirmed(result: GatewayHttpResult): Outcome<never> {
  return result.kind === 'never_sent' ? result : failureOf(result);
}

/** Toss keeps the answer of a key for 15 days (general knowledge); a day is kept back, for clocks that differ. */
const keyLifeMs = 14 * 24 * 3600_000;

/** Does Toss still know the key of a request that was sent then, so that a repeat moves nothing twice? */
export function keyIsKept(call: GatewayCall, sentAt: Date): boolean {
  return call.now.getTime() - sentAt.getTime() < keyLifeMs;
}
