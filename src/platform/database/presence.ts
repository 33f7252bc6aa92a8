import type { PoolClient } from 'pg';
import type { Clock } from '../clock/clock.ts';
import { within } from '../tracing/scope.ts';
import { hashedLocks } from './advisory-locks.ts';
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

/** A process behind a pooler that has not been seen for so long is taken for dead; `createBeats` says what speaks against locks there. */
const silentAfterSql = `interval '2 seconds'`;

/**
 * Whether nobody shows the sign of life any more, as SQL that has to stand in a statement of its own transaction: it holds the lock
 * until the transaction ends. `name` is an SQL expression.
 */
export const isGoneSql = (name: string): string =>
  `(pg_try_advisory_xact_lock_shared(${presenceKeySql(name)})
      and not exists (select from server_processes b where b.name = ${name} and b.seen_at > clock_timestamp() - ${silentAfterSql}))`;

/** The key of the lock, as SQL; `name` is an SQL expression. */
export const presenceKeySql = (name: string): string => `hashtextextended(${name}, ${hashedLocks})`;

/** What both kinds of sign have: since when it can be seen, and one work that shows it until it is over. */
function createSign(name: string, clock: Clock) {
  const { promise: over, resolve: endIt } = Promise.withResolvers<void>();
  const { promise: firstTry, resolve: hasTried } = Promise.withResolvers<void>();
  let isOver = false;
  let shownSinceMs: number | undefined;
  let running: Promise<void> | undefined;
  return {
    name,
    over,
    hasTried,
    isOver: () => isOver,
    show() {
      shownSinceMs ??= clock.monotonicMs();
    },
    hide() {
      shownSinceMs = undefined;
    },
    shownBy: (work: () => Promise<void>): Presence => ({
      shownName: () => (shownSinceMs === undefined ? undefined : name),
      shownSinceMs: () => shownSinceMs,
      begin() {
        // It outlives whoever was the first to want it.
        running ??= within(undefined, work);
        return firstTry;
      },
      async end() {
        isOver = true;
        endIt();
        await running;
      },
    }),
  };
}

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
  const sign = createSign(`${prefix}${owner}`, clock);

  async function show(): Promise<void> {
    while (!sign.isOver()) {
      // During an outage it fails again and again; whoever asks for the name learns that there is none.
      await showUntilLost().catch(() => undefined);
      sign.hasTried();
      await Promise.race([sign.over, pause(againAfterMs)]);
    }
  }

  async function showUntilLost(): Promise<void> {
    const client = await database.pool.connect();
    const { promise: lost, resolve } = Promise.withResolvers<void>();
    let isLost = false;
    const onLost = (): void => {
      isLost = true;
      sign.hide();
      resolve();
    };
    client.on('error', onLost);
    client.on('end', onLost);
    try {
      await client.query(watchedSql);
      for (const trait of traits)
        await client.query(`select pg_advisory_lock_shared(${presenceKeySql('$1')})`, [trait]);
      await client.query(`select pg_advisory_lock(${presenceKeySql('$1')})`, [sign.name]);
      if (isLost || sign.isOver()) return;
      sign.show();
      sign.hasTried();
      do {
        await Promise.race([lost, sign.over, pause(lookEveryMs)]);
      } while (!isLost && !sign.isOver() && (await isHeld(client, sign.name)));
    } finally {
      sign.hide();
      client.off('error', onLost);
      client.off('end', onLost);
      // Not given back to the pool but closed: the lock goes with the session.
      client.release(true);
    }
  }

  return sign.shownBy(show);
}

/**
 * A machine that is lost says no goodbye: without these, PostgreSQL would keep its session, and so its sign, for two hours. A
 * process that is only stopped has a kernel that answers. Not every PostgreSQL has all of them.
 */
const watchedSql = `select set_config(name, value, false)
  from (values ('tcp_keepalives_idle', '4'), ('tcp_keepalives_interval', '2'), ('tcp_keepalives_count', '3'),
    ('idle_session_timeout', '0')) wanted(name, value)
  where name in (select name from pg_settings)`;

/** The locks under the name that is the first parameter; they are only looked at, so that nobody who looks is taken for a holder. */
const heldSql = `select from pg_locks l, ${presenceKeySql('$1::text')} as key
  where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
    and l.database = (select oid from pg_database where datname = current_database())
    and l.classid = ((key >> 32) & 4294967295)::oid and l.objid = (key & 4294967295)::oid`;

/** Whether a living process shows the trait. */
export async function isTraitShown(database: Database, trait: string): Promise<boolean> {
  const shown = await database.query(
    `(${heldSql} limit 1) union all
     (select from server_processes where $1 = any(traits) and seen_at > clock_timestamp() - ${silentAfterSql} limit 1)`,
    [trait],
  );
  return shown.length > 0;
}

async function isHeld(client: PoolClient, name: string): Promise<boolean> {
  const { rowCount } = await client.query(`${heldSql} and l.pid = pg_backend_pid()`, [name]);
  return rowCount === 1;
}

/** How often a beat is written. */
const beatEveryMs = 500;

/**
 * The same sign where no lock of a session can be relied on, since a pooler hands every transaction to another session: a row whose
 * time, the database's, is kept new. A process that is stopped for longer than the row may be old is taken for dead although it lives;
 * what it says afterwards is held against the lease.
 */
export function createBeats(database: Database, owner: string, clock: Clock, traits: readonly string[] = []): Presence {
  const sign = createSign(`${prefix}${owner}`, clock);

  async function beat(): Promise<void> {
    while (!sign.isOver()) {
      try {
        await database.query(beatSql, [sign.name, traits]);
        sign.show();
      } catch {
        sign.hide();
      }
      sign.hasTried();
      await Promise.race([sign.over, pause(beatEveryMs)]);
    }
    sign.hide();
    await database.query('delete from server_processes where name = $1', [sign.name]).catch(() => undefined);
  }

  return sign.shownBy(beat);
}

/** Rows of the dead go when nobody can have anything of theirs any more. */
const beatSql = `
with forgotten as (delete from server_processes where seen_at < clock_timestamp() - interval '1 day' and name <> $1)
insert into server_processes (name, traits) values ($1, $2)
on conflict (name) do update set seen_at = clock_timestamp(), traits = excluded.traits`;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
