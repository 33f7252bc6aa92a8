import type { Database, DatabaseClient } from '../pool.ts';
import { isDatabaseOutage } from '../transient-errors.ts';
import type { ConcurrentStatement } from './concurrent-statements.ts';
import { pidOf, watchLockHolders } from './lock-holders.ts';
import { MigrationError, MigrationGivenUp } from './migration-error.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import { isToBeApplied, prepareHistory, record } from './migration-history.ts';
import { inTurn, type Turn } from './migration-turn.ts';
import { findMisfit } from './schema-fit.ts';

/** How long a migration waits for locks, behind which everybody else would wait for it, and how often it comes back. */
export interface Patience {
  /** Of a file that is one transaction. */
  readonly lockTimeoutMs: number;
  readonly attempts: number;
  /** Between two attempts; what had to wait in the meantime goes on. */
  readonly pauseMs: number;
  /** Of indexes that are made concurrently: nobody waits behind them, and an attempt that ends has scanned the table for nothing. */
  readonly concurrentLockTimeoutMs: number;
  readonly concurrentAttempts: number;
}

export const patience: Patience = Object.freeze({
  lockTimeoutMs: 2_000,
  attempts: 30,
  pauseMs: 3_000,
  concurrentLockTimeoutMs: 600_000,
  concurrentAttempts: 6,
});

/** Hears how it goes. */
export interface MigrationListener {
  readonly applied?: (migration: Migration, tookMs: number) => void;
  /** It waits for these sessions. */
  readonly heldUp?: (migration: Migration, holders: readonly string[]) => void;
  /** It has let go of everything, and tries again after a pause. */
  readonly triesAgain?: (migration: Migration, attempt: number, attempts: number) => void;
  /** Another process is migrating this database. */
  readonly waitsForOther?: () => void;
}

export interface MigrateOptions {
  readonly listener?: MigrationListener;
  readonly patience?: Partial<Patience>;
  /** A pooler in transaction mode: no session can be told anything, so what runs outside a transaction has the role's own limits. */
  readonly isPooled?: boolean;
  /** Asked between two steps; what it throws ends the run, and leaves nothing half done. */
  readonly assertWanted?: () => void;
}

interface Run {
  readonly database: Database;
  readonly listener: MigrationListener;
  readonly patience: Patience;
  readonly isPooled: boolean;
  readonly turn: Turn;
}

/**
 * Brings the database to the version of this program: the files `NNNN_name.sql` of `folder` in order, each in a transaction of
 * its own, or statement by statement where it makes indexes concurrently. Any number of processes may do so on one database at
 * the same time. A database that lacks nothing is only read, and one that a newer program has taken further is left as it is.
 *
 * A migration that does not get its locks soon lets go, so that nobody waits behind it for long, and is tried again.
 * @throws MigrationError when a newer program has applied what breaks older ones, an applied migration was changed since, or one fails;
 * MigrationGivenUp when somebody holds what it needs all the time. A transaction has then left nothing, and what is left of an index that
 * was being made is made anew by the next run.
 */
export async function migrate(database: Database, folder: URL, options: MigrateOptions = {}): Promise<void> {
  const { listener = {}, isPooled = false, assertWanted = () => {} } = options;
  const onWait = (): void => listener.waitsForOther?.();
  const run: Run = {
    database,
    listener,
    patience: { ...patience, ...options.patience },
    isPooled,
    turn: { onWait, assertWanted },
  };
  const found = await findMisfit(database, folder);
  if (found === undefined) return;
  if (found.behind === undefined) throw new MigrationError(found.why);
  const missing = (await readMigrations(folder)).slice(found.behind.version - 1);
  await patiently(run, found.behind, () => beginHistory(run));
  for (const migration of missing) {
    const tookMs = await patiently(run, migration, (watchOver) =>
      migration.concurrently === undefined
        ? applyInTransaction(run, migration, watchOver)
        : applyConcurrently(run, migration, migration.concurrently, watchOver),
    );
    if (tookMs !== undefined) listener.applied?.(migration, tookMs);
  }
  const left = await findMisfit(database, folder);
  if (left !== undefined) throw new MigrationError(left.why);
}

/** From now on, who holds up this session is looked at. */
type WatchOver = (client: DatabaseClient) => Promise<void>;

/** The lock was not free within the limit; two sessions waited for each other. PostgreSQL has undone what was begun. */
const lockTroubles = new Set(['55P03', '40P01']);
const tookTooLong = '57014';

async function patiently<Result>(
  { database, listener, patience, isPooled, turn }: Run,
  migration: Migration,
  attempt: (watchOver: WatchOver) => Promise<Result>,
): Promise<Result> {
  const [limitMs, attempts] =
    migration.concurrently === undefined
      ? [patience.lockTimeoutMs, patience.attempts]
      : [patience.concurrentLockTimeoutMs, patience.concurrentAttempts];
  let holders: readonly string[] = [];
  for (let count = 1; ; count++) {
    const watches: (() => void)[] = [];
    try {
      return await attempt(async (client) => {
        const everyMs = Math.min(limitMs / 4, 1_000);
        const stop = watchLockHolders(database, await pidOf(client), everyMs, (seen) => {
          holders = seen;
          listener.heldUp?.(migration, seen);
        });
        watches.push(stop);
      });
    } catch (error) {
      const code = String((error as { code?: unknown }).code);
      if (isPooled && code === tookTooLong) throw tooLongForPooler(migration);
      if (!lockTroubles.has(code)) throw failureOf(migration, error);
      if (count >= attempts) throw givenUp(migration, attempts, holders);
    } finally {
      for (const stop of watches) stop();
    }
    listener.triesAgain?.(migration, count, attempts);
    await new Promise((resolve) => setTimeout(resolve, patience.pauseMs));
    turn.assertWanted();
  }
}

