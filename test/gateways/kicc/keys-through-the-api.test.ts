import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiClient } from '../../kit/api-client.ts';
import { startMiddayClock } from '../../kit/midday-clock.ts';
import { assertBooksAgree, bookOf, goodCard, newOrder } from '../../kit/orders.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  // Minutes before midnight KICC's ids may be another day's by their arrival, and what never arrived is left to a person.
  sandbox = await startSandbox({ clock: startMiddayClock() });
  client = await sandbox.newMerchant();
});
after(() => sandbox?.close());

const pathOf = (uid: string) => `/subscribe/customers/${uid}`;
const again = (uid: string, more: object = {}) =>
  client.post('/subscribe/payments/again', { customer_uid: uid, merchant_uid: newOrder(), amount: 9900, ...more });

async function registered(): Promise<string> {
  const uid = newOrder('card');
  const window = { pg_provider: 'kicc', pay_method: 'card', amount: 0, customer_uid: uid, merchant_uid: newOrder() };
  const issued = await client.post('/sandbox/payments', window);
  assert.deepEqual([issued.response?.amount, issued.response?.customer_uid_usage], [0, 'issue'], issued.text);
  return uid;
}

test('a card is registered in the window, charged, refunded in part, and deleted', async () => {
  const uid = await registered();
  const paid = await again(uid, { name: '월 구독', card_quota: 3, tax_free: 900 });
  assert.equal(paid.response?.status, 'paid', paid.text);
  const { imp_uid, card_number, card_name, card_quota } = paid.response;
  assert.deepEqual([card_number, card_name, card_quota], ['451842******1281', '신한카드', 3]);
  assert.equal((await bookOf(client, imp_uid, 'kicc')).amount, 9900);
  const part = await client.post('/payments/cancel', { imp_uid, amount: 900, tax_free: 100, checksum: 9900 });
  assert.equal(part.response?.cancel_amount, 900, part.text);
  await assertBooksAgree(client, imp_uid);
  const deleted = await client.delete(pathOf(uid));
  assert.equal(deleted.code, 0, deleted.text);
  assert.equal((await again(uid)).error, 'buyer_not_registered');
  const typed = await client.post(pathOf(newOrder('card')), { ...goodCard, pg: 'kicc' });
  assert.equal(typed.error, 'not_supported_by_gateway', 'no call takes the number of a card');
});

test('a lost answer to a charge is found out, and one that never arrived is sent again; both are made once', async () => {
  const uid = await registered();
  for (const kind of ['lost_answer', 'disconnect', 'garbage', 'http_500']) {
    await client.post('/sandbox/faults', { pg_provider: 'kicc', operation: 'charge_key', kind });
    const paid = await again(uid);
    assert.equal(paid.response?.status, 'paid', `${kind}: ${paid.text}`);
    const { transactions } = (await client.get('/sandbox/books/kicc')).response;
    const made = transactions.filter((each: { imp_uid: string }) => each.imp_uid === paid.response.imp_uid);
    assert.equal(made.length, 1, kind);
  }
});

test('a declined charge failed, and the deletion whose answer was lost is found done by its repeat', async () => {
  const uid = await registered();
  await client.post('/sandbox/faults', { pg_provider: 'kicc', operation: 'charge_key', kind: 'reject' });
  const declined = await again(uid);
  assert.deepEqual([declined.code, declined.response?.status], [0, 'failed'], declined.text);
  assert.match(declined.response.fail_reason, /^\[Z402\]/);
  await client.post('/sandbox/faults', { pg_provider: 'kicc', operation: 'revoke_key', kind: 'lost_answer' });
  const deleted = await client.delete(pathOf(uid));
  assert.equal(deleted.code, 0, deleted.text);
  assert.equal((await client.get(pathOf(uid))).code, 1);
});
