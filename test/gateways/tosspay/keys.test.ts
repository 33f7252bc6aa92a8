import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tossPayGateway as gateway } from '../../../src/gateways/tosspay/adapter/adapter.ts';
import { tosspay } from '../../../src/gateways/tosspay/module.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { orderOf } from '../kit/payment-requests.ts';
import { cancelRequest, chargeOf, keyIssueOf, registeredKey } from '../kit/scenarios.ts';
import { tossPayClientOf } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(tosspay, { clock });
const { rig, server, answering } = desk;
const { post, refused } = tossPayClientOf(rig);
const { charge_key, revoke_key } = gateway.operations;
const { apiKey } = rig.call().channel.credentials;
const billingKey = { key: 'Zk1vM2h0RGVsTk9zQ0xHZw', boundTo: { userId: 'customer-1' } };

const charged = {
  code: 0,
  approvalTime: '2024-03-06 12:00:00',
  amount: 10_000,
  discountedAmount: 0,
  paidAmount: 10_000,
  payMethod: 'TOSS_MONEY',
  payToken: 'W6Q0cC1EbnN3Y2hxTE1hYQ',
  transactionId: '5b6e8a0e-7f0b-4e0e-9f5a-0c5f1b1f0a11',
};
const approval = {
  gatewayTid: charged.payToken,
  approvalNumber: null,
  approvedAt: new Date('2024-03-06T03:00:00Z'),
  receiptUrl: null,
  card: null,
  bank: null,
};
const shown = {
  code: 0,
  payToken: charged.payToken,
  orderNo: 'imp_1',
  payStatus: 'PAY_COMPLETE',
  payMethod: 'CARD',
  amount: 10_000,
  paidTs: '2024-03-06 12:00:00',
};
const failure = (errorCode: string) => ({ code: -1, msg: '문구', errorCode });
const asked = { ...desk.payment, orderId: 'imp_1', gatewayTid: null, billingKey };
const deletion = { ...keyIssueOf(desk.at('card')), billingKey, reason: '해지', requester: null };

function issueInWindow(parts: Record<string, unknown> = {}) {
  return rig.control.issueKeyInWindow({
    ...orderOf(rig.orderId(), 0n),
    mid: rig.mid,
    payMethod: 'card',
    customerUid: 'card of the customer',
    customerId: 'customer-1',
    ...parts,
  });
}

test('a charge names the key, the order and what is free of tax', async () => {
  const request = chargeOf('imp_1', billingKey, { taxFreeMinor: 1_000n, orderName: `${'가'.repeat(254)}😀` });
  assert.deepEqual(await charge_key.send(answering(charged), request), { kind: 'confirmed', result: approval });
  assert.equal(server.last().path, '/api/v1/billing-key/bill');
  assert.deepEqual(server.last().json(), {
    apiKey,
    billingKey: billingKey.key,
    orderNo: 'imp_1',
    productDesc: '가'.repeat(254),
    amount: 10_000,
    amountTaxFree: 1_000,
  });
  await charge_key.send(answering(charged), { ...request, vatMinor: 800n, orderName: '\n' });
  assert.deepEqual([server.last().json().amountVat, server.last().json().productDesc], [800, 'imp_1']);
  const { amount: _, ...untold } = charged;
  assert.equal((await charge_key.send(answering(untold), request)).kind, 'confirmed');
});

test('an answer that is not the whole one of our amount decides nothing', async () => {
  const request = chargeOf('imp_1', billingKey);
  for (const parts of [
    { amount: 9_999 },
    { approvalTime: '2024-03-06' },
    { payToken: undefined },
    { transactionId: undefined },
    { code: undefined },
  ]) {
    assert.equal((await charge_key.send(answering({ ...charged, ...parts }), request)).kind, 'unclear');
  }
  for (const [status, body] of [
    [200, failure('PAYMENT_DUPLICATION_ORDER_NO')],
    [200, failure('PAYMENT_EXISTING_PAYMENT')],
    [200, failure('TRANSACTION_PENDING_ERROR')],
    [200, failure('COMMON_TIMEOUT')],
    [500, failure('CARD_NOT_AVAILABLE')],
    [400, charged],
    [200, '<html>'],
  ] as const) {
    assert.equal((await charge_key.send(answering(body, { status }), request)).kind, 'unclear');
  }
});

