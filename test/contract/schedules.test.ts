import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';
import { goodCard, newOrder } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { type Observer, observe, recordOf } from './observed.ts';

const record = recordOf(import.meta.url);
let sandbox: Sandbox;
let observer: Observer;
let client: ApiClient;
let merchant: { readonly imp_key: string; readonly imp_secret: string };
/** By the merchant's clock, which only moves when a test moves it. */
let now: number;
before(async () => {
  sandbox = await startSandbox();
  observer = await observe(sandbox.url, record);
  merchant = (await createApiClient(sandbox.url).post('/sandbox/merchants')).response;
  await logIn();
  await client.post('/sandbox/clock', { advance_seconds: 1 });
  now = (await client.get('/sandbox/clock')).response.now;
  assert.equal((await client.post('/subscribe/customers/card', { pg: 'tosspayments', ...goodCard })).code, 0);
});
after(() => sandbox?.close());

const base = '/subscribe/payments/schedule';
const day = 86_400;

const entry = (at: number, more: object = {}) => ({
  merchant_uid: newOrder(),
  schedule_at: at,
  currency: 'KRW',
  amount: 9900,
  name: '구독',
  ...more,
});

async function schedule(entries: readonly object[], more: object = {}): Promise<readonly string[]> {
  const made = await client.post(base, { customer_uid: 'card', schedules: entries, ...more });
  assert.equal(made.code, 0, made.text);
  return made.response.map((each: { merchant_uid: string }) => each.merchant_uid);
}

async function logIn(): Promise<void> {
  const anybody = observer.watch(createApiClient(sandbox.url));
  client = await anybody.logIn(merchant.imp_key, merchant.imp_secret);
}

/** Tokens get old by it. */
async function advance(
  seconds: number,
): Promise<readonly { readonly kind: string; readonly imp_uid: string; readonly at: number }[]> {
  const moved = await client.post('/sandbox/clock', { advance_seconds: seconds });
  assert.equal(moved.code, 0, moved.text);
  now = moved.response.now;
  await logIn();
  return moved.response.happened.filter(({ kind }: { kind: string }) => kind === 'schedule_run');
}

test('schedules are stored in the order of the request, all or none, with what the customer has', async () => {
  const named = { customer_name: '홍길동', customer_tel: '010-1234-5678', pg: 'tosspayments', ...goodCard };
  assert.equal((await client.post('/subscribe/customers/named', named)).code, 0);
  const entries = [entry(now + 2 * day, { buyer_name: '김철수', custom_data: { plan: 1 } }), entry(now + day)];
  const made = await client.post(base, { customer_uid: 'named', schedules: entries, card_number: 'not looked at' });
  assert.equal(made.code, 0, made.text);
  const [first, second] = made.response;
  assert.deepEqual(
    [first.merchant_uid, first.buyer_name, first.custom_data, first.schedule_at],
    [entries[0]?.merchant_uid, '김철수', '{"plan":1}', now + 2 * day],
  );
  assert.deepEqual([second.buyer_name, second.buyer_tel], ['홍길동', '010-1234-5678']);
  assert.deepEqual([second.schedule_status, second.payment_status, second.imp_uid], ['scheduled', null, null]);
  assert.deepEqual([second.executed_at, second.revoked_at], [0, 0]);

  const fresh = entry(now + day);
  for (const refused of [
    [fresh, entries[0]],
    [fresh, fresh],
  ]) {
    const again = await client.post(base, { customer_uid: 'named', schedules: refused });
    assert.deepEqual([again.status, again.code, again.error], [200, 1, 'schedule_order_taken']);
  }
  assert.equal((await client.get(`${base}/${fresh.merchant_uid}`)).status, 404, 'nothing was stored');
  const unknown = await client.post(base, { customer_uid: 'nobody', schedules: [fresh] });
  assert.deepEqual([unknown.status, unknown.code, unknown.message], [200, 1, '등록된 고객정보가 없습니다.']);
  assert.equal((await client.post(base, { customer_uid: 'card' })).error, 'parameter_missing');
  const milliseconds = entry((now + day) * 1000);
  assert.deepEqual(await schedule([milliseconds]), [milliseconds.merchant_uid], 'swallowed, as the real server does');
  await client.post('/subscribe/payments/unschedule', { customer_uid: 'card' });
});

