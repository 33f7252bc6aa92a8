import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createSettle } from '../../src/core/kinds.ts';
import { createLeases } from '../../src/core/operations/leases.ts';
import { adapters } from '../../src/gateways/registry.ts';
import { tosspayments } from '../../src/gateways/tosspayments/module.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { createEncryption } from '../../src/platform/encryption/encryption.ts';
import { type Gateway, operationAt } from '../../src/port/gateway.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';
import { bookOf, newOrder } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';

/** A gateway that takes a cancellation now and finishes it later: Toss's adapter and simulator, answering in two steps. */
const provider = 'tosspayments';
const toss = tosspayments.gateway;
let verdict: 'none yet' | 'done' | 'refused' = 'none yet';
const later: Gateway = {
  ...toss,
  operations: {
    ...toss.operations,
    cancel: {
      async send(call, request) {
        if (verdict === 'refused') return { kind: 'refused', code: 'NEVER', message: 'not reached', category: 'other' };
        const outcome = await operationAt(toss, 'cancel').send(call, request);
        if (outcome.kind !== 'confirmed') throw new Error('the simulator did not cancel');
        return { kind: 'accepted', result: outcome.result };
      },
      async inquire(call, request, sentAt) {
        const answer = await operationAt(toss, 'cancel').inquire(call, request, sentAt);
        if (answer.kind !== 'done') return answer;
        if (verdict === 'done') return answer;
        if (verdict === 'refused')
          return { kind: 'refused', code: 'LATE_NO', message: '나중에 거절', category: 'other' };
        return { kind: 'accepted', result: answer.result };
      },
    },
  },
};

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  (adapters as Map<string, Gateway>).set(provider, later);
  sandbox = await startSandbox();
  client = await sandbox.newMerchant();
});
after(async () => {
  await sandbox.close();
  (adapters as Map<string, Gateway>).set(provider, toss);
});

async function pay(): Promise<string> {
  const paid = await client.post('/sandbox/payments', {
    pg_provider: provider,
    pay_method: 'card',
    amount: 1000,
    merchant_uid: newOrder(),
  });
  assert.equal(paid.code, 0, paid.text);
  return paid.response.imp_uid;
}

async function reservedOf(impUid: string): Promise<bigint | undefined> {
  const [row] = await sandbox.database.query<{ reserved_minor: bigint }>(
    'select reserved_minor from payments where imp_uid = $1',
    [impUid],
  );
  return row?.reserved_minor;
}

test('an accepted cancellation keeps its amount reserved, lets others go on, and is confirmed when the gateway says so', async () => {
  verdict = 'none yet';
  const impUid = await pay();
  const accepted = await client.post('/payments/cancel', { imp_uid: impUid, amount: 400 });
  assert.equal(accepted.code, 0, accepted.text);
  assert.equal(accepted.response.status, 'paid');
  assert.equal(accepted.response.cancel_amount, 0);
  assert.deepEqual(accepted.response.cancel_history, []);
  assert.equal(await reservedOf(impUid), 400n);

  const tooMuch = await client.post('/payments/cancel', { imp_uid: impUid, amount: 601 });
  assert.equal(tooMuch.error, 'cancel_amount_exceeds_balance');

  verdict = 'done';
  await eventually(async () => {
    const { response } = await client.get(`/payments/${impUid}`);
    assert.equal(response.cancel_amount, 400);
    assert.equal(response.cancel_history.length, 1);
  });
  assert.equal(await reservedOf(impUid), 0n);
  assert.equal((await bookOf(client, impUid, provider)).cancelled_amount, 400);
  const { response } = await client.get('/cancellations?limit=1');
  const { history } = (await client.get(`/cancellations/${response.list[0].cancellation_id}`)).response;
  assert.deepEqual(
    history.map((change: { to: string }) => change.to),
    ['requested', 'sent', 'accepted', 'confirmed'],
  );
});

test('accepted cancellations of one payment that end in the same moment are all booked, each once', async () => {
  verdict = 'none yet';
  const impUids = [await pay(), await pay()];
  for (const impUid of impUids) {
    for (const amount of [100, 200, 300, 400]) {
      const accepted = await client.post('/payments/cancel', { imp_uid: impUid, amount });
      assert.equal(accepted.code, 0, accepted.text);
    }
  }
  const open = await sandbox.database.query<{
    merchant_id: bigint;
    id: string;
    payment_id: bigint;
    kind: 'cancel';
    amount_minor: bigint;
  }>(
    `select o.* from operations o join payments p on p.id = o.payment_id
     where p.imp_uid = any($1) and o.state = 'accepted' order by o.amount_minor`,
    [impUids],
  );
  assert.equal(open.length, 8);
  const leases = createLeases(systemClock);
  const encryption = createEncryption(Buffer.alloc(32, 'test key'));
  const settle = createSettle({ database: sandbox.database, encryption, leases });
  const now = new Date();
  await Promise.all(
    open.map(({ merchant_id: merchantId, id, payment_id: paymentId, kind, amount_minor: amountMinor }) =>
      settle({
        merchantId,
        operationId: id,
        paymentId,
        kind,
        outcome: {
          kind: 'confirmed',
          result: { gatewayTid: `end-${id}`, amountMinor, cancelledAt: now, receiptUrl: null },
        },
        sentAt: now,
        endedAt: now,
        by: 'test',
        why: 'all at once',
        receiptFollowUpId: null,
      }),
    ),
  );
  for (const impUid of impUids) {
    assert.equal(await reservedOf(impUid), 0n);
    const { response } = await client.get(`/payments/${impUid}`);
    assert.deepEqual([response.status, response.cancel_amount], ['cancelled', 1000]);
    const amounts = response.cancel_history.map((entry: { amount: number }) => entry.amount);
    assert.deepEqual(amounts.sort(), [100, 200, 300, 400]);
  }
});

test('an accepted cancellation that the gateway refuses in the end gives its amount back to the balance', async () => {
  verdict = 'none yet';
  const impUid = await pay();
  const accepted = await client.post('/payments/cancel', { imp_uid: impUid, amount: 400 });
  assert.equal(accepted.code, 0, accepted.text);
  verdict = 'refused';
  await eventually(async () => assert.equal(await reservedOf(impUid), 0n));
  const { response } = await client.get(`/payments/${impUid}`);
  assert.equal(response.status, 'paid');
  assert.equal(response.cancel_amount, 0);
});
