import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { databaseIsReady, MigrationError, migrate, migrationsFolder } from '../../src/platform/database/migrate.ts';
import { type Database, openDatabase } from '../../src/platform/database/pool.ts';
import { createEmptyDatabase } from '../kit/database.ts';

/** A folder of its own per call: one process reads a folder once. */
function folderWith(t: TestContext, files: Readonly<Record<string, string>>): URL {
  const path = mkdtempSync(join(tmpdir(), 'hwanbul-migrations-'));
  t.after(() => rmSync(path, { recursive: true }));
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(path, name), sql);
  return pathToFileURL(`${path}/`);
}

async function emptyDatabase(t: TestContext): Promise<{ database: Database; url: string }> {
  const { database, url, drop } = await createEmptyDatabase();
  t.after(drop);
  return { database, url };
}

async function versionsOf(database: Database): Promise<number[]> {
  const rows = await database.query<{ version: number }>('select version from schema_migrations order by version');
  return rows.map((row) => row.version);
}

const first = { '0001_first.sql': 'create table first (id int); insert into first values (1);' };
const second = { '0002_second.sql': 'insert into first values (2); create table second (id int);' };

test('migrations are applied in order, each once, and the database is ready only then', async (t) => {
  const { database } = await emptyDatabase(t);
  const [one, both] = [folderWith(t, first), folderWith(t, { ...first, ...second })];
  assert.equal(await databaseIsReady(database, one), false);
  await migrate(database, one);
  assert.equal(await databaseIsReady(database, one), true);
  assert.equal(await databaseIsReady(database, both), false);
  await migrate(database, both);
  await migrate(database, both);
  assert.deepEqual(await versionsOf(database), [1, 2]);
  assert.deepEqual(await database.query('select id from first order by id'), [{ id: 1 }, { id: 2 }]);
  assert.equal(await databaseIsReady(database, both), true);
});

test("the server's own migrations bring an empty database to readiness", async (t) => {
  const { database } = await emptyDatabase(t);
  await migrate(database);
  assert.equal(await databaseIsReady(database), true);
  assert.ok(migrationsFolder.href.endsWith('/migrations/'));
});

test('eight starters on one database apply each migration once', async (t) => {
  const { database, url } = await emptyDatabase(t);
  const folder = folderWith(t, { ...first, ...second });
  const others = Array.from({ length: 8 }, () => openDatabase(url, { poolSize: 2, applicationName: 'starter' }));
  t.after(() => Promise.all(others.map((each) => each.close())));
  await Promise.all(others.map((each) => migrate(each, folder)));
  assert.deepEqual(await database.query('select id from first order by id'), [{ id: 1 }, { id: 2 }]);
});

test('a migration that fails leaves nothing of itself and is applied by the next start', async (t) => {
  const { database } = await emptyDatabase(t);
  const broken = folderWith(t, { ...first, '0002_second.sql': 'create table second (id int); select nonsense;' });
  await assert.rejects(migrate(database, broken), /nonsense/);
  assert.deepEqual(await versionsOf(database), [1]);
  assert.deepEqual(await database.query("select to_regclass('second') as found"), [{ found: null }]);
  await migrate(database, folderWith(t, { ...first, ...second }));
  assert.deepEqual(await versionsOf(database), [1, 2]);
});

test('an older program refuses a newer database in one line and changes nothing', async (t) => {
  const { database } = await emptyDatabase(t);
  await migrate(database, folderWith(t, { ...first, ...second }));
  await assert.rejects(migrate(database, folderWith(t, first)), (error) => {
    assert.ok(error instanceof MigrationError);
    assert.match(error.message, /^The database is at version 2, this Hwanbul knows 1: start the newer Hwanbul/);
    return true;
  });
  assert.deepEqual(await versionsOf(database), [1, 2]);
});

test('a migration that was changed after it was applied is refused by its name', async (t) => {
  const { database } = await emptyDatabase(t);
  await migrate(database, folderWith(t, first));
  const changed = folderWith(t, { '0001_first.sql': 'create table first (id bigint);' });
  await assert.rejects(migrate(database, changed), /^MigrationError: Migration 1 \(first\) is not the one/);
});

test('line ends of another system do not make another migration', async (t) => {
  const { database } = await emptyDatabase(t);
  await migrate(database, folderWith(t, { '0001_first.sql': 'create table first\n(id int);\n' }));
  await migrate(database, folderWith(t, { '0001_first.sql': 'create table first\r\n(id int);\r\n' }));
});

test('a gap or a bad name among the files is refused', async (t) => {
  const { database } = await emptyDatabase(t);
  for (const files of [{ ...first, '0003_third.sql': '' }, { 'first.sql': '' }, { '0001_First.sql': '' }]) {
    await assert.rejects(migrate(database, folderWith(t, files)), MigrationError);
  }
});

test('a database that does not answer is not ready, and asking does not throw', async () => {
  const nobody = openDatabase('postgres://x:y@127.0.0.1:9/none', { poolSize: 2, applicationName: 'test' });
  assert.equal(await databaseIsReady(nobody), false);
  await nobody.close();
});
