import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { after, before, test } from 'node:test';
import type { Channel } from '../../../src/core/merchants/channels.ts';
import { refuseUnsupported } from '../../../src/core/operations/support.ts';
import { askOnce } from '../../../src/core/payments/ask-once.ts';
import { adapters } from '../../../src/gateways/registry.ts';
import { systemClock } from '../../../src/platform/clock/clock.ts';
import { serverClockForAll } from '../../../src/platform/clock/merchant-clocks.ts';
import { Refusal } from '../../../src/platform/errors/refusal.ts';
import { createLog } from '../../../src/platform/logging/log.ts';
import type { ApiClient } from '../../kit/api-client.ts';
import { eventually } from '../../kit/eventually.ts';
import { assertBooksAgree, bookOf, newOrder } from '../../kit/orders.ts';
import { briefLimits, type Sandbox, startSandbox } from '../../kit/sandbox.ts';
import { everythingStored, formsOf } from './everything-stored.ts';

let sandbox: Sandbox;
let client: ApiClient;
const logged: string[] = [];
const password = 'a password that nobody keeps';
before(async () => {
  const stream = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk));
      done();
    },
  });
  sandbox = await startSandbox({
    settings: { ...briefLimits, notDoneIsFinalAfterMs: 2_500 },
    log: createLog('debug', stream),
  });
  client = await sandbox.newMerchant();
});
after(() => sandbox?.close());

const login = { benepia_user: 'user01', benepia_password: password };
const pay = (by: ApiClient, change: object = {}) =>
  by.post('/benepia/payment', { ...login, name: '당근 10kg', amount: 3000, merchant_uid: newOrder(), ...change });
const points = async (by: ApiClient): Promise<number> => (await by.post('/benepia/point', login)).response.point;

test('points are taken by a payment, and come back with what is cancelled of it, part by part', async () => {
  const by = await sandbox.newMerchant();
  const { imp_uid: impUid } = (await pay(by)).response;
  assert.equal(await points(by), 97_000);
  assert.equal((await by.post('/payments/cancel', { imp_uid: impUid, amount: 1000, checksum: 3000 })).code, 0);
  assert.equal(await points(by), 98_000);
  assert.equal((await by.post('/payments/cancel', { imp_uid: impUid })).response.cancel_amount, 3000);
  assert.equal(await points(by), 100_000);
  await assertBooksAgree(by, impUid);
  const today = new Date(Date.now() + 9 * 3600_000).toISOString().slice(0, 10);
  const reconciled = await by.get(`/reconciliations/kcp/payments?date=${today}`);
  assert.equal(reconciled.code, 0, reconciled.text);
  assert.ok(reconciled.text.includes(impUid), 'the payment is compared with the book of the gateway');
});

test('of many payments of one order at once one is made, and takes its points once', async () => {
  const by = await sandbox.newMerchant();
  const order = newOrder();
  const answers = await Promise.all(Array.from({ length: 8 }, () => pay(by, { merchant_uid: order })));
  assert.deepEqual(
    answers.map(({ error }) => error ?? 'paid').sort(),
    [...Array(7).fill('order_already_paid'), 'paid'].sort(),
  );
  assert.equal(await points(by), 97_000);
});

test('of many payments of different orders no more are made than there is money', async () => {
  const by = await sandbox.newMerchant();
  await by.put('/sandbox/benepia/points/user01', { point: 7000 });
  const answers = await Promise.all(Array.from({ length: 6 }, () => pay(by)));
  assert.equal(answers.filter(({ code }) => code === 0).length, 2);
  assert.equal(await points(by), 1000);
});

test('a lost answer is found out; what never arrived fails in the end, and the order is free again', async () => {
  const by = await sandbox.newMerchant();
  await by.post('/sandbox/faults', { pg_provider: 'kcp', operation: 'pay_from_wallet', kind: 'lost_answer' });
  const found = await pay(by);
  assert.equal(found.response.status, 'paid', found.text);
  assert.equal(await points(by), 97_000);
  await by.post('/sandbox/faults', { pg_provider: 'kcp', operation: 'pay_from_wallet', kind: 'disconnect' });
  const order = newOrder();
  assert.equal((await pay(by, { merchant_uid: order })).error, 'outcome_in_doubt');
  const blocked = await pay(by, { merchant_uid: order });
  if (blocked.code !== 0) assert.match(blocked.message ?? '', /이미 주문이|확인/);
  await eventually(async () => {
    const failed = (await by.get(`/payments/find/${order}/failed`)).response;
    assert.equal(failed?.status, 'failed');
  });
  if (blocked.code !== 0) assert.equal((await pay(by, { merchant_uid: order })).code, 0);
  assert.equal(await points(by), 94_000);
});

