import { advisoryLocks } from '../advisory-locks.ts';
import type { Database, DatabaseClient } from '../pool.ts';

const lookAgainMs = { first: 25, longest: 1_000 };
const tellAgainMs = 30_000;

export interface Turn {
  /** Another process has it: heard at once, and every half minute. */
  readonly onWait: () => void;
  /** Throws to give up waiting. */
  readonly assertWanted: () => void;
}

/**
 * Runs `work` in a transaction that has the turn: of all processes that migrate this database, one at a time. It is asked for again
 * and again, and never waited for within a statement: such a statement would have a snapshot, and an index that is made
 * concurrently waits for whoever has an older one. There is no limit to it, since a migration may take its time.
 */
export async function inTurn<Result>(
  database: Database,
  { onWait, assertWanted }: Turn,
  work: (client: DatabaseClient) => Promise<Result>,
): Promise<Result> {
  let toldAt: number | undefined;
  for (let pauseMs = lookAgainMs.first; ; pauseMs = Math.min(pauseMs * 2, lookAgainMs.longest)) {
    assertWanted();
    const done = await database.withTransaction(async (client) => {
      const [turn] = await client.query<{ is_ours: boolean }>('select pg_try_advisory_xact_lock($1) as is_ours', [
        advisoryLocks.migration,
      ]);
      return turn?.is_ours ? { result: await work(client) } : undefined;
    });
    if (done !== undefined) return done.result;
    if (toldAt === undefined || performance.now() - toldAt > tellAgainMs) {
      toldAt = performance.now();
      onWait();
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
