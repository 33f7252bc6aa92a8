import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gateways } from '../../../src/gateways/registry.ts';
import { movingClock } from '../../gateways/kit/moving-clock.ts';
import { type ApiAnswer, type ApiClient, createApiClient } from '../../kit/api-client.ts';
import { goodCard, newOrder, refundAccount } from '../../kit/orders.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';

const today = Date.UTC(2030, 5, 15, 3) / 1000;
const day = 86_400;
const clock = movingClock(new Date(today * 1000).toISOString());
let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox({ clock });
});
after(() => sandbox?.close());

interface Merchant {
  /** A token of theirs at a time: tokens do not live long enough for these tests. */
  at(time: number): Promise<ApiClient>;
}

async function newMerchant(): Promise<Merchant> {
  const anybody = createApiClient(sandbox.url);
  const { imp_key, imp_secret } = (await anybody.post('/sandbox/merchants')).response;
  return {
    at(time) {
      clock.set(new Date(time * 1000).toISOString());
      return anybody.logIn(imp_key, imp_secret);
    },
  };
}

async function payAt(merchant: Merchant, time: number, change: object = {}): Promise<string> {
  const client = await merchant.at(time);
  const paid = await client.post('/sandbox/payments', { pay_method: 'card', amount: 1000, ...change });
  assert.equal(paid.code, 0, paid.text);
  return paid.response.imp_uid;
}

const idsOf = ({ response }: ApiAnswer): string[] =>
  response.list.map((payment: { imp_uid: string }) => payment.imp_uid);

test('a list goes page by page, newest first, and says which pages are beside it', async () => {
  const merchant = await newMerchant();
  const ids: string[] = [];
  for (let hour = 5; hour >= 1; hour--) ids.push(await payAt(merchant, today - hour * 3_600));
  const client = await merchant.at(today);
  const newestFirst = [...ids].reverse();
  for (const [page, previous, next] of [
    [1, 0, 2],
    [2, 1, 3],
    [3, 2, 0],
  ] as const) {
    const { response } = await client.get(`/payments/status/all?limit=2&page=${page}`);
    assert.deepEqual([response.total, response.previous, response.next], [5, previous, next]);
    assert.deepEqual(
      response.list.map((payment: { imp_uid: string }) => payment.imp_uid),
      newestFirst.slice(page * 2 - 2, page * 2),
    );
  }
  const beyond = await client.get('/payments/status/all?limit=2&page=4');
  assert.deepEqual([beyond.status, beyond.code, beyond.error], [400, -1, 'page_out_of_range']);
});

test('the usual page has 20 payments, the largest 1000', async () => {
  const merchant = await newMerchant();
  for (let minute = 0; minute < 21; minute++) await payAt(merchant, today - minute * 60);
  const client = await merchant.at(today);
  const usual = await client.get('/payments/status/all');
  assert.deepEqual([usual.response.list.length, usual.response.total, usual.response.next], [20, 21, 2]);
  assert.equal((await client.get('/payments/status/all?limit=1000')).response.list.length, 21);
  for (const query of ['limit=1001', 'limit=0', 'limit=-1', 'limit=x', 'page=0', 'page=1.5', 'sorting=sideways']) {
    assert.deepEqual([(await client.get(`/payments/status/all?${query}`)).status], [400], query);
  }
});

test('lists sort by start, by payment and by change, both ways', async () => {
  const merchant = await newMerchant();
  const first = await payAt(merchant, today - 500);
  const account = await payAt(merchant, today - 400, { pay_method: 'vbank' });
  const third = await payAt(merchant, today - 300);
  await (await merchant.at(today - 200)).post(`/sandbox/vbanks/${account}/deposit`);
  await (await merchant.at(today - 100)).post('/payments/cancel', { imp_uid: first, amount: 1 });
  const client = await merchant.at(today);
  for (const [sorting, expected] of [
    ['-started', [third, account, first]],
    ['started', [first, account, third]],
    ['-paid', [account, third, first]],
    ['paid', [first, third, account]],
    ['-updated', [first, account, third]],
    ['updated', [third, account, first]],
  ] as const) {
    assert.deepEqual(idsOf(await client.get(`/payments/status/all?sorting=${sorting}`)), expected, sorting);
  }
});

