import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiAnswer, ApiClient } from '../../kit/api-client.ts';
import { eventually } from '../../kit/eventually.ts';
import { bookOf, goodCard, newOrder } from '../../kit/orders.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';

/** Gateways whose keys come from their window: what they can tell of a lost answer, and what comes of it through the API. */
let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox({
    settings: { notDoneIsFinalAfterMs: 500, turnWaitMs: 300, gatewayTimeoutMs: 1_200, requestDeadlineMs: 2_500 },
  });
  client = await sandbox.newMerchant();
});
after(() => sandbox?.close());

const pathOf = (uid: string): string => `/subscribe/customers/${encodeURIComponent(uid)}`;
const again = (uid: string, more: object = {}): Promise<ApiAnswer> =>
  client.post('/subscribe/payments/again', { customer_uid: uid, merchant_uid: newOrder(), amount: 9900, ...more });

async function inWindow(pg_provider: string, amount = 0): Promise<{ uid: string; issued: ApiAnswer }> {
  const uid = newOrder('card');
  const order = { merchant_uid: newOrder(), amount, pay_method: 'card', buyer_name: '홍길동' };
  const issued = await client.post('/sandbox/payments', { pg_provider, customer_uid: uid, ...order });
  assert.equal(issued.code, 0, issued.text);
  return { uid, issued };
}

function fault(pg_provider: string, operation: string, kind: string): Promise<ApiAnswer> {
  return client.post('/sandbox/faults', { pg_provider, operation, kind });
}

for (const pg of ['kakaopay', 'naverpay', 'payco', 'tosspay', 'smartro_v2']) {
  test(`at ${pg} a key of the window is charged, given back in part, and deleted`, async () => {
    const { uid, issued } = await inWindow(pg);
    const { status, amount, customer_uid_usage } = issued.response;
    assert.deepEqual([status, amount, customer_uid_usage], ['paid', 0, 'issue']);
    const paid = await again(uid);
    assert.deepEqual([paid.response?.status, paid.response?.pay_method], ['paid', 'card'], paid.text);
    const { imp_uid } = paid.response;
    const part = await client.post('/payments/cancel', { imp_uid, amount: 900, extra: { requester: 'customer' } });
    assert.equal(part.response?.cancel_amount, 900, part.text);
    const book = await bookOf(client, imp_uid, pg);
    assert.deepEqual([book.amount, book.cancelled_amount], [9900, 900]);
    assert.equal((await client.delete(pathOf(uid))).code, 0);
    assert.equal((await client.get(pathOf(uid))).code, 1);
    assert.equal((await again(uid)).error, 'buyer_not_registered');
  });

  test(`at ${pg} a charge that is refused is a failed payment with the gateway's own words`, async () => {
    const { uid } = await inWindow(pg);
    await fault(pg, 'charge_key', 'reject');
    const refused = await again(uid);
    assert.deepEqual([refused.code, refused.response?.status], [0, 'failed'], refused.text);
    assert.match(refused.response.fail_reason, /^\[\w+\]./);
  });
}

for (const pg of ['kakaopay', 'naverpay', 'payco', 'tosspay', 'danal_tpay']) {
  test(`at ${pg} a key is charged at once or not at all: instalments are refused before anything is sent`, async () => {
    const { uid } = await inWindow(pg);
    const merchant_uid = newOrder();
    const refused = await again(uid, { merchant_uid, card_quota: 2 });
    assert.deepEqual([refused.code, refused.error], [-1, 'not_supported_by_gateway'], refused.text);
    const schedules = [{ merchant_uid, schedule_at: 4_000_000_000, amount: 9900, card_quota: 12 }];
    const later = await client.post('/subscribe/payments/schedule', { customer_uid: uid, schedules });
    assert.equal(later.error, 'not_supported_by_gateway', later.text);
    const paid = await again(uid, { merchant_uid, card_quota: 1 });
    assert.equal(paid.response?.status, 'paid', paid.text);
  });
}

test('a key of a telephone is charged the same sum within five days of its day, as payments by telephone', async () => {
  const by = await sandbox.newMerchant();
  const uid = newOrder('phone');
  const order = { pg_provider: 'mobilians', customer_uid: uid, pay_method: 'phone' };
  const nothing = await by.post('/sandbox/payments', { ...order, merchant_uid: newOrder(), amount: 0 });
  assert.equal(nothing.error, 'sandbox_payment_refused', nothing.text);
  const issued = await by.post('/sandbox/payments', { ...order, merchant_uid: newOrder(), amount: 9900 });
  const { status, amount, pay_method, customer_uid_usage } = issued.response ?? {};
  assert.deepEqual([status, amount, pay_method, customer_uid_usage], ['paid', 9900, 'phone', 'issue'], issued.text);
  const charge = (more: object) =>
    by.post('/subscribe/payments/again', { customer_uid: uid, merchant_uid: newOrder(), amount: 9900, ...more });
  const paid = await charge({});
  assert.deepEqual([paid.response?.status, paid.response?.pay_method], ['paid', 'phone'], paid.text);
  const { imp_uid } = paid.response;
  assert.deepEqual((await bookOf(by, imp_uid, 'mobilians')).amount, 9900);
  const cancelled = await by.post('/payments/cancel', { imp_uid });
  assert.deepEqual(
    [cancelled.response?.status, cancelled.response?.pay_method],
    ['cancelled', 'phone'],
    cancelled.text,
  );
  const other = await charge({ amount: 9800 });
  assert.deepEqual([other.code, other.response?.status], [0, 'failed'], other.text);
  assert.match(other.response.fail_reason, /^\[SIM12\]/);
  assert.equal((await charge({ card_quota: 3 })).error, 'not_supported_by_gateway');

  await by.post('/sandbox/faults', { pg_provider: 'mobilians', operation: 'charge_key', kind: 'lost_answer' });
  assert.equal((await charge({})).error, 'outcome_in_doubt', 'never sent again');
  assert.equal((await by.delete(pathOf(uid))).code, 0, 'forgotten here');
  assert.equal((await charge({})).error, 'buyer_not_registered');

  // The same name for a card, and for a telephone again: payments are what the key is.
  assert.equal((await by.post(pathOf(uid), goodCard)).code, 0);
  assert.equal((await charge({ amount: 500 })).response?.pay_method, 'card');
  const again = await by.post('/sandbox/payments', { ...order, merchant_uid: newOrder(), amount: 700 });
  assert.equal(again.code, 0, again.text);
  assert.equal((await charge({ amount: 700 })).response?.pay_method, 'phone');
});

