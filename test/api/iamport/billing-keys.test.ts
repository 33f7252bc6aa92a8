import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type BillingKeyRow, decryptBillingKey } from '../../../src/core/records/billing-key.ts';
import { createEncryption } from '../../../src/platform/encryption/encryption.ts';
import type { ApiAnswer, ApiClient } from '../../kit/api-client.ts';
import { eventually } from '../../kit/eventually.ts';
import { assertBooksAgree, bookOf, goodCard, newOrder } from '../../kit/orders.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';
import { everythingStored, formsOf } from './everything-stored.ts';

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox();
  client = await sandbox.newMerchant();
});
after(() => sandbox?.close());

const card = { ...goodCard, pg: 'nice' };
const pathOf = (uid: string): string => `/subscribe/customers/${encodeURIComponent(uid)}`;
const register = (uid: string, more: object = {}, by = client): Promise<ApiAnswer> =>
  by.post(pathOf(uid), { ...card, ...more });
const again = (uid: string, more: object = {}, by = client): Promise<ApiAnswer> =>
  by.post('/subscribe/payments/again', { customer_uid: uid, merchant_uid: newOrder(), amount: 9900, ...more });

async function registered(uid = newOrder('card'), more: object = {}, by = client): Promise<string> {
  const answer = await register(uid, more, by);
  assert.equal(answer.code, 0, answer.text);
  return uid;
}

for (const pg of ['nice', 'nice_v2', 'tosspayments', 'kcp']) {
  test(`at ${pg} a card is registered, charged, refunded in part, and deleted`, async () => {
    const uid = await registered(newOrder('card'), { pg, customer_name: '홍길동', customer_tel: '010-1234-5678' });
    const { response: key } = await client.get(pathOf(uid));
    assert.deepEqual(
      [key.customer_uid, key.pg_provider, key.customer_name, key.card_number, key.sandbox, key.inserted],
      [uid, pg, '홍길동', '557042******7221', true, key.updated],
    );
    assert.ok(key.card_name);
    const paid = await again(uid, { name: '월 구독', card_quota: 0 });
    assert.equal(paid.code, 0, paid.text);
    const { response } = paid;
    assert.match(response.imp_uid, /^imps_\d{12}$/);
    assert.deepEqual(
      [response.status, response.channel, response.customer_uid, response.customer_uid_usage, response.amount],
      ['paid', 'api', uid, 'payment', 9900],
    );
    assert.equal((await bookOf(client, response.imp_uid, pg)).amount, 9900);
    const cancelled = await client.post('/payments/cancel', { imp_uid: response.imp_uid, amount: 900, checksum: 9900 });
    assert.equal(cancelled.response.cancel_amount, 900, cancelled.text);
    await assertBooksAgree(client, response.imp_uid);

    const deleted = await client.delete(`${pathOf(uid)}?reason=%ED%95%B4%EC%A7%80&extra[requester]=customer`);
    assert.equal(deleted.response.customer_uid, uid, deleted.text);
    assert.equal((await client.get(pathOf(uid))).error, 'billing_key_not_found');
    assert.equal((await again(uid)).message, '등록되지 않은 구매자입니다.');
    const { total, list } = (await client.get(`${pathOf(uid)}/payments`)).response;
    assert.deepEqual([total, list[0].imp_uid], [1, response.imp_uid], 'its payments stay');
    const rest = await client.post('/payments/cancel', { imp_uid: response.imp_uid });
    assert.equal(rest.response.cancel_amount, 9900, 'and can be cancelled');
  });
}

test('what is not there is answered as the real server does', async () => {
  const message = '요청하신 customer_uid(nobody)로 등록된 정보를 찾을 수 없습니다.';
  for (const answer of [await client.get(pathOf('nobody')), await client.delete(pathOf('nobody'))]) {
    assert.deepEqual([answer.status, answer.code, answer.message, answer.response], [200, 1, message, null]);
  }
  const charge = await again('nobody');
  assert.deepEqual([charge.status, charge.code, charge.message], [200, 1, '등록되지 않은 구매자입니다.']);
  assert.deepEqual((await client.get(`${pathOf('nobody')}/payments`)).response, {
    total: 0,
    previous: 0,
    next: 0,
    list: [],
  });
  const stranger = await sandbox.newMerchant();
  const uid = await registered();
  assert.equal((await stranger.get(pathOf(uid))).error, 'billing_key_not_found');
  assert.equal((await again(uid, {}, stranger)).error, 'buyer_not_registered');
  assert.equal((await stranger.delete(pathOf(uid))).error, 'billing_key_not_found');
  assert.equal((await client.get(pathOf(uid))).code, 0);
});

