import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { FastifyRequest } from 'fastify';
import { answerOnce } from '../../src/api/idempotent.ts';
import { cancelKind } from '../../src/core/cancellation/cancel-kind.ts';
import { cancelPayment } from '../../src/core/cancellation/cancel-payment.ts';
import {
  type Admission,
  createIdempotencyKeys,
  type IdempotentRequest,
} from '../../src/core/idempotency/idempotency.ts';
import type { Caller } from '../../src/core/operations/carry-out.ts';
import type { OperationReport } from '../../src/core/operations/report.ts';
import { paymentOfReport } from '../../src/core/operations/report.ts';
import type { Payment } from '../../src/core/records/payment.ts';
import { Refusal } from '../../src/platform/errors/refusal.ts';
import { type Core, startCore } from '../kit/core.ts';
import { newOrder } from '../kit/orders.ts';

let core: Core;
before(async () => {
  core = await startCore({ turnWaitMs: 0 });
});
beforeEach(() => core.gateway.forget());
after(() => core.close());

const request: IdempotentRequest = { method: 'POST', path: '/payments/cancel', parameters: { a: 1, b: [{ c: 2 }] } };
const keys = () => core.services.idempotencyKeys;
const admit = (key: string, of: IdempotentRequest = request): Promise<Admission> =>
  keys().admit(core.channel.merchantId, key, of);
const refusedAs = (errorCode: string) => (error: unknown) => {
  assert.ok(error instanceof Refusal, String(error));
  assert.equal(error.errorCode, errorCode);
  return true;
};
/** The process that had the key's request is taken for dead. */
const died = (key: string): Promise<unknown> =>
  core.database.query(
    `update idempotency_keys set running_until = date_trunc('second', now()) - interval '1 minute' where key = $1`,
    [key],
  );

async function first(key: string): Promise<bigint> {
  const admission = await admit(key);
  assert.equal(admission.kind, 'first');
  return (admission as { id: bigint }).id;
}

test('an operation of which nothing was sent is no answer to a repeat: the repeat is a first request, with a row of its own', async () => {
  const key = newOrder('key');
  const id = await first(key);
  const payment = await core.pay();
  const operation = await core.reserve(payment, { amountMinor: 100n }, { idempotencyId: id });
  assert.ok(operation);
  const now = new Date();
  const ending = {
    merchantId: payment.merchant_id,
    operationId: operation.id,
    turnRowId: payment.id,
    kind: 'cancel',
  } as const;
  const outcome = { kind: 'never_sent', why: 'no connection' } as const;
  const more = { sentAt: null, endedAt: now, by: 'test', why: 'test', followUpId: null };
  assert.ok(await core.services.settle({ ...ending, outcome, ...more }));
  const beside = newOrder('key');
  const besideId = await first(beside);
  await core.database.query(
    `update idempotency_keys set running_until = date_trunc('second', now()) - interval '1 minute' where key = any($1)`,
    [[key, beside]],
  );
  const again = await admit(key);
  assert.equal(again.kind, 'first');
  assert.deepEqual(await admit(beside), { kind: 'first', id: besideId }, 'the other key has its row');
  const rows = await core.database.query('select from idempotency_keys where merchant_id = $1 and key = any($2)', [
    core.channel.merchantId,
    [key, beside],
  ]);
  assert.equal(rows.length, 2);
  assert.notEqual((again as { id: bigint }).id, id);
  assert.ok(await core.reserve(payment, { amountMinor: 100n }, { idempotencyId: (again as { id: bigint }).id }));
});

test('what a dead process has begun is the answer, once it is known that nobody works on it', async () => {
  const key = newOrder('key');
  const id = await first(key);
  const payment = await core.pay();
  const operation = await core.reserve(payment, { amountMinor: 100n }, { idempotencyId: id });
  assert.ok(operation);
  await assert.rejects(admit(key), refusedAs('idempotent_request_running'));
  await died(key);
  await assert.rejects(admit(key), refusedAs('idempotent_request_running'), 'it may be on its way');
  await core.services.runner.markInDoubt(operation, new Date(), 'test', 'lost');
  assert.deepEqual(await admit(key), { kind: 'interrupted', id, operationId: operation.id });
});

