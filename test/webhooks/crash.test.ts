import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import type { Database } from '../../src/platform/database/pool.ts';
import { until, untilNothingIsOpen } from '../exactly-once/observations.ts';
import { type SharedSimulators, startServerProcessOn, startSharedSimulators } from '../exactly-once/servers.ts';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { createTestDatabase } from '../kit/database.ts';
import { payByCard, payManyByCard } from '../kit/orders.ts';
import { startSandbox } from '../kit/sandbox.ts';
import { ok, type Receiver, startReceiver } from './receiver.ts';
import { newWebhookMerchant } from './webhook-merchant.ts';

let simulators: SharedSimulators;
before(async () => {
  simulators = await startSharedSimulators();
});
after(() => simulators.close());

/** How often each cancellation was told. */
function timesTold({ received }: Receiver): Map<string, number> {
  const times = new Map<string, number>();
  for (const { fields } of received) {
    const id = fields.cancellation_id ?? '';
    times.set(id, (times.get(id) ?? 0) + 1);
  }
  return times;
}

/** A lease is 80 s long. Who is known to have died keeps nobody waiting for its end. */
const takenOverWithinMs = 40_000;

/** What could not be written down during an outage belongs to its process until the lease is over, which nobody waits for here. */
async function endLeases(database: Database): Promise<void> {
  await database.query(
    `update webhook_deliveries set next_attempt_at = now() where state = 'waiting' and lease_of is not null`,
  );
}

async function confirmedCancellations(database: Database): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `select id from operations where kind = 'cancel' and state = 'confirmed'`,
  );
  return rows.map(({ id }) => id);
}

async function untilNothingWaits(database: Database): Promise<void> {
  await until('no webhook waits', async () => {
    const waiting = await database.query(`select from webhook_deliveries where state = 'waiting'`);
    return waiting.length === 0;
  });
}

const cancel = (client: ApiClient, impUid: string | undefined) =>
  client.post('/payments/cancel', { imp_uid: impUid, enable_webhook: true });

for (const [point, expected] of [
  ['before_webhook', 1],
  ['after_webhook_sent', 2],
] as const) {
  test(`a server killed at ${point} loses no webhook: the next one sends it`, async (t) => {
    const receiver = await startReceiver(t);
    const testDatabase = await createTestDatabase({ poolSize: 2 });
    t.after(() => testDatabase.drop());
    const { database } = testDatabase;
    const doomed = await startServerProcessOn(t, testDatabase.url, simulators, { HWANBUL_CRASH_POINT: point });
    const { client } = await newWebhookMerchant(doomed.url, {});
    const impUid = await payByCard(client);
    await client.put('/sandbox/merchant', { webhook_url: receiver.url });
    // Whether the caller still gets its answer is up to the kill.
    await cancel(client, impUid).catch(() => undefined);
    assert.equal((await doomed.exited).signal, 'SIGKILL');
    assert.equal(receiver.received.length, expected - 1);
    const [delivery] = await database.query<{ state: string }>('select state from webhook_deliveries');
    assert.equal(delivery?.state, 'waiting');
    await startServerProcessOn(t, testDatabase.url, simulators);
    await receiver.waitFor(expected, takenOverWithinMs);
    await untilNothingWaits(database);
    const [id = ''] = await confirmedCancellations(database);
    assert.deepEqual([...timesTold(receiver)], [[id, expected]]);
  });
}

