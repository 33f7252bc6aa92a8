import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { request } from 'undici';
import { inicis } from '../../src/gateways/inicis/module.ts';
import { adapters } from '../../src/gateways/registry.ts';
import type { Gateway } from '../../src/port/gateway.ts';
import { createSimulatorControl } from '../../src/simulators/control.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';
import { startMiddayClock } from '../kit/midday-clock.ts';
import { refundAccount } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';

/** Attacks with notices that anybody can send. KG INICIS signs nothing and can be asked; KICC signs nothing and can't. */
const provider = 'html5_inicis';
const gateway = adapters.get(provider) ?? inicis.gateway;
let lookups = 0;
let forgets = false;
const noticeSenders: { provider: string; address: string }[] = [];

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  const counting: Gateway = {
    ...gateway,
    async lookUp(call, reference) {
      lookups += 1;
      return forgets ? { kind: 'not_found' } : gateway.lookUp(call, reference);
    },
  };
  (adapters as Map<string, Gateway>).set(provider, counting);
  sandbox = await startSandbox({ settings: { noticeSenders }, clock: startMiddayClock() });
  client = await sandbox.newMerchant();
});
after(async () => {
  await sandbox.close();
  (adapters as Map<string, Gateway>).set(provider, gateway);
});

async function waitingAccount(pgProvider: string): Promise<{ impUid: string; pgTid: string }> {
  const made = await client.post('/sandbox/payments', { pg_provider: pgProvider, pay_method: 'vbank', amount: 1000 });
  assert.equal(made.code, 0, made.text);
  return { impUid: made.response.imp_uid, pgTid: made.response.pg_tid };
}

async function notify(pgProvider: string, fields: Record<string, string>): Promise<string> {
  const answer = await request(`${sandbox.url}/gateways/${pgProvider}/notices`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });
  return answer.body.text();
}

function depositOf({ impUid, pgTid }: { impUid: string; pgTid: string }, more: Record<string, string> = {}) {
  const at = { dt_trans: '20261129', tm_trans: '120000' };
  return { no_oid: impUid, no_req_tid: pgTid, type_msg: '0200', amt_input: '1000', ...at, ...more };
}

async function keptOf(impUid: string) {
  return sandbox.database.query<{ state: string; why: string }>(
    'select n.state, n.why from gateway_notices n join payments p on p.id = n.payment_id where p.imp_uid = $1 order by n.id',
    [impUid],
  );
}

test('300 forged notices of one payment: the gateway is asked once a second at most, few are kept, and the real deposit still counts', async () => {
  const account = await waitingAccount(provider);
  lookups = 0;
  const begunAt = performance.now();
  const answers = await Promise.all(
    Array.from({ length: 300 }, (_, n) => notify(provider, depositOf(account, { no_tid: `forged-${n}` }))),
  );
  assert.ok(answers.every((text) => text === 'FAIL'));
  const asked = lookups;
  assert.ok(asked <= Math.floor((performance.now() - begunAt) / 1000) + 1, `${asked} questions`);
  assert.ok((await keptOf(account.impUid)).length <= 40, 'as many as came at the same moment, and no more');
  assert.equal((await client.get(`/payments/${account.impUid}`)).response.status, 'ready');

  await client.post(`/sandbox/vbanks/${account.impUid}/deposit`);
  await eventually(async () => {
    assert.equal((await client.get(`/payments/${account.impUid}`)).response.status, 'paid');
  }, 30_000);
});

test('an unsigned notice that is tried in vain is given up, and judged anew when it comes again', async () => {
  const account = await waitingAccount(provider);
  assert.equal(await notify(provider, depositOf(account)), 'FAIL');
  await sandbox.database.query(
    `update gateway_notices set tries = 39, next_try_at = '2000-01-01'
     where state = 'waiting' and payment_id = (select id from payments where imp_uid = $1)`,
    [account.impUid],
  );
  await eventually(async () => {
    const [row] = await keptOf(account.impUid);
    assert.equal(row?.state, 'unmatched');
    assert.match(row?.why ?? '', /^tried in vain/);
  });
  assert.equal(await notify(provider, depositOf(account)), 'FAIL');
  assert.equal((await keptOf(account.impUid))[0]?.state, 'waiting');
});

