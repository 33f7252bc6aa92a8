import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demoKeyPair } from '../../src/core/merchants/demo-key-pair.ts';
import type { ApiAnswer, ApiClient } from '../kit/api-client.ts';
import { goodCard, issueVbank, newOrder, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox();
  client = await sandbox.newMerchant();
});
after(() => sandbox?.close());

interface Answer {
  readonly status: number;
  readonly code: number;
  readonly response: ApiAnswer['response'];
  readonly text: string;
}

async function send(path: string, init: RequestInit): Promise<Answer> {
  const headers = new Headers(init.headers);
  headers.set('authorization', client.token ?? '');
  const answer = await fetch(sandbox.url + path, { method: 'POST', ...init, headers });
  const text = await answer.text();
  return { ...JSON.parse(text), status: answer.status, text };
}

function form(fields: Readonly<Record<string, string>>): { headers: Record<string, string>; body: string } {
  return {
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' },
    body: new URLSearchParams(fields).toString(),
  };
}

function multipart(fields: Readonly<Record<string, string>>): { body: FormData } {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  return { body };
}

function json(body: object): { headers: Record<string, string>; body: string } {
  return { headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}

test('the token, a payment and a cancellation work with JSON, form and multipart bodies alike', async () => {
  const keys = { imp_key: demoKeyPair.impKey, imp_secret: demoKeyPair.impSecret };
  for (const encode of [json, form, multipart]) {
    const token = await send('/users/getToken', encode(keys));
    assert.match(token.response.access_token, /^[0-9a-f]{40}$/, encode.name);
    const order = { merchant_uid: newOrder(), amount: '1000', ...goodCard, name: '당근 10kg' };
    const paid = await send('/subscribe/payments/onetime', encode(order));
    assert.deepEqual([paid.code, paid.response?.name], [0, '당근 10kg'], paid.text);
    const part = await send(
      '/payments/cancel',
      encode({ imp_uid: paid.response.imp_uid, amount: '300', checksum: '1000', reason: '부분 환불' }),
    );
    assert.deepEqual([part.response?.cancel_amount, part.response?.cancel_reason], [300, '부분 환불'], part.text);
  }
});

test('nested parameters come as extra[requester] in a form and as an object in JSON', async () => {
  for (const body of [
    form({ 'extra[requester]': 'customer' }),
    multipart({ 'extra[requester]': 'customer' }),
    json({ extra: { requester: 'customer' } }),
  ]) {
    const imp_uid = await payByCard(client);
    const answer = await send(`/payments/cancel`, withTarget(body, imp_uid));
    assert.equal(answer.code, 0, answer.text);
    const [operation] = await sandbox.database.query<{ details: object }>(
      `select o.details from operations o join payments p on p.id = o.payment_id where p.imp_uid = $1 and o.kind = 'cancel'`,
      [imp_uid],
    );
    assert.deepEqual(operation?.details, { requester: 'customer' });
  }
});

test('what other languages make of numbers, booleans and objects means the same in a form and in JSON', async () => {
  const raw = (type: string, body: string) => ({ headers: { 'content-type': type }, body });
  const asForm = (more: string) => raw('application/x-www-form-urlencoded', more);
  const order = { merchant_uid: 'x', ...goodCard };
  for (const [given, custom] of [
    [asForm('amount=1.0E7&card_quota=3.0&custom_data[user]=399&custom_data[tags][]=a'), '{"user":"399","tags":["a"]}'],
    [asForm(`amount=10000000.0&card_quota=3&custom_data=${encodeURIComponent('{"user":399}')}`), '{"user":399}'],
    [
      raw('application/json', '{"amount":1.0E7,"card_quota":3.0,"custom_data":{"user":399,"name":"김"}}'),
      '{"user":399,"name":"김"}',
    ],
    [raw('application/json', '{"amount":"1.0E7","card_quota":"3.0","custom_data":[1,{"a":null}]}'), '[1,{"a":null}]'],
  ] as const) {
    const merchant_uid = newOrder();
    const rest = { ...order, merchant_uid };
    const body = given.body.startsWith('{')
      ? `${given.body.slice(0, -1)},${JSON.stringify(rest).slice(1)}`
      : `${given.body}&${new URLSearchParams(rest)}`;
    const paid = await send('/subscribe/payments/onetime', { ...given, body });
    const { amount, card_quota, custom_data, imp_uid } = paid.response ?? assert.fail(paid.text);
    assert.deepEqual([amount, card_quota, custom_data], [10_000_000, 3, custom], given.body);
    const part = await send('/payments/cancel', form({ imp_uid, amount: '1.0E6', enable_webhook: 'Y' }));
    assert.equal(part.response?.cancel_amount, 1_000_000, part.text);
    const [operation] = await sandbox.database.query<{ details: object }>(
      `select o.details from operations o join payments p on p.id = o.payment_id where p.imp_uid = $1 and o.kind = 'cancel'`,
      [imp_uid],
    );
    assert.deepEqual(operation?.details, { enable_webhook: true });
  }
});

test('the separators of numbers that people write do not count towards their length', async () => {
  const typed = { card_number: ' 5570 - 4200 - 0000 - 7221 ', expiry: '2039 - 12', birth: '123 - 45 - 67890' };
  const buyer_tel = '010 - 1234 - 5678';
  const order = { merchant_uid: newOrder(), amount: 1000, ...goodCard, ...typed, buyer_tel };
  const paid = await client.post('/subscribe/payments/onetime', order);
  assert.equal(paid.code, 0, paid.text);
  assert.deepEqual([paid.response.card_number, paid.response.buyer_tel], ['557042******7221', '010-1234-5678']);
});

function withTarget(init: { headers?: Record<string, string>; body: string | FormData }, impUid: string): RequestInit {
  const { body } = init;
  if (body instanceof FormData) {
    body.set('imp_uid', impUid);
    return { body };
  }
  if (body.startsWith('{')) return { ...init, body: JSON.stringify({ ...JSON.parse(body), imp_uid: impUid }) };
  return { ...init, body: `${body}&imp_uid=${impUid}` };
}

test('explicit nulls count as absent: a client that sends every key cancels all that remains', async () => {
  const imp_uid = await payByCard(client);
  const nothing = { merchant_uid: null, amount: null, tax_free: null, vat_amount: null, checksum: null, reason: null };
  const refund = { refund_holder: null, refund_bank: null, refund_account: null, refund_tel: null, extra: null };
  const answer = await send('/payments/cancel', json({ imp_uid, ...nothing, ...refund }));
  assert.equal(answer.response?.cancel_amount, 1000, answer.text);
});

test('paths may end with a slash', async () => {
  const merchant_uid = newOrder();
  const paid = await client.post('/subscribe/payments/onetime/', { merchant_uid, amount: 1000, ...goodCard });
  assert.equal(paid.code, 0);
  const { imp_uid } = paid.response;
  for (const path of [
    `/payments/${imp_uid}/`,
    `/payments/find/${merchant_uid}/`,
    `/payments/findAll/${merchant_uid}/`,
  ]) {
    assert.equal((await client.get(path)).code, 0, path);
  }
  assert.equal((await client.post('/payments/cancel/', { imp_uid })).code, 0);
});

test('every lookup of payments is answered to a POST as to a GET, whatever body comes with it', async () => {
  const merchant_uid = newOrder();
  const paid = await client.post('/subscribe/payments/onetime', { merchant_uid, amount: 1000, ...goodCard });
  const { imp_uid } = paid.response;
  const described = (await (await fetch(`${sandbox.url}/openapi.json`)).json()) as { paths: Record<string, object> };
  // What is said about a payment, such as its balance or its orders at Naver, nobody is known to ask for by POST.
  const about = /\/(?:prepare|balance|naver|timeline|gateway-book|cancel-limits)(?:\/|$)/;
  const lookups = Object.entries(described.paths).filter(
    ([path, item]) => path.startsWith('/payments') && 'get' in item && !about.test(path),
  );
  const inPath: Record<string, string> = { imp_uid, merchant_uid, payment_status: 'paid' };
  const without = { method: 'POST' };
  for (const [template] of lookups) {
    const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => inPath[name] ?? assert.fail(name));
    const asked = path === '/payments' ? `${path}?imp_uid[]=${imp_uid}` : path;
    const expected = await client.get(asked);
    assert.equal(expected.code, 0, asked);
    for (const init of [
      without,
      { ...without, body: '' },
      { ...without, body: '', headers: { 'content-type': 'text/plain; charset=utf-8' } },
      json({}),
      form({}),
      form({ unknown: 'field' }),
      multipart({ unknown: 'field' }),
    ]) {
      for (const url of [asked, path === '/payments' ? asked.replace('?', '/?') : `${asked}/`]) {
        assert.equal((await send(url, init)).text, expected.text, url);
      }
    }
    assert.ok(JSON.stringify(described.paths[template]).includes('A POST to the same path'), template);
  }
  assert.equal(lookups.length, 7);
});