test("money of KCP Quick Pay: a lost answer uses the check of the PIN once, and the member's money once", async () => {
  const by = await sandbox.newMerchant();
  const member = '/sandbox/kcpquick/members/m0001';
  await by.put(member);
  const prepared = newOrder();
  await by.post(`/kcpquick/prepare/${prepared}`, { btid: 'BT0001', cust_ip: '192.0.2.10', code_verifier: password });
  assert.equal((await by.post(`${member}/charge`, { merchant_uid: prepared, amount: 9000 })).response.money, 9000);
  const { imp_uid } = (await by.post(`${member}/pin-check`)).response;
  await by.post('/sandbox/faults', { pg_provider: 'kcp_quick', operation: 'pay_from_wallet', kind: 'lost_answer' });
  const order = newOrder();
  const body = { member_id: 'm0001', merchant_uid: order, name: '충전금', amount: 4000, imp_uid };
  const paid = await by.post('/kcpquick/payment/money', body);
  assert.equal(paid.response.status, 'paid', paid.text);
  assert.equal((await by.post('/kcpquick/payment/money', body)).error, 'order_already_paid');
  const withUsed = await by.post('/kcpquick/payment/money', { ...body, merchant_uid: newOrder() });
  assert.equal(withUsed.error, 'wallet_payment_refused');
  assert.equal((await by.get(member)).response.money, 5000);
  assert.equal((await bookOf(by, paid.response.imp_uid, 'kcp_quick')).amount, 4000);
  const parts = await Promise.all(
    Array.from({ length: 6 }, () => by.post('/payments/cancel', { merchant_uid: order, amount: 1500 })),
  );
  assert.equal(parts.filter(({ code }) => code === 0).length, 2, 'no more comes back than was paid');
  assert.equal((await by.get(member)).response.money, 8000);
  await assertBooksAgree(by, paid.response.imp_uid);
});

test("a merchant's members, preparations and keys are not another's", async () => {
  const [one, other] = [await sandbox.newMerchant(), await sandbox.newMerchant()];
  const member = '/sandbox/kcpquick/members/m0001';
  await one.put(member);
  await one.post(`${member}/autopay`, { customer_uid: 'card-1' });
  const preparation = { btid: 'BT0001', cust_ip: '192.0.2.10', code_verifier: 'f3' };
  assert.equal((await one.post('/kcpquick/prepare/q_1', preparation)).code, 0);
  assert.equal((await other.put('/kcpquick/prepare/q_1', preparation)).error, 'kcpquick_not_prepared');
  assert.equal((await other.delete('/kcpquick/autopay/card-1')).error, 'kcpquick_autopay_key_not_found');
  assert.equal((await other.delete('/kcpquick/members/m0001')).error, 'kcpquick_member_not_found');
  assert.equal((await one.post('/sandbox/reset')).code, 0);
  assert.equal((await one.get(member)).error, 'sandbox_buyer_refused', 'a reset forgets members');
});

test('live mode says that it has none of them, and asks nobody', async () => {
  const merchantId = 1n;
  const asking = {
    http: { send: () => assert.fail('something is sent'), close: async () => undefined },
    clocks: serverClockForAll(systemClock),
    settings: { gatewayTimeoutMs: 400 },
  };
  for (const provider of ['kcp', 'kcp_quick', 'html5_inicis']) {
    const gateway = adapters.get(provider);
    assert.ok(gateway);
    const access = { mid: 'live', mode: 'live', baseUrl: '', credentials: {} } as const;
    const channel = { provider, merchantId, gateway, access } as unknown as Channel;
    const deadline = { leftMs: () => 1_000 };
    const asked = askOnce(asking, channel, deadline, 'wallet', gateway.wallets ?? gateway.slipParts, () =>
      assert.fail('the gateway is asked'),
    );
    await assert.rejects(asked, (error) => error instanceof Refusal && error.errorCode === 'not_supported_by_gateway');
    if (gateway.wallets) {
      assert.throws(() => refuseUnsupported(channel, 'point', 'pay_from_wallet'), /pay_from_wallet/);
    }
  }
});

test('passwords are neither stored nor logged', async () => {
  await pay(client);
  await client.post('/benepia/point', { ...login, benepia_user: 'nobody' });
  await client.post('/sandbox/faults', { pg_provider: 'kcp', operation: 'pay_from_wallet', kind: 'garbage' });
  await pay(client);
  const stored = await everythingStored(sandbox.database);
  const log = logged.join('');
  assert.ok(log.includes('pay_from_wallet'), 'the log tells of such payments');
  for (const form of formsOf(password)) {
    assert.ok(!stored.includes(form) && !log.includes(form), form);
  }
});