test('a card that comes along is registered first; a bad one stops the whole', async () => {
  const order = entry(now + day);
  const bad = { ...goodCard, card_number: '1234123412341234' };
  const request = { customer_uid: 'brought', schedules: [order], pg: 'tosspayments' };
  assert.notEqual((await client.post(base, { ...request, ...bad })).code, 0);
  assert.equal((await client.get(`${base}/${order.merchant_uid}`)).status, 404);
  assert.equal((await client.post(base, { ...request, ...goodCard })).code, 0);
  assert.equal((await client.get('/subscribe/customers/brought')).code, 0);
  assert.equal((await client.post(base, { ...request, checking_amount: -1 })).error, 'amount_invalid');
});

test('at their time by the merchant’s clock they run, in order, and the moved clock tells of it', async () => {
  const entries = [entry(now + 3 * 3600), entry(now + 3600), entry(now + 2 * 3600, { amount: 9902 })];
  const [third = '', first = '', second = ''] = await schedule(entries);
  const started = now;
  const ran = await advance(4 * 3600);
  assert.deepEqual(
    ran.map(({ at }) => at - started),
    [3600, 2 * 3600, 3 * 3600],
  );
  const shown = await Promise.all(
    [first, second, third].map(async (uid) => (await client.get(`${base}/${uid}`)).response),
  );
  assert.deepEqual(
    shown.map(({ imp_uid: uid }) => uid),
    ran.map(({ imp_uid: uid }) => uid),
  );
  const [paid] = shown;
  assert.deepEqual(
    [paid.schedule_status, paid.payment_status, paid.executed_at, paid.pg_provider],
    ['executed', 'paid', started + 3600, 'tosspayments'],
  );
  const payment = (await client.get(`/payments/${paid.imp_uid}`)).response;
  assert.deepEqual(
    [payment.customer_uid_usage, payment.channel, payment.user_agent, payment.started_at, payment.paid_at],
    ['payment.scheduled', 'api', null, started + 3600, started + 3600],
  );
  assert.equal((await client.post('/payments/cancel', { imp_uid: paid.imp_uid, amount: 100 })).code, 0);
  assert.equal((await client.get(`${base}/${first}`)).response.payment_status, 'cancelled', 'a part counts as well');
  const taken = await client.post(base, {
    customer_uid: 'card',
    schedules: [{ ...entries[1], schedule_at: now + day }],
  });
  assert.equal(taken.error, 'schedule_order_taken');
  // One whose time has passed is run by the next round.
  const [late = ''] = await schedule([entry(now - day)]);
  await eventually(async () => {
    assert.equal((await client.get(`${base}/${late}`)).response.payment_status, 'paid');
  });
});

test('unschedule revokes what has not been run, in the order that was asked for, and says when nothing is left', async () => {
  const [one = '', two = '', three = ''] = await schedule([entry(now + day), entry(now + day), entry(now + 2 * day)]);
  const path = '/subscribe/payments/unschedule';
  const both = await client.post(path, { merchant_uid: [two, 'unknown', one] });
  assert.deepEqual(
    both.response.map((each: Record<string, unknown>) => [each.merchant_uid, each.schedule_status, each.revoked_at]),
    [
      [two, 'revoked', now],
      [one, 'revoked', now],
    ],
  );
  for (const nothing of [
    { merchant_uid: one },
    { merchant_uid: [one, two] },
    { customer_uid: 'nobody' },
    { customer_uid: 'named', merchant_uid: three },
  ]) {
    const answer = await client.post(path, nothing);
    assert.deepEqual(
      [answer.status, answer.code, answer.message, answer.response],
      [200, 1, '취소할 예약결제 기록이 존재하지 않습니다.', null],
    );
  }
  assert.equal((await client.post(path, { customer_uid: 'card', merchant_uid: three })).response.length, 1);
  const [four = ''] = await schedule([entry(now + day)]);
  assert.deepEqual((await client.post(path, { customer_uid: 'card' })).response[0].merchant_uid, four);
  assert.equal((await client.post(path, {})).status, 400);
});