test('a refusal has the code and the text of Toss Pay, whether its code is known or not', async () => {
  for (const [code, category] of [
    ['CARD_NOT_ENOUGH_BALANCE', 'not_enough'],
    ['CARD_NOT_AVAILABLE', 'bad_card'],
    ['NOBODY_KNOWS_THIS', 'other'],
  ]) {
    const outcome = await charge_key.send(answering(failure(String(code))), chargeOf('imp_1', billingKey));
    assert.deepEqual(outcome, { kind: 'refused', code, message: '문구', category });
  }
});

test('a lost charge counts when the status shows its order, and is never called a failure, nor sent again', async () => {
  const inquire = (body: unknown, status = 200) => charge_key.inquire(answering(body, { status }), asked, clock.now());
  assert.deepEqual(await inquire(shown), { kind: 'done', result: approval });
  assert.equal(server.last().path, '/api/v2/status');
  assert.deepEqual(server.last().json(), { apiKey, orderNo: 'imp_1' });
  for (const body of [
    failure('TRANSACTION_NOT_FOUND'),
    failure('COMMON_SYSTEM_ERROR'),
    { ...shown, payStatus: 'PAY_STANDBY' },
    { ...shown, payStatus: 'PAY_PROGRESS' },
    { ...shown, payStatus: 'PAY_CANCEL' },
    { ...shown, amount: 9_999 },
    { ...shown, orderNo: 'imp_2' },
    { ...shown, paidTs: null },
    '',
  ]) {
    assert.equal((await inquire(body)).kind, 'unknown', JSON.stringify(body));
  }
  assert.equal((await inquire(shown, 500)).kind, 'unknown');
});

test('instalments are not dropped: nothing is sent', async () => {
  const sent = server.requests.length;
  const call = rig.call({ baseUrl: server.url });
  const outcome = await charge_key.send(call, chargeOf('imp_1', billingKey, { installmentMonths: 3 }));
  assert.equal(outcome.kind, 'never_sent');
  assert.equal(server.requests.length, sent);
});

test('a lost deletion is settled by the status of this very key', async () => {
  const revoked = { gatewayTid: null, revokedAt: clock.now() };
  const done = await revoke_key.send(answering({ code: 0, msg: 'success' }), deletion);
  assert.deepEqual(done, { kind: 'confirmed', result: revoked });
  assert.equal(server.last().path, '/api/v1/billing-key/remove');
  assert.deepEqual(server.last().json(), { apiKey, billingKey: billingKey.key });
  assert.equal((await revoke_key.send(answering(failure('SIM02')), deletion)).kind, 'refused');
  assert.equal((await revoke_key.send(answering(failure('SIM02'), { isRepeat: true }), deletion)).kind, 'unclear');
  assert.equal((await revoke_key.send(answering('', { status: 500 }), deletion)).kind, 'unclear');

  const key = { code: 0, userId: 'customer-1', billingKey: billingKey.key, status: 'REMOVE', payMethod: 'CARD' };
  const inquire = (body: unknown, status = 200) =>
    revoke_key.inquire(answering(body, { status }), deletion, clock.now());
  assert.deepEqual(await inquire(key), { kind: 'done', result: revoked });
  assert.equal(server.last().path, '/api/v1/billing-key/status');
  assert.deepEqual(server.last().json(), { apiKey, userId: 'customer-1' });
  assert.deepEqual(await inquire({ ...key, status: 'ACTIVE' }), { kind: 'not_done', repeatIsSafe: true });
  for (const body of [
    { ...key, status: 'CREATE' },
    { ...key, status: 'FAIL' },
    { ...key, billingKey: 'a newer one' },
    { ...key, userId: 'customer-2' },
    failure('SIM02'),
  ]) {
    assert.equal((await inquire(body)).kind, 'unknown', JSON.stringify(body));
  }
  assert.equal((await inquire(key, 500)).kind, 'unknown');
});

