import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createSettle } from '../../src/core/kinds.ts';
import { createLeases } from '../../src/core/operations/leases.ts';
import { adapters } from '../../src/gateways/registry.ts';
import { tosspayments } from '../../src/gateways/tosspayments/module.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { createEncryption } from '../../src/platform/encryption/encryption.ts';
import { type Gateway, operationAt } from '../../src/port/gateway.ts';
import type { ApiAnswer, ApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';
import { bookOf, goodCard, newOrder } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';

/** A gateway that takes a cancellation now and finishes it later: Toss's adapter and simulator, answering in two steps. */
const provider = 'tosspayments';
const toss = tosspayments.gateway;
let verdict: 'none yet' | 'done' | 'refused' = 'none yet';
/** As i'mport's documents have it for one gateway; elsewhere an accepted refund is shown as cancelled at once. */
let shown: 'at once' | 'at the end' = 'at once';
/** The answer to the next cancellation is lost; the inquiry then says that it was accepted. */
let losesAnswer = false;
const { card, ...otherMethods } = toss.capabilities.payMethods;
assert.ok(card);
const later: Gateway = {
  ...toss,
  capabilities: {
    ...toss.capabilities,
    payMethods: {
      ...otherMethods,
      get card() {
        return { ...card, ...(shown === 'at the end' ? { acceptedRefund: 'pending' as const } : {}) };
      },
    },
  },
  operations: {
    ...toss.operations,
    cancel: {
      async send(call, request) {
        if (verdict === 'refused') return { kind: 'refused', code: 'NEVER', message: 'not reached', category: 'other' };
        const outcome = await operationAt(toss, 'cancel').send(call, request);
        if (outcome.kind !== 'confirmed') throw new Error('the simulator did not cancel');
        if (losesAnswer) return { kind: 'unclear', why: 'lost' };
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
  // Whoever waits for a turn in vain waits longer than a test may take.
  sandbox = await startSandbox({ settings: { turnWaitMs: 300_000, requestDeadlineMs: 300_000 } });
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

const stateHeader = 'x-hwanbul-cancellation-state';
const idHeader = 'x-hwanbul-cancellation-id';

async function cancelAccepted(impUid: string, body: object = {}): Promise<ApiAnswer> {
  const accepted = await client.post('/payments/cancel', { imp_uid: impUid, ...body });
  assert.equal(accepted.code, 0, accepted.text);
  assert.equal(accepted.headers[stateHeader], 'accepted');
  return accepted;
}

/** What was announced of a payment: event, status and whose end it is. */
async function announcedOf(impUid: string): Promise<readonly (readonly [string, string, string | undefined])[]> {
  const rows = await sandbox.database.query<{ event: string; body: { status: string; cancellation_id?: string } }>(
    'select event, body from outbox join payments p on p.id = payment_id where p.imp_uid = $1 order by outbox.id',
    [impUid],
  );
  return rows.slice(1).map(({ event, body }) => [event, body.status, body.cancellation_id]);
}

async function stateOf(id: string | undefined): Promise<string> {
  return (await client.get(`/cancellations/${id}`)).response.state;
}

interface OpenRow {
  readonly merchant_id: bigint;
  readonly id: string;
  readonly payment_id: bigint;
  readonly kind: 'cancel';
  readonly amount_minor: bigint;
}

async function openOf(impUids: readonly string[]): Promise<readonly OpenRow[]> {
  return sandbox.database.query<OpenRow>(
    `select o.* from operations o join payments p on p.id = o.payment_id
     where p.imp_uid = any($1) and o.state = 'accepted' order by o.amount_minor`,
    [impUids],
  );
}

/** Ends it past every gateway, as often as a test likes. */
function settleDirectly(row: OpenRow, outcome: 'confirmed' | 'refused'): Promise<unknown> {
  const now = new Date();
  return createSettle({
    database: sandbox.database,
    encryption: createEncryption(Buffer.alloc(32, 'test key')),
    leases: createLeases(systemClock),
  })({
    merchantId: row.merchant_id,
    operationId: row.id,
    turnRowId: row.payment_id,
    kind: row.kind,
    outcome:
      outcome === 'refused'
        ? { kind: 'refused', code: 'LATE_NO', message: '나중에 거절', category: 'other' }
        : {
            kind: 'confirmed',
            result: { gatewayTid: `end-${row.id}`, amountMinor: row.amount_minor, cancelledAt: now, receiptUrl: null },
          },
    sentAt: now,
    endedAt: now,
    by: 'test',
    why: 'all at once',
    followUpId: null,
  });
}

async function reservedOf(impUid: string): Promise<bigint | undefined> {
  const [row] = await sandbox.database.query<{ reserved_minor: bigint }>(
    'select reserved_minor from payments where imp_uid = $1',
    [impUid],
  );
  return row?.reserved_minor;
}

test('shown at the end, an accepted cancellation keeps its amount reserved, lets others go on, and is told of when it is confirmed', async () => {
  shown = 'at the end';
  verdict = 'none yet';
  const impUid = await pay();
  const accepted = await cancelAccepted(impUid, { amount: 400 });
  assert.equal(accepted.response.status, 'paid');
  assert.equal(accepted.response.cancel_amount, 0);
  assert.deepEqual(accepted.response.cancel_history, []);
  assert.equal(await reservedOf(impUid), 400n);

  const tooMuch = await client.post('/payments/cancel', { imp_uid: impUid, amount: 601 });
  assert.equal(tooMuch.error, 'cancel_amount_exceeds_balance');
  assert.deepEqual(await announcedOf(impUid), []);

  verdict = 'done';
  await eventually(async () => {
    const { response } = await client.get(`/payments/${impUid}`);
    assert.equal(response.cancel_amount, 400);
    assert.equal(response.cancel_history.length, 1);
  });
  assert.equal(await reservedOf(impUid), 0n);
  assert.equal((await bookOf(client, impUid, provider)).cancelled_amount, 400);
  const id = accepted.headers[idHeader];
  const { history, accepted_at } = (await client.get(`/cancellations/${id}`)).response;
  assert.deepEqual(
    history.map((change: { to: string }) => change.to),
    ['requested', 'sent', 'accepted', 'confirmed'],
  );
  assert.ok(accepted_at > 0);
  assert.deepEqual(await announcedOf(impUid), [['cancelled', 'cancelled', id]]);
});

test('shown at once, an accepted cancellation is in the book and the history, and its end changes no amount', async () => {
  shown = 'at once';
  verdict = 'none yet';
  const impUid = await pay();
  const accepted = await cancelAccepted(impUid, { amount: 400, reason: '변심' });
  const id = accepted.headers[idHeader];
  const { response } = accepted;
  assert.deepEqual([response.status, response.cancel_amount, response.cancel_reason], ['cancelled', 400, '변심']);
  assert.deepEqual([response.cancel_history.length, response.cancel_history[0].cancellation_id], [1, id]);
  assert.equal(await reservedOf(impUid), 0n);
  assert.equal((await client.get(`/cancellations/${id}`)).response.reserved, false);
  const tooMuch = await client.post('/payments/cancel', { imp_uid: impUid, amount: 601 });
  assert.equal(tooMuch.error, 'cancel_amount_exceeds_balance');
  const second = await cancelAccepted(impUid, { amount: 100 });
  assert.equal(second.response.cancel_amount, 500);

  verdict = 'done';
  await eventually(async () => {
    assert.deepEqual([await stateOf(id), await stateOf(second.headers[idHeader])], ['confirmed', 'confirmed']);
  });
  const ended = (await client.get(`/payments/${impUid}`)).response;
  assert.deepEqual(ended.cancel_history, second.response.cancel_history);
  assert.deepEqual(
    [ended.status, ended.cancel_amount, ended.cancelled_at],
    ['cancelled', 500, second.response.cancelled_at],
  );
  const announced = await announcedOf(impUid);
  assert.deepEqual(new Set(announced.map(([, , of]) => of)), new Set([id, second.headers[idHeader]]));
  assert.deepEqual([announced.length, announced.every(([event]) => event === 'cancelled')], [2, true]);
});

test('asked for again while all of it is on its way, the answer comes at once and names the refund', async () => {
  for (const way of ['at once', 'at the end'] as const) {
    shown = way;
    verdict = 'none yet';
    const impUid = await pay();
    const first = await cancelAccepted(impUid);
    const again = await client.post('/payments/cancel', { imp_uid: impUid });
    assert.equal(again.error, way === 'at once' ? 'already_cancelled' : 'cancellation_on_its_way');
    assert.deepEqual([again.status, again.code], [200, 1]);
    assert.deepEqual(
      [again.headers[idHeader], again.headers[stateHeader]],
      [first.headers[idHeader], 'accepted'],
      again.text,
    );
    assert.equal((await openOf([impUid])).length, 1);
  }
});

test('a repeat with the same key gets the first answer, and learns how the refund stands by then', async () => {
  shown = 'at once';
  verdict = 'none yet';
  const impUid = await pay();
  const key = { 'idempotency-key': newOrder('key') };
  const first = await client.post('/payments/cancel', { imp_uid: impUid }, key);
  assert.equal(first.headers[stateHeader], 'accepted', first.text);
  verdict = 'done';
  await eventually(async () => assert.equal(await stateOf(first.headers[idHeader]), 'confirmed'));
  const repeat = await client.post('/payments/cancel', { imp_uid: impUid }, key);
  assert.deepEqual(repeat.text, first.text);
  assert.deepEqual([repeat.headers[idHeader], repeat.headers[stateHeader]], [first.headers[idHeader], 'confirmed']);
});

test('whose answer was lost, a refund is shown as soon as the gateway says that it has taken it', async () => {
  shown = 'at once';
  verdict = 'none yet';
  const impUid = await pay();
  losesAnswer = true;
  const accepted = await cancelAccepted(impUid, { amount: 300 }).finally(() => {
    losesAnswer = false;
  });
  assert.deepEqual([accepted.response.status, accepted.response.cancel_amount], ['cancelled', 300]);
  assert.equal(await reservedOf(impUid), 0n);
  const [open] = await openOf([impUid]);
  assert.ok(open);
  // Twice, as two processes might.
  const [one, other] = await Promise.all([settleDirectly(open, 'confirmed'), settleDirectly(open, 'confirmed')]);
  assert.equal([one, other].filter((each) => each !== undefined).length, 1);
  const { response } = await client.get(`/payments/${impUid}`);
  assert.deepEqual(
    [response.cancel_amount, response.cancel_history.length, response.cancel_history[0].pg_tid],
    [300, 1, `end-${open.id}`],
  );
  assert.equal((await announcedOf(impUid)).length, 1);
});

test('accepted cancellations of one payment that end in the same moment are all booked, each once', async () => {
  verdict = 'none yet';
  for (const way of ['at once', 'at the end'] as const) {
    shown = way;
    const impUids = [await pay(), await pay()];
    for (const impUid of impUids) {
      for (const amount of [100, 200, 300, 400]) await cancelAccepted(impUid, { amount });
    }
    const open = await openOf(impUids);
    assert.equal(open.length, 8);
    // The 300 can't be paid out.
    await Promise.all(open.map((row) => settleDirectly(row, row.amount_minor === 300n ? 'refused' : 'confirmed')));
    for (const impUid of impUids) {
      assert.equal(await reservedOf(impUid), 0n);
      const { response } = await client.get(`/payments/${impUid}`);
      assert.deepEqual([response.status, response.cancel_amount], ['cancelled', 700]);
      const amounts = response.cancel_history.map((entry: { amount: number }) => entry.amount);
      assert.deepEqual(amounts.sort(), [100, 200, 400]);
      assert.equal((await announcedOf(impUid)).length, 4);
    }
  }
});

test('shown at the end, a refund that can not be paid out gives its amount back to the balance, and that is told', async () => {
  shown = 'at the end';
  verdict = 'none yet';
  const impUid = await pay();
  const accepted = await cancelAccepted(impUid, { amount: 400 });
  verdict = 'refused';
  await eventually(async () => assert.equal(await reservedOf(impUid), 0n));
  const { response } = await client.get(`/payments/${impUid}`);
  assert.equal(response.status, 'paid');
  assert.equal(response.cancel_amount, 0);
  assert.deepEqual(await announcedOf(impUid), [['cancellation_failed', 'paid', accepted.headers[idHeader]]]);
});

test('shown at once, a refund that can not be paid out takes the payment back to what it was, and that is told', async () => {
  shown = 'at once';
  verdict = 'none yet';
  const impUid = await pay();
  const before = (await client.get(`/payments/${impUid}`)).response;
  const first = await cancelAccepted(impUid, { amount: 100, reason: '첫째' });
  const [firstRow] = await openOf([impUid]);
  assert.ok(firstRow);
  await settleDirectly(firstRow, 'confirmed');
  const atFirst = (await client.get(`/payments/${impUid}`)).response;
  const rest = await cancelAccepted(impUid, { reason: '둘째' });
  assert.deepEqual([rest.response.status, rest.response.cancel_amount], ['cancelled', 1000]);

  verdict = 'refused';
  await eventually(async () => assert.equal(await stateOf(rest.headers[idHeader]), 'refused'));
  assert.deepEqual((await client.get(`/payments/${impUid}`)).response, atFirst);
  const { history, accepted_at, gateway_message } = (await client.get(`/cancellations/${rest.headers[idHeader]}`))
    .response;
  assert.deepEqual([history.at(-1).from, history.at(-1).to], ['accepted', 'refused']);
  assert.ok(accepted_at > 0);
  assert.equal(gateway_message, '나중에 거절');
  assert.deepEqual(await announcedOf(impUid), [
    ['cancelled', 'cancelled', first.headers[idHeader]],
    ['cancellation_failed', 'cancelled', rest.headers[idHeader]],
  ]);

  const tooMuch = await client.post('/payments/cancel', { imp_uid: impUid, amount: 901 });
  assert.match(tooMuch.message ?? '', /900/);

  verdict = 'none yet';
  const other = await pay();
  const whole = await cancelAccepted(other);
  const [wholeRow] = await openOf([other]);
  assert.ok(wholeRow);
  const settled = await Promise.all([settleDirectly(wholeRow, 'refused'), settleDirectly(wholeRow, 'refused')]);
  assert.equal(settled.filter((each) => each !== undefined).length, 1);
  const { response } = await client.get(`/payments/${other}`);
  const { imp_uid: _one, merchant_uid: _order, pg_tid: _tid, ...rested } = response;
  assert.deepEqual(
    [rested.status, rested.cancel_amount, rested.cancelled_at, rested.cancel_reason, rested.cancel_history],
    ['paid', 0, 0, null, []],
  );
  assert.deepEqual([before.status, before.cancelled_at, before.cancel_reason], ['paid', 0, null]);
  assert.deepEqual(await announcedOf(other), [['cancellation_failed', 'paid', whole.headers[idHeader]]]);
});

test('an order is free to be paid again only when all of its refund has been paid out', async () => {
  shown = 'at once';
  verdict = 'none yet';
  const order = { merchant_uid: newOrder(), amount: 1000, pg: provider, ...goodCard };
  const paid = await client.post('/subscribe/payments/onetime', order);
  assert.equal(paid.code, 0, paid.text);
  const impUid = paid.response.imp_uid;
  await cancelAccepted(impUid, { amount: 400 });
  await cancelAccepted(impUid);
  const [part, rest] = await openOf([impUid]);
  assert.ok(part && rest);
  assert.equal((await client.post('/subscribe/payments/onetime', order)).error, 'order_already_paid');
  await settleDirectly(part, 'confirmed');
  assert.equal((await client.post('/subscribe/payments/onetime', order)).error, 'order_already_paid');
  await settleDirectly(rest, 'confirmed');
  assert.equal((await client.post('/subscribe/payments/onetime', order)).code, 0);
});

test('nothing waits for the turn of a doubt that nobody will work on meanwhile', async () => {
  const impUid = await pay();
  const id = '0123456789ABCDEFGHJK';
  await sandbox.database.query(
    `with held as (update payments set turn_of = $2, reserved_minor = 1000 where imp_uid = $1 returning *)
     insert into operations (id, merchant_id, channel_id, payment_id, kind, state, amount_minor, balance_before_minor, reason,
       requested_at, sent_at, changed_at, changed_by, changed_why, next_inquiry_at, lease_of, lease_until)
     select $2, merchant_id, channel_id, id, 'cancel', 'requested', 1000, 1000, 'test', now(), now(), now(), 'test', 'test',
       now() + interval '1 day', 'nobody', now()
     from held`,
    [impUid, id],
  );
  await sandbox.database.query(`update operations set state = 'in_doubt' where id = $1`, [id]);
  const blocked = await client.post('/payments/cancel', { imp_uid: impUid });
  assert.equal(blocked.error, 'cancellation_blocked_by_doubt', blocked.text);
  assert.ok(blocked.message?.includes(id));
  assert.deepEqual([blocked.headers[idHeader], blocked.headers[stateHeader]], [id, 'in_doubt']);
});