test('kill -9 in the middle of many cancellations and deliveries loses no webhook of what was settled', async (t) => {
  const receiver = await startReceiver(t);
  receiver.answerWith((response, request, received) => {
    // Some are on their way when the kill comes.
    setTimeout(() => ok(response, request, received), 5);
  });
  const testDatabase = await createTestDatabase({ poolSize: 2 });
  t.after(() => testDatabase.drop());
  const { database } = testDatabase;
  const first = await startServerProcessOn(t, testDatabase.url, simulators);
  const { client } = await newWebhookMerchant(first.url, {});
  const impUids = await payManyByCard(client, 60);
  await client.put('/sandbox/merchant', { webhook_url: receiver.url });
  let server = first;
  for (let kill = 0; kill < 3; kill++) {
    const by = createApiClient(server.url, client.token);
    const asked = impUids.splice(0, 20).map((impUid) => cancel(by, impUid).catch(() => undefined));
    await receiver.waitFor(kill * 10 + 8);
    server.kill('SIGKILL');
    await server.exited;
    await Promise.all(asked);
    await database.query(`update operations set lease_until = now(), next_inquiry_at = now() where ended_at is null`);
    server = await startServerProcessOn(t, testDatabase.url, simulators);
  }
  await untilNothingIsOpen(database);
  await untilNothingWaits(database);
  const confirmed = await confirmedCancellations(database);
  t.diagnostic(`${confirmed.length} confirmed, ${receiver.received.length} told`);
  assert.ok(confirmed.length >= 24);
  assert.deepEqual(new Set(timesTold(receiver).keys()), new Set(confirmed));
});

test('a server that is told to stop gives back what a receiver holds up, and the next one sends it', async (t) => {
  let hold = true;
  const receiver = await startReceiver(t, (response, request, received) => {
    if (!hold) ok(response, request, received);
  });
  const testDatabase = await createTestDatabase({ poolSize: 2 });
  t.after(() => testDatabase.drop());
  const first = await startServerProcessOn(t, testDatabase.url, simulators);
  const { client } = await newWebhookMerchant(first.url, { webhook_url: receiver.url });
  await payByCard(client);
  await receiver.waitFor(1);
  first.kill('SIGTERM');
  assert.equal((await first.exited).code, 0);
  hold = false;
  await startServerProcessOn(t, testDatabase.url, simulators);
  await receiver.waitFor(2);
  await untilNothingWaits(testDatabase.database);
  const rows = await testDatabase.database.query<{ state: string; attempts: number }>(
    'select state, attempts from webhook_deliveries',
  );
  assert.deepEqual(rows, [{ state: 'delivered', attempts: 1 }], 'what was cut short is not counted as an attempt');
});

test('all connections to the database lost again and again: every webhook is delivered', async (t) => {
  const sandbox = await startSandbox({ settings: { logLevel: 'silent' } });
  const admin = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
  await admin.connect();
  t.after(async () => {
    await admin.end();
    await sandbox.close();
  });
  const name = new URL(sandbox.testDatabase.url).pathname.slice(1);
  const terminations: Promise<unknown>[] = [];
  const terminate = () =>
    admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  const receiver = await startReceiver(t);
  const { client } = await newWebhookMerchant(sandbox.url, {});
  const impUids = await payManyByCard(client, 40);
  await client.put('/sandbox/merchant', { webhook_url: receiver.url });
  receiver.answerWith((response, request, received) => {
    if (receiver.received.length % 10 === 5) terminations.push(terminate());
    setTimeout(() => ok(response, request, received), 10);
  });
  // One that met an outage longer than it may wait was not begun, and says so.
  const isBegun = async (impUid: string) => (await cancel(client, impUid)).error !== 'database_unavailable';
  await Promise.all(impUids.map((impUid) => until('the cancellation was begun', () => isBegun(impUid))));
  const admitted = async <T>(work: () => Promise<T>): Promise<T> =>
    until('the database answers', () => work().catch(() => undefined) as Promise<T>);
  await admitted(() => untilNothingIsOpen(sandbox.database).then(() => true));
  receiver.answerWith(ok);
  // The last of them may still be on its way, and this test's own statements go through the same pool.
  await Promise.all(terminations);
  await admitted(() => endLeases(sandbox.database).then(() => true));
  await admitted(() => untilNothingWaits(sandbox.database).then(() => true));
  assert.deepEqual(new Set(timesTold(receiver).keys()), new Set(await confirmedCancellations(sandbox.database)));
  assert.equal((await confirmedCancellations(sandbox.database)).length, 40);
});
