import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiClient } from '../../kit/api-client.ts';
import { assertBooksAgree, bookOf, goodCard, newOrder } from '../../kit/orders.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox();
  client = await sandbox.newMerchant();
});
after(() => sandbox?.close());

const pathOf = (uid: string) => `/subscribe/customers/${uid}`;
const again = (uid: string, more: object = {}) =>
  client.post('/subscribe/payments/again', { customer_uid: uid, merchant_uid: newOrder(), amount: 9900, ...more });

for (const pg of ['inicis', 'html5_inicis']) {
  test(`at ${pg} a card is registered, charged, refunded in part, and forgotten`, async () => {
    const uid = newOrder('card');
    const made = await client.post(pathOf(uid), { ...goodCard, pg, customer_name: '홍길동' });
    assert.deepEqual([made.code, made.response?.card_number], [0, '557042******7221'], made.text);
    const paid = await again(uid, { name: '월 구독', card_quota: 3 });
    assert.equal(paid.response?.status, 'paid', paid.text);
    const { imp_uid, card_number, card_name, card_quota, apply_num } = paid.response;
    assert.deepEqual([card_number, card_name, card_quota], ['557042******7221', '신한카드', 3]);
    assert.match(apply_num, /^\d+$/);
    assert.equal((await bookOf(client, imp_uid, pg)).amount, 9900);
    const part = await client.post('/payments/cancel', { imp_uid, amount: 900, checksum: 9900 });
    assert.equal(part.response?.cancel_amount, 900, part.text);
    await assertBooksAgree(client, imp_uid);
    const deleted = await client.delete(pathOf(uid));
    assert.equal(deleted.code, 0, deleted.text);
    assert.equal((await again(uid)).error, 'buyer_not_registered');
  });

  test(`at ${pg} a charge whose answer is lost is found by its order; one that never arrived is a doubt`, async () => {
    const uid = newOrder('card');
    assert.equal((await client.post(pathOf(uid), { ...goodCard, pg })).code, 0);
    await client.post('/sandbox/faults', { pg_provider: pg, operation: 'charge_key', kind: 'lost_answer' });
    const found = await again(uid);
    assert.equal(found.response?.status, 'paid', found.text);
    assert.equal((await bookOf(client, found.response.imp_uid, pg)).amount, 9900);
    await client.post('/sandbox/faults', { pg_provider: pg, operation: 'charge_key', kind: 'disconnect' });
    const merchant_uid = newOrder();
    const lost = await again(uid, { merchant_uid });
    assert.deepEqual([lost.error, lost.code], ['outcome_in_doubt', -1], lost.text);
    const open = (await client.get(`/payments/find/${merchant_uid}`)).response;
    assert.equal(open.status, 'ready');
    const { transactions } = (await client.get(`/sandbox/books/${pg}`)).response;
    const sent = transactions.filter((each: { imp_uid: string }) => each.imp_uid === open.imp_uid);
    assert.equal(sent.length, 0, 'it was not sent again');
  });
}

test('a key of the window pays nothing and is charged later', async () => {
  const uid = newOrder('card');
  const window = { pg_provider: 'html5_inicis', pay_method: 'card', amount: 0, customer_uid: uid };
  const issued = await client.post('/sandbox/payments', { ...window, merchant_uid: newOrder() });
  assert.deepEqual([issued.response?.amount, issued.response?.customer_uid_usage], [0, 'issue'], issued.text);
  assert.equal((await again(uid)).response?.status, 'paid');
});