test('of many who take over from a dead process, one is the first', async () => {
  const key = newOrder('key');
  const id = await first(key);
  await died(key);
  const admissions = await Promise.allSettled(Array.from({ length: 8 }, () => admit(key)));
  const taken = admissions.filter((each) => each.status === 'fulfilled');
  assert.equal(taken.length, 1);
  assert.deepEqual(
    taken.map(({ value }) => value),
    [{ kind: 'first', id }],
  );
  for (const each of admissions) {
    if (each.status === 'rejected') assert.ok(refusedAs('idempotent_request_running')(each.reason));
  }
});

test('a take-over is conditional on nobody having taken over, or answered, since the look', async () => {
  for (const change of [
    `update idempotency_keys set running_until = now() + interval '1 hour' where id = $1`,
    `update idempotency_keys set body = '{}' where id = $1`,
  ]) {
    const key = newOrder('key');
    const id = await first(key);
    await died(key);
    // Between the look and the take-over, somebody else comes: the look for the operation is just then.
    let isChanged = false;
    const other = core.another();
    const between = {
      ...other.database,
      async query(text: string, values?: readonly unknown[], name?: string) {
        if (!isChanged && text.includes('from operations where')) {
          isChanged = true;
          await core.database.query(change, [id]);
        }
        return other.database.query(text, values, name);
      },
    };
    const late = createIdempotencyKeys({
      ...other,
      database: between as never,
      runningMs: other.leaseMs,
      keptForDays: 15,
    });
    const admission = await late.admit(core.channel.merchantId, key, request).catch((error: unknown) => error);
    assert.ok(isChanged);
    if (admission instanceof Error) assert.ok(refusedAs('idempotent_request_running')(admission));
    else assert.equal((admission as Admission).kind, 'repeat');
  }
});

test('a key is the merchant’s own, and belongs to method, path and parameters, whatever their order', async () => {
  const key = newOrder('key');
  await first(key);
  for (const other of [
    { ...request, method: 'DELETE' },
    { ...request, path: '/vbanks/1' },
    { ...request, parameters: { a: 2, b: [{ c: 2 }] } },
    { ...request, parameters: { a: 1, b: [{ c: 3 }] } },
    { ...request, parameters: { a: 1 } },
  ]) {
    await assert.rejects(admit(key, other), refusedAs('idempotency_key_reused'));
  }
  const turned = { ...request, parameters: { b: [{ c: 2 }], a: 1, left: undefined } };
  await assert.rejects(admit(key, turned), refusedAs('idempotent_request_running'));
  for (const bad of ['', 'k'.repeat(301)]) await assert.rejects(admit(bad), refusedAs('idempotency_key_invalid'));
  assert.equal((await admit(`${'k'.repeat(280)}${newOrder()}`.slice(0, 300))).kind, 'first');
});

test('an answer is kept until its time is over, and then the key is fresh', async () => {
  const key = newOrder('key');
  const id = await first(key);
  await keys().keep(core.channel.merchantId, id, { errorCode: null, refusalCategory: null, body: '{"a":1}' });
  const answer = { errorCode: null, refusalCategory: null, body: '{"a":1}' };
  assert.deepEqual(await admit(key), { kind: 'repeat', answer, operation: null });
  await keys().removeExpired();
  assert.equal((await admit(key)).kind, 'repeat');
  const [row] = await core.database.query<{ created_at: Date; expires_at: Date }>(
    'select * from idempotency_keys where merchant_id = $2 and id = $1',
    [id, core.channel.merchantId],
  );
  assert.equal((row?.expires_at.getTime() ?? 0) - (row?.created_at.getTime() ?? 0), 15 * 86_400_000);
  await core.database.query('update idempotency_keys set expires_at = created_at where id = $1', [id]);
  assert.equal((await admit(key)).kind, 'first');
  await core.database.query('update idempotency_keys set expires_at = created_at where key = $1', [key]);
  await keys().removeExpired();
  assert.deepEqual(
    await core.database.query('select from idempotency_keys where merchant_id = $2 and key = $1', [
      key,
      core.channel.merchantId,
    ]),
    [],
  );
});