test('PUT, reschedule and retry do what the state allows, and say what it is', async () => {
  const declined = { pg: 'nice', ...goodCard, card_number: '4000000000000010' };
  assert.equal((await client.post('/subscribe/customers/declined', declined)).code, 0);
  const [uid = ''] = await schedule([entry(now + day)], { customer_uid: 'declined' });
  const path = `${base}/${uid}`;
  const errorOf = async (answer: Promise<{ status: number; error: string | undefined }>) => {
    const { status, error } = await answer;
    return `${status} ${error}`;
  };
  for (const [call, method] of [
    [(to: string, body: object) => client.put(to, body), ''],
    [(to: string, body: object) => client.post(to, body), '/reschedule'],
  ] as const) {
    assert.equal(await errorOf(call(`${base}/unknown${method}`, { schedule_at: now + day })), '404 schedule_not_found');
    assert.equal(await errorOf(call(`${path}${method}`, {})), '400 parameter_missing');
    assert.equal(await errorOf(call(`${path}${method}`, { schedule_at: now - 1 })), '400 schedule_time_past');
  }
  assert.equal((await client.put(path, { schedule_at: now + 60 })).response.schedule_at, now + 60);
  assert.equal(await errorOf(client.post(`${path}/reschedule`, { schedule_at: now + day })), '400 schedule_not_run');
  assert.equal(await errorOf(client.post(`${path}/retry`)), '400 schedule_not_run');
  assert.equal(await errorOf(client.post(`${base}/unknown/retry`)), '404 schedule_not_found');
  await advance(60);
  const failed = (await client.get(path)).response;
  assert.deepEqual([failed.schedule_status, failed.payment_status], ['executed', 'failed']);
  assert.match(failed.fail_reason, /^\[.+\]/);
  assert.equal(await errorOf(client.put(path, { schedule_at: now + day })), '400 schedule_executed');
  const { list } = (await client.get(`/webhooks?imp_uid=${failed.imp_uid}`)).response;
  assert.deepEqual(
    list.map(({ event }: { event: string }) => event),
    [],
    'the merchant has no webhook URL',
  );

  const again = await client.post(`${path}/retry`);
  assert.deepEqual([again.code, again.response.status, again.response.merchant_uid], [0, 'failed', uid]);
  assert.notEqual(again.response.imp_uid, failed.imp_uid);
  assert.equal((await client.get(path)).response.imp_uid, again.response.imp_uid);
  const later = (await client.post(`${path}/reschedule`, { schedule_at: now + day })).response;
  assert.deepEqual(
    [later.schedule_status, later.payment_status, later.imp_uid, later.fail_reason, later.executed_at],
    ['scheduled', null, null, null, 0],
  );
  assert.equal((await client.post('/subscribe/payments/unschedule', { merchant_uid: uid })).code, 0);
  assert.equal(await errorOf(client.put(path, { schedule_at: now + day })), '400 schedule_revoked');
  assert.equal((await client.delete('/subscribe/customers/declined')).code, 0);
  assert.equal(await errorOf(client.post(`${path}/retry`)), '404 billing_keys_not_found');
  const good = { pg: 'nice', ...goodCard };
  assert.equal((await client.post('/subscribe/customers/declined', good)).code, 0);
  const paid = await client.post(`${path}/retry`, {}, { 'idempotency-key': 'retried' });
  assert.deepEqual([paid.response.status, paid.response.customer_uid_usage], ['paid', 'payment.scheduled']);
  const repeat = await client.post(`${path}/retry`, {}, { 'idempotency-key': 'retried' });
  assert.equal(repeat.response.imp_uid, paid.response.imp_uid);
  assert.equal(await errorOf(client.post(`${path}/retry`)), '400 schedule_paid');
  assert.equal(await errorOf(client.post(`${path}/reschedule`, { schedule_at: now + day })), '400 schedule_paid');
});