async function beginHistory({ database, patience, turn }: Run): Promise<void> {
  await inTurn(database, turn, async (client) => {
    await limitLocks(client, patience.lockTimeoutMs);
    await prepareHistory(client);
  });
}

/** A migration may take its time, but not wait for long; until the end of the transaction. */
async function limitLocks(client: DatabaseClient, lockTimeoutMs: number): Promise<void> {
  await client.query(
    `select set_config('statement_timeout', '0', true), set_config('lock_timeout', $1, true),
       set_config('idle_in_transaction_session_timeout', '0', true)`,
    [`${lockTimeoutMs}ms`],
  );
}

/** Answers how long it took; `undefined`: somebody else has applied it. */
async function applyInTransaction(
  { database, patience, turn }: Run,
  migration: Migration,
  watchOver: WatchOver,
): Promise<number | undefined> {
  return await inTurn(database, turn, async (client) => {
    const begunAt = performance.now();
    await limitLocks(client, patience.lockTimeoutMs);
    if (!(await record(client, migration))) return undefined;
    await watchOver(client);
    await client.query(migration.sql);
    return performance.now() - begunAt;
  });
}

/**
 * The transaction that has the turn is idle meanwhile: it has no snapshot that an index would have to wait for. It writes the
 * version down when all is there. Whoever dies in between leaves what is seen in the catalogue, and the next one goes on from there.
 */
async function applyConcurrently(
  { database, patience, isPooled, turn }: Run,
  migration: Migration,
  statements: readonly ConcurrentStatement[],
  watchOver: WatchOver,
): Promise<number | undefined> {
  return await inTurn(database, turn, async (holder) => {
    const begunAt = performance.now();
    await limitLocks(holder, patience.lockTimeoutMs);
    if (!(await isToBeApplied(holder, migration))) return undefined;
    await database.withClient(async (client) => {
      const limit = async (lockTimeoutMs: number): Promise<void> => {
        if (!isPooled) await limitLocksOfSession(client, lockTimeoutMs);
      };
      await limit(patience.concurrentLockTimeoutMs);
      await watchOver(client);
      try {
        for (const statement of statements) {
          await carryOut(client, statement, () => limit(patience.lockTimeoutMs));
        }
      } finally {
        if (!isPooled) await client.query('reset lock_timeout; reset statement_timeout').catch(() => {});
      }
    });
    await record(holder, migration);
    return performance.now() - begunAt;
  });
}

async function limitLocksOfSession(client: DatabaseClient, lockTimeoutMs: number): Promise<void> {
  await client.query(`select set_config('statement_timeout', '0', false), set_config('lock_timeout', $1, false)`, [
    `${lockTimeoutMs}ms`,
  ]);
}

async function carryOut(
  client: DatabaseClient,
  { kind, index, text }: ConcurrentStatement,
  hurry: () => Promise<void>,
): Promise<void> {
  const drop = `drop index concurrently if exists ${index}`;
  if (kind === 'drop') {
    await client.query(drop);
    return;
  }
  const [found] = await client.query<{ is_valid: boolean }>(
    'select indisvalid as is_valid from pg_index where indexrelid = to_regclass($1)',
    [index],
  );
  if (found?.is_valid) return;
  // Somebody died over it: nobody reads by it, and every write still has to keep it.
  if (found !== undefined) await client.query(drop);
  try {
    await client.query(text);
  } catch (error) {
    // A unique one would refuse rows although it is not there. Where it can't be dropped, the next run does it.
    await hurry()
      .then(() => client.query(drop))
      .catch(() => {});
    throw error;
  }
}

function nameOf({ version, name }: Migration): string {
  return `Migration ${version} (${name})`;
}

function whatIsLeftOf({ concurrently }: Migration): string {
  return concurrently === undefined ? 'nothing of it is left' : 'the next run goes on with it';
}

function failureOf(migration: Migration, error: unknown): unknown {
  // The driver's own, for whoever tells that the database is away; an error that PostgreSQL has not sent is a defect of ours.
  if (isDatabaseOutage(error) || !(error instanceof Error) || !('severity' in error)) return error;
  return new MigrationError(`${nameOf(migration)} failed, and ${whatIsLeftOf(migration)}: ${error.message}`, error);
}

function givenUp(migration: Migration, attempts: number, holders: readonly string[]): MigrationGivenUp {
  const held = holders.length === 0 ? 'somebody holds' : `${holders.join(', ')} held`;
  return new MigrationGivenUp(
    `${nameOf(migration)} was given up after ${attempts} attempts, and ${whatIsLeftOf(migration)}: ${held} what it has to lock. ` +
      'Wait until that has ended, or end it, and try again.',
  );
}

function tooLongForPooler(migration: Migration): MigrationError {
  return new MigrationError(
    `${nameOf(migration)} takes longer than the role's statement_timeout, which can't be lifted through a pooler: ` +
      'run hwanbul migrate with the address of PostgreSQL itself.',
  );
}
