import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { findCancellable } from '../../src/core/cancellation/find-cancellable.ts';
import {
  type CancellationFilter,
  countCancellations,
  listCancellations,
  readCancellation,
} from '../../src/core/cancellation/records.ts';
import { countDoubts, listDoubts, readDoubt } from '../../src/core/doubts/list-doubts.ts';
import { timeOfOperationId } from '../../src/core/operations/identifier.ts';
import { readTel } from '../../src/core/payments/buyer-tel.ts';
import { noFilter, type PaymentFilter } from '../../src/core/payments/payment-filter.ts';
import { partsOf } from '../../src/core/payments/read-in-parts.ts';
import { countAll, searchPayments } from '../../src/core/payments/search-payments.ts';
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

const refusedAs = (errorCode: string) => (error: unknown) => {
  assert.ok(error instanceof Refusal, String(error));
  assert.equal(error.errorCode, errorCode);
  return true;
};
const find = (target: { impUid?: string; merchantUid?: string }, merchantId = core.channel.merchantId) =>
  findCancellable(core.services, merchantId, { impUid: target.impUid, merchantUid: target.merchantUid });

test('of several payments of one order, the newest that can be cancelled is meant, then one that was, waits or failed', async () => {
  const merchantUid = newOrder();
  const at = (minutes: number, more: object = {}) =>
    core.pay({ merchant_uid: merchantUid, started_at: new Date(Date.UTC(2026, 0, 1, 0, minutes)), ...more });
  await core.pay();
  const made: Payment[] = [];
  // Each next one is older, and is meant all the same.
  made.push(await at(9, { status: 'failed' }), await at(8, { status: 'ready' }));
  const returned = await at(7);
  await core.cancel(returned);
  made.push(returned);
  for (const payment of made) assert.ok(payment);
  const meant = async () => (await find({ merchantUid })).id;
  assert.equal(await meant(), returned.id);
  const older = await at(1);
  assert.equal(await meant(), older.id);
  const newer = await at(2);
  assert.equal(await meant(), newer.id);
  // One that is cancelled in part can be cancelled as well.
  const part = await at(3);
  await core.cancel(part, { amount: 100 });
  assert.equal(await meant(), part.id);
  const same = await at(3);
  assert.equal(await meant(), same.id, 'of the same time, the later one');
  const [failed, waiting] = made;
  const other = newOrder();
  await core.database.query('update payments set merchant_uid = $1 where id = any($2)', [
    other,
    [failed?.id, waiting?.id],
  ]);
  assert.equal((await find({ merchantUid: other })).id, waiting?.id);
});

test('a bad imp_uid is not mended by a good order, and another merchant’s is none', async () => {
  const payment = await core.pay();
  assert.equal((await find({ impUid: payment.imp_uid, merchantUid: 'unknown' })).id, payment.id);
  await assert.rejects(
    find({ impUid: 'imp_unknown', merchantUid: payment.merchant_uid }),
    refusedAs('cancel_target_not_found'),
  );
  await assert.rejects(find({ merchantUid: 'unknown' }), refusedAs('cancel_target_not_found'));
  await assert.rejects(find({}), refusedAs('cancel_target_missing'));
  const stranger = core.channel.merchantId + 1_000n;
  await assert.rejects(find({ impUid: payment.imp_uid }, stranger), refusedAs('cancel_target_not_found'));
  await assert.rejects(find({ merchantUid: payment.merchant_uid }, stranger), refusedAs('cancel_target_not_found'));
});