test('a lookup by POST takes its query from the body as well, and refuses as a GET does', async () => {
  const [one, other] = [await payByCard(client), await payByCard(client)];
  for (const init of [json({ imp_uid: [one, other] }), form({ 'imp_uid[]': one, 'imp_uid[1]': other })]) {
    const found = await send('/payments', init);
    assert.deepEqual([found.status, found.response?.length], [200, 2], found.text);
  }
  const page = await send('/payments/status/all?page=1', form({ limit: '1', page: '2' }));
  assert.deepEqual([page.response?.list.length, page.response?.previous], [1, 0], 'what the query says counts');
  for (const [path, body, status, code] of [
    ['/payments/imp_000000000000', {}, 404, -1],
    ['/payments/find/nothing', {}, 404, -1],
    ['/payments/findAll/nothing', {}, 404, -1],
    ['/payments/status/nothing', {}, 400, -1],
    ['/payments/status/all', { limit: 'many' }, 400, -1],
    [`/payments/${one}`, { include_sandbox: 'N' }, 404, -1],
  ] as const) {
    const refused = await send(path, json(body));
    assert.deepEqual([refused.status, refused.code], [status, code], path);
  }
  // A misspelt operation is told as one, not as a payment that does not exist.
  const misspelt = await send('/payments/cancle', json({ imp_uid: one }));
  assert.deepEqual([misspelt.status, misspelt.text.includes('payment')], [404, false]);
  assert.equal((await client.post('/payments/cancle', { imp_uid: one })).error, 'not_found');
  const anybody = await fetch(`${sandbox.url}/payments/${one}`, { method: 'POST' });
  assert.equal(anybody.status, 401);
});