test('several keys are read in the order asked for: 207 if some are missing, 404 if all are', async () => {
  const [a, b] = [await registered(), await registered()];
  const query = (...uids: string[]) =>
    client.get(`/subscribe/customers?${uids.map((u) => `customer_uid[]=${u}`).join('&')}`);
  const both = await query(b, a);
  assert.deepEqual(
    [both.status, both.response.map((each: { customer_uid: string }) => each.customer_uid)],
    [200, [b, a]],
  );
  const one = await query('x', a);
  assert.deepEqual([one.status, one.code, one.response.length], [207, 0, 1]);
  assert.equal((await query('x', 'y')).status, 404);
});

test('bad cards get no key, and no failure touches the key that is there', async () => {
  const uid = newOrder('card');
  const badNumber = await register(uid, { card_number: '1234-1234-1234-1234' });
  assert.match(badNumber.message ?? '', /유효하지않은 카드번호를 입력하셨습니다\./);
  const badOwner = await register(uid, { card_number: '4000-0000-0000-0077' });
  assert.deepEqual([badOwner.status, badOwner.code, badOwner.response], [200, -1, null]);
  assert.match(badOwner.message ?? '', /^카드정보 인증 및 빌키 발급에 실패하였습니다\. ./);
  assert.equal((await client.get(pathOf(uid))).code, 1, 'a name that has never had a key is unknown');
  await registered(uid, { customer_name: '처음' });
  assert.equal((await register(uid, { card_number: '4000-0000-0000-0077', customer_name: '나중' })).code, -1);
  assert.equal((await client.get(pathOf(uid))).response.customer_name, '처음');
  assert.equal((await again(uid)).response.status, 'paid');
});

test('the same name again has the newest card; its beginning stays', async () => {
  const uid = await registered();
  const before = (await client.get(pathOf(uid))).response;
  await client.post('/sandbox/clock', { advance_seconds: 60 });
  try {
    await registered(uid, { pg: 'tosspayments', card_number: '4330-1234-1234-1239', customer_id: '고객 1' });
    const { response } = await client.get(pathOf(uid));
    assert.deepEqual(
      [response.card_number, response.pg_provider, response.inserted, response.customer_id],
      ['433012******1239', 'tosspayments', before.inserted, '고객 1'],
    );
    assert.ok(response.updated >= before.updated + 60);
    assert.equal((await again(uid)).response.pg_provider, 'tosspayments');
    assert.equal((await client.delete(pathOf(uid))).code, 0);
    await registered(uid);
    assert.ok((await client.get(pathOf(uid))).response.inserted > before.inserted, 'after a deletion it is a new key');
  } finally {
    await client.delete('/sandbox/clock');
  }
});

test('without a pg the default channel registers, and without any that can there is none', async () => {
  const made = await client.post(pathOf(newOrder('card')), goodCard);
  assert.equal(made.response.pg_provider, 'tosspayments', made.text);
  const refused = await register(newOrder('card'), { pg: 'galaxia' });
  assert.equal(refused.error, 'not_supported_by_gateway');
});

test('a declined card is a payment that failed, and its order can be charged again', async () => {
  const uid = await registered(newOrder('card'), { card_number: '4000-0000-0000-0010' });
  const merchant_uid = newOrder();
  const declined = await again(uid, { merchant_uid });
  assert.deepEqual([declined.status, declined.code, declined.message], [200, 0, null]);
  const { response } = declined;
  assert.deepEqual([response.status, response.fail_reason, response.paid_at], ['failed', '[8035]한도초과', 0]);
  assert.ok(response.failed_at > 0);
  await registered(uid);
  assert.equal((await again(uid, { merchant_uid })).response.status, 'paid');
  const repeated = await again(uid, { merchant_uid });
  assert.equal(
    repeated.message,
    '이미 주문이 이루어진 건입니다. (동일한 merchant_uid로 결제 또는 취소된 기록이 있습니다)',
  );
  assert.deepEqual([repeated.status, repeated.code], [200, -1]);
  assert.equal((await again('nobody', { merchant_uid })).error, 'order_already_paid', 'the order is looked at first');
  await client.post('/payments/cancel', { merchant_uid });
  assert.equal((await again(uid, { merchant_uid })).error, 'order_already_paid', 'cancelled ones count as well');
});

