import type { PoolClient } from 'pg';
import type { Clock } from '../clock/clock.ts';
import type { Database } from './pool.ts';

/**
 * A process's sign of life that others can see in the database: a lock that one of its sessions holds. PostgreSQL lets go of
 * it when the session ends, and so within moments of the process being killed, but not while it is only slow or stopped.
 * A connection can also be lost while the process lives on: then the sign is given again as soon as there is another one, and
 * whoever looks has to wait that long before it believes in a death.
 */
export interface Presence {
  /** What the process is called while its sign can be seen; undefined while it can't. */
  shownName(): string | undefined;
  /** Since when it can be seen without a break, by the clock's `monotonicMs`; undefined while it can't. */
  shownSinceMs(): number | undefined;
  /** Shows the sign from now on. Answers as soon as it can be seen, or could not be shown at the first try. */
  begin(): Promise<void>;
  end(): Promise<void>;
}

const againAfterMs = 100;
/** A pool between us and PostgreSQL may hand our statements to other sessions than the one that has the lock. */
const lookEveryMs = 1_000;
const prefix = 'present-';

/** For `like`: names of processes whose sign could be seen when they used them. Of any other name nothing is known. */
export const presentNamePattern = `${prefix}%`;

/** The key of the lock, as SQL; `name` is an SQL expression. The number keeps it apart from other locks of the database. */
export const presenceKeySql = (name: string): string => `hashtextextended(${name}, 4851227018)`;

/**
 * `owner` is a name that no other process has; `traits` are names that others may have as well, and are shown with it. The
 * sign takes one connection of the pool for as long as it is shown.
 */
export function createPresence(
  database: Database,
  owner: string,
  clock: Clock,
  traits: readonly string[] = [],
): Presence {
  const name = `${prefix}${owner}`;
  const { promise: over, resolve: endIt } = Promise.withResolvers<void>();
  const { promise: firstTry, resolve: hasTried } = Promise.withResolvers<void>();
  let isOver = false;
  let shownSinceMs: number | undefined;
  let running: Promise<void> | undefined;

  async function show(): Promise<void> {
    while (!isOver) {
      // During an outage it fails again and again; whoever asks for the name learns that there is none.
      await showUntilLost().catch(() => undefined);
      hasTried();
      await Promise.race([over, pause(againAfterMs)]);
    }
  }

  async function showUntilLost(): Promise<void> {
    const client = await database.pool.connect();
    const { promise: lost, resolve } = Promise.withResolvers<void>();
    let isLost = false;
    const onLost = (): void => {
      isLost = true;
      shownSinceMs = undefined;
      resolve();
    };
    client.on('error', onLost);
    client.on('end', onLost);
    try {
      for (const trait of traits)
        await client.query(`select pg_advisory_lock_shared(${presenceKeySql('$1')})`, [trait]);
      await client.query(`select pg_advisory_lock(${presenceKeySql('$1')})`, [name]);
      if (isLost || isOver) return;
      shownSinceMs = clock.monotonicMs();
      hasTried();
      do {
        await Promise.race([lost, over, pause(lookEveryMs)]);
      } while (!isLost && !isOver && (await isHeld(client, name)));
    } finally {
      shownSinceMs = undefined;
      client.off('error', onLost);
      client.off('end', onLost);
      // Not given back to the pool but closed: the lock goes with the session.
      client.release(true);
    }
  }

  return {
    shownName: () => (shownSinceMs === undefined ? undefined : name),
    shownSinceMs: () => shownSinceMs,
    begin() {
      running ??= show();
      return firstTry;
    },
    async end() {
      isOver = true;
      endIt();
      await running;
    },
  };
}

/** The locks under the name that is the first parameter; they are only looked at, so that nobody who looks is taken for a holder. */
const heldSql = `select from pg_locks l, ${presenceKeySql('$1::text')} as key
  where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
    and l.database = (select oid from pg_database where datname = current_database())
    and l.classid = ((key >> 32) & 4294967295)::oid and l.objid = (key & 4294967295)::oid`;

/** Whether a living process shows the trait. */
export async function isTraitShown(database: Database, trait: string): Promise<boolean> {
  return (await database.query(`${heldSql} limit 1`, [trait])).length > 0;
}

async function isHeld(client: PoolClient, name: string): Promise<boolean> {
  const { rowCount } = await client.query(`${heldSql} and l.pid = pg_backend_pid()`, [name]);
  return rowCount === 1;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
