import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { CrashPointName } from '../../src/core/operations/crash-points.ts';
import type { Server } from '../../src/start/server.ts';
import { type ApiAnswer, type ApiClient, createApiClient } from '../kit/api-client.ts';
import { bring, buyer, naver, orderAtNaver, paidAmount, standingOf } from '../kit/naver-orders.ts';
import { assertBooksAgree, bookOf } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { addFault, balancesOf, endingsOf, untilNothingIsOpen } from './observations.ts';
import { type SharedSimulators, startServerOn, startServerProcessOn, startSharedSimulators } from './servers.ts';

/** Refunds of product orders are cancellations: what holds for these holds for them, and beside them. */
let simulators: SharedSimulators;
let sandbox: Sandbox;
let second: Server;
let client: ApiClient;
/** The same merchant at the other server. */
let elsewhere: ApiClient;
before(async () => {
  simulators = await startSharedSimulators();
  const limits = { gatewayTimeoutMs: 1_500, requestDeadlineMs: 6_000, turnWaitMs: 6_000, recoveryIntervalMs: 100 };
  sandbox = await startSandbox({ settings: { simulators: simulators.urls, ...limits }, poolSize: 20 });
  second = await startServerOn(sandbox.testDatabase.url, simulators.urls, limits);
  client = await sandbox.newMerchant();
  elsewhere = createApiClient(second.url, client.token);
});
after(async () => {
  await second.close();
  await sandbox.close();
  await simulators.close();
});

const succeeded = (answers: readonly ApiAnswer[]): number =>
  answers.reduce((sum, { code, response }) => sum + (code === 0 ? response.length : 0), 0);

/** Nothing is open, nothing is reserved, both books say the same, and of each product order the money went back once at most. */
async function assertSettled(impUid: string, cancelled?: number): Promise<void> {
  await untilNothingIsOpen(sandbox.database, impUid);
  const balances = await balancesOf(sandbox.database, impUid);
  assert.deepEqual([balances.reserved_minor, balances.turn_of], [0n, null]);
  if (cancelled !== undefined) assert.equal(Number(balances.cancelled_minor), cancelled);
  await assertBooksAgree(client, impUid);
}

test('the same product order, asked for many times at once at two servers, is refunded once', async () => {
  const { impUid, ids } = await orderAtNaver(client);
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      naver(index % 2 === 0 ? client : elsewhere, impUid, 'cancel', { product_order_id: [ids[0]] }),
    ),
  );
  assert.equal(succeeded(answers), 1);
  for (const answer of answers.filter(({ code }) => code !== 0)) {
    assert.deepEqual([answer.status, answer.message], [500, '변경을 요청한 상태가 기존과 동일'], answer.text);
  }
  assert.deepEqual(await endingsOf(sandbox.database, impUid, 'cancel'), ['confirmed']);
  await assertSettled(impUid, 7_000);
});

test('all product orders at once at two servers, one by one: each is refunded once, and the delivery with the last', async () => {
  for (let round = 0; round < 3; round++) {
    const { impUid, ids } = await orderAtNaver(client);
    const answers = await Promise.all(
      ids.flatMap((id) => [client, elsewhere].map((by) => naver(by, impUid, 'cancel', { product_order_id: [id] }))),
    );
    assert.equal(succeeded(answers), 3);
    const history = (await client.get(`/payments/${impUid}`)).response.cancel_history;
    const sorted = history.map(({ amount }: { amount: number }) => amount);
    assert.equal(sorted.length, 3);
    assert.ok([5_500, 9_500].includes(sorted[2]), `the last one has the delivery: ${sorted}`);
    await assertSettled(impUid, paidAmount);
  }
});

test('beside /payments/cancel, never more goes back than was paid, and never the same twice', async () => {
  for (let round = 0; round < 4; round++) {
    const { impUid, ids } = await orderAtNaver(client);
    const [whole, ...parts] = await Promise.all([
      (round % 2 === 0 ? elsewhere : client).post('/payments/cancel', { imp_uid: impUid }),
      ...ids.map((id) => naver(client, impUid, 'cancel', { product_order_id: [id] })),
    ]);
    const { cancel_amount: amount } = (await client.get(`/payments/${impUid}`)).response;
    if (whole?.code === 0) assert.deepEqual([succeeded(parts), amount], [0, paidAmount], whole.text);
    else assert.equal(succeeded(parts), 3, whole?.text);
    await assertSettled(impUid, paidAmount);
  }
});