test('parameters: forms, the old sample with Basic, a channel of another key, a missing amount', async () => {
  const uid = await registered();
  const form = new URLSearchParams({
    customer_uid: uid,
    merchant_uid: newOrder(),
    amount: '100',
    'extra[naverUseCfm]': '20300101',
  });
  const answer = await fetch(`${sandbox.url}/subscribe/payments/again/`, {
    method: 'POST',
    headers: { authorization: `Basic ${client.token}`, 'user-agent': 'Go-http-client/1.1' },
    body: form,
  });
  const { response } = (await answer.json()) as ApiAnswer;
  assert.deepEqual([response.status, response.user_agent, response.name], ['paid', 'Go-http-client/1.1', null]);
  const channels = (await client.get('/sandbox/channels')).response as { pg_provider: string; channel_key: string }[];
  const keyOf = (provider: string) => channels.find(({ pg_provider }) => pg_provider === provider)?.channel_key;
  assert.equal((await again(uid, { channel_key: keyOf('nice') })).code, 0);
  assert.equal((await again(uid, { channel_key: keyOf('kcp') })).error, 'billing_key_channel_mismatch');
  assert.equal((await again(uid, { amount: null })).error, 'parameter_missing');
  assert.equal((await again(uid, { amount: 0 })).error, 'amount_invalid');
  assert.equal((await again(uid, { bypass: '{"a":1}' })).error, 'parameter_not_supported');
});

test('of many charges of one order at the same time one is made', async () => {
  const uid = await registered();
  const merchant_uid = newOrder();
  const answers = await Promise.all(Array.from({ length: 12 }, () => again(uid, { merchant_uid })));
  assert.equal(answers.filter(({ code }) => code === 0).length, 1);
  assert.ok(answers.every(({ code, error }) => code === 0 || error === 'order_already_paid'));
  const { list } = (await client.get(`/payments/findAll/${merchant_uid}`)).response;
  assert.equal(list.filter(({ status }: { status: string }) => status === 'paid').length, 1);
});

test('a key that is deleted and registered anew while it is charged is charged with a key that there is', async () => {
  const uid = await registered();
  const work = Array.from({ length: 10 }, async (_, at) => {
    if (at % 3 === 0) return register(uid);
    if (at % 5 === 4) return client.delete(pathOf(uid));
    return again(uid);
  });
  for (const answer of await Promise.all(work)) {
    const refusals = ['buyer_not_registered', 'billing_key_not_found', undefined];
    assert.ok(refusals.includes(answer.error), answer.text);
  }
  await registered(uid);
  assert.equal((await again(uid)).response.status, 'paid');
});

test('a charge whose answer is lost at a gateway that can not tell is a doubt that a person ends', async () => {
  const uid = await registered(newOrder('card'), { pg: 'kcp' });
  for (const [kind, outcome, found] of [
    ['lost_answer', 'confirmed', { pg_tid: '20300101000001', apply_num: '12345678' }],
    ['disconnect', 'refused', {}],
  ] as const) {
    const merchant_uid = newOrder();
    await client.post('/sandbox/faults', { pg_provider: 'kcp', operation: 'charge_key', kind });
    const lost = await again(uid, { merchant_uid });
    assert.deepEqual([lost.error, lost.code], ['outcome_in_doubt', -1]);
    const open = (await client.get(`/payments/find/${merchant_uid}`)).response;
    assert.deepEqual([open.status, open.paid_at, open.failed_at], ['ready', 0, 0], 'neither paid nor failed');
    const repeated = await again(uid, { merchant_uid });
    assert.equal(repeated.error, 'order_already_paid');
    assert.match(repeated.message ?? '', /doubt_id/);
    const { list } = (await client.get(`/doubts?imp_uid=${open.imp_uid}`)).response;
    assert.deepEqual([list.length, list[0].kind, list[0].amount], [1, 'charge_key', 9900]);
    const path = `/doubts/${list[0].doubt_id}`;
    const { found_at_gateway: wanted } = (await client.get(path)).response;
    assert.deepEqual(wanted, [
      { name: 'pg_tid', needed: true },
      { name: 'apply_num', needed: false },
    ]);
    const answer = { outcome, reason: 'seen in the console of KCP', actor: '김환불', ...found };
    assert.equal((await client.post(`${path}/resolve`, answer)).code, 0);
    const ended = (await client.get(`/payments/${open.imp_uid}`)).response;
    assert.equal(ended.status, outcome === 'confirmed' ? 'paid' : 'failed');
    const expected = outcome === 'confirmed' ? 'order_already_paid' : undefined;
    assert.equal((await again(uid, { merchant_uid })).error, expected);
    const books = await client.get('/sandbox/books/kcp');
    const sent = books.response.transactions.filter((each: { imp_uid: string }) => each.imp_uid === open.imp_uid);
    assert.equal(sent.length, kind === 'lost_answer' ? 1 : 0, 'it was sent once, and never again');
  }
});

