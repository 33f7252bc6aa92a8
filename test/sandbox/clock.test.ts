import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { startMiddayClock } from '../kit/midday-clock.ts';
import {
  assertBooksAgree,
  bookOf,
  depositedVbank,
  issueBarcode,
  issueVbank,
  payByCard,
  refundAccount,
} from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';

const day = 86_400;
let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox({ clock: startMiddayClock() });
});
after(() => sandbox?.close());

interface Merchant {
  client: ApiClient;
  /** A new token, since the old one may have died with the time. */
  again(): Promise<ApiClient>;
}

async function newMerchant(): Promise<Merchant> {
  const anybody = createApiClient(sandbox.url);
  const { imp_key, imp_secret } = (await anybody.post('/sandbox/merchants')).response;
  const merchant: Merchant = {
    client: await anybody.logIn(imp_key, imp_secret),
    async again() {
      merchant.client = await anybody.logIn(imp_key, imp_secret);
      return merchant.client;
    },
  };
  return merchant;
}

async function move(client: ApiClient, body: object) {
  const moved = await client.post('/sandbox/clock', body);
  assert.equal(moved.code, 0, moved.text);
  return moved.response as {
    now: number;
    held: boolean;
    happened: { at: number; kind: string; imp_uid: string | null; amount: number | null }[];
    happened_count: number;
  };
}

const happenings = (moved: Awaited<ReturnType<typeof move>>) =>
  moved.happened.map(({ at, kind, imp_uid }) => [at, kind, imp_uid]);

test('a clock that was set is held, moves on when it is advanced, and runs with real time when it is released', async () => {
  const { client } = await newMerchant();
  const before = (await client.get('/sandbox/clock')).response;
  assert.equal(before.held, false);
  const at = before.now + 600;
  assert.deepEqual([(await move(client, { at })).now, (await client.get('/sandbox/clock')).response.now], [at, at]);
  const advanced = await move(client, { advance_seconds: '60' });
  assert.deepEqual([advanced.now, advanced.held], [at + 60, true]);
  const iso = new Date((at + 120) * 1000).toISOString();
  assert.equal((await move(client, { at: iso })).now, at + 120);
  const released = (await client.delete('/sandbox/clock')).response;
  assert.equal(released.held, false);
  assert.ok(released.now < at);
  assert.equal((await client.delete('/sandbox/clock')).code, 0);
});

test('a clock that would go back, or does not say where to, is refused and stays', async () => {
  const { client } = await newMerchant();
  const { now } = await move(client, { advance_seconds: 100 });
  for (const [body, expected] of [
    [{ at: now - 1 }, 'sandbox_clock_backwards'],
    [{ at: 1 }, 'sandbox_clock_backwards'],
    [{ at: 'tomorrow' }, 'parameter_invalid'],
    [{ at: '2101-01-01T00:00:00Z' }, 'parameter_invalid'],
    [{ advance_seconds: -1 }, 'parameter_invalid'],
    [{ at: now, advance_seconds: 1 }, 'parameter_invalid'],
    [{}, 'parameter_missing'],
  ] as const) {
    assert.equal((await client.post('/sandbox/clock', body)).error, expected, JSON.stringify(body));
  }
  assert.equal((await client.get('/sandbox/clock')).response.now, now);
  assert.equal((await move(client, { at: now })).now, now, 'the time that it has is no step back');
});

test("what a merchant does carries its clock's time, and another merchant's does not", async () => {
  const [moved, other] = [await newMerchant(), await newMerchant()];
  const { now } = await move(moved.client, { advance_seconds: 100 * day });
  const client = await moved.again();
  const impUid = await payByCard(client);
  await client.post('/payments/cancel', { imp_uid: impUid, amount: 100 });
  const payment = (await client.get(`/payments/${impUid}`)).response;
  assert.deepEqual(
    [payment.started_at, payment.paid_at, payment.cancelled_at, payment.cancel_history[0].cancelled_at],
    [now, now, now, now],
  );
  const [cancellation] = (await client.get('/cancellations')).response.list;
  assert.equal(cancellation.requested_at, now);
  const [entry] = (await bookOf(client, impUid)).cancels as unknown as { at: number }[];
  assert.equal(entry?.at, now, 'the gateway lives in the same time');
  const theirs = (await other.client.get(`/payments/${await payByCard(other.client)}`)).response;
  assert.ok(theirs.paid_at < now - 99 * day);
});

