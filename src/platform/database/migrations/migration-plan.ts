import type { Database } from '../pool.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import { readHistory } from './migration-history.ts';
import { misfitOf } from './schema-fit.ts';
import { statementsOf } from './sql-statements.ts';
import { type HeldUp, locksOf } from './statement-locks.ts';

/** What `migrate` would do to a database, without doing it. */
export interface MigrationPlan {
  /** How many this program has. */
  readonly known: number;
  /** The newest that the database has; 0: it is empty. */
  readonly newest: number;
  /** Why nothing would be applied, if not for having everything. */
  readonly misfit: string | undefined;
  readonly missing: readonly PlannedMigration[];
}

export interface PlannedMigration {
  readonly migration: Migration;
  /** From then on a program runs on the database only if it knows this one. */
  readonly oldestBeside: Migration | undefined;
  /** Indexes that are made while everybody works on. */
  readonly indexes: readonly string[];
  /** Of tables that are there already. */
  readonly locks: readonly PlannedLock[];
}

export interface PlannedLock {
  readonly table: string;
  readonly heldUp: HeldUp;
  /** PostgreSQL's estimate. */
  readonly rows: number;
  /** With its indexes. */
  readonly bytes: number;
  /** Whatever looks at each row of it may take a while. */
  readonly isLarge: boolean;
}

const large = { rows: 100_000, bytes: 64 * 1024 * 1024 } as const;
const strongest: readonly HeldUp[] = ['everything', 'writes', 'rows'];

export async function planMigrations(database: Database, folder: URL): Promise<MigrationPlan> {
  const [known, applied] = [await readMigrations(folder), await readHistory(database)];
  const found = misfitOf(known, applied);
  const missing = found?.behind === undefined ? [] : known.slice(found.behind.version - 1);
  const planned: PlannedMigration[] = [];
  for (const migration of missing) {
    planned.push({
      migration,
      oldestBeside: known[Math.max(...known.slice(0, migration.version).map((each) => each.oldestBeside)) - 1],
      indexes: (migration.concurrently ?? []).filter(({ kind }) => kind === 'create').map(({ index }) => index),
      locks: await locksIn(database, migration),
    });
  }
  return {
    known: known.length,
    newest: applied.at(-1)?.version ?? 0,
    misfit: found !== undefined && found.behind === undefined ? found.why : undefined,
    missing: planned,
  };
}

/** A table that an earlier one of the missing ones makes is not there, and nobody waits for it. */
async function locksIn(database: Database, { sql }: Migration): Promise<readonly PlannedLock[]> {
  const locks = statementsOf(sql).flatMap(locksOf);
  const rows = await database.query<{ at: bigint; name: string; rows: number; bytes: bigint }>(
    `select l.at, t.relname as name, greatest(t.reltuples, 0)::float8 as rows, pg_total_relation_size(t.oid) as bytes
     from unnest($1::text[]) with ordinality as l(name, at)
     left join pg_index i on i.indexrelid = to_regclass(l.name)
     join pg_class t on t.oid = coalesce(i.indrelid, to_regclass(l.name)::oid)`,
    [locks.map(({ name }) => name)],
  );
  const byTable = new Map<string, PlannedLock>();
  for (const { at, name: table, rows: count, bytes } of rows) {
    const heldUp = locks[Number(at) - 1]?.heldUp;
    const other = byTable.get(table)?.heldUp;
    if (heldUp === undefined || (other && strongest.indexOf(other) <= strongest.indexOf(heldUp))) continue;
    const isLarge = count >= large.rows || bytes >= large.bytes;
    byTable.set(table, { table, heldUp, rows: count, bytes: Number(bytes), isLarge });
  }
  return [...byTable.values()].sort((one, other) => other.bytes - one.bytes);
}
