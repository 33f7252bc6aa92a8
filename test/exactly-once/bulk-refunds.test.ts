import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { createTestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/eventually.ts';
import { assertBooksAgree, bookOf, payManyByCard } from '../kit/orders.ts';
import { ampleLimits } from '../kit/sandbox.ts';
import { addFault } from './observations.ts';
import { neverMs, shortLimits, startServerOn, startServerProcessOn, startSharedSimulators } from './servers.ts';

const rows = 24;

async function newMerchant(url: string): Promise<ApiClient> {
  const made = await createApiClient(url).post('/sandbox/merchants');
  return createApiClient(url).logIn(made.response.imp_key, made.response.imp_secret);
}

async function planned(client: ApiClient, impUids: readonly string[]): Promise<string> {
  const file = `imp_uid,amount\n${impUids.map((impUid) => `${impUid},400\n`).join('')}`;
  const made = await client.post('/bulk-refunds', { file });
  assert.equal(made.code, 0, made.text);
  assert.equal(made.response.invalid_rows, 0);
  return made.response.bulk_refund_id;
}

async function untilEnded(client: ApiClient, id: string): Promise<void> {
  await eventually(async () => {
    const { response } = await client.get(`/bulk-refunds/${id}`);
    assert.equal(response.state, 'ended');
    assert.deepEqual(
      response.counts.map(({ state, rows: count }: { state: string; rows: number }) => [state, count]),
      [['confirmed', rows]],
    );
  }, 60_000);
}

async function assertEachOnce(client: ApiClient, impUids: readonly string[]): Promise<void> {
  for (const impUid of impUids) {
    await assertBooksAgree(client, impUid);
    const { cancels } = await bookOf(client, impUid);
    assert.deepEqual(
      cancels.map(({ amount }) => amount),
      [400],
      `${impUid} was given back once`,
    );
  }
}

test('a bulk refund whose process is killed at each dangerous place refunds each row once', async (t) => {
  const simulators = await startSharedSimulators();
  t.after(() => simulators.close());
  const database = await createTestDatabase({ poolSize: 2 });
  // One that never takes a row: it prepares, in its own time.
  const asked = await startServerOn(database.url, simulators.urls, { ...ampleLimits, recoveryIntervalMs: neverMs });
  let drop = async () => {
    await asked.close();
    await database.drop();
  };
  t.after(() => drop());
  const client = await newMerchant(asked.url);
  const impUids = await payManyByCard(client, rows);
  const id = await planned(client, impUids);
  await asked.close();
  drop = () => database.drop();

  const places = ['after_claim:2', 'after_reservation:2', 'after_answer:2', 'after_settlement:2'];
  for (const [index, HWANBUL_CRASH_POINT] of places.entries()) {
    const server = await startServerProcessOn(t, database.url, simulators, {
      HWANBUL_CRASH_POINT,
      // The rows that it dies with are its own for ten minutes, unless its death is noticed.
      HWANBUL_REQUEST_DEADLINE_MS: '300000',
    });
    const again = createApiClient(server.url, client.token);
    if (index === 0) {
      // The rows begin at once, so that the process may die before it has answered. That it dies at a row shows that they have begun.
      const code = await again.post(`/bulk-refunds/${id}/start`).then(
        (answer) => answer.code,
        (error: { readonly code?: unknown }) => error.code,
      );
      assert.ok(
        code === 0 || code === 'UND_ERR_SOCKET' || code === 'ECONNRESET',
        `the start was answered with ${code}`,
      );
    }
    assert.equal((await server.exited).signal, 'SIGKILL', HWANBUL_CRASH_POINT);
  }
  const last = await startServerProcessOn(t, database.url, simulators);
  const end = createApiClient(last.url, client.token);
  await untilEnded(end, id);
  await assertEachOnce(end, impUids);
});

test('two processes that take the rows of one bulk refund, with answers lost, refund each row once', async (t) => {
  const simulators = await startSharedSimulators();
  t.after(() => simulators.close());
  const database = await createTestDatabase({ poolSize: 2 });
  const settings = { ...shortLimits, turnWaitMs: 2_000, recoveryIntervalMs: 50 };
  const servers = [
    await startServerOn(database.url, simulators.urls, settings),
    await startServerOn(database.url, simulators.urls, settings),
  ] as const;
  t.after(async () => {
    await Promise.all(servers.map((server) => server.close()));
    await database.drop();
  });
  const client = await newMerchant(servers[0].url);
  const other = createApiClient(servers[1].url, client.token);
  const impUids = await payManyByCard(client, rows);
  const id = await planned(client, impUids);
  await addFault(client, { operation: 'cancel', kind: 'lost_answer', count: 5 });
  const starts = await Promise.all([client, other, client, other].map((by) => by.post(`/bulk-refunds/${id}/start`)));
  assert.equal(starts.filter(({ code }) => code === 0).length, 1, 'one of those who start it does');
  await untilEnded(client, id);
  await assertEachOnce(client, impUids);
});