test('tokens die by the clock of their merchant, and a new one lives from its time on', async () => {
  const [moved, other] = [await newMerchant(), await newMerchant()];
  const old = moved.client;
  const start = (await old.get('/sandbox/clock')).response.now;
  const report = await move(old, { advance_seconds: 1_900 });
  assert.deepEqual(
    report.happened.map(({ kind }) => kind),
    ['access_token_expired'],
  );
  assert.equal((await old.get('/payments/status/all')).error, 'unauthorized');
  const client = await moved.again();
  assert.notEqual(client.token, old.token);
  assert.equal((await client.get('/payments/status/all')).code, 0);
  assert.equal((await other.client.get('/payments/status/all')).code, 0);
  await client.delete('/sandbox/clock');
  assert.equal((await client.get('/payments/status/all')).code, 0, 'a token survives the release');
  assert.ok((await client.get('/sandbox/clock')).response.now < start + 1_800);
});

test('an account and a barcode expire at their own times: they can not be paid, and stay ready as on the real server', async () => {
  const merchant = await newMerchant();
  const { now } = await move(merchant.client, { advance_seconds: 0 });
  const late = await issueVbank(merchant.client, 1000, { vbank_due: now + 3 * day });
  const early = await issueVbank(merchant.client, 1000, { vbank_due: now + 2 * day });
  const barcode = await merchant.client.post('/cvs', { merchant_uid: 'c', amount: 1000, expired_at: now + day });
  const cvs = barcode.response.imp_uid;
  const first = await move(merchant.client, { advance_seconds: 2 * day });
  assert.deepEqual(
    happenings(first).filter(([, kind]) => kind !== 'access_token_expired'),
    [
      [now + day, 'barcode_expired', cvs],
      [now + 2 * day, 'vbank_expired', early],
    ],
  );
  const client = await merchant.again();
  for (const [path, status] of [
    [`/sandbox/vbanks/${early}/deposit`, 'sandbox_payment_refused'],
    [`/sandbox/cvs/${cvs}/pay`, 'sandbox_payment_refused'],
  ] as const) {
    assert.equal((await client.post(path)).error, status, path);
  }
  assert.equal((await client.get(`/payments/${early}`)).response.status, 'ready');
  assert.equal((await bookOf(client, early)).status, 'expired');
  assert.equal((await client.post(`/sandbox/vbanks/${late}/deposit`)).response.status, 'paid');
  const again = await move(client, { advance_seconds: 5 * day });
  assert.deepEqual(
    again.happened.filter(({ kind }) => kind.endsWith('expired') && kind !== 'access_token_expired'),
    [],
    'a paid account does not expire',
  );
});