test('a forged reversal is not believed because the gateway does not find the payment', async () => {
  const account = await waitingAccount(provider);
  await client.post(`/sandbox/vbanks/${account.impUid}/deposit`);
  await eventually(async () => {
    assert.equal((await client.get(`/payments/${account.impUid}`)).response.status, 'paid');
  });
  forgets = true;
  try {
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    assert.equal(await notify(provider, depositOf(account, { type_msg: '0400' })), 'FAIL');
    const reversal = (await keptOf(account.impUid)).at(-1);
    assert.deepEqual([reversal?.state, reversal?.why], ['waiting', 'the gateway does not know the payment']);
    assert.equal((await client.get(`/payments/${account.impUid}`)).response.status, 'paid');
  } finally {
    forgets = false;
  }
});

test('with real money at stake, a deposit told from an address that is added later is not lost, whatever socket it comes over', async () => {
  const account = await waitingAccount('kicc');
  await sandbox.database.query(`update channels set mode = 'live' where provider = 'kicc'`);
  try {
    const [channel] = await sandbox.database.query<{ base_url: string }>(
      `select base_url from channels where provider = 'kicc' limit 1`,
    );
    const control = createSimulatorControl(channel?.base_url ?? '');
    await client.post(`/sandbox/vbanks/${account.impUid}/deposit`);
    assert.deepEqual(await keptOf(account.impUid), [], 'nothing is kept of a stranger');
    assert.equal((await client.get(`/payments/${account.impUid}`)).response.status, 'ready');
    const [sent] = await control.listNotices({ orderId: account.impUid });
    assert.equal(sent?.isTaken, false, 'the gateway is not told OK');
    noticeSenders.push({ provider: 'kicc', address: '127.0.0.1' });
    assert.equal((await control.resendNotices({ orderId: account.impUid })).kind, 'done');
    await eventually(async () => {
      assert.equal((await client.get(`/payments/${account.impUid}`)).response.status, 'paid');
    });
  } finally {
    await sandbox.database.query(`update channels set mode = 'test' where provider = 'kicc'`);
  }
});

test("a deposit notice of Hecto's that is sent again as one of a refund confirms none", async () => {
  const made = await client.post('/sandbox/payments', { pg_provider: 'settle', pay_method: 'vbank', amount: 1000 });
  const impUid = made.response.imp_uid;
  await client.post(`/sandbox/vbanks/${impUid}/deposit`);
  const taken = await client.post('/payments/cancel', { imp_uid: impUid, ...refundAccount });
  assert.equal(taken.headers['x-hwanbul-cancellation-state'], 'accepted', taken.text);
  const [channel] = await sandbox.database.query<{ base_url: string }>(
    `select base_url from channels where provider = 'settle' limit 1`,
  );
  const sent = await createSimulatorControl(channel?.base_url ?? '').listNotices({ orderId: impUid });
  const forms = sent.map(({ body }) =>
    Object.fromEntries(new URLSearchParams(Buffer.from(body, 'base64').toString('latin1'))),
  );
  const fields = forms.find(({ bizType }) => bizType === 'B1');
  assert.ok(fields);
  const [refund] = (await client.get(`/cancellations?imp_uid=${impUid}`)).response.list;
  // Even with the gateway's id of the refund, which an attacker would have to know.
  const replayed = { ...fields, bizType: 'C0', orgTrdNo: fields.trdNo ?? '', trdNo: refund.pg_tid };
  await notify('settle', replayed);
  await notify('settle', { ...replayed, outRsltCd: 'ST45', trdNo: 'guessed' });
  assert.equal((await client.get(`/cancellations/${refund.cancellation_id}`)).response.state, 'accepted');
});
