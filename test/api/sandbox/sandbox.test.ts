import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { request } from 'undici';
import { faultKinds } from '../../../src/simulators/faults.ts';
import { type ApiAnswer, type ApiClient, createApiClient } from '../../kit/api-client.ts';
import { bookOf, depositedVbank, goodCard, issueBarcode, issueVbank, newOrder, payByCard } from '../../kit/orders.ts';
import { briefLimits, type Sandbox, startSandbox } from '../../kit/sandbox.ts';

let sandbox: Sandbox;
let anybody: ApiClient;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox({ settings: briefLimits });
  anybody = createApiClient(sandbox.url);
  client = await sandbox.newMerchant();
});
after(() => sandbox?.close());

const pay = (change: object): Promise<ApiAnswer> =>
  client.post('/sandbox/payments', { pay_method: 'card', amount: 1000, ...change });

test('a new merchant gets a key pair that works, one test channel per gateway, and its webhook settings back', async () => {
  const made = await anybody.post('/sandbox/merchants', {
    name: '상점',
    webhook_url: 'http://127.0.0.1:9/hook',
    webhook_format: 'form',
    webhook_retry: true,
  });
  assert.match(made.response.imp_key, /^\d{16}$/);
  assert.match(made.response.imp_secret, /^[0-9A-Za-z]{80}$/);
  assert.deepEqual(
    [made.response.webhook_url, made.response.webhook_format, made.response.webhook_retry],
    ['http://127.0.0.1:9/hook', 'form', true],
  );
  const own = await anybody.logIn(made.response.imp_key, made.response.imp_secret);
  const { response: listed } = await own.get('/users/pg');
  const once = listed.filter(({ type }: { type: string }) => type !== 'api_payment');
  assert.deepEqual(once, made.response.channels);
  const other = (await anybody.post('/sandbox/merchants')).response;
  assert.notEqual(other.channels[0].pg_id, made.response.channels[0].pg_id);
});

test('a payment in the window can be made by every pay method of the gateway, and by no other', async () => {
  for (const pay_method of ['card', 'trans', 'phone', 'cultureland', 'booknlife', 'smartculture', 'vbank']) {
    const paid = await pay({ pay_method, name: '당근 10kg', buyer_name: '홍길동', merchant_uid: newOrder() });
    assert.equal(paid.code, 0, paid.text);
    const expected = pay_method === 'vbank' ? ['ready', 'waiting_for_deposit'] : ['paid', 'paid'];
    assert.deepEqual([paid.response.status, (await bookOf(client, paid.response.imp_uid)).status], expected);
    assert.deepEqual(
      [paid.response.pay_method, paid.response.channel, paid.response.name],
      [pay_method, 'pc', '당근 10kg'],
    );
  }
  assert.equal((await pay({ pay_method: 'cvs' })).error, 'not_supported_by_gateway');
  assert.equal((await pay({ pay_method: 'card', pg_provider: 'galaxia' })).error, 'not_supported_by_gateway');
  assert.equal((await pay({ pay_method: 'gold' })).error, 'parameter_invalid');
});

test('a payment in the window that makes no sense is refused, and nothing is made', async () => {
  for (const [change, expected] of [
    [{ amount: 0 }, 'amount_invalid'],
    [{ amount: 12.5 }, 'amount_invalid'],
    [{ amount: 99 }, 'sandbox_payment_refused'],
    [{ tax_free: 1001 }, 'tax_free_exceeds_amount'],
    [{ tax_free: 1000, vat_amount: 1 }, 'tax_free_exceeds_amount'],
    [{ currency: 'USD', amount: 12.34 }, 'currency_not_supported'],
    [{ pg_provider: 'nobody' }, 'channel_not_found'],
    [{ pay_method: 'vbank', vbank_code: '999' }, 'sandbox_payment_refused'],
  ] as const) {
    const merchant_uid = newOrder();
    assert.equal((await pay({ ...change, merchant_uid })).error, expected, JSON.stringify(change));
    assert.equal((await client.get(`/payments/find/${merchant_uid}`)).status, 404);
  }
});

