import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { until } from '../../exactly-once/observations.ts';
import { type ApiClient, createApiClient } from '../../kit/api-client.ts';
import { payManyByCard } from '../../kit/orders.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';

const [requestsMax, requestsPerMerchantMax] = [6, 4];

let sandbox: Sandbox;
let client: ApiClient;
let anybody: ApiClient;
let admin: pg.Client;
before(async () => {
  sandbox = await startSandbox({ settings: { requestsMax, requestsPerMerchantMax, logLevel: 'silent' } });
  client = await sandbox.newMerchant();
  anybody = createApiClient(sandbox.url);
  admin = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
  await admin.connect();
});
after(async () => {
  await admin?.end();
  await sandbox?.close();
});

const probes = ['/live', '/ready', '/health'] as const;
const statuses = () => Promise.all(probes.map(async (path) => (await anybody.get(path)).status));

/** Cancellations that wait for the gateway, so many, which end when `release` is called. */
async function waiting(by: ApiClient, count: number) {
  const impUids = await payManyByCard(by, count);
  await by.post('/sandbox/faults', { operation: 'cancel', kind: 'slow', delay_ms: 1_200, count });
  const answers = impUids.map((imp_uid) => by.post('/payments/cancel', { imp_uid }));
  await until('all wait for the gateway', async () => {
    const [{ count: sent } = { count: 0 }] = await sandbox.database.query<{ count: number }>(
      `select count(*)::integer as count from operations o join payments p on p.merchant_id = o.merchant_id and p.id = o.payment_id
       where p.imp_uid = any($1) and o.kind = 'cancel'`,
      [impUids],
    );
    return sent === count;
  });
  return answers;
}

test('what a merchant, or all together, have under way is bounded; probes are answered all the same, and places are given back', async () => {
  const other = await sandbox.newMerchant();
  const ofClient = await waiting(client, requestsPerMerchantMax);
  const refused = await client.get('/payments/status/all');
  assert.deepEqual(
    [refused.status, refused.code, refused.error, refused.headers['retry-after']],
    [429, -1, 'too_many_requests', '1'],
  );
  assert.equal((await other.get('/payments/status/all')).code, 0, 'another merchant has places of its own');
  assert.deepEqual(await statuses(), [200, 200, 200]);
  for (const answer of ofClient) assert.equal((await answer).response?.status, 'cancelled');
  assert.equal((await client.get('/payments/status/all')).code, 0);

  const ofAll = [...(await waiting(client, 3)), ...(await waiting(other, 3))];
  const busy = await anybody.post('/users/getToken', { imp_key: 'a', imp_secret: 'b' });
  assert.deepEqual([busy.status, busy.error, busy.headers['retry-after']], [503, 'server_busy', '1']);
  assert.deepEqual(await statuses(), [200, 200, 200]);
  for (const answer of ofAll) assert.equal((await answer).response?.status, 'cancelled');
});

test('a caller that hangs up gives its place back', async () => {
  const [imp_uid = ''] = await payManyByCard(client, 1);
  const { authorization = '' } = { authorization: client.token };
  for (let count = 0; count < requestsMax * 2; count += 1) {
    const hangingUp = new AbortController();
    const asked = fetch(`${sandbox.url}/payments/${imp_uid}`, {
      headers: { authorization: authorization ?? '' },
      signal: hangingUp.signal,
    });
    hangingUp.abort();
    await assert.rejects(asked);
  }
  await until('all places are free again', async () => {
    const answers = await Promise.all(
      Array.from({ length: requestsPerMerchantMax }, () => client.get(`/payments/${imp_uid}`)),
    );
    return answers.every(({ code }) => code === 0);
  });
});

test('/ready says which part of the database is ill, and /live asks nobody', async () => {
  const name = new URL(sandbox.testDatabase.url).pathname.slice(1);
  const anew = () => admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  const illness = async () => {
    const { status, message } = await anybody.get('/ready');
    return status === 200 ? undefined : /\((\w+)\)$/.exec(message ?? '')?.[1];
  };
  await admin.query(`alter database ${name} set default_transaction_read_only = on`);
  await anew();
  await until('it takes no writes', async () => (await illness()) === 'read_only');
  assert.deepEqual(await statuses(), [200, 503, 200]);
  await admin.query(`alter database ${name} reset default_transaction_read_only`);
  await admin.query(`alter database ${name} with allow_connections false`);
  await anew();
  await until('it is away', async () => (await illness()) === 'database');
  assert.deepEqual(await statuses(), [200, 503, 503]);
  await admin.query(`alter database ${name} with allow_connections true`);
  await until('all is well', async () => (await illness()) === undefined);
  assert.deepEqual(await statuses(), [200, 200, 200]);
});

test('a server that is told to stop says so to balancers first, and works on as ever until then', async () => {
  const leaving = await startSandbox({ settings: { lameDuckMs: 1_000 } });
  const by = await leaving.newMerchant();
  const closed = leaving.close();
  const ready = await by.get('/ready');
  assert.deepEqual([ready.status, ready.error], [503, 'not_ready']);
  assert.match(ready.message ?? '', /ending/);
  assert.equal((await by.get('/health')).status, 200);
  const [imp_uid] = await payManyByCard(by, 1);
  assert.equal((await by.post('/payments/cancel', { imp_uid })).response?.status, 'cancelled');
  await closed;
  await assert.rejects(by.get('/live'));
});
