import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import type { ApiClient } from '../kit/api-client.ts';
import { assertBooksAgree, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { addFault, until, untilFaultsHaveStruck } from './observations.ts';

const inFlight = 300;
/** The gateway's silence has to outlast everything that is looked at meanwhile, also on a machine that is busy with other tests. */
const silenceMs = 20_000;
const poolSize = 10;

let sandbox: Sandbox;
let client: ApiClient;
/** Looks at the database from outside of the server's pool. */
let observer: pg.Client;
before(async () => {
  sandbox = await startSandbox({ poolSize, settings: { gatewayTimeoutMs: 60_000, requestDeadlineMs: 70_000 } });
  client = await sandbox.newMerchant();
  observer = new pg.Client({ connectionString: sandbox.testDatabase.url, application_name: 'observer' });
  await observer.connect();
});
after(async () => {
  await observer.end();
  await sandbox.close();
});

/** The states of the server's connections to the database. */
async function connectionStates(): Promise<readonly string[]> {
  const { rows } = await observer.query<{ state: string }>(
    `select state from pg_stat_activity
     where datname = current_database() and backend_type = 'client backend' and application_name <> 'observer'`,
  );
  return rows.map(({ state }) => state);
}

test(`${inFlight} cancellations of different payments are in flight at once with a pool of ${poolSize}, hold no connection, and leave the server free`, async () => {
  const impUids: string[] = [];
  while (impUids.length < inFlight) {
    impUids.push(...(await Promise.all(Array.from({ length: 30 }, () => payByCard(client)))));
  }
  await addFault(client, { operation: 'cancel', kind: 'slow', delay_ms: silenceMs, count: inFlight });
  let answered = 0;
  const asked = impUids.map((impUid) =>
    client.post('/payments/cancel', { imp_uid: impUid, amount: 400 }).finally(() => {
      answered += 1;
    }),
  );
  await untilFaultsHaveStruck(client, 'tosspayments');

  // Every one of them has reached the gateway, and the gateway has answered none.
  assert.equal(answered, 0);
  const { rows } = await observer.query<{ state: string; count: string }>(
    `select state, count(*) from operations where kind = 'cancel' group by state`,
  );
  assert.deepEqual(rows, [{ state: 'requested', count: `${inFlight}` }]);

  await until('all connections of the pool are idle', async () => {
    const states = await connectionStates();
    // One more is the process's sign of life, which keeps it.
    assert.ok(states.length <= poolSize + 1, `${states.length} connections`);
    assert.ok(!states.some((state) => state.startsWith('idle in transaction')), states.join());
    const { pool } = sandbox.database;
    return (
      states.every((state) => state === 'idle') && pool.idleCount === pool.totalCount - 1 && pool.waitingCount === 0
    );
  });
  // Recovery locks rows for a moment each time it looks; what a cancellation held would stay until the gateway answers. The
  // databases of other tests are clones of one template, so their tables have the same numbers: only this one counts.
  await until('no lock on a table of payments is held either', async () => {
    const { rows: locks } = await observer.query(
      `select from pg_locks l
       join pg_class c on c.oid = l.relation
       join pg_database d on d.oid = l.database and d.datname = current_database()
       where l.pid <> pg_backend_pid() and c.relname in ('payments', 'operations')`,
    );
    return locks.length === 0;
  });
  assert.equal(answered, 0, 'and none of the cancellations has ended');

  const looks = await Promise.all(impUids.slice(0, 100).map((impUid) => client.get(`/payments/${impUid}`)));
  assert.ok(looks.every(({ response }) => response.status === 'paid' && response.cancel_amount === 0));
  const fresh = await payByCard(client);
  assert.equal((await client.get(`/payments/${fresh}`)).response.status, 'paid');
  assert.equal(answered, 0, 'all that happened while none of the cancellations had ended');

  const answers = await Promise.all(asked);
  assert.ok(answers.every(({ code, response }) => code === 0 && response.cancel_amount === 400));
  for (const impUid of impUids.slice(0, 30)) await assertBooksAgree(client, impUid);
  const book = await client.get('/sandbox/books/tosspayments');
  const cancelled = book.response.transactions.filter(
    (each: { cancelled_amount: number }) => each.cancelled_amount === 400,
  );
  assert.equal(cancelled.length, inFlight);
});

test('cancellations that wait for the turn of one payment hold no connection', async () => {
  const impUid = await payByCard(client);
  await addFault(client, { operation: 'cancel', kind: 'slow', delay_ms: 8_000 });
  const first = client.post('/payments/cancel', { imp_uid: impUid, amount: 10 });
  await untilFaultsHaveStruck(client, 'tosspayments');
  const waiting = Array.from({ length: 60 }, () => client.post('/payments/cancel', { imp_uid: impUid, amount: 10 }));
  await until('all connections of the pool are idle', async () => {
    const states = await connectionStates();
    assert.ok(!states.some((state) => state.startsWith('idle in transaction')), states.join());
    return states.every((state) => state === 'idle') && sandbox.database.pool.waitingCount === 0;
  });
  assert.equal((await client.get(`/payments/${impUid}`)).response.cancel_amount, 0, 'they are still waiting');
  const answers = await Promise.all([first, ...waiting]);
  const done = answers.filter(({ code }) => code === 0).length;
  for (const { code, error, text } of answers) if (code !== 0) assert.equal(error, 'cancellation_busy', text);
  assert.equal((await client.get(`/payments/${impUid}`)).response.cancel_amount, done * 10);
  await assertBooksAgree(client, impUid);
});
