import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Database, openDatabase } from '../../src/platform/database/pool.ts';
import { isDatabaseOutage, isSurelyUndone } from '../../src/platform/database/transient-errors.ts';
import { createApiClient } from '../kit/api-client.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/eventually.ts';
import { type LosingWay, openLosingWay } from '../kit/losing-way.ts';
import { assertEachOnce, insistOn, seededRandom, wantCancels } from './insistence.ts';
import { untilNothingIsOpen } from './observations.ts';
import { startServerProcessOn, startSharedSimulators } from './servers.ts';

/** A machine that is lost without a goodbye: what was asked of its database stays unanswered, and no connection ends. */
async function openWay(t: TestContext): Promise<{ readonly testDatabase: TestDatabase; readonly way: LosingWay }> {
  const testDatabase = await createTestDatabase({ poolSize: 4 });
  t.after(() => testDatabase.drop());
  const way = await openLosingWay(testDatabase.url);
  t.after(() => way.close());
  return { testDatabase, way };
}

function openOver(t: TestContext, way: LosingWay): Database {
  const database = openDatabase(way.url, { poolSize: 4, applicationName: 'hwanbul test' });
  t.after(() => database.close());
  return database;
}

async function assertUnclear(asked: Promise<unknown>): Promise<void> {
  await assert.rejects(asked, (error: unknown) => isDatabaseOutage(error) && !isSurelyUndone(error));
}

test('what a lost machine is asked ends as an outage after which nobody knows, and so does a transaction on it', async (t) => {
  const { way } = await openWay(t);
  const database = openOver(t, way);
  const inTransaction = database.withTransaction(async (client) => {
    await client.query('select 1');
    way.answerNewOnes(false);
    way.loseConnections();
    await client.query('select 1');
  });
  await assertUnclear(inTransaction);
  way.answerNewOnes(true);
  assert.deepEqual(await database.query('select 1 as one'), [{ one: 1 }]);
});

test('an address that has moved to another machine answers, and what the lost one owes is given up all the same', async (t) => {
  const { way } = await openWay(t);
  const database = openOver(t, way);
  await database.query('select 1');
  way.loseConnections();
  await assertUnclear(database.query('select 1'));
  assert.deepEqual(await database.query('select 1 as one'), [{ one: 1 }]);
});

test('a statement that takes long is waited for', async (t) => {
  const { way } = await openWay(t);
  const database = openOver(t, way);
  assert.deepEqual(await database.query('select 1 as one from pg_sleep(5)'), [{ one: 1 }]);
});

test('a machine lost under load, and its address moved: each cancellation is carried out exactly once', async (t) => {
  const { testDatabase, way } = await openWay(t);
  const simulators = await startSharedSimulators();
  t.after(() => simulators.close());
  const server = await startServerProcessOn(t, way.url, simulators);
  const made = await createApiClient(server.url).post('/sandbox/merchants');
  const client = await createApiClient(server.url).logIn(made.response.imp_key, made.response.imp_secret);
  const seed = Date.now() % 2 ** 31;
  t.diagnostic(`seed ${seed}`);
  const wanted = await wantCancels(client, 30, seededRandom(seed));
  let isLost = false;
  let back: Promise<void> | undefined;
  const troubles = await insistOn(wanted, {
    client: () => client,
    callers: 16,
    onDone(done) {
      if (done !== 60) return;
      isLost = true;
      way.answerNewOnes(false);
      way.loseConnections();
      // Until the server has noticed: it says so itself then.
      back = eventually(async () => {
        assert.equal((await client.get('/ready')).status, 503);
      }).finally(() => way.answerNewOnes(true));
    },
  });
  await back;
  t.diagnostic(`what the callers met: ${JSON.stringify(Object.fromEntries(troubles))}`);
  assert.ok(isLost);
  await untilNothingIsOpen(testDatabase.database);
  await assertEachOnce(client, testDatabase.database, wanted);
});