test('without a token the window belongs to the demo merchant', async () => {
  const paid = await anybody.post('/sandbox/payments', { pay_method: 'card', amount: 1000 });
  const demo = await sandbox.demo();
  assert.equal((await demo.get(`/payments/${paid.response.imp_uid}`)).code, 0);
  assert.equal((await client.get(`/payments/${paid.response.imp_uid}`)).status, 404);
  const wrongToken = createApiClient(sandbox.url, 'x'.repeat(40));
  assert.equal((await wrongToken.post('/sandbox/payments', { pay_method: 'card', amount: 1000 })).status, 401);
});

test('a deposit of another amount, a second one, and one into what is no account are refused', async () => {
  const vbank = await issueVbank(client, 3000);
  for (const amount of [2999, 3001, 1]) {
    assert.equal((await client.post(`/sandbox/vbanks/${vbank}/deposit`, { amount })).error, 'sandbox_payment_refused');
  }
  assert.equal((await client.get(`/payments/${vbank}`)).response.status, 'ready');
  assert.equal((await client.post(`/sandbox/vbanks/${vbank}/deposit`, { amount: '3000' })).response.status, 'paid');
  for (const impUid of [vbank, await payByCard(client), await issueBarcode(client)]) {
    assert.equal((await client.post(`/sandbox/vbanks/${impUid}/deposit`)).error, 'sandbox_payment_refused');
  }
  assert.equal((await client.post(`/sandbox/cvs/${await issueVbank(client)}/pay`)).error, 'sandbox_payment_refused');
  assert.equal((await client.post('/sandbox/cvs/imp_000000000000/pay')).error, 'payment_not_found');
});

test('faults are listed, strike as often as they were asked for, and are taken back', async () => {
  const own = await sandbox.newMerchant();
  const added = await own.post('/sandbox/faults', {
    operation: 'cancel',
    kind: 'reject',
    count: 2,
    message: '점검 중',
  });
  assert.deepEqual(
    [added.response.pg_provider, added.response.count, added.response.message],
    ['tosspayments', 2, '점검 중'],
  );
  await own.post('/sandbox/faults', { pg_provider: 'galaxia', operation: 'revoke_barcode', kind: 'slow', delay_ms: 5 });
  const listed = async (): Promise<Record<string, number>> => {
    const { list } = (await own.get('/sandbox/faults')).response;
    return Object.fromEntries(
      list.map((fault: { pg_provider: string; count: number }) => [fault.pg_provider, fault.count]),
    );
  };
  assert.deepEqual(await listed(), { tosspayments: 2, galaxia: 1 });
  const imp_uid = await payByCard(own);
  const refused = await own.post('/payments/cancel', { imp_uid, amount: 1 });
  assert.equal(refused.message, '결제취소에 실패하였습니다. 점검 중');
  assert.deepEqual(await listed(), { tosspayments: 1, galaxia: 1 });
  assert.equal((await own.post('/payments/cancel', { imp_uid, amount: 1 })).error, 'cancellation_refused');
  assert.equal((await own.post('/payments/cancel', { imp_uid, amount: 1 })).code, 0);
  assert.deepEqual(await listed(), { galaxia: 1 });
  await own.post('/sandbox/faults', { operation: 'cancel', kind: 'reject' });
  assert.equal((await own.delete('/sandbox/faults')).code, 0);
  assert.deepEqual(await listed(), {});
  assert.equal((await own.post('/payments/cancel', { imp_uid, amount: 1 })).code, 0);
});

test("one merchant's faults do not strike another, nor are they shown to or taken back by one", async () => {
  const [one, other] = [await sandbox.newMerchant(), await sandbox.newMerchant()];
  await one.post('/sandbox/faults', { operation: 'cancel', kind: 'reject' });
  assert.deepEqual((await other.get('/sandbox/faults')).response.list, []);
  await other.delete('/sandbox/faults');
  assert.equal((await other.post('/payments/cancel', { imp_uid: await payByCard(other) })).code, 0);
  assert.equal((await one.post('/payments/cancel', { imp_uid: await payByCard(one) })).error, 'cancellation_refused');
});

test('a fault of an unknown operation, kind or gateway, or without end, is refused', async () => {
  for (const [change, expected] of [
    [{ operation: 'refund' }, 'parameter_invalid'],
    [{ kind: 'earthquake' }, 'parameter_invalid'],
    [{ pg_provider: 'nobody' }, 'parameter_invalid'],
    [{ count: 0 }, 'parameter_invalid'],
    [{ count: 1_000_001 }, 'parameter_invalid'],
    [{ delay_ms: -1 }, 'parameter_invalid'],
    [{ kind: null }, 'parameter_missing'],
  ] as const) {
    const refused = await client.post('/sandbox/faults', { operation: 'cancel', kind: 'reject', ...change });
    assert.deepEqual([refused.status, refused.error], [400, expected], JSON.stringify(change));
  }
  assert.deepEqual((await client.get('/sandbox/faults')).response.list, []);
});

