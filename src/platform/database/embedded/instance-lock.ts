import pg from 'pg';
import type { Log } from '../../logging/log.ts';
import { advisoryLocks } from '../advisory-locks.ts';
import { startConnectionLimitMs } from '../connection-limit.ts';

/**
 * The proof that this process is the only server on its data folder: a lock that PostgreSQL holds for one connection and
 * gives back by itself, however the process ends.
 */
export interface InstanceLock {
  /** Settles when the lock is lost for good: PostgreSQL is gone, or another server has taken over. Says which. */
  readonly lost: Promise<string>;
  release(): Promise<void>;
}

/** The connections of a killed server take a moment to vanish. */
const patienceMs = 5_000;

/** `undefined`: another server holds it. `isRunning` tells whether PostgreSQL is still there. */
export async function holdInstanceLock(
  url: string,
  isRunning: () => boolean,
  log: Log,
): Promise<InstanceLock | undefined> {
  let released = false;
  let client = await tryToLock(url);
  if (client === undefined) return undefined;
  const { promise: lost, resolve: reportLost } = Promise.withResolvers<string>();

  function watch(held: pg.Client): void {
    held.once('end', () => {
      if (!released) void lockAgain();
    });
  }

  // An administrator may end any connection, also this one, and PostgreSQL ends all of them when one of its processes crashes.
  async function lockAgain(): Promise<void> {
    log.warn('the connection that holds the lock of the data folder ended; locking again');
    while (!released) {
      if (!isRunning()) return reportLost('the embedded PostgreSQL has ended');
      try {
        client = await tryToLock(url);
        if (client === undefined) return reportLost('another Hwanbul has taken over the data folder');
        if (released) return await client.end();
        return watch(client);
      } catch (error) {
        log.warn({ err: error }, 'the embedded PostgreSQL does not answer');
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  watch(client);
  return {
    lost,
    async release() {
      released = true;
      await client?.end().catch(() => {});
    },
  };
}

async function tryToLock(url: string): Promise<pg.Client | undefined> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'hwanbul instance lock',
    connectionTimeoutMillis: startConnectionLimitMs,
    keepAlive: true,
  });
  // The end of the connection is what counts, and it is reported apart.
  client.on('error', () => {});
  await client.connect();
  const end = performance.now() + patienceMs;
  try {
    do {
      const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [
        advisoryLocks.instance,
      ]);
      if (rows[0]?.held === true) return client;
      await new Promise((resolve) => setTimeout(resolve, 100));
    } while (performance.now() < end);
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  await client.end();
  return undefined;
}