test('the three lists are pages, newest first or as they are asked for', async () => {
  const own = observer.watch(await sandbox.newMerchant());
  assert.equal((await own.post('/subscribe/customers/card', { pg: 'tosspayments', ...goodCard })).code, 0);
  const at = now + 100 * day;
  const entries = [0, 1, 2].map((days) => entry(at + days * day));
  assert.equal((await own.post(base, { customer_uid: 'card', schedules: entries })).code, 0);
  const uids = entries.map(({ merchant_uid: uid }) => uid);
  assert.equal((await own.post('/subscribe/payments/unschedule', { merchant_uid: uids[1] })).code, 0);
  const listOf = async (path: string) => {
    const { status, response } = await own.get(path);
    assert.equal(status, 200);
    const { total, previous, next, list } = response;
    return [total, previous, next, ...list.map((each: { merchant_uid: string }) => uids.indexOf(each.merchant_uid))];
  };
  const range = `${base}?schedule_from=${at}&schedule_to=${at + 2 * day}`;
  assert.deepEqual(await listOf(range), [2, 0, 0, 1, 0]);
  assert.deepEqual(await listOf(`${range}&sorting=scheduled`), [2, 0, 0, 0, 1]);
  assert.deepEqual(await listOf(`${range}&limit=1&page=2`), [2, 1, 0, 0]);
  assert.deepEqual(await listOf(`${range}&schedule_status=revoked`), [1, 0, 0, 1]);
  for (const path of [`${base}/customers/card`, '/subscribe/customers/card/schedules']) {
    assert.deepEqual(await listOf(`${path}?from=${at}&to=${at + 3 * day}`), [3, 0, 0, 2, 1, 0]);
    assert.deepEqual(await listOf(`${path}?from=${at}&to=${at + 3 * day}&schedule-status=scheduled`), [2, 0, 0, 2, 0]);
    const older = `schedule_from=${at}&schedule_to=${at + 3 * day}&schedule_status=executed`;
    assert.deepEqual(await listOf(`${path}?${older}`), [0, 0, 0]);
    assert.equal((await own.get(path)).status, 400);
    assert.equal((await own.get(`${path}?from=1`)).status, 400);
  }
  assert.deepEqual(await listOf(`${base}/customers/nobody?from=0&to=${at}`), [0, 0, 0]);
  for (const wrong of ['', `?schedule_from=${at}`, `?schedule_from=${at}&schedule_to=${at + 93 * day}`]) {
    assert.equal((await own.get(`${base}${wrong}`)).status, 400);
  }
  assert.equal((await own.get(`${base}?schedule_from=2&schedule_to=1`)).error, 'schedule_period_too_long');
});

test('a form and an array in JSON are taken as well', async () => {
  const uid = newOrder();
  const form = new URLSearchParams({
    customer_uid: 'card',
    'schedules[0][merchant_uid]': uid,
    'schedules[0][schedule_at]': String(now + day),
    'schedules[0][amount]': '1000',
    'schedules[0][extra][naverUseCfm]': '20300101',
  });
  const send = async (path: string, body: URLSearchParams) => {
    const answer = await fetch(sandbox.url + path, {
      method: 'POST',
      body,
      headers: { authorization: client.token ?? '' },
    });
    return (await answer.json()) as { code: number; response: { merchant_uid: string }[] };
  };
  assert.equal((await send(base, form)).response[0]?.merchant_uid, uid);
  const revoked = await send('/subscribe/payments/unschedule', new URLSearchParams([['merchant_uid[]', uid]]));
  assert.equal(revoked.response[0]?.merchant_uid, uid);
  const anybody = createApiClient(sandbox.url);
  assert.equal((await anybody.post(base, {})).status, 401);
});

test('docs/surface.md names what was shown here', (context) => record.hold(context));