test('every kind of fault at a cancellation leaves the amount given back once, or not at all when it was refused', async () => {
  for (const kind of faultKinds) {
    const imp_uid = await payByCard(client);
    await client.post('/sandbox/faults', { operation: 'cancel', kind, delay_ms: 50 });
    const answer = await client.post('/payments/cancel', { imp_uid, amount: 400 });
    const given = kind === 'reject' ? 0 : 400;
    assert.equal(answer.code, kind === 'reject' ? -1 : 0, `${kind}: ${answer.text}`);
    assert.equal((await bookOf(client, imp_uid)).cancelled_amount, given, kind);
    assert.equal((await client.get(`/payments/${imp_uid}`)).response.cancel_amount, given, kind);
  }
});

test("a book shows a merchant's own transactions, or one, with cancellations and receipts", async () => {
  const own = await sandbox.newMerchant();
  const card = await payByCard(own, 1000);
  const account = await depositedVbank(own, 1100);
  await own.post('/payments/cancel', { imp_uid: card, amount: 250 });
  await own.post(`/receipts/${account}`, { identifier: '010-1234-5678' });
  const whole = (await own.get('/sandbox/books/tosspayments')).response;
  assert.deepEqual(
    whole.transactions.map((each: { imp_uid: string; amount: number; cancelled_amount: number; status: string }) => [
      each.imp_uid,
      each.amount,
      each.cancelled_amount,
      each.status,
    ]),
    [
      [card, 1000, 250, 'partially_cancelled'],
      [account, 1100, 0, 'paid'],
    ],
  );
  const { cancel_history, pg_tid } = (await own.get(`/payments/${card}`)).response;
  const [{ cancels, ...transaction }] = whole.transactions;
  assert.equal(transaction.pg_tid, pg_tid);
  assert.deepEqual(
    cancels.map((cancel: { id: string; amount: number }) => [cancel.id, cancel.amount]),
    [[cancel_history[0].pg_tid, 250]],
  );
  const one = (await own.get(`/sandbox/books/tosspayments?imp_uid=${account}`)).response;
  assert.deepEqual(
    [one.transactions.length, one.receipts.map((receipt: { imp_uid: string }) => receipt.imp_uid)],
    [1, [account]],
  );
  assert.deepEqual((await own.get(`/sandbox/books/tosspayments?imp_uid=${card}`)).response.receipts, []);
  assert.deepEqual((await own.get('/sandbox/books/galaxia')).response.transactions, []);
});

test('a reset forgets the payments and faults of one merchant, and leaves its keys and all others alone', async () => {
  const [one, other] = [await sandbox.newMerchant(), await sandbox.newMerchant()];
  const merchant_uid = newOrder();
  const gone = await payByCard(one, 1000, { merchant_uid });
  await one.post('/payments/cancel', { imp_uid: gone, amount: 1 }, { 'idempotency-key': 'k' });
  await one.post('/sandbox/faults', { operation: 'cancel', kind: 'reject' });
  const kept = await payByCard(other);
  assert.deepEqual((await one.post('/sandbox/reset')).response, { reset: true });
  assert.equal((await one.get(`/payments/${gone}`)).status, 404);
  assert.deepEqual((await one.get('/sandbox/books/tosspayments')).response, {
    ...{ transactions: [], receipts: [], certifications: [], escrows: [], billing_keys: [] },
  });
  assert.deepEqual((await one.get('/sandbox/faults')).response.list, []);
  assert.deepEqual((await one.get('/cancellations')).response.list, []);
  assert.equal((await other.get(`/payments/${kept}`)).code, 0);
  assert.equal((await bookOf(other, kept)).status, 'paid');
  const again = await one.post('/subscribe/payments/onetime', { merchant_uid, amount: 1000, ...goodCard });
  assert.equal(again.code, 0, 'the order can be paid as if it had never been');
});

