import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { depositedVbank, newOrder, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { observe, recordOf } from './observed.ts';

const record = recordOf(import.meta.url);
let sandbox: Sandbox;
let client: ApiClient;
let otherMerchant: ApiClient;
before(async () => {
  sandbox = await startSandbox();
  const observer = await observe(sandbox.url, record);
  client = observer.watch(await sandbox.newMerchant());
  otherMerchant = observer.watch(await sandbox.newMerchant());
});
after(() => sandbox?.close());

const prepare = (amount: unknown, more: object = {}) =>
  client.post('/payments/prepare', { merchant_uid: newOrder(), amount, ...more });
const pay = (order: object) => client.post('/sandbox/payments', { pay_method: 'card', ...order });

test('an amount is announced once per order, whatever comes later, and for its merchant only', async () => {
  const order = { merchant_uid: newOrder(), amount: 12900 };
  const made = await client.post('/payments/prepare', order);
  assert.deepEqual(made.response, { ...order, currency: null });
  for (const again of [order, { ...order, amount: 1 }, { ...order, currency: 'USD' }]) {
    const refused = await client.post('/payments/prepare', again);
    assert.equal(
      refused.text,
      JSON.stringify({ code: 1, message: refused.message, response: null }).replace(
        /[^\x20-\x7e]/g,
        (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
    );
    assert.equal(refused.message, '결제정보 사전등록에 실패하였습니다(이미 등록된 merchant_uid입니다).');
  }
  assert.deepEqual((await client.get(`/payments/prepare/${order.merchant_uid}`)).response, made.response);
  const byPost = await createApiClient(sandbox.url, client.token).post(`/payments/prepare/${order.merchant_uid}`);
  assert.deepEqual(byPost.response, made.response);
  assert.equal((await otherMerchant.get(`/payments/prepare/${order.merchant_uid}`)).error, 'prepare_not_found');
  assert.equal((await otherMerchant.put('/payments/prepare', order)).error, 'prepare_not_found');
  assert.equal((await otherMerchant.post('/payments/prepare', { ...order, amount: 5 })).response.amount, 5);
  const unknown = await client.get('/payments/prepare/nothing');
  assert.deepEqual(
    [unknown.status, unknown.code, unknown.message],
    [404, -1, '사전등록된 결제정보가 존재하지 않습니다.'],
  );
});

test('of many that announce an order at once, one does', async () => {
  const merchant_uid = newOrder();
  const answers = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((amount) => client.post('/payments/prepare', { merchant_uid, amount })),
  );
  const [first, ...others] = answers.filter(({ code }) => code === 0);
  assert.deepEqual(others, []);
  assert.deepEqual((await client.get(`/payments/prepare/${merchant_uid}`)).response.amount, first?.response.amount);
});

test('an announced amount is read as it was written, and as exactly as its currency has it', async () => {
  for (const [given, currency, shown] of [
    [1000.0, undefined, 1000],
    ['1000.00', undefined, 1000],
    ['1.0E7', null, 10_000_000],
    [10.5, undefined, 10.5],
    ['10.50', 'USD', 10.5],
    [0.01, '', 0.01],
    [90_071_992_547_409, undefined, 90_071_992_547_409],
  ] as const) {
    const { response } = await prepare(given, { currency });
    assert.deepEqual([response.amount, response.currency], [shown, currency || null], String(given));
  }
  for (const amount of [0, -1, 'abc', 0.001, 1e300, '9007199254740993', '1'.repeat(41)]) {
    assert.equal((await prepare(amount)).error, 'amount_invalid', String(amount));
  }
  assert.equal((await prepare(10.5, { currency: 'KRW' })).error, 'amount_invalid');
  assert.equal((await prepare(null)).error, 'parameter_missing');
  assert.equal((await prepare(1, { currency: 'XXX' })).error, 'currency_not_supported');
  assert.equal((await prepare(1, { merchant_uid: 'x'.repeat(41) })).error, 'parameter_too_long');
});

test('a payment window opens for the announced amount only, and what is refused leaves no payment', async () => {
  const merchant_uid = newOrder();
  await prepare(1000, { merchant_uid });
  const refused = await pay({ merchant_uid, amount: 900 });
  assert.deepEqual([refused.status, refused.error], [400, 'prepare_amount_differs']);
  assert.match(refused.message ?? '', /1000/);
  assert.equal((await client.get(`/payments/find/${merchant_uid}`)).error, 'payment_not_found');
  assert.equal((await client.get('/sandbox/books/tosspayments')).response.transactions.length, 0);
  assert.deepEqual((await client.put('/payments/prepare', { merchant_uid, amount: '900' })).response.amount, 900);
  assert.equal((await pay({ merchant_uid, amount: 900 })).response.status, 'paid');
  // What is paid stays as it is, and the announcement can still be read.
  assert.equal((await client.put('/payments/prepare', { merchant_uid, amount: 5 })).response.amount, 5);
  assert.equal((await client.get(`/payments/find/${merchant_uid}`)).response.amount, 900);
  // The API's own payments are not held to it, and an order that was not announced is free.
  await payByCard(client, 1000, { merchant_uid: newOrder() });
  const byApi = newOrder();
  await prepare(1, { merchant_uid: byApi });
  await payByCard(client, 1000, { merchant_uid: byApi });
});

test('a currency that was announced counts, one that was not does not, and a change that names none keeps it', async () => {
  const inDollars = { pg_provider: 'tosspayments', currency: 'USD' };
  const [named, free] = [newOrder(), newOrder()];
  await prepare(10.5, { merchant_uid: named, currency: 'USD' });
  await prepare('10.5', { merchant_uid: free });
  const changed = await client.put('/payments/prepare', { merchant_uid: named, amount: 20.25 });
  assert.deepEqual(changed.response, { merchant_uid: named, amount: 20.25, currency: 'USD' });
  assert.equal((await pay({ merchant_uid: named, amount: 2025 })).error, 'prepare_amount_differs');
  const won = await client.put('/payments/prepare', { merchant_uid: named, amount: 2025, currency: 'KRW' });
  assert.equal(won.response.currency, 'KRW');
  assert.equal((await pay({ merchant_uid: named, amount: 2025 })).response.status, 'paid');
  const dollars = await pay({ merchant_uid: free, amount: 10.5, ...inDollars });
  // Where the sandbox's gateway takes dollars they are compared by value; it is refused otherwise before anything is compared.
  assert.ok(dollars.error === undefined || dollars.error === 'currency_not_supported', dollars.text);
});

test('the balance of a KCP or PAYCO payment is told from our book, after each change', async () => {
  const paid = (await pay({ pg_provider: 'kcp', amount: 11_000, tax_free: 1_000, vat_amount: 909 })).response;
  const parts = (taxFree: number, supply: number, vat: number) => ({ tax_free: taxFree, supply, vat, service: 0 });
  const nothing = parts(0, 0, 0);
  const state = (primary: object, cash_receipt: object = nothing) => ({
    cash_receipt,
    primary,
    secondary: nothing,
    discount: nothing,
  });
  const first = state(parts(1_000, 9_091, 909));
  const path = `/payments/${paid.imp_uid}/balance`;
  const whole = await client.get(path);
  assert.deepEqual(whole.response, { amount: 11_000, ...first, histories: [{ ...first, created: paid.paid_at }] });
  const part = { imp_uid: paid.imp_uid, amount: 1_100, tax_free: 0, vat_amount: 100 };
  const cancelled = (await client.post('/payments/cancel', part)).response;
  const second = state(parts(1_000, 8_091, 809));
  assert.deepEqual((await client.get(path)).response, {
    amount: 11_000,
    ...second,
    histories: [
      { ...first, created: paid.paid_at },
      { ...second, created: cancelled.cancelled_at },
    ],
  });
  await client.post('/payments/cancel', { imp_uid: paid.imp_uid });
  const { primary, histories } = (await client.get(path)).response;
  assert.deepEqual([primary, histories.length], [nothing, 3]);
});

test('a balance has the cash receipts that are there', async () => {
  const made = (await pay({ pg_provider: 'kcp', pay_method: 'vbank', amount: 1_100, vat_amount: 100 })).response;
  const path = `/payments/${made.imp_uid}/balance`;
  assert.equal((await client.get(path)).error, 'balance_unavailable');
  await client.post(`/sandbox/vbanks/${made.imp_uid}/deposit`);
  assert.equal((await client.post(`/receipts/${made.imp_uid}`, { identifier: '010-1234-5678' })).code, 0);
  const receipted = { tax_free: 0, supply: 1_000, vat: 100, service: 0 };
  const { cash_receipt, histories } = (await client.get(path)).response;
  assert.deepEqual([cash_receipt, histories[0].cash_receipt], [receipted, receipted]);
  assert.equal((await client.delete(`/receipts/${made.imp_uid}`)).code, 0);
  assert.equal((await client.get(path)).response.cash_receipt.supply, 0);
});

test('what has no balance says so in the words of the real server', async () => {
  for (const impUid of [await payByCard(client), await depositedVbank(client)]) {
    const refused = await client.get(`/payments/${impUid}/balance`);
    assert.deepEqual(
      [refused.status, refused.code, refused.message],
      [
        404,
        -1,
        '(현재는 PAYCO, KCP만 지원됩니다) 결제건에 대한 금액상세정보가 확인되지 않습니다. 결제 상태가 paid 또는 cancelled가 아닌 경우 확인되지 않습니다.',
      ],
    );
  }
  assert.equal((await client.get('/payments/imp_000000000000/balance')).error, 'payment_not_found');
  const paid = (await pay({ pg_provider: 'payco', amount: 1_000 })).response;
  assert.equal((await client.get(`/payments/${paid.imp_uid}/balance`)).code, 0);
  assert.equal((await otherMerchant.get(`/payments/${paid.imp_uid}/balance`)).error, 'payment_not_found');
});

test('a sub-store is read by its code, by its own merchant and with whatever header', async () => {
  const made = await client.put('/sandbox/tiers/A01', { tier_name: '강남점', channels: ['kcp', 'tosspayments'] });
  assert.deepEqual(made.response.channels.map(({ pg_provider }: { pg_provider: string }) => pg_provider).sort(), [
    'kcp',
    'tosspayments',
  ]);
  for (const headers of [{}, { tier: 'A01' }, { tier: 'ZZZ' }]) {
    const { text } = await client.get('/tiers/A01', headers);
    assert.equal(text, '{"code":0,"message":null,"response":{"tier_code":"A01","tier_name":"\\uac15\\ub0a8\\uc810"}}');
  }
  for (const path of ['/tiers/A02', '/tiers/a01', '/tiers/A01A', '/tiers/A']) {
    assert.equal((await client.get(path)).error, 'tier_not_found', path);
  }
  assert.equal((await otherMerchant.get('/tiers/A01')).error, 'tier_not_found');
  assert.equal((await client.put('/sandbox/tiers/a01')).error, 'parameter_invalid');
  assert.equal((await client.put('/sandbox/tiers/A02', { channels: ['nobody'] })).error, 'channel_not_found');
  assert.equal((await client.delete('/sandbox/tiers/A02')).error, 'tier_not_found');
  assert.equal((await client.delete('/sandbox/tiers/A01')).response.tier_code, 'A01');
});

test('a sub-store has its own channels, orders and default, and the MIDs, clock and webhook settings of its main store', async () => {
  const main = await sandbox.newMerchant();
  const ownOf = async (headers: Record<string, string> = {}) => {
    const { response } = await main.get('/sandbox/channels', headers);
    return response as { pg_provider: string; channel_key: string; pg_id: string }[];
  };
  const mine = await ownOf();
  await main.put('/sandbox/tiers/001', { channels: ['kcp', 'tosspayments'] });
  await main.put('/sandbox/tiers/002');
  const tier = { tier: '001' };
  const channels = await ownOf(tier);
  assert.deepEqual(
    channels.map(({ pg_provider }) => pg_provider),
    ['kcp', 'tosspayments'],
  );
  for (const channel of channels)
    assert.deepEqual(
      mine.find(({ channel_key }) => channel_key === channel.channel_key),
      channel,
    );
  assert.equal((await ownOf({ tier: '002' })).length, mine.length);
  const listed = (await main.get('/users/pg', tier)).response.map(
    ({ channel_key }: { channel_key: string }) => channel_key,
  );
  assert.deepEqual(new Set(listed), new Set(channels.map(({ channel_key }) => channel_key)));
  const order = { merchant_uid: newOrder(), amount: 1_000, pay_method: 'card' };
  const own = await main.post('/sandbox/payments', order, tier);
  assert.deepEqual([own.response.pg_provider, own.response.pg_id], ['kcp', channels[0]?.pg_id]);
  assert.equal(
    (await main.post('/sandbox/payments', { ...order, pg_provider: 'inicis' }, tier)).error,
    'channel_not_found',
  );
  // The same order again is another store's.
  assert.equal((await main.post('/payments/prepare', { merchant_uid: order.merchant_uid, amount: 1 })).code, 0);
  assert.equal((await main.get(`/payments/prepare/${order.merchant_uid}`, tier)).error, 'prepare_not_found');
  const { now } = (await main.post('/sandbox/clock', { advance_seconds: 600 })).response;
  await main.put('/sandbox/tiers/003');
  for (const code of ['001', '002', '003']) {
    const shown = (await main.get('/sandbox/clock', { tier: code })).response;
    assert.deepEqual([shown.now, shown.held], [now, true], code);
  }
  const later = await main.post('/payments/cancel', { imp_uid: own.response.imp_uid, amount: 100 }, tier);
  assert.ok(later.response.cancelled_at >= now, 'the sub-store goes by the clock of its main store');
  assert.equal((await main.delete('/sandbox/clock', tier)).response.held, false);
  assert.equal((await main.get('/sandbox/clock', { tier: '002' })).response.held, false);
  await main.put('/sandbox/merchant', { webhook_url: 'http://127.0.0.1:9/main' }, tier);
  assert.equal((await main.get('/sandbox/merchant')).response.webhook_url, 'http://127.0.0.1:9/main');
  assert.equal((await main.get('/sandbox/merchant', { tier: '002' })).response.webhook_url, 'http://127.0.0.1:9/main');
});

test('a notice of the gateway finds the payment of a sub-store, which is refunded as any other', async () => {
  const main = await sandbox.newMerchant();
  await main.put('/sandbox/tiers/001');
  const tier = { tier: '001' };
  for (const provider of ['tosspayments', 'inicis', 'kcp', 'nice']) {
    const account = { pg_provider: provider, pay_method: 'vbank', amount: 1_100 };
    const { imp_uid } = (await main.post('/sandbox/payments', account, tier)).response;
    const deposited = await main.post(`/sandbox/vbanks/${imp_uid}/deposit`, {}, tier);
    assert.equal(deposited.response?.status, 'paid', `${provider}: ${deposited.text}`);
    assert.equal((await main.get(`/payments/${imp_uid}`)).error, 'payment_not_found');
  }
});

test('a sub-store that is removed is found no more, and has its payments again when it is made again', async () => {
  const main = await sandbox.newMerchant();
  await main.put('/sandbox/tiers/001');
  const tier = { tier: '001' };
  const paid = await main.post('/sandbox/payments', { amount: 1_000, pay_method: 'card' }, tier);
  assert.equal((await main.delete('/sandbox/tiers/001')).code, 0);
  assert.equal((await main.get('/tiers/001')).error, 'tier_not_found');
  assert.equal((await main.get('/payments/status/all', tier)).error, 'tier_unknown');
  await main.put('/sandbox/tiers/001', { tier_name: 'again' });
  assert.equal((await main.get(`/payments/${paid.response.imp_uid}`, tier)).response.status, 'paid');
});

test('one reconciliation of a main store has its sub-stores, which are one merchant to the gateway; theirs has only their own', async () => {
  const main = await sandbox.newMerchant();
  await main.put('/sandbox/tiers/001');
  const tier = { tier: '001' };
  const window = { pg_provider: 'tosspayments', amount: 1_000, pay_method: 'card' };
  const ofMain = (await main.post('/sandbox/payments', window)).response.imp_uid;
  const ofTier = (await main.post('/sandbox/payments', window, tier)).response.imp_uid;
  const day = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10);
  const listed = async (kind: string, key: string, headers = {}) => {
    const { list } = (await main.get(`/reconciliations/tosspayments/${kind}?date=${day}`, headers)).response;
    return list.map((each: Record<string, string>) => each[key]);
  };
  assert.deepEqual(await listed('payments', 'imp_uid'), [ofMain, ofTier]);
  assert.deepEqual(await listed('payments', 'imp_uid', tier), [ofTier]);
  assert.deepEqual(await listed('transactions', 'order_id'), [ofMain, ofTier]);
  assert.deepEqual(await listed('transactions', 'order_id', tier), [ofTier]);
});

test('a seed makes sub-stores with payments of their own', async () => {
  const keys = { imp_key: `tiers-${newOrder()}`, imp_secret: 's'.repeat(40) };
  const payment = { merchant_uid: 'order', pay_method: 'card', amount: 1_000, state: 'paid' };
  const merchant = {
    ...keys,
    tiers: [{ code: '001', name: '강남점', channels: ['kcp'] }, { code: 'X02' }],
    payments: [payment, { ...payment, tier: '001' }, { ...payment, tier: 'X02', pg_provider: 'nice' }],
  };
  const planted = await client.post('/sandbox/seed', { merchants: [merchant] });
  assert.deepEqual(
    planted.response?.payments.map(({ status }: { status: string }) => status),
    ['paid', 'paid', 'paid'],
    planted.text,
  );
  const again = await client.post('/sandbox/seed', { merchants: [merchant] });
  assert.deepEqual(
    again.response.payments.map(({ changed }: { changed: boolean }) => changed),
    [false, false, false],
  );
  const main = await client.logIn(keys.imp_key, keys.imp_secret);
  assert.equal((await main.get('/payments/find/order', { tier: '001' })).response.pg_provider, 'kcp');
  assert.equal((await main.get('/payments/find/order', { tier: 'X02' })).response.pg_provider, 'nice');
  assert.equal((await main.get('/payments/findAll/order')).response.total, 1);
  const wrong = {
    ...merchant,
    tiers: [{ code: '001' }, { code: '001', channels: ['nobody'] }],
    payments: [{ ...payment, tier: '003' }],
  };
  const { message } = await client.post('/sandbox/seed', { merchants: [wrong] });
  for (const problem of ['is there twice', 'must be one of', 'is none of the tiers'])
    assert.ok(message?.includes(problem), message ?? '');
});

test('docs/surface.md names what was shown here', (context) => record.hold(context));