test('each payment stands under one status, cancelled in part under cancelled, and all is their sum', async () => {
  const merchant = await newMerchant();
  const paid = await payAt(merchant, today - 9);
  const inPart = await payAt(merchant, today - 8);
  const whole = await payAt(merchant, today - 7);
  const ready = await payAt(merchant, today - 6, { pay_method: 'vbank' });
  const failed = await payAt(merchant, today - 5, { pay_method: 'vbank' });
  const client = await merchant.at(today);
  await client.post('/payments/cancel', { imp_uid: inPart, amount: 1 });
  await client.post('/payments/cancel', { imp_uid: whole });
  await client.delete(`/vbanks/${failed}`);
  const expected = { paid: [paid], cancelled: [whole, inPart], ready: [ready], failed: [failed] };
  let sum = 0;
  for (const [status, ids] of Object.entries(expected)) {
    const listed = await client.get(`/payments/status/${status}`);
    assert.deepEqual(idsOf(listed), ids, status);
    sum += listed.response.total;
  }
  assert.equal((await client.get('/payments/status/all')).response.total, sum);
  const unknown = await client.get('/payments/status/refunded');
  assert.deepEqual([unknown.status, unknown.message], [400, '지원되지 않는 상태값입니다.']);
});

test('a list without a period reaches 90 days back, and no period is longer', async () => {
  const merchant = await newMerchant();
  const old = await payAt(merchant, today - 91 * day);
  const within = await payAt(merchant, today - 89 * day);
  const client = await merchant.at(today);
  assert.deepEqual(idsOf(await client.get('/payments/status/all')), [within]);
  const list = (from: number, to: number) => client.get(`/payments/status/all?from=${from}&to=${to}`);
  assert.deepEqual(idsOf(await list(today - 92 * day, today - 90 * day)), [old]);
  assert.deepEqual(idsOf(await list(today - 91 * day, today - 91 * day)), [old], 'both ends are within');
  assert.deepEqual(idsOf(await client.get(`/payments/status/all?to=${today - 90 * day}`)), [old]);
  assert.equal((await list(today - 90 * day, today)).code, 0);
  const tooLong = await list(today - 90 * day - 2, today);
  assert.deepEqual([tooLong.status, tooLong.error], [400, 'period_too_long']);
  assert.equal((await list(today, today - 1)).error, 'period_too_long');
});

test('the period of a status is about the time of that status', async () => {
  const merchant = await newMerchant();
  const impUid = await payAt(merchant, today - 60 * day, { pay_method: 'trans' });
  await (await merchant.at(today - day)).post('/payments/cancel', { imp_uid: impUid });
  const client = await merchant.at(today);
  const from = today - 2 * day;
  assert.deepEqual(idsOf(await client.get(`/payments/status/cancelled?from=${from}`)), [impUid]);
  assert.deepEqual(idsOf(await client.get(`/payments/status/all?from=${from}`)), []);
});

test('an order is found by its newest payment, or in the order and the status asked for', async () => {
  const merchant = await newMerchant();
  const merchant_uid = newOrder();
  const first = await payAt(merchant, today - 30, { merchant_uid });
  const second = await payAt(merchant, today - 20, { merchant_uid });
  const third = await payAt(merchant, today - 10, { merchant_uid, pay_method: 'vbank' });
  const client = await merchant.at(today);
  await client.post('/payments/cancel', { imp_uid: first });
  const find = async (path: string) => (await client.get(`/payments/find/${merchant_uid}${path}`)).response?.imp_uid;
  assert.equal(await find(''), third);
  assert.equal(await find('/'), third);
  assert.equal(await find('?sorting=started'), first);
  assert.equal(await find('/paid'), second);
  assert.equal(await find('/cancelled'), first);
  assert.equal(await find('/undefined'), third, 'as the official Node client writes a status that was not given');
  assert.equal(await find('/failed'), undefined);
  assert.equal(await find('/nonsense'), undefined);
  const findAll = (path: string) => client.get(`/payments/findAll/${merchant_uid}${path}`);
  assert.deepEqual(idsOf(await findAll('')), [third, second, first]);
  assert.deepEqual(idsOf(await findAll('/undefined?sorting=started')), [first, second, third]);
  assert.deepEqual(idsOf(await findAll('/ready/')), [third]);
  const secondPage = (await findAll('?limit=2&page=2')).response;
  assert.deepEqual([secondPage.total, secondPage.previous, secondPage.next], [3, 1, 0]);
  for (const path of ['?page=3', '/failed']) assert.equal((await findAll(path)).status, 404, path);
  assert.deepEqual([(await findAll('/nonsense')).status], [400]);
  assert.equal((await client.get('/payments/findAll/nothing')).error, 'payment_not_found');
});

