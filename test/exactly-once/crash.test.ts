import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { demoKeyPair } from '../../src/core/merchants/demo-key-pair.ts';
import { type CrashPointName, crashPointNames } from '../../src/core/operations/crash-points.ts';
import type { Database } from '../../src/platform/database/pool.ts';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { assertBooksAgree, newOrder } from '../kit/orders.ts';
import { addFault, endingsOf, receiptsInBook, until, untilNothingIsOpen } from './observations.ts';
import {
  chargeCase,
  issueReceipt,
  neverSentAgain,
  type OperationCase,
  operationCases,
  type PreparedOperation,
  payByTransfer,
} from './operations.ts';
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

const noRecovery = { HWANBUL_RECOVERY_INTERVAL_MS: String(neverMs) };
/** Time enough for a process that has only just started; its leases last as long in proportion, and the tests wait for them. */
const patient = { HWANBUL_GATEWAY_TIMEOUT_MS: '3000', HWANBUL_REQUEST_DEADLINE_MS: '4500' };

/** A database, and a server that never crashes: it prepares, and arms faults. It recovers nothing. */
interface Ground {
  readonly testDatabase: TestDatabase;
  readonly database: Database;
  newMerchant(): Promise<ApiClient>;
}

async function layGround(t: TestContext): Promise<Ground> {
  const testDatabase = await createTestDatabase({ poolSize: 4 });
  const settings = { ...shortLimits, recoveryIntervalMs: neverMs };
  const server = await startServerOn(testDatabase.url, simulators.urls, settings);
  t.after(async () => {
    await server.close();
    await testDatabase.drop();
  });
  return {
    testDatabase,
    database: testDatabase.database,
    async newMerchant() {
      const made = await createApiClient(server.url).post('/sandbox/merchants');
      return createApiClient(server.url).logIn(made.response.imp_key, made.response.imp_secret);
    },
  };
}

/** Of what takes no Idempotency-Key: how a repeat of what was done is refused. */
const refusedRepeats: Readonly<Partial<Record<OperationCase['operation'], string>>> = {
  approve: 'order_already_paid',
  issue_barcode: 'order_already_paid',
  issue_receipt: 'receipt_already_issued',
  register_shipping: 'shipping_registered_before',
};

interface Interrupted {
  readonly operationCase: OperationCase;
  readonly client: ApiClient;
  readonly prepared: PreparedOperation;
  readonly headers: Readonly<Record<string, string>>;
}

async function prepare(ground: Ground, operationCase: OperationCase): Promise<Interrupted> {
  const client = await ground.newMerchant();
  const prepared = await operationCase.prepare(client, ground.database);
  return { operationCase, client, prepared, headers: operationCase.takesKey ? { 'idempotency-key': newOrder() } : {} };
}

/**
 * A server that is killed by its crash point when all the requests, carried out side by side, have reached it; the callers
 * hear nothing.
 */
async function crashInRequests(
  t: TestContext,
  ground: Ground,
  point: CrashPointName,
  all: readonly Interrupted[],
): Promise<void> {
  const child = await startServerProcessOn(t, ground.testDatabase.url, simulators, {
    HWANBUL_CRASH_POINT: `${point}:together=${all.length}`,
    ...noRecovery,
    ...patient,
  });
  await Promise.all(
    all.map(({ client, prepared, headers }) =>
      assert.rejects(prepared.send(headers, createApiClient(child.url, client.token)), String(point)),
    ),
  );
  assert.equal((await child.exited).signal, 'SIGKILL', child.stderr());
}

/** The next start, without a crash point; it recovers until nothing is open any more. */
async function restart(t: TestContext, ground: Ground): Promise<string> {
  const { url } = await startServerProcessOn(t, ground.testDatabase.url, simulators);
  await untilNothingIsOpen(ground.database);
  return url;
}

/** How often the operation must stand in both books after the restart. */
function expectedTimes(point: CrashPointName, { operation }: OperationCase): number {
  if (point === 'before_reservation') return 0;
  // Reserved and not sent: it is carried out by recovery, but no card number is kept to approve a payment with.
  if (point === 'after_reservation' && neverSentAgain.has(operation)) return 0;
  return 1;
}

