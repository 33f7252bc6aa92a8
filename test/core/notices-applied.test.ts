import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { makePayment } from '../../src/core/payments/make-payment.ts';
import type { Payment } from '../../src/core/records/payment.ts';
import { paymentOf } from '../../src/core/records/subject.ts';
import type { GatewayPayment } from '../../src/port/lookup.ts';
import type { NoticeEvent } from '../../src/port/notices.ts';
import { type Core, noticeBody, results, startCore, type ToldNotice, told } from '../kit/core.ts';
import { newOrder } from '../kit/orders.ts';

let core: Core;
before(async () => {
  core = await startCore({ turnWaitMs: 0 });
});
beforeEach(async () => {
  core.gateway.forget();
  await core.database.query('update channels set mode = $1', ['test']);
});
after(() => core.close());

const deposit = (more: Partial<Extract<NoticeEvent, { kind: 'deposit' }>> = {}): NoticeEvent => ({
  kind: 'deposit',
  amountMinor: 1000n,
  accountNumber: '123',
  depositorName: '홍',
  depositedAt: new Date('2026-01-02T03:04:05Z'),
  depositTid: null,
  ...more,
});
const reversal: NoticeEvent = { kind: 'deposit_reversed' };
const refund = (more: Partial<Extract<NoticeEvent, { kind: 'refund_result' }>> = {}): NoticeEvent => ({
  kind: 'refund_result',
  succeeded: true,
  cancelTid: null,
  amountMinor: null,
  at: null,
  code: null,
  message: null,
  ...more,
});

const account = (more: object = {}): Promise<Payment> =>
  core.pay({ pay_method: 'vbank', status: 'ready', paid_at: null, vbank_num: '123', vbank_code: '004', ...more });

const booked = (status: GatewayPayment['status'], more: Partial<GatewayPayment> = {}): GatewayPayment => ({
  status,
  payMethod: 'vbank',
  amountMinor: 1000n,
  balanceMinor: 1000n,
  gatewayTid: 'by-the-book',
  paidAt: new Date('2026-01-02T03:00:00Z'),
  approval: null,
  virtualAccount: null,
  barcode: null,
  depositorName: '책',
  cancels: null,
  ...more,
});

function cannotBeAsked(): void {
  const { vbank } = core.gateway.capabilities.payMethods;
  assert.ok(vbank);
  core.gateway.capabilities.payMethods.vbank = { ...vbank, lookup: 'none' };
}

/** Sends a notice; answers what the gateway is told, and how the notice was kept. */
async function notify(
  payment: Payment,
  notice: ToldNotice,
  sender = '203.0.113.5',
): Promise<readonly [string, string, string]> {
  const raw = { path: '', headers: {}, query: new URLSearchParams(), body: noticeBody(payment, notice) };
  const answer = await core.services.notices.receive(told, raw, sender);
  const [kept] = await core.database.query<{ state: string; why: string }>(
    'select state, why from gateway_notices where merchant_id = $2 and payment_id = $1 order by id desc limit 1',
    [payment.id, payment.merchant_id],
  );
  return [answer?.body ?? 'no answer', kept?.state ?? 'not kept', kept?.why ?? ''];
}

const statusOf = async (payment: Payment): Promise<string> => (await core.read(payment)).status;

test('a deposit of another amount than the payment’s is not booked', async () => {
  cannotBeAsked();
  for (const amountMinor of [999n, 1001n]) {
    const payment = await account();
    const [answer, state, why] = await notify(payment, { event: deposit({ amountMinor }) });
    assert.deepEqual([answer, state, why], ['taken', 'unmatched', 'the notice names another amount']);
    assert.equal(await statusOf(payment), 'ready');
  }
  const payment = await account();
  assert.equal((await notify(payment, { event: deposit({ amountMinor: null }) }))[1], 'applied');
});

test('a signed deposit is booked as it was told where the gateway can not be asked, and once', async () => {
  cannotBeAsked();
  const payment = await account();
  assert.deepEqual((await notify(payment, { event: deposit({ depositTid: 'new' }) })).slice(0, 2), [
    'taken',
    'applied',
  ]);
  const after = await core.read(payment);
  assert.deepEqual([after.status, after.pg_tid, after.paid_at], ['paid', 'new', new Date('2026-01-02T03:04:05Z')]);
  assert.deepEqual((await notify(payment, { event: deposit() })).slice(0, 2), ['taken', 'needless']);
  assert.equal((await core.read(payment)).deposit_history.length, 1);
});

