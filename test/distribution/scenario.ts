import assert from 'node:assert/strict';
import type pg from 'pg';
import { createIdempotencyKeys } from '../../src/core/idempotency/idempotency.ts';
import { createLeases } from '../../src/core/operations/leases.ts';
import { giveBack } from '../../src/core/webhooks/deliveries.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { serverClockForAll } from '../../src/platform/clock/merchant-clocks.ts';
import { createEncryption } from '../../src/platform/encryption/encryption.ts';
import { createSimulatorControl, type SimulatorControl } from '../../src/simulators/control.ts';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';
import {
  depositedVbank,
  goodCard,
  issueBarcode,
  issueVbank,
  newOrder,
  payByCard,
  refundAccount,
} from '../kit/orders.ts';
import type { Sandbox } from '../kit/sandbox.ts';
import type { Receiver } from '../webhooks/receiver.ts';
import { newWebhookMerchant } from '../webhooks/webhook-merchant.ts';

export interface Stage {
  readonly sandbox: Sandbox;
  readonly receiver: Receiver;
  /** The test's own connection, whose statements are not the server's. */
  readonly own: pg.Client;
}

/**
 * Everything that the server does, once, so that it sends every statement that it has. What only a crash or a stop would
 * bring about is called by itself.
 */
export async function playEverything(stage: Stage): Promise<void> {
  // It forgets what the others do.
  await reset(stage);
  await Promise.all(acts.map((act) => act(stage)));
}

const acts: readonly ((stage: Stage) => Promise<void>)[] = [
  makingPayments,
  cancelling,
  receipts,
  idempotencyKeys,
  doubts,
  looking,
  webhooks,
  notices,
  movedClocks,
  seeds,
];

function done<T extends { readonly code: number; readonly text: string }>(answer: T): T {
  assert.equal(answer.code, 0, answer.text);
  return answer;
}

async function makingPayments({ sandbox, receiver }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  await payByCard(client);
  const [account, barcode] = [await issueVbank(client), await issueBarcode(client)];
  done(await client.delete(`/vbanks/${account}`));
  done(await client.delete(`/cvs/${barcode}`));
  done(await client.post(`/sandbox/vbanks/${await issueVbank(client)}/deposit`));
  // A buyer has no token.
  const anybody = createApiClient(sandbox.url);
  done(await anybody.post(`/sandbox/vbanks/${await issueVbank(client)}/deposit`));
  const confirmed = await issueBarcode(client, 1000, { confirm_url: receiver.url });
  done(await client.post(`/sandbox/cvs/${confirmed}/pay`));
}