test('a key is fresh in the very moment in which its time is over', async () => {
  const key = newOrder('key');
  const id = await first(key);
  const [row] = await core.database.query<{ expires_at: Date }>(
    'select expires_at from idempotency_keys where merchant_id = $2 and id = $1',
    [id, core.channel.merchantId],
  );
  assert.ok(row);
  const at = (time: number) =>
    createIdempotencyKeys({
      ...core.services,
      clock: { ...core.services.clock, now: () => new Date(time) },
      clocks: { of: () => ({ ...core.services.clock, now: () => new Date(time) }) },
      runningMs: 1_000,
      keptForDays: 15,
    });
  const { merchantId } = core.channel;
  await assert.rejects(
    at(row.expires_at.getTime() - 1).admit(merchantId, key, request),
    refusedAs('idempotent_request_running'),
  );
  const isThere = async () =>
    (await core.database.query('select from idempotency_keys where merchant_id = $1 and key = $2', [merchantId, key]))
      .length === 1;
  await at(row.expires_at.getTime() - 1).removeExpired();
  assert.equal(await isThere(), true);
  assert.equal((await at(row.expires_at.getTime()).admit(merchantId, key, request)).kind, 'first');
  await core.database.query('update idempotency_keys set expires_at = $2 where key = $1', [key, row.expires_at]);
  await at(row.expires_at.getTime()).removeExpired();
  assert.equal(await isThere(), false);
});

test('how long a request may run is longer than it can take', async () => {
  const key = newOrder('key');
  const from = core.services.leases.now().getTime();
  const id = await first(key);
  const [row] = await core.database.query<{ running_until: Date }>(
    'select * from idempotency_keys where merchant_id = $2 and id = $1',
    [id, core.channel.merchantId],
  );
  const { turnWaitMs, requestDeadlineMs } = core.services.settings;
  assert.ok((row?.running_until.getTime() ?? 0) >= from + turnWaitMs + requestDeadlineMs);
});

// A request with a key.

function cancelAPart(caller: Caller, payment: Payment): Promise<OperationReport> {
  return cancelPayment(core.services, caller, {
    impUid: payment.imp_uid,
    merchantUid: undefined,
    amount: 100,
    checksum: undefined,
    taxFree: undefined,
    vatAmount: undefined,
    reason: undefined,
    refundHolder: undefined,
    refundBank: undefined,
    refundAccount: undefined,
    refundTel: undefined,
    details: {},
  });
}

async function cancelOnce(
  payment: Payment,
  key: string | undefined,
  begin?: (caller: Caller) => Promise<OperationReport>,
  services = core.services,
) {
  return answerOnce(services, {
    request: { method: 'POST', headers: { 'idempotency-key': key } } as unknown as FastifyRequest,
    merchant: { id: core.channel.merchantId, name: 'test' },
    path: '/payments/cancel',
    parameters: { imp_uid: payment.imp_uid },
    begin: (caller) => begin?.(caller) ?? cancelAPart(caller, payment),
    answer: (report) => String(paymentOfReport(report, cancelKind).cancelled_minor),
  });
}

test('a defect after which nobody knows what was done leaves the key with its request', async () => {
  const payment = await core.pay();
  const key = newOrder('key');
  await assert.rejects(
    cancelOnce(payment, key, async () => {
      const [row] = await core.database.query<{ id: bigint }>(
        'select id from idempotency_keys where merchant_id = $2 and key = $1',
        [key, core.channel.merchantId],
      );
      const operation = await core.reserve(payment, { amountMinor: 100n }, { idempotencyId: row?.id ?? 0n });
      assert.ok(operation);
      await core.services.runner.markInDoubt(operation, new Date(), 'test', 'lost');
      throw new Error('a defect');
    }),
    /a defect/,
  );
  await assert.rejects(cancelOnce(payment, key), refusedAs('cancellation_in_doubt'));
  assert.equal((await core.operations(payment)).length, 1, 'nothing was begun a second time');
});

test('what an earlier attempt has begun after all is not begun once more, and the repeat is told of that one', async () => {
  const [payment, earlier] = [await core.pay(), await core.pay()];
  const key = newOrder('key');
  const late = cancelOnce(payment, key, async (caller) => {
    // Another payment, so that the key alone is in the way.
    const operation = await core.reserve(earlier, { amountMinor: 100n }, { idempotencyId: caller.idempotencyId ?? 0n });
    assert.ok(operation);
    await core.services.runner.markInDoubt(operation, new Date(), 'test', 'lost');
    return cancelAPart(caller, payment);
  });
  await assert.rejects(late, refusedAs('idempotent_request_running'));
  assert.equal((await core.operations(payment)).length, 0);
  assert.equal(core.gateway.sent.length, 0);
  await assert.rejects(cancelOnce(payment, key), refusedAs('cancellation_in_doubt'));
});