for (const pg of ['nice', 'nice_v2', 'tosspayments']) {
  test(`a charge whose answer is lost at ${pg} is found out, and charged once`, async () => {
    const uid = await registered(newOrder('card'), { pg });
    await client.post('/sandbox/faults', { pg_provider: pg, operation: 'charge_key', kind: 'lost_answer' });
    const paid = await again(uid);
    assert.equal(paid.response?.status, 'paid', paid.text);
    assert.equal((await bookOf(client, paid.response.imp_uid, pg)).amount, 9900);
    assert.equal(paid.response.card_number, '557042******7221', 'the card of the key is known');
  });
}

test('an issue whose answer is lost is a failure, and the card is registered again; Toss repeats the key', async () => {
  for (const [pg, code] of [
    ['nice', -1],
    ['tosspayments', 0],
  ] as const) {
    const uid = newOrder('card');
    await client.post('/sandbox/faults', { pg_provider: pg, operation: 'issue_key', kind: 'lost_answer' });
    const lost = await register(uid, { pg });
    assert.equal(lost.code, code, lost.text);
    if (code !== 0) {
      assert.equal(lost.error, 'billing_key_issue_refused');
      assert.equal((await client.get(pathOf(uid))).code, 1);
    }
    await registered(uid, { pg });
  }
  const { list } = (await client.get('/doubts')).response;
  assert.deepEqual(
    list.filter(({ kind }: { kind: string }) => kind === 'issue_key'),
    [],
  );
});

test('a deletion that the gateway refuses, or does not answer, leaves the key; another one deletes it', async () => {
  const uid = await registered(newOrder('card'), { pg: 'nice_v2' });
  await client.post('/sandbox/faults', { pg_provider: 'nice_v2', operation: 'revoke_key', kind: 'reject' });
  const refused = await client.delete(pathOf(uid));
  assert.deepEqual([refused.status, refused.code, refused.error], [200, -1, 'billing_key_revocation_refused']);
  assert.equal((await client.get(pathOf(uid))).code, 0);
  await client.post('/sandbox/faults', { pg_provider: 'nice_v2', operation: 'revoke_key', kind: 'lost_answer' });
  assert.equal((await client.delete(pathOf(uid))).code, 0, 'its repeat is told that the key is gone');
  assert.equal((await client.get(pathOf(uid))).code, 1);
});

test('onetime with a customer_uid pays, and then keeps the card', async () => {
  const onetime = (more: object) =>
    client.post('/subscribe/payments/onetime', { ...card, merchant_uid: newOrder(), amount: 1000, ...more });
  const uid = newOrder('card');
  const paid = await onetime({ customer_uid: uid, buyer_name: '홍길동', buyer_email: 'a@b.kr' });
  assert.deepEqual(
    [paid.response?.status, paid.response?.customer_uid, paid.response?.customer_uid_usage],
    ['paid', uid, 'issue'],
    paid.text,
  );
  const key = (await client.get(pathOf(uid))).response;
  assert.deepEqual([key.customer_name, key.customer_email, key.pg_provider], ['홍길동', 'a@b.kr', 'nice']);
  assert.equal((await again(uid)).response.status, 'paid');
  assert.equal((await client.get(`${pathOf(uid)}/payments`)).response.total, 2);

  const other = newOrder('card');
  const bad = await onetime({ customer_uid: other, card_number: '4000-0000-0000-0077' });
  assert.equal(bad.error, 'payment_refused');
  assert.match(bad.message ?? '', /^카드정보 인증에 실패하였습니다\./);
  assert.equal((await client.get(pathOf(other))).code, 1, 'a card that was refused is not kept');
  await client.post('/sandbox/faults', { pg_provider: 'nice', operation: 'issue_key', kind: 'reject' });
  const unkept = await onetime({ customer_uid: other });
  assert.deepEqual([unkept.code, unkept.response.status, unkept.response.customer_uid], [0, 'paid', null]);
  const foreign = await client.post('/subscribe/payments/foreign', {
    merchant_uid: newOrder(),
    amount: 1000,
    card_number: '4330-1234-1234-1239',
    expiry: '2039-12',
    cvc: '123',
    vat: 91,
  });
  assert.equal(foreign.response?.status, 'paid', foreign.text);
});

