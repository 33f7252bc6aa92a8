import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { openDatabase } from '../../src/platform/database/pool.ts';
import { createEmptyDatabase, type TestDatabase } from '../kit/database.ts';

let it: TestDatabase;
before(async () => {
  it = await createEmptyDatabase({ poolSize: 3 });
});
after(() => it.drop());

test('every type comes out exactly, and other pools of the process are not changed', async () => {
  const [row] =
    await it.database.query(`select 9007199254740993::int8 as amount, array[1, null, 9007199254740993]::int8[] as amounts,
    1.10::numeric as rate, timestamptz '2024-11-17 12:00:00+09' as at, date '2024-11-17' as day, count(*) as count, null::int8 as none`);
  assert.deepEqual(row, {
    amount: 9007199254740993n,
    amounts: [1n, null, 9007199254740993n],
    rate: '1.10',
    at: new Date('2024-11-17T03:00:00Z'),
    day: '2024-11-17',
    count: 1n,
    none: null,
  });
  const plain = new pg.Client({ connectionString: it.url });
  await plain.connect();
  assert.deepEqual((await plain.query('select 1::int8 as one')).rows, [{ one: '1' }]);
  await plain.end();
});

test('big integers and lists of them go in exactly', async () => {
  const rows = await it.database.query('select $1::int8 as one, unnest($2::int8[]) as each', [
    9007199254740993n,
    [1n, 9007199254740993n],
  ]);
  assert.deepEqual(rows, [
    { one: 9007199254740993n, each: 1n },
    { one: 9007199254740993n, each: 9007199254740993n },
  ]);
});

test('a named statement is prepared once per connection', async () => {
  await it.database.withClient(async (client) => {
    for (const number of [1, 2]) {
      assert.deepEqual(await client.query('select $1::int as n', [number], 'give_number'), [{ n: number }]);
    }
    assert.deepEqual(await client.query('select name from pg_prepared_statements'), [{ name: 'give_number' }]);
  });
});

test('the server itself ends what takes too long', async () => {
  const rows = await it.database.query<{ name: string; setting: string }>(
    `select name, setting from pg_settings where name in
     ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') order by name`,
  );
  assert.deepEqual(
    rows.map((row) => [row.name, Number(row.setting) > 0 && Number(row.setting) <= 30_000]),
    [
      ['idle_in_transaction_session_timeout', true],
      ['lock_timeout', true],
      ['statement_timeout', true],
    ],
  );
});

test('a transaction is committed as a whole or not at all', async () => {
  await it.database.query('create table whole (id int)');
  await it.database.withTransaction((client) => client.query('insert into whole values (1)'));
  await assert.rejects(
    it.database.withTransaction(async (client) => {
      await client.query('insert into whole values (2)');
      throw new Error('changed my mind');
    }),
    /changed my mind/,
  );
  assert.deepEqual(await it.database.query('select id from whole'), [{ id: 1 }]);
});

test('killed backends, idle or lent out, end neither the process nor the pool', async () => {
  await it.database.withClient(async (lent) => {
    await it.database.query('select 1');
    await it.database.withTransaction(async (killer) => {
      // Waits until each of them has ended.
      await killer.query(`select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`);
    });
    await assert.rejects(lent.query('select 1'), Error);
  });
  await assert.rejects(
    it.database.withTransaction((client) => client.query('select pg_terminate_backend(pg_backend_pid())')),
    /terminat/i,
  );
  for (let round = 0; round < 5; round += 1) {
    assert.deepEqual(await it.database.query('select 1 as one'), [{ one: 1 }]);
  }
});

test('when it is closed, its connections have ended, and none of them is told as lost', async () => {
  const lost: Error[] = [];
  for (let round = 0; round < 10; round += 1) {
    const database = openDatabase(it.url, {
      poolSize: 10,
      applicationName: 'closing',
      onConnectionLost: (error) => lost.push(error),
    });
    await Promise.all(Array.from({ length: 10 }, () => database.query('select pg_sleep(0.01)')));
    await database.close();
    assert.deepEqual(await it.database.query("select from pg_stat_activity where application_name = 'closing'"), []);
  }
  assert.deepEqual(lost, []);
});

test('a connection that is lost is told once', async () => {
  const lost: Error[] = [];
  const database = openDatabase(it.url, {
    poolSize: 2,
    applicationName: 'losing',
    onConnectionLost: (error) => lost.push(error),
  });
  await database.query('select 1');
  const ended = new Promise((resolve) => database.pool.once('remove', resolve));
  await it.database.query(
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'losing'",
  );
  await ended;
  assert.equal(lost.length, 1);
  await database.close();
});

test('closing twice is closing once', async () => {
  const { database, drop } = await createEmptyDatabase();
  await Promise.all([database.close(), database.close()]);
  await drop();
});