test('several ids are answered newest first: 200 when all are there, 207 when some are, 404 when none is', async () => {
  const merchant = await newMerchant();
  const order = newOrder();
  const older = await payAt(merchant, today - 20, { merchant_uid: order });
  const newer = await payAt(merchant, today - 10);
  const client = await merchant.at(today);
  const get = (...parameters: string[]) => client.get(`/payments?${parameters.join('&')}`);
  const ids = (answer: ApiAnswer) => answer.response.map((payment: { imp_uid: string }) => payment.imp_uid);
  const all = await get(`imp_uid[]=${older}`, `imp_uid[]=${newer}`);
  assert.deepEqual([all.status, ids(all)], [200, [newer, older]]);
  const encoded = await get(`imp_uid%5B%5D=${older}`, `imp_uid%5B%5D=${older}`);
  assert.deepEqual([encoded.status, ids(encoded)], [200, [older]], 'an id asked for twice is answered once');
  const mixed = await get(`merchant_uid[]=${order}`, `imp_uid[]=${newer}`);
  assert.deepEqual([mixed.status, ids(mixed)], [200, [newer, older]]);
  const some = await get(`imp_uid[]=${older}`, 'imp_uid[]=imp_000000000000');
  assert.deepEqual([some.status, some.code, ids(some)], [207, 0, [older]]);
  const none = await get('imp_uid[]=imp_000000000000');
  assert.deepEqual([none.status, none.code, none.response], [404, -1, null]);
  assert.equal((await get()).error, 'parameter_missing');
  const hundred = Array.from({ length: 99 }, (_, index) => `imp_uid[]=imp_${index}`);
  assert.equal((await get(...hundred, `imp_uid[]=${older}`)).status, 207);
  assert.equal((await get(...hundred, `imp_uid[]=${older}`, `imp_uid[]=${newer}`)).error, 'too_many_ids');
});

test('payments of the sandbox are shown unless the caller says no, and each says that it is one', async () => {
  const merchant = await newMerchant();
  const impUid = await payAt(merchant, today);
  const client = await merchant.at(today);
  assert.equal((await client.get(`/payments/${impUid}`)).response.sandbox, true);
  assert.equal((await client.get(`/payments/${impUid}?include_sandbox=true`)).code, 0);
  const hidden = await client.get(`/payments/${impUid}?include_sandbox=false`);
  assert.deepEqual([hidden.status, hidden.message], [404, '존재하지 않는 결제정보입니다.']);
});

test('with the strict setting, payments of the sandbox are hidden as on the real server', async (t) => {
  const strict = await startSandbox({ settings: { strictSandboxLookup: true } });
  t.after(() => strict.close());
  const client = await strict.newMerchant();
  const { imp_uid } = (await client.post('/sandbox/payments', { pay_method: 'card', amount: 1000 })).response;
  assert.equal((await client.get(`/payments/${imp_uid}`)).status, 404);
  assert.equal((await client.get(`/payments/${imp_uid}?include_sandbox=true`)).status, 200);
  assert.equal((await client.get(`/payments?imp_uid[]=${imp_uid}`)).status, 200, 'only the lookup by id is narrow');
});

test('a list of payments of a megabyte each comes whole and in order, and a small one has its length in front', async () => {
  const merchant = await newMerchant();
  const ids: string[] = [];
  for (let hour = 24; hour >= 1; hour--)
    ids.push(await payAt(merchant, today - hour * 3_600, { merchant_uid: 'large' }));
  const newestFirst = [...ids].reverse();
  const client = await merchant.at(today);
  const small = await client.get('/payments/status/all?limit=1000');
  assert.equal(small.headers['content-length'], String(small.text.length));
  // As they were kept before there was a limit.
  const kept = '가'.repeat(350_000);
  await sandbox.database.query('update payments set custom_data = $2 where imp_uid = any($1)', [ids, kept]);
  const byIds = ids.map((id) => `imp_uid[]=${id}`).join('&');
  for (const [path, status, listOf] of [
    ['/payments/status/all?limit=1000', 200, ({ response }: ApiAnswer) => response.list],
    ['/payments/findAll/large?limit=1000', 200, ({ response }: ApiAnswer) => response.list],
    [`/payments?${byIds}`, 200, ({ response }: ApiAnswer) => response],
    [`/payments?${byIds}&imp_uid[]=imp_1`, 207, ({ response }: ApiAnswer) => response],
  ] as const) {
    const answer = await client.get(path);
    assert.deepEqual([answer.status, answer.code, answer.message], [status, 0, null]);
    assert.equal(answer.headers['content-length'], undefined, 'it is sent while it is read');
    const list: readonly { imp_uid: string; custom_data: string }[] = listOf(answer);
    assert.deepEqual(
      list.map(({ imp_uid }) => imp_uid),
      newestFirst,
    );
    assert.ok(list.every(({ custom_data }) => custom_data === kept));
  }
  const { total, previous, next } = (await client.get('/payments/findAll/large?limit=10&page=2')).response;
  assert.deepEqual([total, previous, next], [24, 1, 3]);
});