test('a key is issued in the window where a gateway has one, and its number is used up', async () => {
  for (const pg_provider of ['kcp', 'tosspayments']) {
    const uid = newOrder('card');
    const merchant_uid = newOrder();
    const window = {
      pg_provider,
      pay_method: 'card',
      amount: 0,
      customer_uid: uid,
      merchant_uid,
      buyer_name: '홍길동',
    };
    const issued = await client.post('/sandbox/payments', window);
    assert.deepEqual(
      [issued.response?.status, issued.response?.amount, issued.response?.customer_uid_usage],
      ['paid', 0, 'issue'],
      issued.text,
    );
    assert.equal((await client.get(pathOf(uid))).response.customer_name, '홍길동');
    assert.equal((await again(uid, { merchant_uid })).error, 'order_already_paid');
    assert.equal((await again(uid)).response?.status, 'paid');
    assert.equal(
      (await client.post('/payments/cancel', { imp_uid: issued.response.imp_uid })).error,
      'already_cancelled',
    );
  }
  const without = { pg_provider: 'nice', pay_method: 'card', amount: 0, customer_uid: 'x' };
  assert.equal((await client.post('/sandbox/payments', without)).error, 'not_supported_by_gateway');
  const nothing = { pg_provider: 'kcp', pay_method: 'card', amount: 0 };
  assert.equal((await client.post('/sandbox/payments', nothing)).error, 'amount_invalid');
});

test('an Idempotency-Key gives a charge and a deletion their first answer again', async () => {
  const uid = await registered();
  const order = { customer_uid: uid, merchant_uid: newOrder(), amount: 500 };
  const charge = () => client.post('/subscribe/payments/again', order, { 'idempotency-key': order.merchant_uid });
  const first = await charge();
  assert.equal(first.response.status, 'paid');
  assert.equal((await charge()).text, first.text);
  const remove = () => client.delete(pathOf(uid), { 'idempotency-key': `delete ${uid}` });
  const deleted = await remove();
  assert.equal(deleted.code, 0, deleted.text);
  assert.equal((await remove()).text, deleted.text);
});

test('a key is announced by no webhook, a charge by one, and a declined one by none', async () => {
  const merchant = await sandbox.newMerchant();
  await merchant.put('/sandbox/merchant', { webhook_url: 'http://127.0.0.1:9/' });
  const uid = await registered(newOrder('card'), {}, merchant);
  const paid = await again(uid, {}, merchant);
  await registered(uid, { card_number: '4000-0000-0000-0002' }, merchant);
  assert.equal((await again(uid, {}, merchant)).response.status, 'failed');
  await eventually(async () => {
    const { list } = (await merchant.get('/webhooks')).response;
    assert.deepEqual(
      list.map(({ event, imp_uid }: { event: string; imp_uid: string }) => [event, imp_uid]),
      [['paid', paid.response.imp_uid]],
    );
  });
});

test('nothing that is stored has the number of a card or the key of a gateway in it', async () => {
  const uid = await registered(newOrder('card'), { pg: 'tosspayments', card_number: '4330-9999-8888-1239' });
  await again(uid);
  const [row] = await sandbox.database.query<BillingKeyRow>('select * from billing_keys where customer_uid = $1', [
    uid,
  ]);
  assert.ok(row?.gateway_key);
  const { key } = decryptBillingKey(createEncryption(Buffer.alloc(32, 'test key')), row, row.gateway_key);
  assert.ok(key.length > 40);
  const stored = await everythingStored(sandbox.database);
  for (const secret of ['4330999988881239', '433099998888', key]) {
    for (const form of formsOf(secret)) assert.ok(!stored.includes(form), 'a secret lies in the database');
  }
});