test('where the gateway can be asked, its book counts and not the notice', async () => {
  for (const trust of ['authentic', 'unverified'] as const) {
    const payment = await account();
    core.gateway.lookUp = () => booked('paid');
    assert.equal((await notify(payment, { event: deposit({ depositTid: 'told' }), trust }))[1], 'applied');
    const after = await core.read(payment);
    assert.deepEqual(
      [after.status, after.pg_tid, after.paid_at, after.deposit_history[0]?.depositor_name],
      ['paid', 'by-the-book', new Date('2026-01-02T03:00:00Z'), '책'],
    );
  }
  for (const status of ['waiting_for_deposit', 'expired', 'failed'] as const) {
    const payment = await account();
    core.gateway.lookUp = () => booked(status);
    assert.deepEqual((await notify(payment, { event: deposit() })).slice(0, 2), ['later', 'waiting'], status);
    assert.equal(await statusOf(payment), 'ready');
  }
  core.gateway.lookUp = () => 'not_found';
  const unknown = await account();
  assert.equal((await notify(unknown, { event: deposit() }))[1], 'unmatched');
  core.gateway.lookUp = () => 'unknown';
  const [signed, unsigned] = [await account(), await account()];
  assert.equal((await notify(signed, { event: deposit() }))[1], 'applied');
  assert.equal((await notify(unsigned, { event: deposit(), trust: 'unverified' }))[1], 'waiting');
  assert.deepEqual([await statusOf(signed), await statusOf(unsigned)], ['paid', 'ready']);
});

test('an unsigned deposit that names another transaction or account is not booked', async () => {
  cannotBeAsked();
  for (const notice of [
    { event: deposit({ accountNumber: '124' }), trust: 'unverified' },
    { event: deposit(), trust: 'unverified', gatewayTid: 'another' },
  ] as const) {
    const payment = await account();
    assert.deepEqual((await notify(payment, notice)).slice(0, 2), ['refused', 'unmatched']);
    assert.equal(await statusOf(payment), 'ready');
  }
  for (const more of [{}, { pg_tid: null }, { vbank_num: null }]) {
    const fitting = await account(more);
    const gatewayTid = fitting.pg_tid ?? 'any';
    assert.equal((await notify(fitting, { event: deposit(), trust: 'unverified', gatewayTid }))[1], 'applied');
  }
});

test('with real money an unsigned deposit counts only from an address of the gateway’s', async () => {
  cannotBeAsked();
  await core.database.query('update channels set mode = $1', ['live']);
  const live = core.another({
    noticeSenders: [
      { provider: told, address: '203.0.113.9' },
      { provider: 'nice', address: '203.0.113.8' },
    ],
  });
  for (const [sender, answer] of [
    ['203.0.113.8', 'later'],
    ['203.0.113.7', 'later'],
    ['203.0.113.9', 'taken'],
  ] as const) {
    const payment = await account();
    const raw = {
      path: '',
      headers: {},
      query: new URLSearchParams(),
      body: noticeBody(payment, { event: deposit(), trust: 'unverified' }),
    };
    assert.equal((await live.notices.receive(told, raw, sender))?.body, answer);
    assert.equal(await statusOf(payment), answer === 'taken' ? 'paid' : 'ready');
  }
});

test('with real money, what is signed counts from wherever it comes', async () => {
  cannotBeAsked();
  await core.database.query('update channels set mode = $1', ['live']);
  const payment = await account();
  const raw = { path: '', headers: {}, query: new URLSearchParams(), body: noticeBody(payment, { event: deposit() }) };
  assert.equal((await core.another().notices.receive(told, raw, '203.0.113.7'))?.body, 'taken');
  assert.equal(await statusOf(payment), 'paid');
});