test('custom_data has 64 KiB and no more, wherever a payment is made, and nothing is made of what is refused', async () => {
  const client = await (await newMerchant()).at(today);
  const fits = '가'.repeat(21_845);
  const orders = [
    ['/sandbox/payments', { pay_method: 'card' }],
    ['/subscribe/payments/onetime', goodCard],
    ['/vbanks', { vbank_code: '004', vbank_due: today + day, vbank_holder: '홍길동' }],
    ['/cvs', {}],
  ] as const;
  for (const [path, more] of orders) {
    const order = (custom_data: string) =>
      client.post(path, { merchant_uid: newOrder(), amount: 1000, ...more, custom_data });
    const refused = await order(`${fits}aa`);
    assert.deepEqual([refused.status, refused.error], [400, 'parameter_invalid'], path);
    assert.match(refused.message ?? '', /custom_data/);
    const taken = await order(`${fits}a`);
    assert.equal(taken.response?.custom_data, `${fits}a`, path);
  }
  assert.equal((await client.get('/payments/status/all')).response.total, orders.length);
  const booked = ['tosspayments', 'galaxia'].map(
    async (provider) => (await client.get(`/sandbox/books/${provider}`)).response.transactions.length,
  );
  assert.deepEqual(await Promise.all(booked), [3, 1], "nor does the gateway's book have it");
});

test('every pay method has its own fields, and leaves those of others unset', async () => {
  const merchant = await newMerchant();
  const client = await merchant.at(today);
  const paid = async (pay_method: string) =>
    (await client.post('/sandbox/payments', { pay_method, amount: 1000, buyer_name: '홍길동' })).response;
  const card = await paid('card');
  assert.deepEqual([card.card_type, card.bank_code, card.vbank_num, card.vbank_date], [0, null, null, 0]);
  assert.match(card.card_number, /^\d{6}\*+\d{4}$/);
  const trans = await paid('trans');
  assert.deepEqual([trans.card_code, trans.card_type, trans.card_quota], [null, null, 0]);
  assert.match(trans.bank_code, /^\d{3}$/);
  const vbank = await paid('vbank');
  assert.deepEqual([vbank.status, vbank.vbank_holder, vbank.paid_at], ['ready', '홍길동', 0]);
  const phone = await paid('phone');
  assert.deepEqual([phone.card_number, phone.bank_name, phone.vbank_name], [null, null, null]);
  for (const payment of [card, trans, vbank, phone]) {
    assert.match(payment.imp_uid, /^imp_\d{12}$/);
    assert.deepEqual([payment.cancel_history, payment.cancelled_at, payment.fail_reason], [[], 0, null]);
  }
});

test('the channels of a merchant are listed with the default one first', async () => {
  const client = await (await newMerchant()).at(today);
  const { response } = await client.get('/users/pg');
  const ofType = (wanted: string) => response.filter(({ type }: { type: string }) => type === wanted);
  const takingPayments = [...gateways]
    .filter(([, { gateway }]) => !gateway.certifications)
    .map(([provider]) => provider);
  assert.deepEqual(
    ofType('payment').map((channel: { pg_provider: string; sandbox: boolean }) => [
      channel.pg_provider,
      channel.sandbox,
    ]),
    ['tosspayments', ...takingPayments.filter((provider) => provider !== 'tosspayments')].map((provider) => [
      provider,
      true,
    ]),
  );
  const [toss, byApi] = response;
  // A MID stands there again where cards are paid by their number, too.
  assert.deepEqual(byApi, { ...toss, type: 'api_payment' });
  const takingNumbers = [...gateways].filter(
    ([, { gateway }]) => gateway.operations.approve || gateway.operations.charge_key,
  );
  assert.deepEqual(
    ofType('api_payment')
      .map(({ pg_provider }: { pg_provider: string }) => pg_provider)
      .sort(),
    takingNumbers.map(([provider]) => provider).sort(),
  );
  const order = () => ({ merchant_uid: newOrder(), amount: 1000, ...goodCard });
  for (const choice of [
    { pg: 'tosspayments' },
    { pg: `tosspayments.${toss.pg_id}` },
    { channel_key: toss.channel_key },
  ]) {
    const { response: paid } = await client.post('/subscribe/payments/onetime', { ...order(), ...choice });
    assert.deepEqual([paid.pg_provider, paid.pg_id], ['tosspayments', toss.pg_id]);
  }
  for (const choice of [{ pg: 'tosspayments.other' }, { channel_key: 'channel-key-other' }]) {
    const refused = await client.post('/subscribe/payments/onetime', { ...order(), ...choice });
    assert.deepEqual([refused.status, refused.code, refused.error], [200, 1, 'channel_not_found']);
  }
});

