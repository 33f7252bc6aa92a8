import type { Database, DatabaseClient } from '../pool.ts';
import type { Migration } from './migration-files.ts';

/** A row of schema_migrations. */
export interface Applied {
  readonly version: number;
  readonly name: string;
  readonly checksum: Buffer;
  /** A program that does not know this one can't work with the database; 0: any can. */
  readonly oldestBeside: number;
}

const undefinedTable = '42P01';

/** In their order; none where nobody has migrated yet. */
export async function readHistory(database: Database): Promise<readonly Applied[]> {
  try {
    // By way of JSON, since a database that this program has not been started on yet may lack the columns. What an older program has
    // written says only whether it breaks, and one that was older still not even that: each of its migrations did.
    return await database.query<Applied>(
      `select version, name, checksum,
         case when not coalesce((to_jsonb(m) -> 'breaking')::boolean, true) then 0
           else coalesce((to_jsonb(m) ->> 'oldest_beside')::integer, version) end as "oldestBeside"
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
  // Asked first: even where a column is there already, adding it would wait for every reader, and readers for it.
  const columns = await client.query<{ name: string }>(
    "select attname as name from pg_attribute where attrelid = 'schema_migrations'::regclass",
  );
  const isThere = (column: string): boolean => columns.some(({ name }) => name === column);
  // The default is for rows of programs that do not know the column: each of their migrations stops older processes.
  if (!isThere('breaking')) {
    await client.query('alter table schema_migrations add column breaking boolean not null default true');
  }
  if (!isThere('oldest_beside')) await client.query('alter table schema_migrations add column oldest_beside integer');
}

/**
 * Writes down that it is applied; `false`: it is not to be applied any more. That keeps an old program, too, from adding to a
 * database that a newer one has already taken further.
 */
export async function record(client: DatabaseClient, migration: Migration): Promise<boolean> {
  const inserted = await client.query(
    `insert into schema_migrations (version, name, checksum, breaking, oldest_beside)
     select $1::integer, $2, $3, $4, $5
     where not exists (select from schema_migrations where version >= $1::integer)
     returning version`,
    [migration.version, migration.name, migration.checksum, migration.breaks !== undefined, migration.oldestBeside],
  );
  return inserted.length === 1;
}

/**
 * The same question, without writing anything. It has no parameter: the portal of a statement that has one keeps its snapshot until the
 * session's next statement, and an index that is made concurrently would wait for it.
 */
export async function isToBeApplied(client: DatabaseClient, { version }: Migration): Promise<boolean> {
  return (await client.query(`select from schema_migrations where version >= ${version} limit 1`)).length === 0;
}
