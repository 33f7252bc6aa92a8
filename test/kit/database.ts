import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrationsFolder } from '../../src/core/schema/schema.ts';
import { migrate } from '../../src/platform/database/migrations/migrate.ts';
import { migrationsChecksum } from '../../src/platform/database/migrations/migration-files.ts';
import { type Database, openDatabase } from '../../src/platform/database/pool.ts';

export interface TestDatabase {
  readonly url: string;
  readonly database: Database;
  drop(): Promise<void>;
}

const templateLock = 4_715_302;

let administration: pg.Pool | undefined;
let ofTemplate: Promise<void> | undefined;

/**
 * A database of its own for one test or test file, cloned from a migrated template. The template is made by whichever
 * test process comes first and carries the migrations' checksum in its name, so it never outlives a change of theirs.
 */
export async function createTestDatabase(options: { readonly poolSize?: number } = {}): Promise<TestDatabase> {
  const template = `template_${(await migrationsChecksum(migrationsFolder)).slice(0, 16)}`;
  return await createDatabase(options, async (admin, name) => {
    ofTemplate ??= makeTemplate(admin, template);
    await ofTemplate;
    // Nothing waits for a disk here (`test/run.ts`), so that a copy of the files is the quickest.
    await admin.query(`create database ${name} template ${template} strategy file_copy`);
  });
}

/** A database in which nothing is, for tests of the migrations themselves. */
export async function createEmptyDatabase(options: { readonly poolSize?: number } = {}): Promise<TestDatabase> {
  return await createDatabase(options, async (admin, name) => {
    await admin.query(`create database ${name}`);
  });
}

/** All that is in a test database now, as a base backup has it. Nobody may be connected to it. */
export async function copyDatabase(
  { url }: TestDatabase,
  options: { readonly poolSize?: number } = {},
): Promise<TestDatabase> {
  const source = new URL(url).pathname.slice(1);
  return await createDatabase(options, async (admin, name) => {
    await admin.query(`create database ${name} template ${source} strategy file_copy`);
  });
}

async function createDatabase(
  options: { readonly poolSize?: number },
  create: (admin: pg.Pool, name: string) => Promise<void>,
): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const admin = openAdministration();
  await create(admin, name);
  const url = urlOf(name);
  const database = openDatabase(url, { poolSize: options.poolSize ?? 10, applicationName: 'hwanbul test' });
  return Object.freeze({
    url,
    database,
    async drop() {
      await database.close();
      await admin.query(`drop database if exists ${name} with (force)`);
    },
  });
}

async function makeTemplate(admin: pg.Pool, template: string): Promise<void> {
  // Held by the session: a test process that dies in between leaves no lock behind.
  const session = await admin.connect();
  try {
    await session.query('select pg_advisory_lock($1)', [templateLock]);
    const { rowCount } = await session.query('select from pg_database where datname = $1', [template]);
    if (rowCount === 1) return;
    // Only a finished template gets the name; what a killed test process left half made is made again.
    const draft = `${template}_draft`;
    await session.query(`drop database if exists ${draft} with (force)`);
    await session.query(`create database ${draft}`);
    const database = openDatabase(urlOf(draft), { poolSize: 2, applicationName: 'hwanbul test template' });
    try {
      await migrate(database, migrationsFolder);
    } finally {
      await database.close();
    }
    await session.query(`alter database ${draft} rename to ${template}`);
  } finally {
    // With its end the lock is free.
    session.release(true);
  }
}

/** For what makes and drops databases. A process makes many, one after the other: the pool spares a connection for each. */
function openAdministration(): pg.Pool {
  if (administration) return administration;
  administration = new pg.Pool({
    connectionString: adminUrl(),
    max: 2,
    allowExitOnIdle: true,
    application_name: 'hwanbul test kit',
  });
  // A connection that is lost while nobody uses it fails no test: the next use makes a new one.
  administration.on('error', () => undefined);
  return administration;
}

function adminUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error('TEST_DATABASE_URL is not set: run the tests with npm test');
  return url;
}

function urlOf(name: string): string {
  const url = new URL(adminUrl());
  url.pathname = `/${name}`;
  return url.href;
}
