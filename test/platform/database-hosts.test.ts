import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { problemOfDatabaseUrl, readDatabaseAddress } from '../../src/platform/database/hosts.ts';
import { missingLimits, openDatabase } from '../../src/platform/database/pool.ts';
import { isSurelyUndone } from '../../src/platform/database/transient-errors.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';

let testDatabase: TestDatabase;
before(async () => {
  testDatabase = await createTestDatabase();
});
after(() => testDatabase.drop());

/** The test's own server, after one that is not there. */
function withAbsentHost(more = ''): string {
  const { username, password, host, pathname, search } = new URL(testDatabase.url);
  return `postgres://${username}:${password}@127.0.0.1:1,${host}${pathname}${search}${more}`;
}

test('one host is left to the driver, several are read apart', () => {
  const plain = 'postgres://u:p@db:5433/name?sslmode=verify-full';
  assert.deepEqual(readDatabaseAddress(plain), { url: plain, hosts: undefined });
  assert.deepEqual(
    readDatabaseAddress('postgresql://u:p%40@one:5433,[::1],two/name?target_session_attrs=read-write&sslmode=require'),
    {
      url: 'postgresql://u:p%40@one:5433/name?sslmode=require',
      hosts: [
        { host: 'one', port: 5433 },
        { host: '::1', port: 5432 },
        { host: 'two', port: 5432 },
      ],
    },
  );
  assert.deepEqual(readDatabaseAddress('postgres://one/name?target_session_attrs=primary').hosts, [
    { host: 'one', port: 5432 },
  ]);
});

test('what can’t be read is told without a password in it', () => {
  for (const [url, problem] of [
    ['postgres://u:secret@one:x,two/name', /hosts|begins/],
    ['mysql://u:secret@one/name', /begins with postgres/],
    ['postgres://u:secret@one,two/name?target_session_attrs=standby', /any, read-write, primary/],
    ['postgres://u:secret@one,two/name?target_session_attrs=any', /writable/],
  ] as const) {
    const told = problemOfDatabaseUrl(url) ?? '';
    assert.match(told, problem);
    assert.doesNotMatch(told, /secret/);
  }
  assert.equal(problemOfDatabaseUrl('postgres://u:p@one:1,two:2/name'), undefined);
});

test('behind a pooler in transaction mode no statement has a name, and the limits are asked of the role', async (t) => {
  const [pooled, plain] = [true, false].map((isPooled) =>
    openDatabase(testDatabase.url, { poolSize: 2, applicationName: 'pooled', isPooled }),
  );
  assert.ok(pooled && plain);
  t.after(() => Promise.all([pooled.close(), plain.close()]));
  const prepared = 'select name from pg_prepared_statements';
  for (const [database, expected] of [
    [pooled, []],
    [plain, [{ name: 'named' }]],
  ] as const) {
    await database.query('select 1', [], 'named');
    assert.deepEqual(await database.query(prepared), expected);
  }
  assert.deepEqual([...(await missingLimits(pooled))].sort(), [
    "idle_in_transaction_session_timeout = '15s'",
    "lock_timeout = '10s'",
    "statement_timeout = '15s'",
  ]);
  assert.deepEqual(await missingLimits(plain), []);
});

test('a named statement that was prepared before a column came is prepared anew', async (t) => {
  const database = openDatabase(testDatabase.url, { poolSize: 2, applicationName: 'stale' });
  t.after(() => database.close());
  const admin = testDatabase.database;
  await admin.query('create table grows (one integer)');
  assert.deepEqual(await database.query('select * from grows', [], 'all_of_it'), []);
  await admin.query('alter table grows add column two integer');
  assert.deepEqual(await database.query('select * from grows', [], 'all_of_it'), []);
});

test('a connection goes to the host that can be written to, and there is an outage while there is none', async (t) => {
  const database = openDatabase(withAbsentHost(), { poolSize: 2, applicationName: 'hosts' });
  t.after(() => database.close());
  assert.deepEqual(await database.query('select 1 as one'), [{ one: 1 }]);
  assert.equal(await database.withTransaction(async (client) => (await client.query('select 1')).length), 1);

  const name = new URL(testDatabase.url).pathname.slice(1);
  await testDatabase.database.query(`alter database ${name} set default_transaction_read_only = on`);
  const readOnly = openDatabase(withAbsentHost(), { poolSize: 2, applicationName: 'hosts' });
  t.after(() => readOnly.close());
  await assert.rejects(readOnly.query('select 1'), (error: unknown) => {
    assert.match((error as Error).message, /none of the database's hosts can be written to/);
    return isSurelyUndone(error);
  });
});
