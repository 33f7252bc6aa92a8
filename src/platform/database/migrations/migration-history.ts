import type { Database, DatabaseClient } from '../pool.ts';
import type { Migration } from './migration-files.ts';

/** A row of schema_migrations. */
export interface Applied {
  readonly version: number;
  readonly name: string;
  readonly checksum: Buffer;
  /** A program that does not know this migration can't work with the database. */
  readonly breaking: boolean;
}

const undefinedTable = '42P01';

/** In their order; none where nobody has migrated yet. */
export async function readHistory(database: Database): Promise<readonly Applied[]> {
  try {
    // By way of JSON, since a database that this program has not been started on yet may lack the column.
    return await database.query<Applied>(
      `select version, name, checksum, coalesce((to_jsonb(m) -> 'breaking')::boolean, true) as breaking
       from schema_migrations m order by version`,
    );
  } catch (error) {
    if ((error as { code?: unknown }).code !== undefinedTable) throw error;
    return [];
  }
}

export async function prepareHistory(client: DatabaseClient): Promise<void> {
  await client.query(`create table if not exists schema_migrations (
    version integer primary key,
    name text not null,
    checksum bytea not null,
    applied_at timestamptz not null default now()
  )`);
  // Asked first: even where the column is there already, adding it would wait for every reader, and readers for it.
  const column = await client.query(
    "select from pg_attribute where attrelid = 'schema_migrations'::regclass and attname = 'breaking'",
  );
  if (column.length > 0) return;
  // The default is for rows of programs that do not know the column: each of their migrations stops older processes.
  await client.query('alter table schema_migrations add column breaking boolean not null default true');
}

/**
 * Writes down that it is applied; `false`: it is not to be applied any more. That keeps an old program, too, from adding to a
 * database that a newer one has already taken further.
 */
export async function record(client: DatabaseClient, migration: Migration): Promise<boolean> {
  const inserted = await client.query(
    `insert into schema_migrations (version, name, checksum, breaking)
     select $1::integer, $2, $3, $4
     where not exists (select from schema_migrations where version >= $1::integer)
     returning version`,
    [migration.version, migration.name, migration.checksum, migration.breaks !== undefined],
  );
  return inserted.length === 1;
}

/** The same question, without writing anything. */
export async function isToBeApplied(client: DatabaseClient, { version }: Migration): Promise<boolean> {
  return (
    (await client.query('select from schema_migrations where version >= $1::integer limit 1', [version])).length === 0
  );
}
