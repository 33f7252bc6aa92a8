import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { startConnectionLimitMs } from '../../platform/database/connection-limit.ts';
import { systemErrorCode } from '../../platform/database/embedded/embedded-error.ts';
import { migrate } from '../../platform/database/migrations/migrate.ts';
import { migrationsChecksum } from '../../platform/database/migrations/migration-files.ts';
import { openDatabase } from '../../platform/database/pool.ts';
import type { Lease } from './shared-postgres.ts';

export interface TestDatabase {
  readonly name: string;
  readonly url: string;
  /** A connection that is held for as long as the database is in use. */
  readonly guard: pg.Client;
  drop(): Promise<void>;
}

const creationLock = 1_213_677_135;
/** Of other versions of this program, which may still be in use; what is missing is made again. */
const templatesKept = 3;
const objectInUse = '55006';
/** Longest wait for others that are being made. */
const lockLimitMs = 90_000;

/**
 * A database of its own for one server, cloned from a migrated template that whoever comes first makes. What killed servers
 * have left is dropped: nobody is connected to it, while a server that lives always is.
 */
export async function createTestDatabase(lease: Lease, migrationsFolder: URL): Promise<TestDatabase> {
  const { admin } = lease;
  const prefix = await ownPrefix(admin);
  const name = `${prefix}test_${randomBytes(8).toString('hex')}`;
  // Between its creation and its first connection a database looks like one that was left, so all this is done by one at a
  // time. The session holds the lock: whoever dies in between leaves it free.
  await admin.query(`set lock_timeout = ${lockLimitMs}`);
  await admin.query('select pg_advisory_lock($1)', [creationLock]);
  try {
    await dropLeftDatabases(admin, `${prefix}test_`);
    const template = await ensureTemplate(lease, migrationsFolder, `${prefix}template_`);
    await admin.query(`create database ${name} template ${template}`);
    const guard = await connectGuard(lease.urlOf(name));
    return {
      name,
      url: lease.urlOf(name),
      guard,
      async drop() {
        await guard.end().catch(() => {});
        await admin.query(`drop database if exists ${name} with (force)`);
      },
    };
  } finally {
    await admin.query('select pg_advisory_unlock($1)', [creationLock]).catch(() => {});
  }
}

/** Advisory locks hold within one database only; who administers from another one has names, and leftovers, of its own. */
async function ownPrefix(admin: pg.Client): Promise<string> {
  const { rows } = await admin.query<{ name: string }>('select current_database() as name');
  return `hwanbul_${createHash('sha256')
    .update(rows[0]?.name ?? '')
    .digest('hex')
    .slice(0, 6)}_`;
}

async function dropLeftDatabases(admin: pg.Client, prefix: string): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    `select datname as name from pg_database
     where starts_with(datname, $1) and not exists (select from pg_stat_activity a where a.datname = pg_database.datname)`,
    [prefix],
  );
  for (const { name } of rows) await dropUnused(admin, name);
}

async function dropUnused(admin: pg.Client, name: string): Promise<void> {
  try {
    await admin.query(`drop database if exists ${name}`);
  } catch (error) {
    if (systemErrorCode(error) !== objectInUse) throw error;
  }
}

/** The template carries the migrations' checksum in its name, so it never outlives a change of theirs. */
async function ensureTemplate(lease: Lease, migrationsFolder: URL, prefix: string): Promise<string> {
  const { admin } = lease;
  const template = `${prefix}${(await migrationsChecksum(migrationsFolder)).slice(0, 16)}`;
  const { rows } = await admin.query<{ name: string }>(
    'select datname as name from pg_database where starts_with(datname, $1) order by oid desc',
    [prefix],
  );
  if (rows.some(({ name }) => name === template)) return template;
  for (const { name } of rows.slice(templatesKept - 1)) await dropUnused(admin, name);
  // Only a finished template gets the name; what a killed process left half made is made again.
  const draft = `${template}_draft`;
  await admin.query(`drop database if exists ${draft} with (force)`);
  await admin.query(`create database ${draft}`);
  const database = openDatabase(lease.urlOf(draft), { poolSize: 2, applicationName: 'hwanbul testing template' });
  try {
    await migrate(database, migrationsFolder);
  } finally {
    await database.close();
  }
  await admin.query(`alter database ${draft} rename to ${template}`);
  return template;
}

async function connectGuard(url: string): Promise<pg.Client> {
  const guard = new pg.Client({
    connectionString: url,
    application_name: 'hwanbul testing guard',
    connectionTimeoutMillis: startConnectionLimitMs,
    keepAlive: true,
  });
  guard.on('error', () => {});
  await guard.connect();
  return guard;
}
