import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Database, DatabaseClient } from './pool.ts';

/** The database and this program do not fit. The message is one line and says what to do. */
export class MigrationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MigrationError';
  }
}

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: Buffer;
}

export const migrationsFolder = new URL('../../core/schema/migrations/', import.meta.url);

/** Any constant will do, as long as nothing else in this database uses the same. */
const migrationLock = 4_851_227_018_113n;

/**
 * Brings the database to the version of this program: the files `NNNN_name.sql` in order, each in a transaction of its
 * own. The version row is the first thing that a transaction writes, under a lock, so several processes may start on
 * one database at the same time.
 * @throws MigrationError when the database is newer than this program, or an applied migration was changed since.
 */
export async function migrate(database: Database, folder: URL = migrationsFolder): Promise<void> {
  const migrations = await readMigrations(folder);
  await database.withTransaction(async (client) => {
    await lockForMigration(client);
    await client.query(`create table if not exists schema_migrations (
      version integer primary key,
      name text not null,
      checksum bytea not null,
      applied_at timestamptz not null default now()
    )`);
  });
  for (const migration of migrations) await applyOnce(database, migration);
  await assertSameHistory(database, migrations);
}

/** Whether the migrations are done and the database answers; for `/health`. Never throws. */
export async function databaseIsReady(database: Database, folder: URL = migrationsFolder): Promise<boolean> {
  try {
    const newest = (await readMigrations(folder)).at(-1)?.version ?? 0;
    const rows = await database.query<{ version: number }>(
      'select coalesce(max(version), 0) as version from schema_migrations',
    );
    return rows[0]?.version === newest;
  } catch {
    return false;
  }
}

/** Names the schema that these migrations make; a test database made from the same files can be shared. */
export async function migrationsChecksum(folder: URL = migrationsFolder): Promise<string> {
  const hash = createHash('sha256');
  for (const migration of await readMigrations(folder)) hash.update(migration.name).update(migration.checksum);
  return hash.digest('hex');
}

const known = new Map<string, Promise<readonly Migration[]>>();

/** The files do not change while a process runs, and `/health` asks often. */
function readMigrations(folder: URL): Promise<readonly Migration[]> {
  const reading = known.get(folder.href) ?? loadMigrations(folder);
  known.set(folder.href, reading);
  reading.catch(() => known.delete(folder.href));
  return reading;
}

async function loadMigrations(folder: URL): Promise<readonly Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return await Promise.all(
    files.map(async (file, index) => {
      const [, digits, name] = /^(\d{4})_([a-z0-9_]+)\.sql$/.exec(file) ?? [];
      if (digits === undefined || name === undefined || Number(digits) !== index + 1) {
        throw new MigrationError(`Migration file ${file} must be named NNNN_name.sql and numbered without gaps.`);
      }
      const sql = (await readFile(new URL(file, folder), 'utf8')).replaceAll('\r\n', '\n');
      return { version: index + 1, name, sql, checksum: createHash('sha256').update(sql).digest() };
    }),
  );
}

async function lockForMigration(client: DatabaseClient): Promise<void> {
  // A migration may take its time, and so may the one that another process is running right now.
  await client.query("select set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true)");
  await client.query('select pg_advisory_xact_lock($1)', [migrationLock]);
}

async function applyOnce(database: Database, migration: Migration): Promise<void> {
  await database.withTransaction(async (client) => {
    await lockForMigration(client);
    // The second condition keeps an old program from adding to a database that a newer one has already taken further.
    const inserted = await client.query(
      `insert into schema_migrations (version, name, checksum)
       select $1::integer, $2, $3
       where not exists (select from schema_migrations where version >= $1::integer)
       returning version`,
      [migration.version, migration.name, migration.checksum],
    );
    if (inserted.length === 1) await client.query(migration.sql);
  });
}

async function assertSameHistory(database: Database, migrations: readonly Migration[]): Promise<void> {
  const rows = await database.query<{ version: number; name: string; checksum: Buffer }>(
    'select version, name, checksum from schema_migrations order by version',
  );
  const newest = rows.at(-1)?.version ?? 0;
  if (newest > migrations.length) {
    throw new MigrationError(
      `The database is at version ${newest}, this Hwanbul knows ${migrations.length}: start the newer Hwanbul that made it.`,
    );
  }
  for (const migration of migrations) {
    const applied = rows.find((row) => row.version === migration.version);
    if (applied?.checksum.equals(migration.checksum)) continue;
    throw new MigrationError(
      `Migration ${migration.version} (${migration.name}) is not the one that this database was made with: ` +
        'put the file back as it was, and add a new migration for the change.',
    );
  }
}
