import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { createTestDatabase } from '../kit/database.ts';
import { goodCard, newOrder } from '../kit/orders.ts';
import { addFault, until } from './observations.ts';
import {
  neverMs,
  type SharedSimulators,
  shortLimits,
  startServerOn,
  startServerProcessOn,
  startSharedSimulators,
} from './servers.ts';

let simulators: SharedSimulators;
before(async () => {
  simulators = await startSharedSimulators();
});
after(() => simulators.close());

async function merchantOn(url: string): Promise<ApiClient> {
  const made = await createApiClient(url).post('/sandbox/merchants');
  return createApiClient(url).logIn(made.response.imp_key, made.response.imp_secret);
}

const card = { pg: 'nice', ...goodCard };

test('two servers that charge one order by two keys charge it once, and register one name in turn', async (t) => {
  const testDatabase = await createTestDatabase({ poolSize: 4 });
  // No answer is late here, however busy the machine is.
  const limits = { ...shortLimits, gatewayTimeoutMs: 8_000, requestDeadlineMs: 10_000 };
  const servers = await Promise.all([1, 2].map(() => startServerOn(testDatabase.url, simulators.urls, limits)));
  t.after(async () => {
    await Promise.all(servers.map((server) => server.close()));
    await testDatabase.drop();
  });
  const [one, other] = servers.map(({ url }) => url);
  const client = await merchantOn(one ?? '');
  const clients = [client, createApiClient(other ?? '', client.token)];
  const uid = newOrder('card');
  const registered = await Promise.all(
    Array.from({ length: 6 }, (_, at) => clients[at % 2]?.post(`/subscribe/customers/${uid}`, card)),
  );
  // One that waited too long for its turn was told so, and did nothing.
  assert.ok(registered.every((answer) => answer?.code === 0 || answer?.error === 'cancellation_busy'));
  const generation = registered.filter((answer) => answer?.code === 0).length;
  assert.ok(generation >= 1);
  const [row] = await testDatabase.database.query<{ generation: number; turn_of: string | null }>(
    'select generation, turn_of from billing_keys where customer_uid = $1',
    [uid],
  );
  assert.deepEqual(row, { generation, turn_of: null }, 'one after the other, each a key of its own');
  for (let round = 0; round < 5; round += 1) {
    const order = { customer_uid: uid, merchant_uid: newOrder(), amount: 700 };
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, at) => clients[at % 2]?.post('/subscribe/payments/again', order)),
    );
    const paid = answers.filter((answer) => answer?.code === 0);
    assert.equal(paid.length, 1);
    const book = await client.get(`/sandbox/books/nice?imp_uid=${paid[0]?.response.imp_uid}`);
    assert.equal(book.response.transactions.length, 1);
  }
});

test('a server that dies while it registers or deletes leaves no doubt behind, and the name can be used again', async (t) => {
  const testDatabase = await createTestDatabase({ poolSize: 4 });
  const settings = { ...shortLimits, recoveryIntervalMs: neverMs };
  const server = await startServerOn(testDatabase.url, simulators.urls, settings);
  t.after(async () => {
    await server.close();
    await testDatabase.drop();
  });
  const client = await merchantOn(server.url);
  const path = (uid: string) => `/subscribe/customers/${uid}`;
  const [issued, deleted] = [newOrder('card'), newOrder('card')];
  assert.equal((await client.post(path(deleted), card)).code, 0);
  const crash = async (work: (by: ApiClient) => Promise<unknown>): Promise<void> => {
    const child = await startServerProcessOn(t, testDatabase.url, simulators, {
      HWANBUL_CRASH_POINT: 'after_answer',
      HWANBUL_RECOVERY_INTERVAL_MS: String(neverMs),
    });
    await assert.rejects(work(createApiClient(child.url, client.token)));
    assert.equal((await child.exited).signal, 'SIGKILL', child.stderr());
  };
  await Promise.all([crash((by) => by.post(path(issued), card)), crash((by) => by.delete(path(deleted)))]);
  const next = await startServerProcessOn(t, testDatabase.url, simulators);
  await until('recovery has ended both', async () => {
    const open = await testDatabase.database.query(
      `select from operations where billing_key_id is not null and state not in ('confirmed', 'refused', 'unsent')`,
    );
    return open.length === 0;
  });
  const by = createApiClient(next.url, client.token);
  assert.equal((await by.get(path(issued))).error, 'billing_key_not_found', 'nobody knows its key');
  assert.equal((await by.post(path(issued), card)).code, 0);
  assert.equal((await by.get(path(deleted))).error, 'billing_key_not_found', 'the deletion was repeated: it is gone');
  const endings = await testDatabase.database.query<{ kind: string; state: string; gateway_code: string | null }>(
    `select kind, state, gateway_code from operations where billing_key_id is not null and changed_by = 'recovery' order by kind`,
  );
  assert.deepEqual(endings, [
    { kind: 'issue_key', state: 'refused', gateway_code: 'answer_lost' },
    { kind: 'revoke_key', state: 'confirmed', gateway_code: null },
  ]);
});

