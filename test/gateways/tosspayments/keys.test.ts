import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tossGateway as gateway } from '../../../src/gateways/tosspayments/adapter/adapter.ts';
import { tosspayments } from '../../../src/gateways/tosspayments/module.ts';
import { openDesk } from '../kit/desk.ts';
import { chargeOf, testCard } from '../kit/scenarios.ts';

const desk = await openDesk(tosspayments);
const { rig, server, answering } = desk;
const { issue_key, charge_key, revoke_key } = gateway.operations;

const customer = { name: '홍길동', email: 'buyer@example.com', tel: null };
const issue = { orderId: 'key_1', customerUid: 'c', customerId: 'customer-1', customer, card: testCard };
const key = 'Z_t5vOvQxrj4499PeiJcjen28-V2RyqgYTwN44Rdzk0=';
const billingKey = { key, boundTo: { customerKey: 'customer-1' } };
const billing = {
  mId: 'm',
  customerKey: 'customer-1',
  authenticatedAt: '2024-03-06T12:00:00+09:00',
  method: '카드',
  billingKey: key,
  card: { issuerCode: '61', acquirerCode: '31', number: '43301234****123*', cardType: '신용', ownerType: '개인' },
  cardCompany: '현대',
};

test('a card is registered for its customer, with the idempotency key, and the whole key is kept', async () => {
  const outcome = await issue_key.send(answering(billing, { idempotencyKey: 'OPERATION' }), issue);
  assert.ok(outcome.kind === 'confirmed');
  assert.deepEqual([outcome.result.billingKey, outcome.result.card?.maskedNumber], [billingKey, '433012******1239']);
  const sent = server.last();
  assert.deepEqual([sent.path, sent.headers['idempotency-key']], ['/v1/billing/authorizations/card', 'OPERATION']);
  assert.equal(sent.json().customerKey, 'customer-1');
  const another = { ...billing, customerKey: 'another' };
  assert.equal((await issue_key.send(answering(another), issue)).kind, 'unclear');
});

test('a customer that Toss can not name is sent as a digest, always the same', async () => {
  const keys: unknown[] = [];
  for (const customerId of ['고객 1', '고객 1', '고객 2']) {
    await issue_key.send(answering(billing), { ...issue, customerId });
    keys.push(server.last().json().customerKey);
  }
  assert.match(String(keys[0]), /^[A-Za-z0-9_=.@,-]{2,300}$/);
  assert.equal(keys[0], keys[1]);
  assert.notEqual(keys[0], keys[2]);
});

test('the key is encoded in the path, and the customer that it was issued for goes with it', async () => {
  const request = chargeOf('imp_1', billingKey);
  await charge_key.send(answering({}), request);
  assert.equal(server.last().path, `/v1/billing/${encodeURIComponent(key)}`);
  const { customerKey, amount, orderId } = server.last().json();
  assert.deepEqual([customerKey, amount, orderId], ['customer-1', 10_000, 'imp_1']);
});

test('a deletion is answered by nothing; a key that is not there has been deleted', async () => {
  const request = { ...issue, billingKey, reason: '해지', requester: null };
  assert.equal((await revoke_key.send(answering(''), request)).kind, 'confirmed');
  assert.equal(server.last().method, 'DELETE');
  assert.equal((await revoke_key.send(answering('<html>'), request)).kind, 'unclear');
  for (const [status, code, expected] of [
    [404, 'NOT_FOUND_BILLING', 'confirmed'],
    [400, 'BILLING_KEY_NOT_FOUND', 'confirmed'],
    [400, 'ALREADY_REMOVED_BILLING_KEY', 'confirmed'],
    [400, 'INVALID_REQUEST', 'refused'],
    [500, 'NOT_FOUND_BILLING', 'unclear'],
  ] as const) {
    const outcome = await revoke_key.send(answering({ code, message: 'x' }, { status }), request);
    assert.equal(outcome.kind, expected, code);
  }
});

test('the simulator charges nobody else’s customer and no key of another merchant', async () => {
  const issued = await issue_key.send(rig.call(), issue);
  assert.ok(issued.kind === 'confirmed');
  const foreign = { ...issued.result.billingKey, boundTo: { customerKey: 'customer-2' } };
  const mismatch = await charge_key.send(rig.call(), chargeOf('imp_000001', foreign));
  assert.equal(mismatch.kind === 'refused' && mismatch.code, 'NOT_MATCHES_CUSTOMER_KEY');
});