for (const [provider, afterSeconds] of [
  ['kicc', 2 * day],
  ['settle', 4 * day],
  ['smartro_v2', 120],
  ['daou', 10 * day],
] as const) {
  test(`a refund that ${provider} pays out later is open until the clock gets there, and is settled when the call returns`, async () => {
    const merchant = await newMerchant();
    // Gateways close at night: it is noon in Seoul, of tomorrow, whenever the test runs.
    const tomorrow = new Date(Date.now() + 33 * 3600_000).toISOString().slice(0, 10);
    await move(merchant.client, { at: `${tomorrow}T12:00:00+09:00` });
    const shop = await merchant.again();
    const issued = await shop.post('/sandbox/payments', {
      pg_provider: provider,
      pay_method: 'vbank',
      amount: 5000,
      vbank_code: '004',
      buyer_name: '홍길동',
    });
    assert.equal(issued.code, 0, issued.text);
    const impUid = issued.response.imp_uid;
    assert.equal((await shop.post(`/sandbox/vbanks/${impUid}/deposit`)).response?.status, 'paid');
    const asked = await shop.post('/payments/cancel', {
      imp_uid: impUid,
      ...refundAccount,
      refund_tel: '010-1234-5678',
    });
    assert.equal(asked.code, 0, asked.text);
    assert.equal(asked.headers['x-hwanbul-cancellation-state'], 'accepted');
    // i'mport's documents name a pending state of one gateway only.
    const meanwhile = provider === 'smartro_v2' ? 'paid' : 'cancelled';
    assert.equal((await shop.get(`/payments/${impUid}`)).response.status, meanwhile);
    const moved = await move(shop, { advance_seconds: afterSeconds });
    const paidOut = moved.happened.find(({ kind }) => kind === 'refund_paid_out');
    assert.equal(paidOut?.imp_uid, impUid, JSON.stringify(moved));
    assert.equal(paidOut?.amount, 5000);
    const client = await merchant.again();
    const payment = (await client.get(`/payments/${impUid}`)).response;
    assert.deepEqual([payment.status, payment.cancel_amount], ['cancelled', 5000]);
    const [cancellation] = (await client.get('/cancellations')).response.list;
    assert.equal(cancellation.state, 'confirmed');
  });
}

test("cancel windows close by the clock: a phone payment's with its month, KSNET's after six months", async () => {
  const merchant = await newMerchant();
  const pay = async (provider: string, payMethod: string): Promise<string> => {
    const body = { pg_provider: provider, pay_method: payMethod, amount: 1000 };
    const paid = await merchant.client.post('/sandbox/payments', body);
    assert.equal(paid.code, 0, paid.text);
    return paid.response.imp_uid;
  };
  const phone = await pay('tosspayments', 'phone');
  const card = await pay('ksnet', 'card');
  const month = await move(merchant.client, { advance_seconds: 40 * day });
  assert.deepEqual(
    month.happened.filter(({ kind }) => kind === 'cancel_window_closed').map(({ imp_uid }) => imp_uid),
    [phone],
  );
  let client = await merchant.again();
  assert.equal((await client.post('/payments/cancel', { imp_uid: phone })).error, 'cancellation_refused');
  assert.equal((await client.post('/payments/cancel', { imp_uid: card, amount: 100 })).code, 0);
  const half = await move(client, { advance_seconds: 150 * day });
  assert.deepEqual(
    half.happened.filter(({ kind }) => kind === 'cancel_window_closed').map(({ imp_uid }) => imp_uid),
    [card],
  );
  client = await merchant.again();
  assert.equal((await client.post('/payments/cancel', { imp_uid: card, amount: 100 })).error, 'cancellation_refused');
  await assertBooksAgree(client, card);
});

test('a reset lets the clock go, at the gateways too, and only for its own merchant', async () => {
  const [one, other] = [await newMerchant(), await newMerchant()];
  await move(one.client, { advance_seconds: 10 * day });
  const { now } = await move(other.client, { advance_seconds: 20 * day });
  const client = await one.again();
  await client.post('/sandbox/reset');
  assert.equal((await client.get('/sandbox/clock')).response.held, false);
  const paid = (await client.get(`/payments/${await payByCard(client)}`)).response;
  assert.ok(paid.paid_at < now - 19 * day);
  const theirs = await other.again();
  assert.deepEqual(
    [(await theirs.get('/sandbox/clock')).response.now, (await theirs.get('/sandbox/clock')).response.held],
    [now, true],
  );
});

test('two calls at once move the clock one after the other, each by as much as it asks for', async () => {
  const { client } = await newMerchant();
  const { now } = await move(client, { advance_seconds: 0 });
  await issueVbank(client, 1000, { vbank_due: now + 5 });
  await depositedVbank(client);
  await issueBarcode(client);
  await Promise.all([move(client, { advance_seconds: 10 }), move(client, { advance_seconds: 20 })]);
  assert.equal((await client.get('/sandbox/clock')).response.now, now + 30);
});
