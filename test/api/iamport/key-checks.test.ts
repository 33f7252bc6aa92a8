import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiAnswer, ApiClient } from '../../kit/api-client.ts';
import { eventually } from '../../kit/eventually.ts';
import { goodCard, newOrder } from '../../kit/orders.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox();
  client = await sandbox.newMerchant();
});
after(() => sandbox?.close());

/** It gets a key, and is over its limit when it is charged. */
const overItsLimit = { ...goodCard, card_number: '4000000000000010' };
const pathOf = (uid: string): string => `/subscribe/customers/${uid}`;

function schedule(uid: string, more: object = {}, order = newOrder()): Promise<ApiAnswer> {
  return client.post('/subscribe/payments/schedule', {
    customer_uid: uid,
    checking_amount: 100,
    schedules: [{ merchant_uid: order, schedule_at: Math.floor(Date.now() / 1000) + 86_400, amount: 9900 }],
    ...more,
  });
}

const checksOf = async (uid: string) => (await client.get(`${pathOf(uid)}/payments`)).response.list;

async function bookedAt(pg: string, impUid: string) {
  const { response } = await client.get(`/sandbox/books/${pg}?imp_uid=${impUid}`);
  return response.transactions.map((each: { amount: number; cancelled_amount: number }) => [
    each.amount,
    each.cancelled_amount,
  ]);
}

for (const pg of ['tosspayments', 'nice', 'kcp']) {
  test(`at ${pg} a card is charged and given back before anything is scheduled with it`, async () => {
    const uid = newOrder('card');
    const scheduled = await schedule(uid, { ...goodCard, pg });
    assert.equal(scheduled.code, 0, scheduled.text);
    assert.equal(scheduled.response.length, 1);
    const [check, ...others] = await checksOf(uid);
    assert.deepEqual(others, []);
    assert.deepEqual([check.amount, check.status, check.cancel_amount], [100, 'cancelled', 100]);
    assert.deepEqual(await bookedAt(pg, check.imp_uid), [[100, 100]]);
    assert.equal((await client.post('/payments/cancel', { imp_uid: check.imp_uid })).error, 'already_cancelled');
    assert.deepEqual(
      (await client.get(`/webhooks?imp_uid=${check.imp_uid}`)).response.list,
      [],
      'nobody is told of it',
    );
    const next = await schedule(uid);
    assert.equal(next.code, 0, next.text);
    assert.equal((await checksOf(uid)).length, 2, 'a key that is there is checked as well, each time');
  });
}

test('nothing is checked without an amount, and a bad one is refused before anything is done', async () => {
  const uid = newOrder('card');
  for (const checking_amount of [0, '', null, '0']) {
    assert.equal((await schedule(uid, { ...goodCard, checking_amount })).code, 0);
  }
  assert.deepEqual(await checksOf(uid), []);
  const other = newOrder('card');
  for (const checking_amount of [-1, 1.5, 'much']) {
    assert.equal((await schedule(other, { ...goodCard, checking_amount })).error, 'amount_invalid');
    assert.equal((await client.post(pathOf(other), { ...goodCard, checking_amount })).error, 'amount_invalid');
  }
  assert.equal((await client.get(pathOf(other))).error, 'billing_key_not_found');
});

test('a card that is declined is not kept, and nothing is scheduled', async () => {
  const [uid, order] = [newOrder('card'), newOrder()];
  const refused = await schedule(uid, overItsLimit, order);
  assert.equal(refused.error, 'billing_key_check_refused', refused.text);
  assert.match(refused.message ?? '', /한도/);
  assert.equal((await client.get(pathOf(uid))).error, 'billing_key_not_found');
  assert.equal((await client.get(`/subscribe/payments/schedule/${order}`)).error, 'schedule_not_found');
  const [check] = await checksOf(uid);
  assert.deepEqual([check.status, check.amount], ['failed', 100]);
  const again = await schedule(uid, goodCard, order);
  assert.equal(again.code, 0, again.text);
});

test('a key that was there before is kept when its check is declined', async () => {
  const [uid, order] = [newOrder('card'), newOrder()];
  assert.equal((await client.post(pathOf(uid), overItsLimit)).code, 0);
  assert.equal((await schedule(uid, {}, order)).error, 'billing_key_check_refused');
  assert.equal((await client.get(pathOf(uid))).code, 0);
  assert.equal((await client.get(`/subscribe/payments/schedule/${order}`)).error, 'schedule_not_found');
});

test('a card that is registered in the place of another, and declined, leaves the other where it was', async () => {
  const uid = newOrder('card');
  const first = await client.post(pathOf(uid), { ...goodCard, checking_amount: 500, customer_name: '홍길동' });
  assert.equal(first.code, 0, first.text);
  const before = await client.get(pathOf(uid));
  const refused = await client.post(pathOf(uid), { ...overItsLimit, pg: 'nice', checking_amount: '500' });
  assert.equal(refused.error, 'billing_key_check_refused', refused.text);
  assert.deepEqual((await client.get(pathOf(uid))).response, before.response);
  const paid = await client.post('/subscribe/payments/again', {
    customer_uid: uid,
    merchant_uid: newOrder(),
    amount: 700,
  });
  assert.deepEqual([paid.response?.status, paid.response?.pg_provider], ['paid', 'tosspayments'], paid.text);
  const better = await client.post(pathOf(uid), { ...goodCard, pg: 'nice', checking_amount: 500 });
  assert.equal(better.response?.pg_provider, 'nice', better.text);
});