async function assertCameThrough(
  point: CrashPointName,
  { operationCase, client, prepared, headers }: Interrupted,
  database: Database,
  url: string,
): Promise<void> {
  const { operation, takesKey } = operationCase;
  const by = createApiClient(url, client.token);
  const times = expectedTimes(point, operationCase);
  const makesPayment = [
    'approve',
    'approve_window',
    'charge_key',
    'pay_from_wallet',
    'issue_vbank',
    'issue_barcode',
  ].includes(operation);
  if (point !== 'before_reservation') {
    assert.deepEqual([await prepared.timesInBook(by), await prepared.timesInOurs(by)], [times, times]);
    const endings = await endingsOf(database, await prepared.impUid(), operation);
    assert.deepEqual(endings, [times === 1 ? 'confirmed' : 'refused']);
  } else if (!makesPayment) {
    assert.deepEqual([await prepared.timesInBook(by), await prepared.timesInOurs(by)], [0, 0]);
  }
  await repeat();
  if (operation === 'issue_vbank' && times === 1) return;
  if (neverSentAgain.has(operation) && point === 'after_reservation') return;
  assert.deepEqual([await prepared.timesInBook(by), await prepared.timesInOurs(by)], [1, 1], 'after the repeat');
  if (operation === 'cancel') await assertBooksAgree(by, await prepared.impUid());

  /** The caller, who has heard nothing, asks again. */
  async function repeat(): Promise<void> {
    if (takesKey) {
      // Until the time of the first request is over, nobody knows whether its process still lives.
      const answer = await until('the key is not held by the dead process any more', async () => {
        const tried = await prepared.send(headers, by);
        return tried.error !== 'idempotent_request_running' && tried;
      });
      assert.equal(answer.code, 0, answer.text);
      assert.equal((await prepared.send(headers, by)).text, answer.text, 'the same answer to each further repeat');
      return;
    }
    // A window is taken for some seconds more by the process that has died while it was about to be paid in.
    const answer = await until('the caller gets an answer', async () => {
      const tried = await prepared.send({}, by);
      return !(operation === 'approve_window' && tried.error === 'outcome_in_doubt') && tried;
    });
    if (times === 0 || operation === 'issue_vbank') assert.equal(answer.code, 0, answer.text);
    else assert.equal(answer.error, makesPayment ? 'order_already_paid' : refusedRepeats[operation], answer.text);
  }
}

const cases = [...operationCases.filter(({ operation }) => operation !== 'issue_barcode'), chargeCase];
const inRecovery: readonly CrashPointName[] = ['after_claim', 'after_inquiry'];
/** These lie outside the life of an operation; other tests kill the server there. */
const outside: readonly CrashPointName[] = ['before_receipt_follow_up', 'after_approval', 'before_adoption'];
/** So do these; test/webhooks kills the server there. */
const ofWebhooks: readonly CrashPointName[] = ['before_webhook', 'after_webhook_sent'];
const inDoubt: readonly CrashPointName[] = ['before_doubt', 'after_doubt'];

describe('a server killed with kill -9', { concurrency: 3 }, () => {
  for (const point of crashPointNames) {
    if (inRecovery.includes(point) || ofWebhooks.includes(point) || outside.includes(point)) continue;
    test(`at ${point} loses nothing and does nothing twice`, async (t) => {
      const ground = await layGround(t);
      const all: Interrupted[] = [];
      for (const operationCase of cases) {
        const interrupted = await prepare(ground, operationCase);
        if (inDoubt.includes(point)) {
          const { provider, operation } = operationCase;
          await addFault(interrupted.client, { pg_provider: provider, operation, kind: 'lost_answer' });
        }
        all.push(interrupted);
      }
      await crashInRequests(t, ground, point, all);
      const url = await restart(t, ground);
      for (const interrupted of all) {
        await t.test(`${interrupted.operationCase.operation}, and the caller's repeat learns the truth`, () =>
          assertCameThrough(point, interrupted, ground.database, url),
        );
      }
    });
  }

  test('loses no receipt for cash that was taken elsewhere, and issues and revokes it once', async (t) => {
    const ground = await layGround(t);
    const client = await ground.newMerchant();
    const path = `/receipts/external/${newOrder('cash')}`;
    const sale = { name: '현금 판매', amount: 1100, identifier: '010-0000-1234' };
    const balances = async (by: ApiClient): Promise<readonly number[]> =>
      (await by.get('/sandbox/books/tosspayments')).response.receipts.map(
        ({ balance }: { balance: number }) => balance,
      );
    // The gateway has issued it, and nobody has written that down.
    await crashAt('after_answer', (by) => by.post(path, sale));
    const issued = createApiClient(await restart(t, ground), client.token);
    assert.equal((await issued.get(path)).response.amount, 1100);
    assert.equal((await issued.post(path, sale)).error, 'external_receipt_already_issued');
    assert.deepEqual(await balances(issued), [1100]);
    // The revocation is reserved, and has not been sent.
    await crashAt('after_reservation', (by) => by.delete(path));
    const revoked = createApiClient(await restart(t, ground), client.token);
    assert.ok((await revoked.get(path)).response.cancelled_at > 0);
    assert.equal((await revoked.delete(path)).error, 'receipt_already_revoked');
    assert.deepEqual(await balances(revoked), [0]);

    async function crashAt(point: CrashPointName, send: (by: ApiClient) => Promise<unknown>): Promise<void> {
      const child = await startServerProcessOn(t, ground.testDatabase.url, simulators, {
        HWANBUL_CRASH_POINT: point,
        ...noRecovery,
      });
      await assert.rejects(send(createApiClient(child.url, client.token)));
      assert.equal((await child.exited).signal, 'SIGKILL');
      await ground.database.query(`update operations set lease_until = now(), next_inquiry_at = now()`);
    }
  });

  test('at before_receipt_follow_up loses nothing: the receipt of the cancelled payment is revoked once', async (t) => {
    const ground = await layGround(t);
    const client = await ground.newMerchant();
    const impUid = await payByTransfer(client, 1000);
    assert.equal((await issueReceipt(client, impUid)).code, 0);
    const child = await startServerProcessOn(t, ground.testDatabase.url, simulators, {
      HWANBUL_CRASH_POINT: 'before_receipt_follow_up',
      ...noRecovery,
    });
    const headers = { 'idempotency-key': newOrder() };
    const send = (by: ApiClient) => by.post('/payments/cancel', { imp_uid: impUid }, headers);
    await assert.rejects(send(createApiClient(child.url, client.token)));
    assert.equal((await child.exited).signal, 'SIGKILL');
    assert.deepEqual(
      (await receiptsInBook(client, impUid)).map(({ balance }) => balance),
      [1000],
      'the crash came before the receipt was touched',
    );
    // What is left to do belongs to the dead process until its lease is over; nobody waits a minute for that here.
    await ground.database.query(
      `update operations set lease_until = now(), next_inquiry_at = now() where kind = 'revoke_receipt'`,
    );
    const by = createApiClient(await restart(t, ground), client.token);
    assert.deepEqual(
      (await receiptsInBook(by, impUid)).map(({ balance }) => balance),
      [0],
    );
    assert.equal((await by.get(`/payments/${impUid}`)).response.cash_receipt_issued, false);
    assert.deepEqual(await endingsOf(ground.database, impUid, 'revoke_receipt'), ['confirmed']);
    const repeated = await until('the key is free', async () => {
      const tried = await send(by);
      return tried.error !== 'idempotent_request_running' && tried;
    });
    assert.equal(repeated.response.cancel_amount, 1000, repeated.text);
    await assertBooksAgree(by, impUid);
  });
});