test('cancellations are listed newest first, by state, by payment and page by page, and making a payment is none', async () => {
  const [one, other] = [await core.pay(), await core.pay()];
  const first = (await core.cancel(one, { amount: 100 })).operationId;
  const second = (await core.cancel(other, { amount: 100 })).operationId;
  core.gateway.operations.cancel.send = async () => ({ kind: 'refused', code: 'NO', message: 'no', category: 'other' });
  const refused = (await core.cancel(one, { amount: 100 })).operationId;
  const list = async (filter: CancellationFilter, page: { beforeId?: string | undefined; limit?: number } = {}) =>
    (
      await listCancellations(core.services.database, core.channel.merchantId, filter, {
        beforeId: undefined,
        limit: 3,
        isBounded: false,
        ...page,
      })
    ).records.map(({ id }) => id);
  const newestFirst = [first, second, refused].sort().reverse();
  assert.deepEqual(await list({}), newestFirst);
  assert.deepEqual(await list({}, { limit: 1 }), newestFirst.slice(0, 1));
  assert.deepEqual(await list({}, { beforeId: newestFirst[0], limit: 2 }), newestFirst.slice(1));
  assert.deepEqual(await list({ state: 'refused' }), [refused]);
  assert.deepEqual(await list({ impUid: other.imp_uid }), [second]);
  assert.deepEqual(await list({ kind: 'revoke_vbank' }), []);
  assert.deepEqual(await list({ provider: 'nobody' }), []);
  assert.deepEqual(await list({ provider: core.channel.provider, kind: 'cancel' }), newestFirst);
  const times = newestFirst.map(timeOfOperationId);
  assert.deepEqual(await list({ since: times.at(-1), before: new Date((times[0]?.getTime() ?? 0) + 1) }), newestFirst);
  const earlier = await list({ before: times.at(-1) });
  assert.ok(!earlier.some((id) => newestFirst.includes(id)), earlier.join());
  assert.deepEqual(await list({ isAcceptedFirst: false }), newestFirst);
  assert.deepEqual(await list({ isAcceptedFirst: true }), []);
  const { record, audit } = await readCancellation(core.services.database, core.channel.merchantId, refused);
  assert.deepEqual([record.id, record.imp_uid, record.state], [refused, one.imp_uid, 'refused']);
  assert.deepEqual(
    audit.map(({ to_state }) => to_state),
    ['requested', 'sent', 'refused'],
  );
  for (const merchantId of [core.channel.merchantId, core.channel.merchantId + 1_000n]) {
    const id = merchantId === core.channel.merchantId ? '0'.repeat(20) : refused;
    await assert.rejects(readCancellation(core.services.database, merchantId, id), refusedAs('cancellation_not_found'));
  }
  await core.database.query(`update operations set kind = 'approve' where id = $1`, [second]);
  assert.ok(!(await list({})).includes(second));
  await assert.rejects(
    readCancellation(core.services.database, core.channel.merchantId, second),
    refusedAs('cancellation_not_found'),
  );
});

test('doubts are listed oldest first and page by page, and what has ended is no doubt', async () => {
  core.gateway.operations.cancel.send = async () => ({ kind: 'unclear', why: 'lost' });
  core.gateway.operations.cancel.inquire = async () => ({ kind: 'unknown', why: 'lost', isFinal: true });
  const ids: string[] = [];
  for (let index = 0; index < 3; index++) ids.push((await core.cancel(await core.pay())).operationId);
  ids.sort();
  const { database } = core.services;
  const list = async (afterId: string | undefined, limit: number) =>
    (await listDoubts(database, core.channel.merchantId, { impUid: undefined, afterId, limit })).map(({ id }) => id);
  assert.deepEqual(await list(undefined, 10), ids);
  assert.deepEqual(await list(undefined, 2), ids.slice(0, 2));
  assert.deepEqual(await list(ids[0], 10), ids.slice(1));
  const { doubt: found } = (await readDoubt(database, core.channel.merchantId, ids[1] ?? '')) ?? {};
  assert.deepEqual([found?.id, found?.changed_why], [ids[1], 'lost']);
  assert.equal(await readDoubt(database, core.channel.merchantId + 1_000n, ids[1] ?? ''), undefined);
  assert.equal(await readDoubt(database, core.channel.merchantId, '0'.repeat(20)), undefined);
  assert.deepEqual(
    await listDoubts(database, core.channel.merchantId + 1_000n, { impUid: undefined, afterId: undefined, limit: 9 }),
    [],
  );
});

test('counts are of what is meant, of whose it is, and nothing is none', async () => {
  const { database } = core.services;
  const { merchantId } = core.channel;
  const stranger = merchantId + 1_000n;
  const payments = [await core.pay(), await core.pay()] as const;
  const counts = async (of = merchantId) => {
    const count = (filter: { state?: 'in_doubt' | 'confirmed'; impUid?: string }) =>
      countCancellations(database, of, filter);
    return {
      cancellations: await count({}),
      confirmed: await count({ state: 'confirmed' }),
      inDoubt: await count({ state: 'in_doubt' }),
      ofFirst: await count({ impUid: payments[0].imp_uid }),
      doubts: await countDoubts(database, of, undefined),
      doubtsOfFirst: await countDoubts(database, of, payments[0].imp_uid),
    };
  };
  const before = await counts();
  assert.deepEqual([before.ofFirst, before.doubtsOfFirst], [0, 0]);
  await core.cancel(payments[0], { amount: 100 });
  core.gateway.operations.cancel.send = async () => ({ kind: 'unclear', why: 'lost' });
  core.gateway.operations.cancel.inquire = async () => ({ kind: 'unknown', why: 'lost', isFinal: true });
  for (const payment of payments) await core.cancel(payment, { amount: 100 });
  assert.deepEqual(await counts(), {
    cancellations: before.cancellations + 3,
    confirmed: before.confirmed + 1,
    inDoubt: before.inDoubt + 2,
    ofFirst: 2,
    doubts: before.doubts + 2,
    doubtsOfFirst: 1,
  });
  const none = { cancellations: 0, confirmed: 0, inDoubt: 0, ofFirst: 0, doubts: 0, doubtsOfFirst: 0 };
  assert.deepEqual(await counts(stranger), none);
});