test('a check whose answer was lost is charged once and given back by whoever finds out', async () => {
  const uid = newOrder('card');
  for (const kind of ['lost_answer', 'timeout']) {
    await client.post('/sandbox/faults', { operation: 'charge_key', kind, delay_ms: 100 });
    const scheduled = await schedule(uid, goodCard);
    assert.equal(scheduled.code, 0, scheduled.text);
  }
  await client.post('/sandbox/faults', { operation: 'cancel', kind: 'lost_answer' });
  assert.equal((await schedule(uid)).code, 0);
  const checks = await checksOf(uid);
  assert.equal(checks.length, 3);
  for (const { imp_uid } of checks) {
    await eventually(async () => assert.deepEqual(await bookedAt('tosspayments', imp_uid), [[100, 100]]));
  }
  await eventually(async () => {
    for (const { status, cancel_amount } of await checksOf(uid)) {
      assert.deepEqual([status, cancel_amount], ['cancelled', 100]);
    }
  });
});

test('a check that the gateway will not give back leaves a good card and a payment, and a webhook says so', async () => {
  const uid = newOrder('card');
  assert.equal((await client.put('/sandbox/merchant', { webhook_url: 'http://127.0.0.1:9/hook' })).code, 0);
  await client.post('/sandbox/faults', { operation: 'cancel', kind: 'reject' });
  const scheduled = await schedule(uid, goodCard);
  assert.equal(scheduled.code, 0, scheduled.text);
  const [check] = await checksOf(uid);
  assert.deepEqual([check.status, check.cancel_amount], ['paid', 0]);
  const [told, ...others] = (await client.get(`/webhooks?imp_uid=${check.imp_uid}`)).response.list;
  assert.deepEqual([told?.event, others], ['cancellation_failed', []]);
  assert.equal((await client.put('/sandbox/merchant', { webhook_url: '' })).code, 0);
  const cancelled = await client.post('/payments/cancel', { imp_uid: check.imp_uid });
  assert.deepEqual(
    [cancelled.response?.status, await bookedAt('tosspayments', check.imp_uid)],
    ['cancelled', [[100, 100]]],
  );
});

test('a check in doubt keeps its amount, lets no other be made, and is ended by a person, either way', async () => {
  for (const outcome of ['confirmed', 'refused'] as const) {
    const uid = newOrder('card');
    await client.post('/sandbox/faults', { pg_provider: 'kcp', operation: 'charge_key', kind: 'lost_answer' });
    const lost = await schedule(uid, { ...goodCard, pg: 'kcp' });
    assert.equal(lost.error, 'outcome_in_doubt', lost.text);
    const [doubt] = (await client.get('/doubts')).response.list;
    const repeated = await schedule(uid, { ...goodCard, pg: 'kcp' });
    assert.equal(repeated.error, 'cancellation_blocked_by_doubt', repeated.text);
    assert.match(repeated.message ?? '', new RegExp(doubt.doubt_id));
    const [check, ...others] = await checksOf(uid);
    assert.deepEqual([check.status, others], ['ready', []]);
    const [booked] = (await client.get(`/sandbox/books/kcp?imp_uid=${check.imp_uid}`)).response.transactions;
    const resolved = await client.post(`/doubts/${doubt.doubt_id}/resolve`, {
      outcome,
      reason: 'looked at it',
      actor: 'kim',
      ...(outcome === 'confirmed' ? { pg_tid: booked.pg_tid } : {}),
    });
    assert.equal(resolved.code, 0, resolved.text);
    if (outcome === 'refused') {
      assert.equal((await client.get(pathOf(uid))).error, 'billing_key_not_found', 'it is not kept');
      continue;
    }
    assert.equal((await client.get(pathOf(uid))).code, 0);
    assert.equal((await schedule(uid)).error, 'cancellation_busy', 'what was charged is being given back');
    // As if the lease of whoever should have gone on had run out.
    await sandbox.database.query(
      `update operations set lease_until = '-infinity', next_inquiry_at = '-infinity' where kind = 'cancel' and state = 'requested'`,
    );
    await eventually(async () => assert.deepEqual(await bookedAt('kcp', check.imp_uid), [[100, 100]]));
    await eventually(async () => assert.equal((await schedule(uid)).code, 0));
  }
});

test('of several at once each check is given back, and those that would pass each other are refused', async () => {
  const uid = newOrder('card');
  assert.equal((await client.post(pathOf(uid), goodCard)).code, 0);
  const answers = await Promise.all(Array.from({ length: 6 }, () => schedule(uid)));
  const scheduled = answers.filter(({ code }) => code === 0);
  assert.ok(scheduled.length > 0);
  for (const { code, error, text } of answers) if (code !== 0) assert.equal(error, 'cancellation_busy', text);
  const checks = await checksOf(uid);
  assert.equal(checks.length, scheduled.length, 'one for each that was scheduled');
  for (const { imp_uid } of checks) assert.deepEqual(await bookedAt('tosspayments', imp_uid), [[100, 100]]);
});

test('what the gateway can not charge is refused before a card is registered', async () => {
  const uid = newOrder('card');
  const answer = await schedule(uid, {
    ...goodCard,
    schedules: [{ merchant_uid: newOrder(), schedule_at: 2_000_000_000, amount: 10, currency: 'USD' }],
  });
  assert.equal(answer.error, 'currency_not_supported', answer.text);
  assert.equal((await client.get(pathOf(uid))).error, 'billing_key_not_found');
});