describe('a server killed with kill -9 in its recovery', { concurrency: true }, () => {
  for (const point of inRecovery) {
    test(`at ${point} of doubts of every kind loses nothing and does nothing twice`, async (t) => {
      const ground = await layGround(t);
      const all: Interrupted[] = [];
      for (const operationCase of cases) {
        const interrupted = await prepare(ground, operationCase);
        const { provider, operation } = operationCase;
        await addFault(interrupted.client, { pg_provider: provider, operation, kind: 'lost_answer' });
        await addFault(interrupted.client, {
          pg_provider: provider,
          operation: 'inquire',
          kind: 'http_500',
          count: 1_000,
        });
        assert.equal((await interrupted.prepared.send(interrupted.headers)).error, operationCase.doubt);
        await interrupted.client.delete('/sandbox/faults');
        all.push(interrupted);
      }
      // One round claims them all, so that it holds them all when it is killed.
      await ground.database.query(
        'update operations set lease_until = now(), next_inquiry_at = now() where ended_at is null',
      );
      const times = point === 'after_inquiry' ? all.length : 1;
      const recovering = await startServerProcessOn(t, ground.testDatabase.url, simulators, {
        HWANBUL_CRASH_POINT: `${point}:together=${times}`,
        ...patient,
      });
      assert.equal((await recovering.exited).signal, 'SIGKILL', recovering.stderr());
      const held = await ground.database.query('select from operations where ended_at is null and lease_until > now()');
      assert.equal(held.length, all.length, 'it had taken all of them');
      for (const { operationCase, prepared } of all) {
        assert.deepEqual(await endingsOf(ground.database, await prepared.impUid(), operationCase.operation), []);
      }
      const next = await startServerOn(ground.testDatabase.url, simulators.urls, shortLimits);
      t.after(() => next.close());
      await untilNothingIsOpen(ground.database);
      for (const interrupted of all) {
        await t.test(`${interrupted.operationCase.operation}, and the caller's repeat learns the truth`, () =>
          assertCameThrough(point, interrupted, ground.database, next.url),
        );
      }
    });
  }
});

test('a server that starts after a crash is a whole server: it takes new work', async (t) => {
  const ground = await layGround(t);
  const cancel = operationCases.find(({ operation }) => operation === 'cancel');
  assert.ok(cancel);
  const interrupted = await prepare(ground, cancel);
  await crashInRequests(t, ground, 'after_answer', [interrupted]);
  const url = await restart(t, ground);
  const health = await fetch(`${url}/health`);
  assert.equal(health.status, 200);
  const demo = await createApiClient(url).logIn(demoKeyPair.impKey, demoKeyPair.impSecret);
  const fresh = await cancel.prepare(demo, ground.database);
  assert.equal((await fresh.send()).code, 0);
  await assertBooksAgree(demo, await fresh.impUid());
});