test('payments are found by each thing that is known of them, newest first and page by page', async () => {
  const orders = [newOrder(), newOrder(), newOrder()] as const;
  const at = (minutes: number) => new Date(Date.UTC(2020, 0, 1, 0, minutes));
  const made = [
    await core.pay({ merchant_uid: orders[0], started_at: at(1), amount_minor: 1000n, buyer_name: '홍100%길동' }),
    await core.pay({ merchant_uid: orders[1], started_at: at(2), amount_minor: 2000n, buyer_tel: '+82 10-1234-5678' }),
    await core.pay({
      merchant_uid: orders[2],
      started_at: at(2),
      amount_minor: 1250n,
      currency: 'USD',
      buyer_email: 'kim@shop.test',
    }),
  ] as const;
  const [won, more, dollars] = made;
  const nothing = { ...noFilter, from: at(0), to: at(10) };
  const search = async (known: Partial<PaymentFilter>, merchantId = core.channel.merchantId) => {
    const filter = { ...nothing, ...known };
    const wish = { limit: 10, after: undefined, isBounded: false };
    const { payments } = await searchPayments(core.services.kysely, merchantId, filter, wish);
    assert.equal(await countAll(core.services.kysely, merchantId, filter), payments.length);
    return payments.map(({ id }) => id);
  };
  const idsOf = (...payments: readonly Payment[]) => payments.map(({ id }) => id);
  assert.deepEqual(await search({ from: at(1), to: at(2) }), idsOf(dollars, more, won));
  assert.deepEqual(await search({ from: at(2) }), idsOf(dollars, more));
  assert.deepEqual(await search({ to: at(1) }), idsOf(won));
  assert.deepEqual(await search({ merchantUid: orders[1] }), idsOf(more));
  assert.deepEqual(await search({ pgTid: won.pg_tid ?? '', merchantUid: orders[0] }), idsOf(won));
  assert.deepEqual(await search({ provider: 'nobody' }), []);
  assert.deepEqual(await search({ status: 'failed' }), []);
  assert.deepEqual(await search({ buyer: '100%' }), idsOf(won), 'a percent sign is one');
  assert.deepEqual(await search({ buyer: 'KIM@' }), idsOf(dollars));
  for (const tel of ['010-1234-5678', '+82 10 1234 5678', '5678'])
    assert.deepEqual(await search({ tel: readTel(tel) }), idsOf(more), tel);
  assert.deepEqual(await search({ tel: readTel('1234') }), [], 'fewer digits than a number has are its last ones');
  assert.equal(readTel('678'), undefined);
  assert.deepEqual(await search({ amount: '12.5' }), idsOf(dollars));
  assert.deepEqual(await search({ amount: '1000' }), idsOf(won));
  assert.deepEqual(await search({ amountLeast: '1000' }), idsOf(more, won));
  assert.deepEqual(await search({ amountLeast: '1001' }), idsOf(more));
  assert.deepEqual(await search({ amountMost: '1000' }), idsOf(dollars, won));
  assert.deepEqual(await search({ amountMost: 'much' }), []);
  assert.deepEqual(await search({}, core.channel.merchantId + 1_000n), []);
  const page = async (limit: number, beforeImpUid?: string) => {
    const wish = { limit, after: undefined, beforeImpUid, isBounded: false };
    const found = await searchPayments(core.services.kysely, core.channel.merchantId, nothing, wish);
    return found.payments.map(({ id }) => id);
  };
  assert.deepEqual(await page(2), idsOf(dollars, more));
  assert.deepEqual(await page(2, dollars.imp_uid), idsOf(more, won));
  assert.deepEqual(await page(2, more.imp_uid), idsOf(won));
});

test('a long list is read in parts that fit into memory, in its order', () => {
  const chosen = (weight: number, index: number) => ({ id: BigInt(index), imp_uid: '', merchant_uid: '', weight });
  const sizes = (...weights: readonly number[]) => partsOf(weights.map(chosen)).map((part) => part.length);
  const mebibyte = 1024 * 1024;
  assert.deepEqual(sizes(), []);
  assert.deepEqual(sizes(mebibyte / 2, mebibyte / 2, 1), [2, 1]);
  assert.deepEqual(sizes(1, 2 * mebibyte, 1, 1), [1, 1, 2]);
  assert.deepEqual(
    partsOf([1, mebibyte, 1].map(chosen))
      .flat()
      .map(({ id }) => id),
    [0n, 1n, 2n],
  );
});
