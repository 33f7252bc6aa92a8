import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiAnswer, ApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';
import { startMiddayClock } from '../kit/midday-clock.ts';
import { depositedVbank, goodCard, newOrder, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { observe, recordOf } from './observed.ts';

/** Bulk refunds, reconciled days and lists. Each answer is held against the description. */
const record = recordOf(import.meta.url);
let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox({ clock: startMiddayClock() });
  client = (await observe(sandbox.url, record)).watch(await sandbox.newMerchant());
});
after(() => sandbox?.close());

function done(answer: ApiAnswer): ApiAnswer {
  assert.equal(answer.code, 0, answer.text);
  return answer;
}

test('bulk refunds answer as described from the plan to the result file', async () => {
  const plan = async (file: string) => done(await client.post('/bulk-refunds', { file })).response.bulk_refund_id;
  const path = `/bulk-refunds/${await plan(`imp_uid,amount\n${await payByCard(client)},10\n`)}`;
  done(await client.get(`${path}/rows`));
  done(await client.get('/bulk-refunds'));
  // Held up, so that it can be stopped.
  done(await client.post('/sandbox/faults', { operation: 'cancel', kind: 'slow', delay_ms: 500 }));
  done(await client.post(`${path}/start`));
  done(await client.post(`${path}/stop`));
  const [resumed, ended] = [await client.post(`${path}/resume`), await client.get(path)];
  assert.ok(resumed.code === 0 || ended.response.state === 'ended', resumed.text);
  await eventually(async () => assert.equal(done(await client.get(path)).response.state, 'ended'));
  assert.match((await client.get(`${path}/results.csv`)).text, /confirmed/);
  const broken = `/bulk-refunds/${await plan('imp_uid\nimp_none\n')}`;
  assert.equal((await client.post(`${broken}/start`)).error, 'bulk_refund_has_invalid_rows');
  done(await client.post(`${broken}/discard`));
  assert.equal((await client.post(`${broken}/stop`)).error, 'bulk_refund_state');
  assert.equal((await client.post('/bulk-refunds', { file: 'amout\n1\n' })).error, 'bulk_refund_file_unreadable');
  assert.equal((await client.get('/bulk-refunds/none')).error, 'bulk_refund_not_found');
});

test('reconciled days answer as described', async () => {
  const { now } = done(await client.get('/sandbox/clock')).response;
  const day = new Date((now + 9 * 3_600) * 1000).toISOString().slice(0, 10);
  const path = `/reconciliations/tosspayments/days/${day}`;
  assert.equal((await client.get(path)).error, 'reconciliation_not_done');
  done(await client.post(path));
  await eventually(async () => assert.equal(done(await client.get(path)).response.state, 'equal'));
  done(await client.get(`/reconciliations/days?month=${day.slice(0, 7)}`));
});

test('lists of receipts, billing keys, schedules and certifications answer as described', async () => {
  const deposited = await depositedVbank(client);
  done(await client.post(`/receipts/${deposited}`, { identifier: '010-1234-5678' }));
  done(await client.post('/subscribe/customers/card', { pg: 'tosspayments', ...goodCard }));
  const { now } = done(await client.get('/sandbox/clock')).response;
  const schedules = [{ merchant_uid: newOrder(), schedule_at: now + 86_400, amount: 1000 }];
  done(await client.post('/subscribe/payments/schedule', { customer_uid: 'card', schedules }));
  done(await client.post('/sandbox/certifications', { name: '홍길동' }));
  for (const path of ['/cash-receipts', '/billing-keys', '/schedules', '/certifications']) {
    assert.equal(done(await client.get(path)).response.list.length, 1, path);
  }
});

test('what was seen here is what is on record', (context) => record.hold(context));