test('a gateway that no longer takes a cancellation after its time is believed', async () => {
  const merchant = await newMerchant();
  const byPhone = await payAt(merchant, today, { pay_method: 'phone' });
  const account = await payAt(merchant, today, { pay_method: 'vbank' });
  await (await merchant.at(today)).post(`/sandbox/vbanks/${account}/deposit`);
  const client = await merchant.at(today + 366 * day);
  for (const request of [{ imp_uid: byPhone }, { imp_uid: account, ...refundAccount }]) {
    const refused = await client.post('/payments/cancel', request);
    assert.deepEqual([refused.code, refused.error], [-1, 'cancellation_refused']);
    assert.equal((await client.get(`/payments/${request.imp_uid}`)).response.cancel_amount, 0);
  }
  clock.set(new Date(today * 1000).toISOString());
});

test('a payment is found by what a customer on the telephone says: name, e-mail, telephone, amount', async () => {
  const merchant = await newMerchant();
  const hong = await payAt(merchant, today - 3 * day, {
    amount: 12_000,
    buyer_name: '홍길동',
    buyer_email: 'Gildong.Hong@example.com',
    buyer_tel: '010-1234-5678',
  });
  const kim = await payAt(merchant, today - 2 * day, {
    amount: 12_500,
    buyer_name: '김_연아 100%',
    buyer_tel: '+82 2 345 5678',
  });
  const abroad = await payAt(merchant, today - day, { amount: 12.5, currency: 'USD', pg_provider: 'settle' });
  const old = await payAt(merchant, today - 120 * day, { buyer_name: '홍길순', buyer_tel: '01012345678' });
  const client = await merchant.at(today);
  const found = async (query: string) => idsOf(await client.get(`/search/payments?${query}`));
  for (const [query, expected] of [
    ['', [abroad, kim, hong]],
    ['buyer=길동', [hong]],
    [`buyer=${'홍길'.normalize('NFD')}`, [hong]],
    ['buyer=gildong', [hong]],
    [`buyer=${encodeURIComponent('%')}`, [kim]],
    ['buyer=_', [kim]],
    ['buyer_tel=010 1234 5678', [hong]],
    [`buyer_tel=${encodeURIComponent('+82-10-1234-5678')}`, [hong]],
    ['buyer_tel=02-345-5678', [kim]],
    ['buyer_tel=5678', [kim, hong]],
    ['buyer_tel=010-1234-567', []],
    ['amount=12000', [hong]],
    ['amount=12.5', [abroad]],
    ['amount_min=12000&amount_max=12500.00', [kim, hong]],
    ['amount_min=12.4&amount_max=12.6', [abroad]],
    ['buyer_tel=5678&amount=12500&status=paid', [kim]],
    ['status=ready', []],
    ['pg_provider=settle', [abroad]],
    [`from=${today - 200 * day}`, [abroad, kim, hong, old]],
    [`from=${today - 200 * day}&to=${today - 100 * day}&buyer=홍`, [old]],
    [`before=${kim}`, [hong]],
    ['limit=1', [abroad]],
  ] as const) {
    assert.deepEqual(await found(query), expected, query);
  }
  const { merchant_uid, pg_tid } = (await client.get(`/payments/${old}`)).response;
  assert.deepEqual(await found(`merchant_uid=${merchant_uid}`), [old], 'an order is looked for in all time');
  assert.deepEqual(await found(`pg_tid=${pg_tid}`), [old]);
  const page = (await client.get('/search/payments?limit=1&with_total=true')).response;
  assert.deepEqual([page.list.length, page.total, page.from], [1, 3, today - 90 * day]);
  const stranger = await (await newMerchant()).at(today);
  assert.deepEqual(idsOf(await stranger.get('/search/payments?buyer=홍')), []);
  for (const [query, error] of [
    ['buyer_tel=123', 'parameter_invalid'],
    ['amount=12,000', 'amount_invalid'],
    ['status=all', 'parameter_invalid'],
    [`from=${today}&to=${today - day}`, 'parameter_invalid'],
  ] as const) {
    assert.equal((await client.get(`/search/payments?${query}`)).error, error, query);
  }
});