async function cancelling({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const order = newOrder();
  await payByCard(client, 1000, { merchant_uid: order });
  done(await client.post('/payments/cancel', { merchant_uid: order, amount: 300 }));
  const { list } = done(await client.get('/cancellations')).response;
  done(await client.get(`/cancellations/${list[0].cancellation_id}`));
}

async function receipts({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const receipt = { identifier: '01012345678', identifier_type: 'phone' };
  const revoked = await depositedVbank(client);
  done(await client.post(`/receipts/${revoked}`, receipt));
  done(await client.get(`/receipts/${revoked}`));
  done(await client.delete(`/receipts/${revoked}`));
  const followed = await depositedVbank(client);
  done(await client.post(`/receipts/${followed}`, receipt));
  done(await client.post('/payments/cancel', { imp_uid: followed, ...refundAccount }));
}

async function idempotencyKeys({ sandbox, own }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const impUid = await payByCard(client);
  const cancel = () => client.post('/payments/cancel', { imp_uid: impUid }, { 'idempotency-key': 'kept' });
  done(await cancel());
  done(await cancel());

  const keys = createIdempotencyKeys({
    database: sandbox.database,
    encryption: createEncryption(Buffer.alloc(32, 'test key')),
    clock: systemClock,
    clocks: serverClockForAll(systemClock),
    leases: createLeases(systemClock),
    runningMs: 60_000,
  });
  const { rows } = await own.query('select merchant_id from payments where imp_uid = $1', [impUid]);
  const merchantId = BigInt(rows[0].merchant_id);
  const admit = (key: string) => keys.admit(merchantId, key, { method: 'POST', path: '/', parameters: {} });
  const idOf = async (key: string): Promise<bigint> => {
    const admission = await admit(key);
    assert.equal(admission.kind, 'first');
    return admission.id;
  };
  await keys.forget(merchantId, await idOf('forgotten'));
  // The process of the first request died before it had begun anything, that of the second after it had begun what never left.
  await keys.leaveOpen(merchantId, await idOf('left open'));
  const again = await idOf('left open');
  await keys.leaveOpen(merchantId, again);
  await own.query(
    `insert into operations (id, merchant_id, channel_id, payment_id, kind, state, amount_minor, balance_before_minor, reason,
       idempotency_id, requested_at, changed_at, changed_by, changed_why, next_inquiry_at, lease_of, lease_until)
     select 'ZZZZZZZZZZZZZZZZZZZZ', merchant_id, channel_id, id, 'cancel', 'requested', 0, 0, 'test', $2, now(), now(), 'test',
       'test', 'infinity', 'test', 'infinity'
     from payments where imp_uid = $1`,
    [impUid, String(again)],
  );
  await own.query(`update operations set state = 'unsent' where id = 'ZZZZZZZZZZZZZZZZZZZZ'`);
  await idOf('left open');
  await idOf('expired');
  await own.query(`update idempotency_keys set expires_at = '-infinity' where merchant_id = $1 and key = 'expired'`, [
    String(merchantId),
  ]);
  await idOf('expired');
  await keys.removeExpired();
}

async function doubts({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  // Its gateway can't be asked, so that the doubt stays until a person ends it.
  await client.post('/sandbox/faults', { pg_provider: 'ksnet', operation: 'approve', kind: 'disconnect' });
  const order = newOrder();
  const unclear = await client.post('/subscribe/payments/onetime', {
    pg: 'ksnet',
    merchant_uid: order,
    amount: 1000,
    ...goodCard,
  });
  assert.equal(unclear.error, 'outcome_in_doubt', unclear.text);
  const { list } = done(await client.get('/doubts')).response;
  const resolved = await client.post(`/doubts/${list[0].doubt_id}/resolve`, {
    outcome: 'refused',
    reason: 'not in the books of the gateway',
    actor: 'operator',
  });
  done(resolved);

  // One that recovery ends. Until then its payment is blocked.
  const impUid = await payByCard(client);
  await client.post('/sandbox/faults', { operation: 'inquire', kind: 'http_500', count: 1_000 });
  await client.post('/sandbox/faults', { operation: 'cancel', kind: 'disconnect' });
  const doubtful = await client.post('/payments/cancel', { imp_uid: impUid });
  assert.equal(doubtful.error, 'cancellation_in_doubt', doubtful.text);
  const blocked = await client.post('/payments/cancel', { imp_uid: impUid });
  assert.equal(blocked.error, 'cancellation_blocked_by_doubt', blocked.text);
  await client.delete('/sandbox/faults');
  await eventually(async () => {
    const payment = done(await client.get(`/payments/${impUid}`)).response;
    assert.equal(payment.status, 'cancelled');
  });
}

async function looking({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const impUid = await payByCard(client);
  const { merchant_uid: order } = done(await client.get(`/payments/${impUid}`)).response;
  const today = new Date(Date.now() + 9 * 3600_000).toISOString().slice(0, 10);
  for (const path of [
    `/payments?imp_uid[]=${impUid}&merchant_uid[]=${order}`,
    `/payments/find/${order}`,
    `/payments/find/${order}/paid`,
    `/payments/findAll/${order}/paid`,
    '/payments/status/all',
    '/payments/status/paid?sorting=paid',
    `/reconciliations/tosspayments/payments?date=${today}`,
  ]) {
    done(await client.get(path));
  }
}

async function webhooks({ sandbox, receiver }: Stage): Promise<void> {
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url, webhook_signing: true });
  const impUid = await payByCard(client);
  done(await client.post('/payments/cancel', { imp_uid: impUid, amount: 100, extra: { requester: 'customer' } }));
  const [delivery] = await eventually(async () => {
    const { list } = done(await client.get(`/webhooks?imp_uid=${impUid}`)).response;
    assert.equal(list.at(-1)?.state, 'delivered');
    return list as { readonly webhook_id: string }[];
  });
  done(await client.get(`/webhooks/${delivery?.webhook_id}`));
  done(await client.post(`/webhooks/${delivery?.webhook_id}/resend`));
  done(await client.post('/webhooks/test'));
  // A server that stops while a receiver hangs.
  await giveBack(sandbox.database, 'nobody', [{ merchant_id: 0n, id: 0n }]);
}

async function notices(stage: Stage): Promise<void> {
  const { sandbox, own } = stage;
  const client = await sandbox.newMerchant();
  const impUid = await refundedLater(client, 'kicc');
  done(await client.post(`/sandbox/payments/${impUid}/refund-result`));
  // One whose mark a crash has lost is tried again.
  await own.query(
    `update gateway_notices n set state = 'waiting', next_try_at = '-infinity'
     from payments p where p.merchant_id = n.merchant_id and p.id = n.payment_id and p.imp_uid = $1`,
    [impUid],
  );
  const waiting = `select from gateway_notices where state = 'waiting' and next_try_at < now()`;
  await eventually(async () => assert.equal((await own.query(waiting)).rowCount, 0));
  await reversal(stage, client);
}

/** The bank takes a deposit back. Only the gateway knows the secret of the account, so its own notice is sent with another word. */
async function reversal({ sandbox, own }: Stage, client: ApiClient): Promise<void> {
  const impUid = await depositedVbank(client);
  const control = await controlOf(own, 'tosspayments');
  const [sent] = await control.listNotices({ orderId: impUid });
  const notice = JSON.parse(Buffer.from(sent?.body ?? '', 'base64').toString());
  const answer = await fetch(`${sandbox.url}/gateways/tosspayments/notices`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...notice, status: 'WAITING_FOR_DEPOSIT' }),
  });
  assert.equal(answer.status, 200);
  assert.equal(done(await client.get(`/payments/${impUid}`)).response.status, 'ready');
}

