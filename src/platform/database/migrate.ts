import { MigrationError } from './migration-error.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import type { Database, DatabaseClient } from './pool.ts';
import { findMisfit } from './schema-fit.ts';

/** Any constant will do, as long as nothing else in this database uses the same. */
const migrationLock = 4_851_227_018_113n;

/**
 * Brings the database to the version of this program: the files `NNNN_name.sql` of `folder` in order, each in a transaction of
 * its own. The version row is the first thing that a transaction writes, under a lock, so several processes may start on
 * one database at the same time. A database that a newer program has taken further is left as it is.
 * @throws MigrationError when a newer program has applied what breaks older ones, or an applied migration was changed since.
 */
export async function migrate(database: Database, folder: URL): Promise<void> {
  const migrations = await readMigrations(folder);
  await database.withTransaction(async (client) => {
    await lockForMigration(client);
    await prepareHistory(client);
  });
  for (const migration of migrations) await applyOnce(database, migration);
  const misfit = await findMisfit(database, folder);
  if (misfit !== undefined) throw new MigrationError(misfit.why);
}

async function lockForMigration(client: DatabaseClient): Promise<void> {
  // A migration may take its time, and so may the one that another process is running right now.
  await client.query("select set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true)");
  await client.query('select pg_advisory_xact_lock($1)', [migrationLock]);
}

async function prepareHistory(client: DatabaseClient): Promise<void> {
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

async function applyOnce(database: Database, migration: Migration): Promise<void> {
  await database.withTransaction(async (client) => {
    await lockForMigration(client);
    // The second condition keeps an old program from adding to a database that a newer one has already taken further.
    const inserted = await client.query(
      `insert into schema_migrations (version, name, checksum, breaking)
       select $1::integer, $2, $3, $4
       where not exists (select from schema_migrations where version >= $1::integer)
       returning version`,
      [migration.version, migration.name, migration.checksum, migration.isBreaking],
    );
    if (inserted.length === 1) await client.query(migration.sql);
  });
}