for (const pg of ['kakaopay', 'payco', 'smartro_v2']) {
  test(`at ${pg} a charge whose answer was lost is sent once, and a doubt for a person`, async () => {
    const { uid } = await inWindow(pg);
    for (const kind of ['lost_answer', 'disconnect']) {
      const merchant_uid = newOrder();
      await fault(pg, 'charge_key', kind);
      assert.equal((await again(uid, { merchant_uid })).error, 'outcome_in_doubt');
      const open = (await client.get(`/payments/find/${merchant_uid}`)).response;
      assert.equal(open.status, 'ready');
      assert.equal((await again(uid, { merchant_uid })).error, 'order_already_paid');
      const { list } = (await client.get(`/doubts?imp_uid=${open.imp_uid}`)).response;
      assert.deepEqual([list.length, list[0].kind], [1, 'charge_key']);
      const { transactions } = (await client.get(`/sandbox/books/${pg}`)).response;
      const sent = transactions.filter((each: { imp_uid: string }) => each.imp_uid === open.imp_uid);
      assert.equal(sent.length, kind === 'lost_answer' ? 1 : 0);
    }
  });
}

test('at naverpay a charge whose answer was lost is found by its order, or has failed', async () => {
  const { uid } = await inWindow('naverpay');
  await fault('naverpay', 'charge_key', 'lost_answer');
  const found = await again(uid);
  assert.equal(found.response?.status, 'paid', found.text);
  assert.equal((await bookOf(client, found.response.imp_uid, 'naverpay')).amount, 9900);

  const merchant_uid = newOrder();
  await fault('naverpay', 'charge_key', 'disconnect');
  await again(uid, { merchant_uid });
  await eventually(async () => {
    assert.equal((await client.get(`/payments/find/${merchant_uid}`)).response.status, 'failed');
  }, 30_000);
});

test('at tosspay a charge whose answer was lost counts when its order is shown, and is a doubt when it is not', async () => {
  const { uid } = await inWindow('tosspay');
  await fault('tosspay', 'charge_key', 'lost_answer');
  const found = await again(uid);
  assert.equal(found.response?.status, 'paid', found.text);
  assert.equal((await bookOf(client, found.response.imp_uid, 'tosspay')).amount, 9900);
  const cancelled = await client.post('/payments/cancel', { imp_uid: found.response.imp_uid });
  assert.equal(cancelled.response?.status, 'cancelled', cancelled.text);

  const merchant_uid = newOrder();
  await fault('tosspay', 'charge_key', 'disconnect');
  assert.equal((await again(uid, { merchant_uid })).error, 'outcome_in_doubt');
  const open = (await client.get(`/payments/find/${merchant_uid}`)).response;
  assert.equal(open.status, 'ready');
  const { list } = (await client.get(`/doubts?imp_uid=${open.imp_uid}`)).response;
  assert.deepEqual([list.length, list[0].kind], [1, 'charge_key']);
  const { transactions } = (await client.get('/sandbox/books/tosspay')).response;
  assert.ok(!transactions.some((each: { imp_uid: string }) => each.imp_uid === open.imp_uid), 'nothing was sent again');
});

test('a deletion whose answer was lost is settled where the gateway tells of its keys, or is asked for anew', async () => {
  for (const [pg, kind, isDeleted] of [
    ['kakaopay', 'lost_answer', true],
    ['kakaopay', 'disconnect', true],
    ['naverpay', 'lost_answer', true],
    ['naverpay', 'disconnect', true],
    ['payco', 'disconnect', true],
    ['payco', 'lost_answer', false],
    ['tosspay', 'lost_answer', true],
    ['tosspay', 'disconnect', true],
    ['smartro_v2', 'lost_answer', true],
  ] as const) {
    const { uid } = await inWindow(pg);
    await fault(pg, 'revoke_key', kind);
    const answer = await client.delete(pathOf(uid));
    assert.equal(answer.code, isDeleted ? 0 : -1, `${pg} ${kind}: ${answer.text}`);
    assert.equal((await client.get(pathOf(uid))).code, isDeleted ? 1 : 0);
  }
  const { list } = (await client.get('/doubts')).response;
  assert.deepEqual(
    list.filter(({ kind }: { kind: string }) => kind === 'revoke_key'),
    [],
  );
});

test('an amount in the window of Kakao Pay is the first payment, and can be given back', async () => {
  const { uid, issued } = await inWindow('kakaopay', 5_000);
  assert.deepEqual([issued.response.amount, issued.response.customer_uid_usage], [5_000, 'issue']);
  const cancelled = await client.post('/payments/cancel', { imp_uid: issued.response.imp_uid });
  assert.equal(cancelled.response?.status, 'cancelled', cancelled.text);
  assert.equal((await again(uid)).response?.status, 'paid', 'the key stays');
  const { issued: shown } = await inWindow('naverpay', 5_000);
  assert.equal(shown.response.amount, 0, 'elsewhere it is shown only');
});