async function controlOf(own: pg.Client, provider: string): Promise<SimulatorControl> {
  const { rows } = await own.query('select base_url from channels where provider = $1 limit 1', [provider]);
  return createSimulatorControl(rows[0].base_url);
}

/** A payment to a virtual account, whose refund the gateway has taken and pays out later. */
async function refundedLater(client: ApiClient, provider: string): Promise<string> {
  const made = done(
    await client.post('/sandbox/payments', {
      pg_provider: provider,
      pay_method: 'vbank',
      amount: 1000,
      vbank_code: '004',
      buyer_name: '홍길동',
    }),
  );
  const impUid = made.response.imp_uid;
  done(await client.post(`/sandbox/vbanks/${impUid}/deposit`));
  done(await client.post('/payments/cancel', { imp_uid: impUid, ...refundAccount, refund_tel: '010-1234-5678' }));
  return impUid;
}

async function movedClocks({ sandbox, receiver, own }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const impUid = await refundedLater(client, 'daou');
  // The notice of the refund goes astray, and recovery is far from asking.
  await (await controlOf(own, 'daou')).setNoticeUrl(receiver.url);
  await eventually(async () => {
    const { rowCount } = await own.query(
      `update operations o set next_inquiry_at = 'infinity'
       from payments p where p.merchant_id = o.merchant_id and p.id = o.payment_id and p.imp_uid = $1
         and o.state = 'accepted' and o.lease_until <= now()`,
      [impUid],
    );
    assert.equal(rowCount, 1, 'recovery is just asking');
  });
  done(await client.post('/sandbox/clock', { advance_seconds: 10 * 86_400 }));
  // By now the token has died; another merchant's lives long enough to let its clock go.
  const other = await sandbox.newMerchant();
  done(await other.post('/sandbox/clock', { advance_seconds: 1 }));
  done(await other.delete('/sandbox/clock'));
}

async function seeds({ sandbox }: Stage): Promise<void> {
  const payment = { pay_method: 'vbank', amount: 1000 };
  const text = JSON.stringify({
    merchants: [
      {
        imp_key: '1000200030004000',
        imp_secret: 'a-secret-of-at-least-a-few-letters',
        payments: [
          { ...payment, merchant_uid: 'seed-gone', pg_provider: 'kicc', state: 'cancelled' },
          { ...payment, merchant_uid: 'seed-doubt', state: 'in_doubt', cancel_amount: 400 },
        ],
      },
    ],
  });
  done(await createApiClient(sandbox.url).post('/sandbox/seed', { text }));
}

async function reset({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  done(await client.post('/sandbox/reset'));
  done(await createApiClient(sandbox.url).post('/sandbox/reset'));
}
