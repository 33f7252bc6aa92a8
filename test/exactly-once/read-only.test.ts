import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { assertBooksAgree, bookOf, goodCard, newOrder, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { addFault, balancesOf, untilFaultsHaveStruck, untilNothingIsOpen } from './observations.ts';
import { shortLimits } from './servers.ts';

/** A standby that is not promoted yet, as the server sees it: it answers, and refuses to write (SQLSTATE 25006). */
let sandbox: Sandbox;
let client: ApiClient;
/** On another database, which can be written to all the time. */
let admin: pg.Client;
before(async () => {
  sandbox = await startSandbox({ settings: { ...shortLimits, requestDeadlineMs: 3_000, logLevel: 'silent' } });
  client = await sandbox.newMerchant();
  admin = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
  await admin.connect();
});
after(async () => {
  await setReadOnly(false);
  await admin.end();
  await sandbox.close();
});

const name = (): string => new URL(sandbox.testDatabase.url).pathname.slice(1);

async function setReadOnly(isReadOnly: boolean): Promise<void> {
  await admin.query(`alter database ${name()} set default_transaction_read_only = ${isReadOnly ? 'on' : 'off'}`);
  // Going back is left to the server: a connection that leads to what can't be written to is no good for the next request.
  if (isReadOnly)
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name()]);
}

const approve = (order: string) =>
  client.post('/subscribe/payments/onetime', { merchant_uid: order, amount: 1000, ...goodCard });

test('while the database can only be read, what would write is told so, and nothing has begun', async () => {
  const impUid = await payByCard(client);
  await setReadOnly(true);
  const key = { 'idempotency-key': newOrder('key') };
  const order = newOrder();
  const answers = await Promise.all([
    client.post('/payments/cancel', { imp_uid: impUid, amount: 400 }),
    client.post('/payments/cancel', { imp_uid: impUid, amount: 400 }, key),
    approve(order),
    client.post('/vbanks', {
      merchant_uid: newOrder(),
      amount: 1000,
      vbank_code: '004',
      vbank_due: Math.floor(Date.now() / 1000) + 86_400,
      vbank_holder: '홍길동',
    }),
    client.post('/subscribe/customers/buyer', goodCard),
    client.post('/receipts/external/order-1', {
      name: '현금',
      amount: 1000,
      identifier: '01012345678',
      type: 'person',
    }),
  ]);
  for (const answer of answers)
    assert.deepEqual([answer.status, answer.error], [503, 'database_unavailable'], answer.text);
  assert.equal((await client.get(`/payments/${impUid}`)).response.cancel_amount, 0, 'what reads goes on');

  await setReadOnly(false);
  const { reserved_minor, turn_of } = await balancesOf(sandbox.database, impUid);
  assert.deepEqual([reserved_minor, turn_of], [0n, null]);
  assert.deepEqual((await bookOf(client, impUid)).cancels, []);
  const again = await client.post('/payments/cancel', { imp_uid: impUid, amount: 400 }, key);
  assert.equal(again.code, 0, `the key is fresh: ${again.text}`);
  assert.equal((await approve(order)).code, 0, 'and so is the order');
  await assertBooksAgree(client, impUid);
});

test('a request that waits is carried out when the database can be written to again', async () => {
  const impUid = await payByCard(client);
  await setReadOnly(true);
  const asked = client.post('/payments/cancel', { imp_uid: impUid, amount: 400 });
  await setReadOnly(false);
  const answer = await asked;
  assert.equal(answer.code, 0, answer.text);
  await assertBooksAgree(client, impUid);
});

test('the database that can only be read when the gateway has answered is waited for', async () => {
  const impUid = await payByCard(client);
  await addFault(client, { operation: 'cancel', kind: 'slow', delay_ms: 500 });
  const asked = client.post('/payments/cancel', { imp_uid: impUid, amount: 400 });
  await untilFaultsHaveStruck(client, 'tosspayments');
  await setReadOnly(true);
  await setReadOnly(false);
  const answer = await asked;
  assert.ok(answer.code === 0 || answer.error === 'cancellation_in_doubt', answer.text);
  await untilNothingIsOpen(sandbox.database, impUid);
  assert.equal((await bookOf(client, impUid)).cancels.length, 1);
  await assertBooksAgree(createApiClient(client.url, client.token), impUid);
});
