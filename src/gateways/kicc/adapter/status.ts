import { seoulDay } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Inquiry } from '../../../port/operations.ts';
import { kiccDay } from '../wire/day.ts';
import { meaningOf, unknownResultCodes } from '../wire/errors.ts';
import { paths } from '../wire/paths.ts';
import { type KiccAnswer, readAnswer, succeeded } from '../wire/wire.ts';
import { isEchoOf, type Revised, type Revision, revisedOf } from './answers.ts';
import { post, requestId } from './requests.ts';

const dayMs = 24 * 3600_000;
/** How far KICC's clock may be from ours, and how long a request may be on its way. */
const aroundMidnightMs = 10 * 60_000;

/**
 * Asks KICC what became of a request, by the request's id. Its status query knows today and yesterday only. Where that says
 * nothing, a repeat may: its id is taken once a day, and a cancellation carries the balance before it.
 */
export async function settle<Result>(
  call: GatewayCall,
  sentAt: Date,
  read: Read<Result>,
  options: { readonly onlyToday: boolean; readonly ifUnknownResult?: () => Promise<Inquiry<Result>> },
): Promise<Inquiry<Result>> {
  const { days, isAll } = askableDays(sentAt, call.now);
  const isSameDay = seoulDay(sentAt) === seoulDay(new Date(call.now.getTime() + aroundMidnightMs));
  const repeatIsSafe = !options.onlyToday || isSameDay;
  const byRepeating = (why: string): Inquiry<never> => (repeatIsSafe ? { kind: 'ask_by_repeating' } : unknown(why));
  for (const day of days) {
    const answer = await askStatus(call, day);
    if ('why' in answer) return unknown(answer.why);
    const settled = read(answer);
    if (settled) return settled;
    if (unknownResultCodes.includes(answer.resCd)) {
      return options.ifUnknownResult?.() ?? unknown('KICC does not know the result yet');
    }
    if (answer.resCd === succeeded) return unknown('KICC’s answer is not about this request');
    if (meaningOf(answer.resCd, answer.resMsg) !== 'unknown_transaction') {
      return byRepeating(`KICC answered ${answer.resCd}`);
    }
  }
  return isAll ? { kind: 'not_done', repeatIsSafe } : byRepeating('KICC tells of today and yesterday only');
}

/** `undefined`: the answer says nothing certain. */
export type Read<Result> = (answer: KiccAnswer) => Inquiry<Result> | undefined;

export function readRevision<Result>(
  call: GatewayCall,
  revision: Revision,
  read: (revised: Revised, answer: KiccAnswer) => Inquiry<Result>,
): Read<Result> {
  return (answer) => {
    if (answer.resCd === succeeded) {
      const revised = revisedOf(call, revision, answer);
      return revised && read(revised, answer);
    }
    return isEchoOf(call, revision.pgCno, answer) ? refusedBefore(answer) : undefined;
  };
}

/** The request itself failed: its own answer, which names something that the question did not name. */
export function refusedBefore({ resCd: code, resMsg }: KiccAnswer): Inquiry<never> | undefined {
  const message = resMsg || code;
  const meaning = meaningOf(code, message);
  return meaning === 'in_doubt' ? undefined : { kind: 'refused', code, message, category: meaning };
}

async function askStatus(call: GatewayCall, transactionDate: string): Promise<KiccAnswer | { readonly why: string }> {
  const { mid: mallId } = call.channel;
  const result = await post(call, paths.status, { mallId, shopTransactionId: requestId(call), transactionDate });
  if (result.kind !== 'answered') return { why: result.why };
  const answer = result.status === 200 ? readAnswer(result.text) : undefined;
  return answer ?? { why: `no readable answer (HTTP ${result.status})` };
}

/** The days on which the request may have arrived, as far as KICC can be asked about them; are these all of them? */
function askableDays(sentAt: Date, now: Date): { readonly days: readonly string[]; readonly isAll: boolean } {
  const yesterday = new Date(now.getTime() - dayMs);
  const days = [yesterday, now].map(kiccDay).filter((day) => day >= kiccDay(sentAt));
  return { days, isAll: kiccDay(sentAt) >= kiccDay(yesterday) };
}

export function unknown(why: string): Inquiry<never> {
  return { kind: 'unknown', why };
}