/** A simple form, as any page can have a browser send it: the Content-Type needs no leave, and a foreign page can't set others. */
async function fromPage(
  path: string,
  origin: string | undefined,
  host?: string,
): Promise<[number, string | undefined]> {
  const answer = await request(sandbox.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(origin === undefined ? {} : { origin }),
      ...(host === undefined ? {} : { host }),
    },
    body: 'advance_seconds=86400&operation=cancel&kind=reject&text=x&pay_method=card&amount=1000',
  });
  await answer.body.dump();
  return [answer.statusCode, answer.headers['x-hwanbul-error'] as string | undefined];
}

test('a web page of another origin drives nothing: neither reset nor faults, clock, merchants, seed, payments or notices', async () => {
  const { port } = new URL(sandbox.url);
  const impUid = await payByCard(client);
  const { now } = (await anybody.get('/sandbox/clock')).response;
  for (const origin of ['https://attacker.example', 'http://127.0.0.1:1', `http://localhost:${port}`, 'null', 'x']) {
    for (const path of [
      '/sandbox/reset',
      '/sandbox/faults',
      '/sandbox/clock',
      '/sandbox/merchants',
      '/sandbox/seed',
      '/sandbox/payments',
      `/sandbox/payments/${impUid}/refund-result`,
      '/gateways/kcp/notices',
      '/users/getToken',
    ]) {
      assert.deepEqual(await fromPage(path, origin), [403, 'sandbox_origin_not_allowed'], `${origin} ${path}`);
    }
  }
  assert.equal((await client.get(`/payments/${impUid}`)).code, 0);
  assert.equal((await anybody.get('/sandbox/faults')).response.list.length, 0);
  const clock = (await anybody.get('/sandbox/clock')).response;
  assert.ok(!clock.held && clock.now < now + 86_400);
});

test("a page whose name was made to lead here, by DNS rebinding, reads and does nothing, with the server's own origin either", async () => {
  const { port } = new URL(sandbox.url);
  for (const host of [
    'attacker.example',
    `attacker.example:${port}`,
    `localhost.attacker.example:${port}`,
    `127.0.0.1.attacker.example:${port}`,
    `attacker.example@127.0.0.1:${port}`,
    'a b',
    '',
  ]) {
    for (const path of ['/sandbox/reset', '/payments/cancel', '/nowhere']) {
      const [status, error] = await fromPage(path, `http://${host}`, host);
      assert.equal(status, host === '' ? 400 : 403, `${host} ${path}`);
      assert.equal(error, host === '' ? 'malformed_request' : 'sandbox_host_not_allowed');
    }
    for (const path of ['/sandbox/books/tosspayments', '/sandbox/channels', '/openapi.json', '/docs/', '/health']) {
      const answer = await request(sandbox.url + path, { headers: { host } });
      assert.notEqual(answer.statusCode, 200, `${host} ${path}`);
      await answer.body.dump();
    }
  }
});

test("the server's own page, other programs, and what calls by address or localhost are let in", async () => {
  const { host, port } = new URL(sandbox.url);
  assert.deepEqual(await fromPage('/sandbox/merchants', `http://${host}`), [200, undefined]);
  for (const name of ['localhost', 'LOCALHOST', `localhost:${port}`, '[::1]', '172.17.0.2:8410']) {
    assert.deepEqual(await fromPage('/sandbox/merchants', undefined, name), [200, undefined], name);
    assert.deepEqual(await fromPage('/sandbox/merchants', `http://${name}`, name), [200, undefined], name);
  }
  // A program that has a token may say whatever it likes of its origin.
  const read = await request(`${sandbox.url}/payments/status/all`, {
    headers: { authorization: client.token ?? '', origin: 'https://shop.example' },
  });
  assert.equal(read.statusCode, 200);
  await read.body.dump();
});

test('a container is called by its name when HWANBUL_ALLOWED_HOSTS has it', async (t) => {
  const contained = await startSandbox({ settings: { allowedHosts: ['hwanbul', 'Host.docker.internal'] } });
  t.after(() => contained.close());
  for (const [host, status] of [
    ['hwanbul:8410', 200],
    ['host.docker.internal', 200],
    ['hwanbul.attacker.example', 403],
  ] as const) {
    const answer = await request(`${contained.url}/health`, { headers: { host } });
    assert.equal(answer.statusCode, status, host);
    await answer.body.dump();
  }
});