test('a deposit that comes before its issue is settled waits, and is booked afterwards', async () => {
  cannotBeAsked();
  core.gateway.operations.issue_vbank.send = async () => ({ kind: 'unclear', why: 'lost' });
  core.gateway.operations.issue_vbank.inquire = async () => ({ kind: 'unknown', why: 'lost', isFinal: true });
  const issue = await makePayment(core.services, {
    kind: 'issue_vbank',
    channel: core.channel,
    values: {
      merchant_uid: newOrder(),
      pay_method: 'vbank',
      channel: 'api',
      currency: 'KRW',
      amount_minor: 1000n,
      tax_free_minor: 0n,
      vat_minor: 91n,
      vbank_code: '004',
      vbank_due_at: new Date(Date.now() + 86_400_000),
      vbank_holder: '홍길동',
      started_at: new Date(),
    },
    details: {},
    secrets: {},
    card: null,
    deadline: core.services.requestDeadline(),
  });
  const payment = paymentOf(issue.subject);
  assert.deepEqual(await notify(payment, { event: deposit() }), ['later', 'waiting', 'the issue is not settled yet']);
  core.gateway.operations.issue_vbank.inquire = async ({ now }) => ({
    kind: 'done',
    result: results.issue_vbank({ bankCode: '004', dueAt: now, holder: '홍' } as never, now),
  });
  await core.database.query(
    'update operations set next_inquiry_at = requested_at, lease_until = requested_at where id = $1',
    [issue.operationId],
  );
  await core.services.recovery.runOnce();
  await core.database.query('update gateway_notices set next_try_at = received_at where payment_id = $1', [payment.id]);
  await core.services.notices.round.runOnce();
  assert.equal(await statusOf(payment), 'paid');
});

test('money for what is not waiting for any fits nothing, and money for what is paid is old news', async () => {
  const failed = await account({ status: 'failed' });
  assert.equal((await notify(failed, { event: deposit() }))[1], 'unmatched');
  const paid = await account({ status: 'paid', paid_at: new Date() });
  assert.equal((await notify(paid, { event: deposit() }))[1], 'needless');
  await core.cancel(paid);
  assert.equal((await notify(paid, { event: deposit() }))[1], 'needless');
});

test('a deposit is taken back on a signed word or by the book, and not while something is reserved', async () => {
  const paid = () => account({ status: 'paid', paid_at: new Date() });
  const signed = await paid();
  assert.equal((await notify(signed, { event: reversal }))[1], 'applied');
  assert.equal(await statusOf(signed), 'ready');
  assert.equal((await notify(signed, { event: reversal }))[1], 'needless');
  for (const [found, state, status] of [
    [booked('paid'), 'unmatched', 'paid'],
    ['not_found', 'waiting', 'paid'],
    [booked('waiting_for_deposit'), 'applied', 'ready'],
  ] as const) {
    const payment = await paid();
    core.gateway.lookUp = () => found;
    assert.equal((await notify(payment, { event: reversal, trust: 'unverified' }))[1], state);
    assert.equal(await statusOf(payment), status);
  }
  const reserved = await paid();
  assert.ok(await core.reserve(reserved, { amountMinor: 1n }));
  assert.equal((await notify(reserved, { event: reversal }))[1], 'unmatched');
  assert.equal(await statusOf(reserved), 'paid');
});

test('a second unsigned notice that comes at once is not believed unasked', async () => {
  const paid = await account({ status: 'paid', paid_at: new Date() });
  core.gateway.lookUp = () => booked('paid');
  assert.equal((await notify(paid, { event: reversal, trust: 'unverified' }))[1], 'unmatched');
  assert.equal((await notify(paid, { event: reversal, trust: 'unverified' }))[1], 'waiting');
  assert.equal(await statusOf(paid), 'paid');
  const waiting = await account();
  core.gateway.lookUp = () => booked('waiting_for_deposit');
  for (let time = 0; time < 2; time++) {
    assert.equal((await notify(waiting, { event: deposit(), trust: 'unverified' }))[1], 'waiting');
    assert.equal(await statusOf(waiting), 'ready');
  }
  assert.equal(core.gateway.lookups, 2, 'once each');
});

test('what waits is tried again after a pause, as often as it takes, by whoever comes first', async () => {
  const payment = await account();
  core.gateway.lookUp = () => booked('waiting_for_deposit');
  await notify(payment, { event: deposit(), trust: 'authentic' });
  const read = async () => {
    const [row] = await core.database.query<{ tries: number; state: string; next_try_at: Date }>(
      'select tries, state, next_try_at from gateway_notices where merchant_id = $1 and payment_id = $2',
      [payment.merchant_id, payment.id],
    );
    assert.ok(row);
    return row;
  };
  const first = await read();
  assert.equal(first.tries, 1);
  const now = core.services.leases.now().getTime();
  assert.ok(first.next_try_at.getTime() > now && first.next_try_at.getTime() < now + 5_000);
  await core.services.notices.round.runOnce();
  assert.equal((await read()).tries, 1, 'it is not due');
  await core.database.query('update gateway_notices set next_try_at = received_at where payment_id = $1', [payment.id]);
  core.gateway.lookUp = () => booked('paid');
  // Processes that have not asked the gateway just now.
  await Promise.all([core.another().notices.round.runOnce(), core.another().notices.round.runOnce()]);
  assert.deepEqual([(await read()).state, await statusOf(payment)], ['applied', 'paid']);
  assert.equal((await core.announced(payment)).filter(([event]) => event === 'paid').length, 1);
});

