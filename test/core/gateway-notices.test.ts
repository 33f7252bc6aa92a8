import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { request } from 'undici';
import { createSimulatorControl, type SimulatorControl } from '../../src/simulators/control.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';
import { depositedVbank, issueVbank, newOrder, refundAccount } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';

let sandbox: Sandbox;
let client: ApiClient;
let control: SimulatorControl;
before(async () => {
  sandbox = await startSandbox();
  client = await sandbox.newMerchant();
  const [channel] = await sandbox.database.query<{ base_url: string }>(
    `select base_url from channels where provider = 'tosspayments' limit 1`,
  );
  control = createSimulatorControl(channel?.base_url ?? '');
});
after(() => sandbox.close());

async function notify(body: string | Buffer, provider = 'tosspayments', contentType = 'application/json') {
  const answer = await request(`${sandbox.url}/gateways/${provider}/notices`, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body,
  });
  return { status: answer.statusCode, text: await answer.body.text() };
}

async function noticeSentFor(impUid: string): Promise<Buffer> {
  const [notice] = await control.listNotices({ orderId: impUid });
  assert.ok(notice, 'the simulator has sent no notice');
  return Buffer.from(notice.body, 'base64');
}

async function kept(impUid: string) {
  return sandbox.database.query<{ kind: string; state: string; why: string; times_received: number }>(
    `select n.kind, n.state, n.why, n.times_received from gateway_notices n
     join payments p on p.id = n.payment_id where p.imp_uid = $1 order by n.id`,
    [impUid],
  );
}

async function paidWebhooks(impUid: string): Promise<number> {
  const rows = await sandbox.database.query(
    `select 1 from outbox o join payments p on p.id = o.payment_id where p.imp_uid = $1 and o.event = 'paid'`,
    [impUid],
  );
  return rows.length;
}

test("a deposit comes by the gateway's own notice and is applied once, however often it comes", async () => {
  const impUid = await depositedVbank(client);
  const notice = await noticeSentFor(impUid);
  const answers = await Promise.all(Array.from({ length: 10 }, () => notify(notice)));
  for (const { status } of answers) assert.equal(status, 200);
  const { response } = await client.get(`/payments/${impUid}`);
  assert.equal(response.status, 'paid');
  assert.equal(await paidWebhooks(impUid), 1);
  const rows = await kept(impUid);
  assert.deepEqual(
    rows.map(({ kind, state, times_received }) => [kind, state, times_received]),
    [['deposit', 'applied', 11]],
  );
});

test('ten copies that come first and at the same time are applied once', async () => {
  const impUid = await issueVbank(client);
  // Nobody listens: the simulator keeps its notice.
  await control.setNoticeUrl('http://127.0.0.1:9/');
  await control.deposit({ orderId: impUid });
  const notice = await noticeSentFor(impUid);
  const answers = await Promise.all(Array.from({ length: 10 }, () => notify(notice)));
  for (const { status } of answers) assert.ok(status === 200 || status === 503, String(status));
  await eventually(async () => assert.equal((await client.get(`/payments/${impUid}`)).response.status, 'paid'));
  assert.equal(await paidWebhooks(impUid), 1);
  const [row] = await sandbox.database.query<{ entries: bigint }>(
    'select jsonb_array_length(deposit_history)::bigint as entries from payments where imp_uid = $1',
    [impUid],
  );
  assert.equal(row?.entries, 1n);
  await control.setNoticeUrl(`${sandbox.url}/gateways/tosspayments/notices`);
});

test('a notice with a wrong secret, of an unknown payment, or that is none at all changes nothing and is not kept', async () => {
  const impUid = await issueVbank(client);
  const forged = {
    createdAt: '2026-01-01T00:00:00',
    secret: 'guessed',
    status: 'DONE',
    transactionKey: 'x',
    orderId: impUid,
  };
  assert.equal((await notify(JSON.stringify(forged))).status, 400);
  assert.equal((await notify(JSON.stringify({ ...forged, orderId: 'imp_000000000000' }))).status, 400);
  assert.equal((await notify('{"a":1}')).status, 400);
  assert.equal((await notify(Buffer.from([0, 255, 254]))).status, 400);
  assert.equal((await client.get(`/payments/${impUid}`)).response.status, 'ready');
  assert.deepEqual(await kept(impUid), []);
});

test('a notice to a gateway that does not exist, or that is too large, is refused in the envelope', async () => {
  const unknown = await notify('{}', 'nobody');
  assert.equal(unknown.status, 404);
  assert.notEqual(JSON.parse(unknown.text).code, 0);
  const large = await notify(Buffer.alloc(70_000, 97));
  assert.equal(large.status, 413);
  assert.notEqual(JSON.parse(large.text).code, 0);
});

test('money that comes before the issue of its account is settled is not lost', async () => {
  const mine = (await client.get('/users/pg')).response.find(
    (channel: { pg_provider: string }) => channel.pg_provider === 'tosspayments',
  );
  assert.ok(mine);
  await client.post('/sandbox/faults', { pg_provider: 'tosspayments', operation: 'issue_vbank', kind: 'lost_answer' });
  await client.post('/sandbox/faults', {
    pg_provider: 'tosspayments',
    operation: 'inquire',
    kind: 'http_500',
    count: 200,
  });
  const order = newOrder();
  const issued = await client.post('/vbanks', {
    merchant_uid: order,
    amount: 1000,
    vbank_code: '004',
    vbank_due: Math.floor(Date.now() / 1000) + 86_400,
    vbank_holder: '홍길동',
  });
  assert.equal(issued.error, 'outcome_in_doubt', issued.text);
  const [payment] = await sandbox.database.query<{ imp_uid: string }>(
    'select imp_uid from payments where merchant_uid = $1',
    [order],
  );
  const impUid = payment?.imp_uid ?? '';
  const deposited = await control.deposit({ orderId: impUid });
  assert.equal(deposited.kind, 'done');
  assert.equal((await client.get(`/payments/${impUid}`)).response.status, 'ready');
  await client.delete('/sandbox/faults');
  await eventually(async () => assert.equal((await client.get(`/payments/${impUid}`)).response.status, 'paid'), 60_000);
  assert.equal(await paidWebhooks(impUid), 1);
  assert.ok((await client.get(`/payments/${impUid}`)).response.vbank_num);
});