test('beside a buyer who cancels, each product order is refunded once and stands in our book once', async () => {
  for (let round = 0; round < 4; round++) {
    const { impUid, ids } = await orderAtNaver(client);
    await Promise.all([
      buyer(elsewhere, ids[0], 'request_cancel'),
      naver(client, impUid, 'cancel', { product_order_id: [ids[0]] }),
      naver(elsewhere, impUid, 'cancel', { product_order_id: [ids[1]] }),
      ...[client, elsewhere, client].map((by) => by.get(`/payments/${impUid}/naver/product-orders`)),
    ]);
    await naver(client, impUid, 'cancel');
    // The notice of what Naver did by itself may have met a busy payment: reading takes it over as well.
    await client.get(`/payments/${impUid}/naver/product-orders`);
    assert.deepEqual(await standingOf(client, impUid), Array(3).fill('CANCELED CANCEL_DONE'));
    await assertSettled(impUid, paidAmount);
    assert.equal((await bookOf(client, impUid, 'naverco')).cancels.length, 3);
  }
});

test('what goes wrong on the way to Naver is told truly, and comes to the same in both books', async () => {
  for (const kind of ['lost_answer', 'garbage', 'disconnect', 'http_500', 'timeout', 'slow', 'reject'] as const) {
    const { impUid, ids } = await orderAtNaver(client);
    await addFault(client, {
      pg_provider: 'naverco',
      operation: 'cancel',
      kind,
      ...(kind === 'slow' && { delay_ms: 50 }),
    });
    const answer = await naver(client, impUid, 'cancel', { product_order_id: [ids[0]] });
    const isDone = kind !== 'reject';
    assert.deepEqual([answer.status, succeeded([answer])], isDone ? [200, 1] : [500, 0], `${kind}: ${answer.text}`);
    await assertSettled(impUid, isDone ? 7_000 : 0);
    assert.equal((await bookOf(client, impUid, 'naverco')).cancels.length, isDone ? 1 : 0, kind);
  }
});

test('a doubt keeps its amount and its turn, other product orders wait for it, and a repeat refunds nothing twice', async () => {
  const { impUid, ids } = await orderAtNaver(client);
  await bring(client, impUid, ids[2], 'ship');
  await addFault(client, { pg_provider: 'naverco', operation: 'cancel', kind: 'lost_answer' });
  await addFault(client, { pg_provider: 'naverco', operation: 'inquire', kind: 'disconnect', count: 1_000 });
  const first = naver(client, impUid, 'cancel', { product_order_id: [ids[0]] });
  // The list before the refund meets the fault as well: nothing is begun of which the amount is not known.
  const unread = await first;
  assert.deepEqual([unread.status, unread.error], [500, 'naver_unanswered']);
  assert.equal((await balancesOf(sandbox.database, impUid)).reserved_minor, 0n);
  await client.delete('/sandbox/faults');

  // Only the questions after the request are lost: the two readings before it (the list, and the one in its turn) are answered.
  await addFault(client, { pg_provider: 'naverco', operation: 'cancel', kind: 'lost_answer' });
  await addFault(client, {
    pg_provider: 'naverco',
    operation: 'inquire',
    script: [{ kind: 'pass' }, { kind: 'pass' }, ...Array(400).fill({ kind: 'disconnect' })],
  });
  const doubt = await naver(client, impUid, 'cancel', { product_order_id: [ids[0], ids[1]] });
  assert.deepEqual([doubt.status, doubt.error], [500, 'naver_in_doubt'], doubt.text);
  const held = await balancesOf(sandbox.database, impUid);
  assert.deepEqual([held.reserved_minor, held.cancelled_minor], [7_000n, 0n]);
  assert.equal((await client.get('/doubts')).response.list.length, 1);
  await client.delete('/sandbox/faults');
  await untilNothingIsOpen(sandbox.database, impUid);
  const again = await naver(client, impUid, 'cancel', { product_order_id: [ids[0]] });
  assert.deepEqual([again.status, again.error], [500, 'naver_order_refunded']);
  await assertSettled(impUid, 7_000);
});