test('the window registers only, for a user that Toss Pay can name', async () => {
  const issued = await issueInWindow({ amountMinor: 5_000n });
  assert.ok(issued.kind === 'done' && issued.result.payment === null);
  assert.match(issued.result.issued.billingKey.key, /^[\w-]{22}$/);
  assert.deepEqual(issued.result.issued.billingKey.boundTo, { userId: 'customer-1' });
  for (const customerId of ['홍길동', 'a b', 'x'.repeat(51)]) {
    assert.equal((await issueInWindow({ customerId })).kind, 'refused', customerId);
  }
  assert.equal((await issueInWindow({ currency: 'USD' })).kind, 'refused');
});

test('a payment by a key is found by its order and refunded, and the key is charged again', async () => {
  const { billingKey: issued } = await registeredKey(desk.at('card'));
  const orderId = rig.orderId();
  await rig.control.addFault({ mid: rig.mid, operation: 'charge_key', kind: 'lost_answer' });
  assert.equal((await charge_key.send(rig.call(), chargeOf(orderId, issued))).kind, 'unclear');
  const question = { ...desk.payment, orderId, gatewayTid: null, billingKey: issued };
  const found = await charge_key.inquire(rig.call(), question, clock.now());
  assert.ok(found.kind === 'done', JSON.stringify(found));
  const payment = { ...desk.payment, orderId, gatewayTid: found.result.gatewayTid };
  const cancelled = await gateway.operations.cancel.send(
    rig.call(),
    cancelRequest(desk.at('card'), { ...payment, noticeSecret: null }, 10_000n),
  );
  assert.equal(cancelled.kind, 'confirmed');
  assert.equal((await charge_key.send(rig.call(), chargeOf(rig.orderId(), issued))).kind, 'confirmed');
});

test('the simulator refuses what is malformed, an order that was charged, and a key that is unknown or deleted', async () => {
  const { billingKey: issued } = await registeredKey(desk.at('card'));
  const fields = {
    billingKey: issued.key,
    orderNo: 'imp_simulator',
    productDesc: '생수',
    amount: 1_000,
    amountTaxFree: 0,
  };
  const bill = (parts: Record<string, unknown> = {}) => post('/api/v1/billing-key/bill', { ...fields, ...parts });
  const remove = (key: string) => post('/api/v1/billing-key/remove', { billingKey: key });
  const statusOf = (userId: unknown) => post('/api/v1/billing-key/status', { userId });
  for (const parts of [
    { orderNo: undefined },
    { orderNo: 'x'.repeat(51) },
    { orderNo: '주문 1' },
    { productDesc: undefined },
    { productDesc: 'x'.repeat(256) },
    { amount: 0 },
    { amount: undefined },
    { amount: 1.5 },
    { amountTaxFree: undefined },
    { amountTaxFree: 1_001 },
    { amountVat: 1_001 },
    { billingKey: undefined },
    { billingKey: 'x'.repeat(51) },
  ]) {
    await refused(bill(parts), 'COMMON_INVALID_PARAMETER');
  }
  await refused(bill({ billingKey: 'nobody' }), 'SIM02');
  await refused(remove('nobody'), 'SIM02');
  await refused(statusOf('nobody'), 'SIM02');

  const other = 'tosspay_other';
  await rig.control.registerMerchant({ mid: other, credentials: rig.sandbox.credentials(other) });
  await refused(bill({ apiKey: rig.sandbox.credentials(other).apiKey }), 'SIM02');

  const { body } = await bill();
  assert.deepEqual(
    [body.code, body.amount, body.payMethod, body.approvalTime],
    [0, 1_000, 'CARD', '2024-03-06 12:00:00'],
  );
  await refused(bill(), 'PAYMENT_DUPLICATION_ORDER_NO');
  assert.deepEqual((await statusOf(issued.boundTo.userId)).body, {
    code: 0,
    status: 'ACTIVE',
    userId: issued.boundTo.userId,
    billingKey: issued.key,
    payMethod: 'CARD',
  });
  assert.equal((await remove(issued.key)).body.code, 0);
  assert.equal((await statusOf(issued.boundTo.userId)).body.status, 'REMOVE');
  await refused(remove(issued.key), 'SIM02');
  await refused(bill({ orderNo: 'imp_later' }), 'SIM02');
});
