import assert from 'node:assert/strict';
import type { Database } from '../../src/platform/database/pool.ts';
import type { ApiAnswer, ApiClient } from '../kit/api-client.ts';
import { assertBooksAgree, bookOf, newOrder, payManyByCard } from '../kit/orders.ts';
import { balancesOf } from './observations.ts';

/** Numbers that look random and are the same for the same seed (mulberry32). Between 0 and 1. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One cancellation that somebody wants once, however often it takes to ask for it. */
export interface WantedCancel {
  readonly impUid: string;
  readonly amount: number;
  readonly key: string;
}

/** Answers after which a caller with an Idempotency-Key asks again. */
const askAgain = new Set([
  'cancellation_in_doubt',
  'cancellation_busy',
  'cancellation_blocked_by_doubt',
  'idempotent_request_running',
  'gateway_unreachable',
  'database_unavailable',
  'shutting_down',
]);

export interface InsistenceOptions {
  /** The server as it is now; it may change from one attempt to the next. */
  readonly client: () => ApiClient;
  readonly callers: number;
  /** Hears of each answer that is a success, so that a test can strike at a chosen moment. */
  readonly onDone?: (doneSoFar: number) => void;
  /** A cancellation that has not succeeded by then fails the test. 50 s if nothing is said. */
  readonly limitMs?: number;
}

/** Asks for every cancellation until it is answered with success. Gives the answers, and what went wrong meanwhile. */
export async function insistOn(
  wanted: readonly WantedCancel[],
  options: InsistenceOptions,
): Promise<ReadonlyMap<string, number>> {
  const troubles = new Map<string, number>();
  const note = (trouble: string): void => void troubles.set(trouble, (troubles.get(trouble) ?? 0) + 1);
  const end = performance.now() + (options.limitMs ?? 50_000);
  const left = [...wanted];
  let done = 0;

  async function ask({ impUid, amount, key }: WantedCancel): Promise<ApiAnswer | undefined> {
    try {
      return await options.client().post('/payments/cancel', { imp_uid: impUid, amount }, { 'idempotency-key': key });
    } catch (error) {
      // No answer at all: the server is gone, or is just starting.
      note((error as { code?: string }).code ?? (error as Error).name);
      return undefined;
    }
  }

  async function caller(): Promise<void> {
    for (let next = left.shift(); next; next = left.shift()) {
      for (;;) {
        const answer = await ask(next);
        if (answer?.code === 0) break;
        if (answer) {
          assert.ok(askAgain.has(answer.error ?? ''), answer.text);
          note(answer.error ?? '');
        }
        assert.ok(performance.now() < end, `a cancellation never succeeded; so far: ${JSON.stringify([...troubles])}`);
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      done += 1;
      options.onDone?.(done);
    }
  }

  await Promise.all(Array.from({ length: options.callers }, caller));
  return troubles;
}

/** Payments of 1000, and ten cancellations of 100 wanted of each, in an order that the random numbers give. */
export async function wantCancels(
  client: ApiClient,
  payments: number,
  random: () => number,
): Promise<readonly WantedCancel[]> {
  const impUids = await payManyByCard(client, payments);
  const wanted = impUids.flatMap((impUid) =>
    Array.from({ length: 10 }, () => ({ impUid, amount: 100, key: newOrder('key') })),
  );
  return wanted
    .map((each) => ({ each, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ each }) => each);
}

/** Each was carried out exactly once: so often, and so much, of each payment in both books, and nothing is reserved any more. */
export async function assertEachOnce(
  client: ApiClient,
  database: Database,
  wanted: readonly WantedCancel[],
): Promise<void> {
  for (const [impUid, its] of Map.groupBy(wanted, (each) => each.impUid)) {
    const amount = its.reduce((sum, each) => sum + each.amount, 0);
    const book = await bookOf(client, impUid);
    assert.deepEqual(
      [book.cancelled_amount, book.cancels.length],
      [amount, its.length],
      `the gateway's book of ${impUid}`,
    );
    await assertBooksAgree(client, impUid);
    const { cancelled_minor, reserved_minor, turn_of } = await balancesOf(database, impUid);
    assert.deepEqual([cancelled_minor, reserved_minor, turn_of], [BigInt(amount), 0n, null]);
  }
}