test('a change whose answer is lost is found out, and done once', async () => {
  for (const kind of ['lost_answer', 'garbage', 'disconnect', 'http_500', 'timeout'] as const) {
    const { impUid, ids } = await orderAtNaver(client);
    await addFault(client, { pg_provider: 'naverco', operation: 'change_order', kind });
    const placed = await naver(client, impUid, 'place', { product_order_id: [ids[0]] });
    assert.equal(placed.status, 200, `${kind}: ${placed.text}`);
    assert.equal((await naver(client, impUid, 'place', { product_order_id: [ids[0]] })).status, 500, kind);
  }
  const { impUid, ids } = await orderAtNaver(client);
  await addFault(client, { pg_provider: 'naverco', operation: 'change_order', kind: 'garbage', count: 1_000 });
  await addFault(client, { pg_provider: 'naverco', operation: 'inquire', kind: 'garbage', count: 1_000 });
  const unclear = await naver(client, impUid, 'place', { product_order_id: [ids[0]] });
  assert.deepEqual([unclear.status, unclear.error], [500, 'naver_unclear']);
  await client.delete('/sandbox/faults');
  assert.equal(
    (await naver(client, impUid, 'place', { product_order_id: [ids[0]] })).status,
    500,
    'it had been placed',
  );
});

/** At the other points crash.test.ts kills cancellations. */
const points: readonly CrashPointName[] = ['after_reservation', 'after_answer', 'after_doubt', 'after_settlement'];

describe('a server killed with kill -9 in the middle of a refund', { concurrency: 3 }, () => {
  for (const point of points) {
    test(`at ${point}: the product order is refunded once, and a repeat refunds nothing more`, async (t) => {
      const mine = await sandbox.newMerchant();
      const { impUid, ids } = await orderAtNaver(mine);
      if (point.endsWith('_doubt'))
        await addFault(mine, { pg_provider: 'naverco', operation: 'cancel', kind: 'lost_answer' });
      const child = await startServerProcessOn(t, sandbox.testDatabase.url, simulators, {
        HWANBUL_CRASH_POINT: point,
        HWANBUL_RECOVERY_INTERVAL_MS: '86400000',
      });
      await assert.rejects(
        naver(createApiClient(child.url, mine.token), impUid, 'cancel', { product_order_id: [ids[0]] }),
      );
      assert.equal((await child.exited).signal, 'SIGKILL', child.stderr());
      // The servers that live on recover it.
      await untilNothingIsOpen(sandbox.database, impUid);
      assert.deepEqual(await endingsOf(sandbox.database, impUid, 'cancel'), ['confirmed']);
      const again = await naver(mine, impUid, 'cancel', { product_order_id: [ids[0]] });
      assert.equal(again.error, 'naver_order_refunded');
      await assertBooksAgree(mine, impUid);
      assert.equal((await bookOf(mine, impUid, 'naverco')).cancelled_amount, 7_000);
    });
  }

  test('while it takes over what Naver refunded by itself: it stands in our book once', async (t) => {
    const mine = await sandbox.newMerchant();
    const { impUid, ids } = await orderAtNaver(mine);
    // The notice goes to the sandbox; both its servers are kept from reading, so that the child is the first to see it.
    await addFault(mine, { pg_provider: 'naverco', operation: 'inquire', kind: 'disconnect' });
    assert.equal((await buyer(mine, ids[0], 'request_cancel')).code, 0);
    const child = await startServerProcessOn(t, sandbox.testDatabase.url, simulators, {
      HWANBUL_CRASH_POINT: 'after_settlement',
      HWANBUL_RECOVERY_INTERVAL_MS: '86400000',
    });
    const reader = createApiClient(child.url, mine.token);
    await reader.get(`/payments/${impUid}/naver/product-orders`).catch(() => undefined);
    await untilNothingIsOpen(sandbox.database, impUid);
    for (const by of [mine, createApiClient(second.url, mine.token)]) {
      await by.get(`/payments/${impUid}/naver/product-orders`);
    }
    assert.deepEqual(await endingsOf(sandbox.database, impUid, 'cancel'), ['confirmed']);
    await assertBooksAgree(mine, impUid);
    await naver(mine, impUid, 'cancel');
    assert.equal((await mine.get(`/payments/${impUid}`)).response.cancel_amount, paidAmount);
  });
});
