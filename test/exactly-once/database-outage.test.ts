import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import type { ApiClient } from '../kit/api-client.ts';
import { assertBooksAgree, bookOf, payByCard, payManyByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { assertEachOnce, insistOn, seededRandom, wantCancels } from './insistence.ts';
import { addFault, balancesOf, until, untilFaultsHaveStruck, untilNothingIsOpen } from './observations.ts';
import { operationCases } from './operations.ts';
import { shortLimits } from './servers.ts';

let sandbox: Sandbox;
let client: ApiClient;
/** A connection to another database, which the terminations do not hit. */
let admin: pg.Client;
before(async () => {
  sandbox = await startSandbox({ settings: { ...shortLimits, requestDeadlineMs: 3_000, logLevel: 'silent' } });
  client = await sandbox.newMerchant();
  admin = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
  await admin.connect();
});
after(async () => {
  await admin.end();
  await sandbox.close();
});

const databaseName = (): string => new URL(sandbox.testDatabase.url).pathname.slice(1);

/** Ends every connection to the database, idle or in the middle of a statement, and gives their processes. */
async function terminateBackends(): Promise<readonly number[]> {
  const { rows } = await admin.query<{ pid: number }>(
    'select pid, pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
    [databaseName()],
  );
  return rows.map(({ pid }) => pid);
}

/** The terminated connections are closed, and this process has heard of it: what reads the books now has good ones. */
async function untilClosed(pids: readonly number[]): Promise<void> {
  await until('the connections are closed', async () => {
    const { rowCount } = await admin.query('select from pg_stat_activity where pid = any($1)', [pids]);
    return rowCount === 0;
  });
  // What has arrived at the other sockets before this answer did is handled by then.
  await new Promise((resolve) => setImmediate(resolve));
}

test('all connections to the database lost again and again under load: each cancellation is carried out exactly once', async (t) => {
  const seed = Date.now() % 2 ** 31;
  t.diagnostic(`seed ${seed}`);
  const wanted = await wantCancels(client, 40, seededRandom(seed));
  const strikes: Promise<readonly number[]>[] = [];
  const troubles = await insistOn(wanted, {
    client: () => client,
    callers: 32,
    onDone(done) {
      if (done % 25 === 0) strikes.push(terminateBackends());
    },
  });
  t.diagnostic(`what the callers met: ${JSON.stringify(Object.fromEntries(troubles))}`);
  const terminated = (await Promise.all(strikes)).flat();
  assert.ok(terminated.length > 0, 'connections were lost');
  await untilClosed(terminated);
  await untilNothingIsOpen(sandbox.database);
  await assertEachOnce(client, sandbox.database, wanted);
});

test('callers without a key who lose the database are never told a falsehood', async () => {
  const impUids = await payManyByCard(client, 60);
  const asked = Promise.all(
    impUids.map((impUid, index) =>
      // Some begin before the connections are lost, some while, some after.
      new Promise((resolve) => setTimeout(resolve, index * 3)).then(() =>
        client.post('/payments/cancel', { imp_uid: impUid, amount: 400 }),
      ),
    ),
  );
  const terminated: number[] = [];
  for (let strike = 0; strike < 6; strike++) terminated.push(...(await terminateBackends()));
  const answers = await asked;
  await untilClosed(terminated);
  await untilNothingIsOpen(sandbox.database);
  for (const [index, impUid] of impUids.entries()) {
    const answer = answers[index];
    const times = (await bookOf(client, impUid)).cancels.length;
    assert.ok(times <= 1);
    if (answer?.code === 0) assert.equal(times, 1, 'a success is in the book');
    // A clear failure means that nothing was done; a doubt leaves it open.
    else if (answer?.error === 'database_unavailable') assert.equal(times, 0, answer.text);
    else assert.ok(answer?.error === 'cancellation_in_doubt', answer?.text);
    await assertBooksAgree(client, impUid);
    assert.equal((await balancesOf(sandbox.database, impUid)).reserved_minor, 0n);
  }
});

for (const operationCase of operationCases) {
  const { operation, provider } = operationCase;
  test(`${operation} loses the database while the gateway carries it out, and both books agree afterwards`, async () => {
    const merchant = await sandbox.newMerchant();
    const prepared = await operationCase.prepare(merchant, sandbox.database);
    await addFault(merchant, { pg_provider: provider, operation, kind: 'slow', delay_ms: 600 });
    const asked = prepared.send();
    await untilFaultsHaveStruck(merchant, provider);
    await untilClosed(await terminateBackends());
    const answer = await asked;
    assert.ok(answer.code === 0 || answer.error === operationCase.doubt, answer.text);
    await untilNothingIsOpen(sandbox.database, await prepared.impUid());
    assert.deepEqual([await prepared.timesInBook(), await prepared.timesInOurs()], [1, 1]);
  });
}

test('after all of that the server goes on working', async () => {
  const impUid = await payByCard(client, 1000);
  const health = await client.get('/health');
  assert.equal(health.status, 200);
  assert.equal((await client.post('/payments/cancel', { imp_uid: impUid })).code, 0);
  await assertBooksAgree(client, impUid);
});
