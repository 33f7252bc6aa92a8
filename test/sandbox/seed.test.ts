import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readSeed, SeedError } from '../../src/sandbox/seed/seed-file.ts';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { createTestDatabase } from '../kit/database.ts';
import { createDataDir } from '../kit/embedded-data.ts';
import { startMiddayClock } from '../kit/midday-clock.ts';
import { assertBooksAgree, bookOf, newOrder, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { runServerProcess, startServerProcess } from '../kit/server-process.ts';

const documented = /```yaml\n([\s\S]*?)```/.exec(
  readFileSync(new URL('../../docs/sandbox.md', import.meta.url), 'utf8'),
)?.[1];
assert.ok(documented, 'docs/sandbox.md has an example of a seed file');
const example: string = documented;
const keys = ['1000200030004000', 'a-secret-of-at-least-a-few-letters'] as const;

let sandbox: Sandbox;
let anybody: ApiClient;
before(async () => {
  sandbox = await startSandbox({ clock: startMiddayClock() });
  anybody = createApiClient(sandbox.url);
});
after(() => sandbox?.close());

async function plant(text: string) {
  const planted = await anybody.post('/sandbox/seed', { text });
  assert.equal(planted.code, 0, planted.text);
  return planted.response.payments as { merchant_uid: string; imp_uid: string; status: string; changed: boolean }[];
}

test('the documented seed file makes what it says, in both books, and a second time changes nothing', async () => {
  const first = await plant(example);
  const client = await anybody.logIn(...keys);
  assert.ok(first.every(({ changed }) => changed));
  const seen = new Map<string, Record<string, unknown>>();
  for (const { merchant_uid, imp_uid } of first) {
    if (merchant_uid === 'demo-1') continue;
    seen.set(merchant_uid, (await client.get(`/payments/${imp_uid}`)).response);
  }
  const states = [...seen].map(([order, { status, cancel_amount }]) => [order, status, cancel_amount]);
  assert.deepEqual(states, [
    ['paid-1', 'paid', 0],
    ['waiting-1', 'ready', 0],
    ['part-1', 'cancelled', 12_000],
    ['gone-1', 'cancelled', 8_000],
    ['refused-1', 'failed', 0],
    ['doubt-1', 'paid', 0],
    ['barcode-1', 'paid', 0],
  ]);
  for (const { merchant_uid, imp_uid } of first) {
    if (['paid-1', 'waiting-1', 'part-1', 'gone-1', 'barcode-1'].includes(merchant_uid)) {
      await assertBooksAgree(client, imp_uid);
    }
  }
  const { list } = (await client.get('/cancellations?state=in_doubt')).response;
  assert.deepEqual(
    list.map((each: { imp_uid: string; amount: number }) => [each.imp_uid, each.amount]),
    [[first.find(({ merchant_uid }) => merchant_uid === 'doubt-1')?.imp_uid, 4_000]],
  );
  assert.equal((await (await sandbox.demo()).get('/payments/find/demo-1')).code, 0);

  const { cancellations, ...before } = await snapshot(client);
  const second = await plant(example);
  assert.ok(
    second.every(({ changed }) => !changed),
    JSON.stringify(second),
  );
  assert.deepEqual(
    second.map(({ imp_uid }) => imp_uid),
    first.map(({ imp_uid }) => imp_uid),
  );
  const { cancellations: same, ...afterwards } = await snapshot(client);
  assert.deepEqual(afterwards, before);
  assert.equal(same, cancellations);
});

async function snapshot(client: ApiClient) {
  return {
    payments: (await client.get('/payments/status/all')).response,
    cancellations: (await client.get('/cancellations')).response.list.length as number,
    books: (await client.get('/sandbox/books/tosspayments')).response,
  };
}

test('what was done with a planted payment since then stays, and what an interrupted seed left out is made', async () => {
  const order = newOrder();
  const seed = (state: string, more = '') =>
    `merchants: [{ payments: [{ merchant_uid: ${order}, pay_method: card, amount: 1000, state: ${state}${more} }] }]`;
  const [paid] = await plant(seed('paid'));
  const [partly] = await plant(seed('partially_cancelled', ', cancel_amount: 300'));
  assert.deepEqual([partly?.imp_uid, partly?.changed], [paid?.imp_uid, true]);
  const demo = await sandbox.demo();
  await demo.post('/payments/cancel', { imp_uid: paid?.imp_uid, amount: 500 });
  const [again] = await plant(seed('partially_cancelled', ', cancel_amount: 300'));
  assert.equal(again?.changed, false);
  assert.equal((await bookOf(demo, paid?.imp_uid ?? '')).cancelled_amount, 800);
});

test('mistakes in a seed are named with line and path, all at once, and nothing is made', async () => {
  const text = [
    'merchants:',
    '  - imp_key: "1234567890123456"',
    '    payments:',
    '      - merchant_uid: a',
    '        pay_method: card',
    '        amount: 1000',
    '        state: partially_cancelled',
    '        cancel_amount: 1000',
    '      - { merchant_uid: a, pay_method: card, amount: 1, state: ready }',
    '      - { merchant_uid: b, pg_provider: nobody, pay_method: card, amount: 1, state: paid }',
    '      - { merchant_uid: c, pay_method: cvs, amount: 1, state: paid }',
    '      - { merchant_uid: d, pay_method: card, amount: 1.5, state: paid }',
  ].join('\n');
  const problems = (given: string): readonly string[] => {
    try {
      readSeed(given);
    } catch (error) {
      if (error instanceof SeedError) return error.problems;
      throw error;
    }
    return [];
  };
  assert.deepEqual(
    problems(text).map((problem) => /^line (\d+): (\S+)/.exec(problem)?.slice(1)),
    [
      ['2', '/merchants/0'],
      ['8', '/merchants/0/payments/0/cancel_amount'],
      ['9', '/merchants/0/payments/1/merchant_uid'],
      ['9', '/merchants/0/payments/1/state'],
      ['10', '/merchants/0/payments/2/pg_provider'],
      ['11', '/merchants/0/payments/3/pay_method'],
      ['12', '/merchants/0/payments/4/amount'],
    ],
  );
  assert.match(problems('merchants:\n  - name: [')[0] ?? '', /^line 2: /);
  assert.match(problems('merchants: [{ paymets: [] }]')[0] ?? '', /^line 1: \/merchants\/0\/paymets is not a field/);
  assert.match(problems('')[0] ?? '', /^line 1: \/ /);
  const refused = await anybody.post('/sandbox/seed', { text });
  assert.equal(refused.error, 'sandbox_seed_invalid');
  assert.match(refused.message ?? '', /line 8: \/merchants\/0\/payments\/0\/cancel_amount/);
  assert.equal((await anybody.post('/sandbox/seed', {})).error, 'parameter_missing');
  assert.equal((await anybody.post('/sandbox/seed', { merchants: [{ payments: [{ amount: 1 }] }] })).status, 400);
});

test('a payment that a simulator refuses stops the seed and is named; what came before it stays', async () => {
  const [good, bad] = [newOrder(), newOrder()];
  const payments = [
    { merchant_uid: good, pay_method: 'card', amount: 1000, state: 'paid' },
    { merchant_uid: bad, pay_method: 'card', amount: 50, state: 'paid' },
  ];
  const stopped = await anybody.post('/sandbox/seed', { merchants: [{ payments }] });
  assert.equal(stopped.error, 'sandbox_seed_stopped');
  assert.ok(stopped.message?.includes(bad));
  assert.equal((await (await sandbox.demo()).get(`/payments/find/${good}`)).code, 0);
});

test('a reset takes what a seed made over a further channel from its gateway, too, and the seed can be planted anew', async () => {
  const [impKey, impSecret, order] = ['9000800070006000', 'another-secret-for-a-test', newOrder()];
  const text = JSON.stringify({
    merchants: [
      {
        imp_key: impKey,
        imp_secret: impSecret,
        channels: [{ name: 'second', pg_provider: 'tosspayments' }],
        payments: [{ merchant_uid: order, channel: 'second', pay_method: 'card', amount: 1000, state: 'cancelled' }],
      },
    ],
  });
  const [first] = await plant(text);
  const client = await anybody.logIn(impKey, impSecret);
  const bystander = await sandbox.newMerchant();
  const kept = await payByCard(bystander);
  assert.equal((await client.post('/sandbox/reset')).code, 0);
  const gone = (await anybody.get(`/sandbox/books/tosspayments?imp_uid=${first?.imp_uid}`)).response;
  assert.deepEqual(gone.transactions, []);
  assert.equal((await bystander.get(`/payments/${kept}`)).code, 0);
  const [second] = await plant(text);
  assert.deepEqual([second?.changed, second?.status], [true, 'cancelled']);
});

test('a seed file is planted at the start, once however often the server starts; a wrong one ends the start with one line', async (t) => {
  const dataDir = createDataDir(t);
  const file = join(dataDir, '..', 'seed.yaml');
  writeFileSync(file, example);
  const own = await createTestDatabase({ poolSize: 2 });
  t.after(() => own.drop());
  const started = { dataDir, test: t, databaseUrl: own.url, env: { HWANBUL_SEED_FILE: file } };
  const first = await startServerProcess(started);
  const client = await createApiClient(first.url).logIn(...keys);
  const { total, list } = (await client.get('/payments/status/all')).response;
  assert.equal(total, 7);
  first.kill();
  await first.exited;
  const second = await startServerProcess(started);
  const again = await createApiClient(second.url).logIn(...keys);
  const same = (await again.get('/payments/status/all')).response;
  assert.deepEqual(
    same.list.map((payment: { imp_uid: string }) => payment.imp_uid),
    list.map((payment: { imp_uid: string }) => payment.imp_uid),
  );
  second.kill();
  await second.exited;
  writeFileSync(file, 'merchants: [{ payments: [{}] }]');
  const failed = await runServerProcess(started);
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /HWANBUL_SEED_FILE .*seed\.yaml: line 1: \/merchants\/0\/payments\/0/);
});