test('a DELETE with a JSON content type and nothing after it is understood', async () => {
  const imp_uid = await issueVbank(client);
  const answer = await send(`/vbanks/${imp_uid}`, {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
  });
  assert.equal(answer.response?.status, 'failed', answer.text);
});

test('what is wrong with a body is told in the envelope, and nothing is done', async () => {
  const imp_uid = await payByCard(client);
  const type = (value: string) => ({ 'content-type': value });
  for (const [init, status] of [
    [{ headers: type('application/json'), body: '{"imp_uid":' }, 400],
    [{ headers: type('application/json'), body: `["${imp_uid}"]` }, 400],
    [{ headers: type('text/plain'), body: imp_uid }, 415],
    [{ headers: type('application/json; charset=euc-kr'), body: JSON.stringify({ imp_uid }) }, 415],
    [
      { headers: type('application/json'), body: `{"imp_uid":"${imp_uid}","x":${'['.repeat(50)}${']'.repeat(50)}}` },
      400,
    ],
    [{ headers: type('application/json'), body: JSON.stringify({ imp_uid, reason: 'x'.repeat(1_100_000) }) }, 413],
  ] as const) {
    const refused = await send('/payments/cancel', init);
    assert.deepEqual([refused.status, refused.code, refused.response], [status, -1, null], refused.text);
  }
  assert.equal((await client.get(`/payments/${imp_uid}`)).response.status, 'paid');
});

test('answers are written as PHP writes them', async () => {
  const merchant_uid = newOrder();
  const paid = await client.post('/subscribe/payments/onetime', {
    merchant_uid,
    amount: 1000,
    ...goodCard,
    name: '당근/10kg',
  });
  assert.ok(paid.text.startsWith('{"code":0,"message":null,"response":{"amount":1000,"apply_num":'));
  assert.ok(paid.text.includes(String.raw`"name":"\ub2f9\uadfc\/10kg"`));
  assert.ok(/^[\x20-\x7e]+$/.test(paid.text), 'nothing but ASCII');
  assert.equal(paid.headers['content-length'], String(paid.text.length));
});