test('a signed notice is believed when the gateway itself can not be asked', async () => {
  const impUid = await issueVbank(client);
  await client.post('/sandbox/faults', {
    pg_provider: 'tosspayments',
    operation: 'inquire',
    kind: 'http_500',
    count: 3,
  });
  const deposited = await client.post(`/sandbox/vbanks/${impUid}/deposit`);
  await client.delete('/sandbox/faults');
  assert.equal(deposited.code, 0, deposited.text);
  assert.equal(deposited.response.status, 'paid');
});

test('a deposit that the bank takes back opens the account again, but never what has been refunded', async () => {
  const untouched = await depositedVbank(client);
  const notice = JSON.parse((await noticeSentFor(untouched)).toString());
  const reversal = JSON.stringify({ ...notice, status: 'WAITING_FOR_DEPOSIT' });
  assert.equal((await notify(reversal)).status, 200);
  assert.equal((await client.get(`/payments/${untouched}`)).response.status, 'ready');
  assert.equal((await notify(reversal)).status, 200);

  const refunded = await depositedVbank(client);
  await client.post('/payments/cancel', { imp_uid: refunded, amount: 300, ...refundAccount });
  const late = JSON.parse((await noticeSentFor(refunded)).toString());
  assert.equal((await notify(JSON.stringify({ ...late, status: 'WAITING_FOR_DEPOSIT' }))).status, 200);
  const { response } = await client.get(`/payments/${refunded}`);
  assert.equal(response.status, 'cancelled');
  assert.equal(response.cancel_amount, 300);
  const rows = await kept(refunded);
  assert.deepEqual(
    rows.map(({ kind, state }) => [kind, state]),
    [
      ['deposit', 'applied'],
      ['deposit_reversed', 'unmatched'],
    ],
  );
});

test('with real money at stake, an unsigned notice of a gateway that can not be asked counts only from a known address', async () => {
  for (const [noticeSenders, expected] of [
    [[], undefined],
    [[{ provider: 'kicc', address: '127.0.0.1' }], 'applied'],
  ] as const) {
    const live = await startSandbox({ settings: { noticeSenders } });
    try {
      const shop = await live.newMerchant();
      const made = await shop.post('/sandbox/payments', { pg_provider: 'kicc', pay_method: 'vbank', amount: 1000 });
      assert.equal(made.code, 0, made.text);
      await live.database.query(`update channels set mode = 'live' where provider = 'kicc'`);
      await shop.post(`/sandbox/vbanks/${made.response.imp_uid}/deposit`);
      const [row] = await live.database.query<{ state: string }>('select state from gateway_notices');
      assert.equal(row?.state, expected);
      const { status } = (await shop.get(`/payments/${made.response.imp_uid}`)).response;
      assert.equal(status, expected === 'applied' ? 'paid' : 'ready');
    } finally {
      await live.close();
    }
  }
});

test('a notice that was applied, and whose mark a crash has lost, is found needless and changes nothing', async () => {
  const deposited = await depositedVbank(client);
  const made = await client.post('/sandbox/payments', { pg_provider: 'kicc', pay_method: 'vbank', amount: 1000 });
  const refunded = made.response.imp_uid;
  await client.post(`/sandbox/vbanks/${refunded}/deposit`);
  await client.post('/payments/cancel', { imp_uid: refunded, ...refundAccount });
  await client.post(`/sandbox/payments/${refunded}/refund-result`);
  const booksOf = async () =>
    sandbox.database.query(
      `select p.status, p.cancelled_minor, p.reserved_minor, p.deposit_history, p.cancel_history,
         (select count(*) from outbox o where o.payment_id = p.id) as events
       from payments p where p.imp_uid = any($1) order by p.id`,
      [[deposited, refunded]],
    );
  const before = await booksOf();
  await sandbox.database.query(
    `update gateway_notices set state = 'waiting', next_try_at = '2000-01-01'
     where payment_id in (select id from payments where imp_uid = any($1))`,
    [[deposited, refunded]],
  );
  await eventually(async () => {
    const states = [...(await kept(deposited)), ...(await kept(refunded))].map(({ state }) => state);
    assert.deepEqual(states, ['needless', 'needless', 'needless']);
  });
  assert.deepEqual(await booksOf(), before);
});

test('what a notice holds is kept encrypted', async () => {
  const impUid = await depositedVbank(client);
  const secret = JSON.parse((await noticeSentFor(impUid)).toString()).secret;
  const [row] = await sandbox.database.query<{ text: string }>(
    `select encode(content, 'escape') as text from gateway_notices n join payments p on p.id = n.payment_id
     where p.imp_uid = $1`,
    [impUid],
  );
  assert.ok(row && !row.text.includes(secret) && !row.text.includes('deposit'));
});