test('what nobody signed is tried forty times, and what is signed until it is applied', async () => {
  core.gateway.lookUp = () => booked('waiting_for_deposit');
  for (const [trust, tries, state] of [
    ['unverified', 38, 'waiting'],
    ['unverified', 39, 'unmatched'],
    ['authentic', 39, 'waiting'],
  ] as const) {
    const payment = await account();
    await notify(payment, { event: deposit(), trust });
    await core.database.query(
      'update gateway_notices set tries = $2, next_try_at = received_at where payment_id = $1',
      [payment.id, tries],
    );
    await core.another().notices.round.runOnce();
    const [row] = await core.database.query<{ tries: number; state: string }>(
      'select tries, state from gateway_notices where merchant_id = $1 and payment_id = $2',
      [payment.merchant_id, payment.id],
    );
    assert.deepEqual([row?.tries, row?.state], [tries + 1, state], trust);
  }
});

test('of what nobody signed twenty are kept per payment, and what comes after them is judged all the same', async () => {
  const [payment, other] = [await account(), await account()];
  core.gateway.lookUp = () => booked('waiting_for_deposit');
  const keptOf = async ({ id, merchant_id }: Payment) =>
    (
      await core.database.query('select from gateway_notices where merchant_id = $1 and payment_id = $2', [
        merchant_id,
        id,
      ])
    ).length;
  await notify(other, { event: deposit(), trust: 'unverified' });
  for (let index = 0; index < 21; index++) await notify(payment, { event: deposit(), trust: 'unverified' });
  assert.equal(await keptOf(payment), 20);
  await notify(payment, { event: deposit() });
  await notify(other, { event: deposit(), trust: 'unverified' });
  assert.deepEqual([await keptOf(payment), await keptOf(other)], [21, 2]);
  core.gateway.lookUp = () => booked('paid');
  const late = core.another();
  const raw = {
    path: '',
    headers: {},
    query: new URLSearchParams(),
    body: noticeBody(payment, { event: deposit(), trust: 'unverified' }),
  };
  assert.equal((await late.notices.receive(told, raw, '203.0.113.5'))?.body, 'taken');
  assert.deepEqual([await statusOf(payment), await keptOf(payment)], ['paid', 21]);
});

// The end of a refund.

/** A refund that the gateway has taken and pays out later. */
async function accepted(
  more: { readonly tid?: string | null; readonly amount?: number; readonly payment?: Payment } = {},
) {
  const payment = more.payment ?? (await account({ status: 'paid', paid_at: new Date() }));
  core.gateway.operations.cancel.send = async ({ now }, request) => {
    const result = results.cancel(request, now);
    return { kind: 'accepted', result: { ...result, gatewayTid: more.tid ?? result.gatewayTid } };
  };
  const { operationId } = await core.cancel(payment, { amount: more.amount });
  const { gateway_tid } = await core.operation(operationId);
  return { payment, id: operationId, tid: gateway_tid ?? '' };
}

const stateOf = async (id: string): Promise<string> => (await core.operation(id)).state;

test('the end of a refund that nobody signed is believed only with the gateway’s own id of it', async () => {
  for (const [cancelTid, trust, state] of [
    [null, 'unverified', 'accepted'],
    ['its own', 'unverified', 'confirmed'],
    [null, 'authentic', 'confirmed'],
    ['another', 'authentic', 'accepted'],
  ] as const) {
    const { payment, id, tid } = await accepted();
    const event = refund({ cancelTid: cancelTid === 'its own' ? tid : cancelTid });
    const [answer] = await notify(payment, { event, trust });
    assert.equal(await stateOf(id), state, `${cancelTid}, ${trust}`);
    if (state === 'confirmed') assert.equal(answer, 'taken');
  }
});