test('how what was begun stands, while the database can’t be asked, is no defect: a repeat is told it afterwards', async () => {
  core.gateway.operations.cancel.send = async () => ({ kind: 'unclear', why: 'lost' });
  core.gateway.operations.cancel.inquire = async () => ({ kind: 'unknown', why: 'lost', isFinal: true });
  const payment = await core.pay();
  const key = newOrder('key');
  await assert.rejects(cancelOnce(payment, key), refusedAs('cancellation_in_doubt'));
  const query = async () => {
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  };
  // It asks again for as long as its caller waits.
  const services = { ...core.another({ requestDeadlineMs: 700 }), database: { ...core.database, query } };
  await assert.rejects(cancelOnce(payment, key, undefined, services), refusedAs('idempotent_request_running'));
  await assert.rejects(cancelOnce(payment, key), refusedAs('cancellation_in_doubt'));
  assert.equal((await core.operations(payment)).length, 1);
});

test('a doubt is no final answer: a repeat tells how the operation stands by then', async () => {
  core.gateway.operations.cancel.send = async () => ({ kind: 'unclear', why: 'lost' });
  core.gateway.operations.cancel.inquire = async () => ({ kind: 'unknown', why: 'lost', isFinal: true });
  const payment = await core.pay();
  const key = newOrder('key');
  for (let attempt = 0; attempt < 2; attempt++) {
    await assert.rejects(cancelOnce(payment, key), refusedAs('cancellation_in_doubt'));
  }
  const [operation] = await core.operations(payment);
  core.gateway.operations.cancel.inquire = async ({ now }, asked) => ({
    kind: 'done',
    result: { gatewayTid: 'x', amountMinor: asked.amountMinor, cancelledAt: now, receiptUrl: null },
  });
  await core.database.query(
    'update operations set next_inquiry_at = requested_at, lease_until = requested_at where id = $1',
    [operation?.id],
  );
  await core.services.recovery.runOnce();
  assert.equal((await cancelOnce(payment, key)).response, '100');
  assert.equal((await core.operations(payment)).length, 1);
  assert.equal(core.gateway.sent.length, 1);
});

test('a refusal after which nothing was done, and that may turn out differently, leaves the key fresh; others are kept', async () => {
  const payment = await core.pay();
  const [busy, unsent, refused] = [newOrder('key'), newOrder('key'), newOrder('key')];
  const held = await core.reserve(payment, { amountMinor: 1n });
  assert.ok(held);
  await assert.rejects(cancelOnce(payment, busy), refusedAs('cancellation_busy'));
  await core.services.runner.markInDoubt(held, new Date(), 'test', 'lost');
  await assert.rejects(cancelOnce(payment, busy), refusedAs('cancellation_blocked_by_doubt'));
  await core.database.query('update payments set turn_of = null where id = $1', [payment.id]);
  assert.equal((await cancelOnce(payment, busy)).response, '100');
  core.gateway.operations.cancel.send = async () => ({ kind: 'never_sent', why: 'no connection' });
  await assert.rejects(cancelOnce(payment, unsent), refusedAs('gateway_unreachable'));
  core.gateway.operations.cancel.send = async () => ({
    kind: 'refused',
    code: 'NO',
    message: '한도 초과',
    category: 'other',
  });
  await assert.rejects(cancelOnce(payment, refused), refusedAs('cancellation_refused'));
  core.gateway.forget();
  assert.equal((await cancelOnce(payment, unsent)).response, '200');
  await assert.rejects(cancelOnce(payment, refused), refusedAs('cancellation_refused'));
  assert.equal(core.gateway.sent.length, 1, 'the kept refusal asks the gateway nothing');
});

test('without a key every request is a first one, and with one an answer that can not be kept is an answer', async () => {
  const payment = await core.pay();
  for (const total of ['100', '200']) {
    const { response, headers } = await cancelOnce(payment, undefined);
    assert.equal(response, total);
    assert.equal(headers?.['x-hwanbul-cancellation-state'] ?? Object.values(headers ?? {}).at(-1), 'confirmed');
  }
  const keep = async () => {
    throw new Error('the disk is full');
  };
  const services = { ...core.services, idempotencyKeys: { ...core.services.idempotencyKeys, keep } };
  assert.equal((await cancelOnce(payment, newOrder('key'), undefined, services)).response, '300');
  for (const bad of ['', ' ', 'k'.repeat(301)]) {
    await assert.rejects(cancelOnce(payment, bad), refusedAs('idempotency_key_invalid'));
  }
  assert.equal((await core.operations(payment)).length, 3);
});
