import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiClient } from '../../kit/api-client.ts';
import { eventually } from '../../kit/eventually.ts';
import { depositedVbank, goodCard, newOrder, payByCard } from '../../kit/orders.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';

let sandbox: Sandbox;
let client: ApiClient;
let other: ApiClient;
before(async () => {
  sandbox = await startSandbox();
  [client, other] = [await sandbox.newMerchant(), await sandbox.newMerchant()];
});
after(() => sandbox?.close());

/** All of a list, two at a time. */
async function walk(path: string, by = client): Promise<Record<string, unknown>[]> {
  const all: Record<string, unknown>[] = [];
  let before = '';
  do {
    const { code, response, text } = await by.get(`${path}${path.includes('?') ? '&' : '?'}limit=2${before}`);
    assert.equal(code, 0, text);
    all.push(...response.list);
    before = response.next === null ? '' : `&before=${response.next}`;
  } while (before !== '');
  return all;
}

test('receipts, billing keys, schedules and certifications are listed page by page, the newest first, and only to their merchant', async () => {
  const orders: string[] = [];
  const { now } = (await client.get('/sandbox/clock')).response;
  const receipted: string[] = [];
  const certified: string[] = [];
  for (const index of [1, 2, 3]) {
    const impUid = await depositedVbank(client);
    receipted.unshift(impUid);
    assert.equal((await client.post(`/receipts/${impUid}`, { identifier: '010-1234-5678' })).code, 0);
    assert.equal(
      (await client.post(`/subscribe/customers/card-${index}`, { pg: 'tosspayments', ...goodCard })).code,
      0,
    );
    const order = newOrder();
    orders.unshift(order);
    // Two at one time: the cursor goes on within it.
    const schedules = [{ merchant_uid: order, schedule_at: now + 86_400 * Math.min(index, 2), amount: 1000 }];
    assert.equal((await client.post('/subscribe/payments/schedule', { customer_uid: 'card-1', schedules })).code, 0);
    certified.unshift((await client.post('/sandbox/certifications', { name: '홍길동' })).response.imp_uid);
  }
  assert.equal((await client.delete('/subscribe/customers/card-2')).code, 0);
  const ids = async (path: string, name: string) => (await walk(path)).map((row) => row[name]);
  assert.deepEqual(await ids('/cash-receipts', 'imp_uid'), receipted);
  assert.deepEqual(await ids('/cash-receipts?state=revoked', 'imp_uid'), []);
  assert.deepEqual(await ids(`/cash-receipts?imp_uid=${receipted[1]}`, 'imp_uid'), [receipted[1]]);
  assert.deepEqual(await ids('/billing-keys', 'customer_uid'), ['card-3', 'card-2', 'card-1']);
  assert.deepEqual(await ids('/billing-keys?state=live', 'customer_uid'), ['card-3', 'card-1']);
  assert.deepEqual(await ids('/schedules', 'merchant_uid'), orders);
  assert.deepEqual(await ids('/schedules?customer_uid=card-3', 'merchant_uid'), []);
  assert.deepEqual(await ids('/certifications', 'imp_uid'), certified);
  assert.deepEqual(await ids('/certifications?state=over', 'imp_uid'), []);
  for (const path of ['/cash-receipts', '/billing-keys', '/schedules', '/certifications']) {
    assert.deepEqual(await walk(path, other), [], path);
    assert.equal((await client.get(`${path}?before=x`)).error, 'parameter_invalid', path);
  }
});

test('a day is compared once asked, its state is kept in the month, and a difference is told where it is', async () => {
  const [same, more] = [await payByCard(client), await payByCard(client)];
  const day = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10);
  const month = `/reconciliations/days?month=${day.slice(0, 7)}`;
  const ofDay = async () => {
    const { list } = (await client.get(month)).response;
    return list.find(({ date }: { date: string }) => date === day);
  };
  assert.equal((await ofDay()).state, 'not_done');
  const path = `/reconciliations/tosspayments/days/${day}`;
  assert.equal((await client.get(path)).error, 'reconciliation_not_done');
  const compared = async () => {
    const asked = await client.post(path, { actor: 'kim' });
    assert.equal(asked.code, 0, asked.text);
    return eventually(async () => {
      const { response } = await client.get(path);
      assert.notEqual(response.state, 'running');
      return response;
    });
  };
  const equal = await compared();
  assert.deepEqual([equal.state, equal.list, equal.was_over, equal.asked_by], ['equal', [], false, 'kim']);
  assert.ok(equal.payments >= 2);
  // Our book loses what the gateway still has.
  await sandbox.database.query(`update payments set amount_minor = 900 where imp_uid = $1`, [more]);
  const differs = await compared();
  assert.equal(differs.state, 'differences');
  assert.deepEqual(
    differs.list.map(({ kind, imp_uid }: { kind: string; imp_uid: string }) => [kind, imp_uid]),
    [['amount', more]],
  );
  assert.ok(!JSON.stringify(differs.list).includes(same));
  assert.equal((await ofDay()).state, 'differences');
  assert.equal((await other.get(path)).error, 'reconciliation_not_done');
  assert.equal((await client.post('/reconciliations/tosspayments/days/2999-01-01')).error, 'parameter_invalid');
});

test('a call test goes to another address than the one that is set, as far as the guard lets it', async () => {
  const refused = await client.post('/webhooks/test', { url: 'http://169.254.169.254/latest' });
  assert.deepEqual([refused.code, refused.response.state, refused.response.last_status], [0, 'failed', null]);
  assert.equal((await client.post('/webhooks/test', { url: 'ftp://127.0.0.1/' })).error, 'parameter_invalid');
  assert.equal((await client.post('/webhooks/test')).error, 'webhook_url_missing');
});
