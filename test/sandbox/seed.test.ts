import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createMerchants } from '../../src/core/merchants/merchants.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { createEncryption } from '../../src/platform/encryption/encryption.ts';
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
  const [, ofTier] = first.filter(({ merchant_uid }) => merchant_uid === 'paid-1');
  assert.equal((await client.get(`/payments/${ofTier?.imp_uid}`, { tier: '001' })).response.amount, 7_000);
  const seen = new Map<string, Record<string, unknown>>();
  for (const { merchant_uid, imp_uid } of first) {
    if (merchant_uid === 'demo-1' || imp_uid === ofTier?.imp_uid) continue;
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
    if (imp_uid === ofTier?.imp_uid) continue;
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

function problems(given: string): readonly string[] {
  try {
    readSeed(given);
  } catch (error) {
    if (error instanceof SeedError) return error.problems;
    throw error;
  }
  return [];
}

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

test('mistakes of every sort are told together, however many, with the values that are allowed', () => {
  const gateways = '.*, danal, danal_tpay, daou, .*, tosspayments, welcome';
  const seed = {
    merchants: [
      {
        imp_key: 'a b',
        imp_secret: 'hunter2',
        webhook_url: 'ftp://shop.example',
        webhook_format: 'xml',
        webhook_retry: 'yes',
        webhook: 'x',
        channels: [{ name: 'second', pg_provider: 'toss' }],
        payments: [
          { merchant_uid: 7, pay_method: 'cash', amount: -1, state: 'payed', currency: 'krw', sate: 'x' },
          { merchant_uid: 'a', pay_method: 'card', amount: 1000, state: 'ready', tax_free: 5000, currency: 'USD' },
          { merchant_uid: 'a', pay_method: 'card', amount: 1000.5, state: 'paid', channel: 'third' },
          { merchant_uid: 'b', pg_provider: 'nope', pay_method: 'card', amount: 10, state: 'partially_cancelled' },
          { merchant_uid: 'c', pg_provider: 'galaxia', pay_method: 'card', amount: 10, state: 'paid' },
          { merchant_uid: 'd', pay_method: 'card' },
          'paid',
        ],
      },
      'merchant',
    ],
  };
  const told = problems(JSON.stringify(seed)).map((problem) => problem.replace(/^line 1: \/merchants\//, ''));
  const fields =
    'imp_key, imp_secret, name, webhook_url, webhook_format, webhook_retry, webhook_secret, channels, tiers, payments';
  const expected = [
    '0/imp_key must be a text of 4 to 64 letters, .*',
    '0/webhook_url must be a URL that begins with http:// or https://, .*',
    '0/webhook_format must be one of json, form, not "xml"',
    '0/webhook_retry must be true or false, not a text',
    `0/webhook is not a field here; there are ${fields}`,
    '0/payments/0/merchant_uid must be a text, not a number',
    '0/payments/0/pay_method must be one of card, trans, vbank, .*, not "cash"',
    '0/payments/0/amount must be a number above 0',
    '0/payments/0/state must be one of paid, ready, .*, in_doubt, not "payed"',
    '0/payments/0/currency must be a currency such as KRW',
    '0/payments/0/sate is not a field here; there are merchant_uid, .*',
    '0/payments/5 lacks amount',
    '0/payments/5 lacks state \\(one of paid, .*, in_doubt\\)',
    '0/payments/6 must be an object with merchant_uid, pay_method, amount, state',
    '1 must be an object with fields',
    `0/channels/0/pg_provider must be one of ${gateways}, not "toss"`,
    '0/payments/1/currency is not offered by tosspayments, which offers KRW',
    '0/payments/1/tax_free is more than the amount',
    '0/payments/1/state is only for accounts and barcodes \\(vbank, cvs\\), not card',
    '0/payments/2/merchant_uid is there twice',
    "0/payments/2/channel must be one of the merchant's channels: second",
    '0/payments/2/amount is no amount of KRW',
    `0/payments/3/pg_provider must be one of ${gateways}, not "nope"`,
    '0/payments/3/cancel_amount must be less than the amount',
    '0/payments/4/pay_method can not be made at galaxia as paid: card; these can: cvs',
  ];
  assert.equal(told.length, expected.length, told.join('\n'));
  for (const [at, pattern] of expected.entries()) assert.match(told[at] ?? '', new RegExp(`^${pattern}$`));
  assert.ok(!told.join().includes('hunter2'));

  const many = Array.from({ length: 120 }, (_, index) => ({
    merchant_uid: `m-${index}`,
    pay_method: 'card',
    amount: 1,
  }));
  const text = JSON.stringify({ merchants: [{ payments: many }] });
  assert.equal(problems(text).length, 120);
  assert.throws(() => readSeed(text), /; and 100 more$/);
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

test('a seed without a token takes over no merchant: not its secret, its settings or its books', async () => {
  const receiver = 'http://127.0.0.1:9/';
  const victim = (await anybody.post('/sandbox/merchants', { webhook_url: receiver })).response;
  const client = await anybody.logIn(victim.imp_key, victim.imp_secret);
  const order = newOrder();
  const seedOf = (impKey: string, impSecret: string) => ({
    merchants: [
      { imp_key: newOrder('0'), imp_secret: 'a-secret-of-its-own', payments: [] },
      {
        imp_key: impKey,
        imp_secret: impSecret,
        webhook_url: 'http://127.0.0.1:9/attacker',
        payments: [{ merchant_uid: order, pay_method: 'card', amount: 1000, state: 'paid' }],
      },
    ],
  });
  const [stranger, demo] = [await sandbox.newMerchant(), await sandbox.demo()];
  for (const by of [anybody, stranger]) {
    const refused = await by.post('/sandbox/seed', seedOf(victim.imp_key, 'attacker-secret'));
    assert.deepEqual([refused.status, refused.error], [403, 'sandbox_merchant_taken'], refused.text);
  }
  assert.equal((await anybody.post('/sandbox/seed', seedOf('IMP_apikey', 'attacker'))).error, 'sandbox_merchant_taken');
  assert.equal((await demo.get('/payments/status/all')).code, 0);
  const logIn = { imp_key: victim.imp_key, imp_secret: 'attacker-secret' };
  assert.equal((await anybody.post('/users/getToken', logIn)).error, 'credentials_wrong');
  assert.equal((await client.get('/sandbox/merchant')).response.webhook_url, receiver);
  assert.equal((await client.get(`/payments/find/${order}`)).error, 'payment_not_found');
  const made = (await sandbox.database.query(`select from merchants where imp_key like '0-%'`)).length;
  assert.equal(made, 0, 'nothing of the seed was made');

  const own = await anybody.post('/sandbox/seed', seedOf(victim.imp_key, victim.imp_secret));
  assert.equal(own.code, 0, own.text);
  const renewed = await client.post('/sandbox/seed', seedOf(victim.imp_key, 'another-secret-by-token'));
  assert.equal(renewed.code, 0, renewed.text);
  assert.match((await anybody.logIn(victim.imp_key, 'another-secret-by-token')).token ?? '', /^[0-9a-f]{40}$/);
});

test('of two who plant the same new merchant at once with different secrets, one gets it', async () => {
  const seedOf = (impKey: string, impSecret: string) => ({ merchants: [{ imp_key: impKey, imp_secret: impSecret }] });
  const merchants = createMerchants({
    database: sandbox.database,
    encryption: createEncryption(Buffer.alloc(32, 'test key')),
    clock: systemClock,
  });
  const settings = { name: 'x', webhookUrl: null, webhookFormat: 'json', webhookRetry: false } as const;
  const impKey = newOrder();
  const planted = await Promise.all(
    ['one', 'two'].map((impSecret) => merchants.putAsOwner({ impKey, impSecret }, settings, undefined)),
  );
  assert.equal(planted.filter((merchant) => merchant !== undefined).length, 1);
  const [first] = planted[0] ? ['one'] : ['two'];
  assert.ok(await merchants.byKeyPair(impKey, first ?? ''));
  assert.equal((await anybody.post('/sandbox/seed', seedOf(impKey, 'three'))).error, 'sandbox_merchant_taken');
});

test('a YAML that takes very long to read holds up nobody, and what is wrong with it is told', async () => {
  const keys = Array.from({ length: 10_000 }, (_, at) => `key${at}: 1`).join('\n');
  let answered = false;
  const refused = anybody.post('/sandbox/seed', { text: keys }).finally(() => {
    answered = true;
  });
  // The server is in this process: while it reads, these are answered one after the other.
  let others = 0;
  while (!answered) {
    assert.equal((await anybody.get('/sandbox/clock')).code, 0);
    others += 1;
  }
  const { status, error, message } = await refused;
  assert.deepEqual([status, error], [400, 'sandbox_seed_invalid'], message ?? '');
  assert.ok(others >= 3, `${others} others were answered meanwhile`);
});

test('a large seed is read as a small one is, with its mistakes in their lines', async () => {
  const payment = (order: string) =>
    `      - { merchant_uid: ${order}, pay_method: card, amount: 1000, state: failed, name: ${'x'.repeat(90)} }\n`;
  const head = 'merchants:\n  - payments:\n';
  const wrong = await anybody.post('/sandbox/seed', {
    text: `${head}${Array.from({ length: 100 }, (_, at) => payment(`wrong-${at}`)).join('')}      - {}\n`,
  });
  assert.equal(wrong.error, 'sandbox_seed_invalid');
  assert.match(wrong.message ?? '', /line 103: \/merchants\/0\/payments\/100/);
  const orders = Array.from({ length: 80 }, () => newOrder());
  const planted = await plant(`${head}${orders.slice(0, 3).map(payment).join('')}${'# more\n'.repeat(2_000)}`);
  assert.deepEqual(
    planted.map(({ merchant_uid, status }) => [merchant_uid, status]),
    orders.slice(0, 3).map((order) => [order, 'failed']),
  );
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
  // A large one is read by a program of its own, which has to be there as well where the program is published.
  const large = await client.post('/sandbox/seed', {
    text: `merchants: [{ payments: [{}] }]\n${'# more\n'.repeat(2_000)}`,
  });
  assert.equal(large.error, 'sandbox_seed_invalid');
  assert.match(large.message ?? '', /line 1: \/merchants\/0\/payments\/0/);
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