test('a notice that nobody signed ends no doubt, whatever id of the cancellation it names', async () => {
  const payment = await account({ status: 'paid', paid_at: new Date() });
  const operation = await core.reserve(payment, {});
  assert.ok(operation);
  await core.services.runner.markInDoubt(operation, new Date(), 'test', 'lost');
  for (const cancelTid of ['guessed', payment.pg_tid, null]) {
    const event = refund({ cancelTid });
    assert.equal((await notify(payment, { event, trust: 'unverified' }))[1], 'waiting');
    assert.equal(await stateOf(operation.id), 'in_doubt');
  }
  assert.equal((await notify(payment, { event: refund({ cancelTid: 'signed' }) }))[1], 'applied');
  assert.equal(await stateOf(operation.id), 'confirmed');
});

test('the end of a refund is found by the gateway’s id; without one by its amount; and never by another’s', async () => {
  const first = await accepted({ amount: 300 });
  const second = await accepted({ amount: 200, payment: first.payment });
  const { payment } = first;
  assert.equal((await notify(payment, { event: refund({ cancelTid: first.tid, amountMinor: 200n }) }))[1], 'unmatched');
  assert.equal((await notify(payment, { event: refund({ amountMinor: 400n }) }))[1], 'unmatched');
  // It fits both, and the gateway does not say which.
  assert.equal((await notify(payment, { event: refund() }))[1], 'waiting');
  assert.deepEqual([await stateOf(first.id), await stateOf(second.id)], ['accepted', 'accepted']);
  assert.equal(
    (await notify(payment, { event: refund({ amountMinor: 200n, succeeded: false, message: '계좌 오류' }) }))[1],
    'applied',
  );
  assert.deepEqual([await stateOf(first.id), await stateOf(second.id)], ['accepted', 'refused']);
  assert.equal((await core.operation(second.id)).gateway_message, '계좌 오류');
  assert.equal((await notify(payment, { event: refund({ cancelTid: first.tid }) }))[1], 'applied');
  assert.equal(await stateOf(first.id), 'confirmed');
  assert.equal((await notify(payment, { event: refund({ cancelTid: first.tid, succeeded: false }) }))[1], 'needless');
  assert.equal(await stateOf(first.id), 'confirmed');
  const { cancelled_minor, reserved_minor } = await core.read(payment);
  assert.deepEqual([cancelled_minor, reserved_minor], [300n, 0n]);
});

test('the end of a refund that comes before the answer to our request is settled waits', async () => {
  const payment = await account({ status: 'paid', paid_at: new Date() });
  const operation = await core.reserve(payment, {});
  assert.ok(operation);
  assert.deepEqual((await notify(payment, { event: refund() })).slice(0, 2), ['later', 'waiting']);
  assert.equal(await stateOf(operation.id), 'requested');
});

test('a signed end of a refund during another’s turn waits until that one has ended', async () => {
  const { payment, id } = await accepted({ amount: 300 });
  const other = await core.reserve(payment, { amountMinor: 100n });
  assert.ok(other);
  await core.services.runner.markInDoubt(other, new Date(), 'test', 'lost');
  const event = refund({ amountMinor: 300n });
  assert.deepEqual(await notify(payment, { event }), ['later', 'waiting', 'the payment is busy']);
  assert.equal(await stateOf(id), 'accepted');
});

test('what nobody signed makes the gateway be asked first, and its book counts', async () => {
  const { payment, id, tid } = await accepted();
  core.gateway.operations.cancel.inquire = async () => ({
    kind: 'refused',
    code: 'LATE',
    message: '실패',
    category: 'other',
  });
  const event = refund({ cancelTid: tid });
  assert.equal((await notify(payment, { event, trust: 'unverified' }))[1], 'applied');
  assert.equal(await stateOf(id), 'refused');
  const again = await accepted();
  core.gateway.asked.length = 0;
  await notify(again.payment, { event: refund(), trust: 'unverified' });
  await notify(again.payment, { event: refund(), trust: 'unverified' });
  assert.equal(core.gateway.asked.length, 1, 'once in a while');
});

test('a notice that names no payment of ours, or two, changes nothing', async () => {
  cannotBeAsked();
  const [one] = [await account({ pg_tid: 'twice' }), await account({ pg_tid: 'twice' })];
  assert.deepEqual((await notify(one, { event: deposit(), orderId: 'imp_unknown' })).slice(0, 2), [
    'refused',
    'not kept',
  ]);
  assert.deepEqual((await notify(one, { event: deposit(), orderId: '', gatewayTid: 'twice' })).slice(0, 2), [
    'refused',
    'not kept',
  ]);
  assert.equal(await statusOf(one), 'ready');
});