// The registration is the first answer and settlement, the check's charge the second, its cancellation the third.
for (const crashPoint of ['after_reservation:2', 'after_answer:2', 'after_settlement:2', 'after_answer:3']) {
  test(`a check of a card whose server dies at ${crashPoint} is charged once at most, and given back`, async (t) => {
    const testDatabase = await createTestDatabase({ poolSize: 4 });
    const server = await startServerOn(testDatabase.url, simulators.urls, {
      ...shortLimits,
      recoveryIntervalMs: neverMs,
    });
    t.after(async () => {
      await server.close();
      await testDatabase.drop();
    });
    const client = await merchantOn(server.url);
    const child = await startServerProcessOn(t, testDatabase.url, simulators, {
      HWANBUL_CRASH_POINT: crashPoint,
      HWANBUL_RECOVERY_INTERVAL_MS: String(neverMs),
    });
    const [uid, order] = [newOrder('card'), newOrder()];
    const request = {
      customer_uid: uid,
      checking_amount: 100,
      schedules: [{ merchant_uid: order, schedule_at: Math.floor(Date.now() / 1000) + 86_400, amount: 9900 }],
      ...goodCard,
    };
    await assert.rejects(createApiClient(child.url, client.token).post('/subscribe/payments/schedule', request));
    assert.equal((await child.exited).signal, 'SIGKILL', child.stderr());
    // As if the lease of the server that died had run out.
    await testDatabase.database.query(
      `update operations set lease_until = '-infinity', next_inquiry_at = '-infinity' where ended_at is null`,
    );
    const next = await startServerProcessOn(t, testDatabase.url, simulators);
    await until('recovery has ended all', async () => {
      const open = await testDatabase.database.query('select from operations where ended_at is null');
      return open.length === 0;
    });
    const by = createApiClient(next.url, client.token);
    const { list } = (await by.get(`/subscribe/customers/${uid}/payments`)).response;
    assert.deepEqual(
      list.map((each: { amount: number; status: string; cancel_amount: number }) => [
        each.amount,
        each.status,
        each.cancel_amount,
      ]),
      [[100, 'cancelled', 100]],
    );
    const book = await by.get('/sandbox/books/tosspayments');
    assert.deepEqual(
      book.response.transactions.map((each: { amount: number; cancelled_amount: number }) => [
        each.amount,
        each.cancelled_amount,
      ]),
      [[100, 100]],
    );
    const scheduled = await by.post('/subscribe/payments/schedule', request);
    assert.equal(scheduled.code, 0, scheduled.text);
  });
}

test('a charge that KCP may have taken is never sent again, by recovery either', async (t) => {
  const testDatabase = await createTestDatabase({ poolSize: 4 });
  const server = await startServerOn(testDatabase.url, simulators.urls, shortLimits);
  t.after(async () => {
    await server.close();
    await testDatabase.drop();
  });
  const client = await merchantOn(server.url);
  const uid = newOrder('card');
  assert.equal((await client.post(`/subscribe/customers/${uid}`, { ...card, pg: 'kcp' })).code, 0);
  await addFault(client, { pg_provider: 'kcp', operation: 'charge_key', kind: 'timeout', delay_ms: 20 });
  const order = { customer_uid: uid, merchant_uid: newOrder(), amount: 700 };
  assert.equal((await client.post('/subscribe/payments/again', order)).error, 'outcome_in_doubt');
  // As if a day had passed, and recovery asked again.
  await testDatabase.database.query(`update operations set next_inquiry_at = now() where kind = 'charge_key'`);
  await until('recovery has asked', async () => {
    const [row] = await testDatabase.database.query<{ inquiries: number }>(
      `select inquiries from operations where kind = 'charge_key'`,
    );
    return (row?.inquiries ?? 0) > 0;
  });
  const books = await client.get('/sandbox/books/kcp');
  assert.deepEqual(books.response.transactions, []);
  const [doubt] = (await client.get('/doubts')).response.list;
  assert.deepEqual([doubt.kind, doubt.state], ['charge_key', 'in_doubt']);
});
