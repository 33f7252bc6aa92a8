import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { niceV2Gateway as gateway } from '../../../src/gateways/nice_v2/adapter/adapter.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { chargeOf, testCard } from '../kit/scenarios.ts';
import { sha256 } from '../nice/kit.ts';
import { niceNoon, noon, openNiceV2Desk, refusal } from './kit.ts';

const clock = movingClock(noon);
const desk = await openNiceV2Desk(clock);
const { server, answering, nice, payment } = desk;
const { issue_key, charge_key, revoke_key } = gateway.operations;
beforeEach(() => clock.set(noon));

const customer = { name: '홍길동', email: 'buyer@example.com', tel: '010-1234-5678' };
const issue = { orderId: 'key_1', customerUid: 'c', customerId: 'c', customer, card: testCard };
const billingKey = { key: 'BIKYnictest00m2403061200', boundTo: {} };

test('a registration is signed over order, date and key, and its answer is read in either case of its names', async () => {
  const answers = [
    {
      resultCode: '0000',
      resultMsg: 'ok',
      tid: 't',
      orderId: 'key_1',
      bid: billingKey.key,
      authDate: niceNoon,
      cardCode: '04',
      cardName: '삼성',
    },
    {
      ResultCode: '0000',
      ResultMsg: 'ok',
      TID: 't',
      OrderId: 'key_1',
      BID: billingKey.key,
      AuthDate: '20240306',
      CardCode: '04',
      CardName: '삼성',
    },
  ];
  for (const answer of answers) {
    const outcome = await issue_key.send(answering(answer), issue);
    assert.ok(outcome.kind === 'confirmed', JSON.stringify(outcome));
    assert.deepEqual([outcome.result.billingKey, outcome.result.card?.code], [billingKey, '365']);
    const { method, path } = server.last();
    assert.deepEqual([method, path], ['POST', '/v1/subscribe/regist']);
    const sent = server.last().json();
    assert.equal(sent.signData, sha256('key_1', niceNoon, nice.secretKey));
    assert.deepEqual([sent.orderId, sent.buyerName, sent.encMode], ['key_1', '홍길동', undefined]);
    assert.ok(!server.last().text().includes(testCard.number), 'the card goes encrypted only');
  }
  const without = { ...answers[0], bid: '' };
  assert.equal((await issue_key.send(answering(without), issue)).kind, 'unclear');
  const other = { ...answers[0], orderId: 'key_2' };
  assert.equal((await issue_key.send(answering(other), issue)).kind, 'unclear');
  const bad = await issue_key.send(answering(refusal('F112')), issue);
  assert.equal(bad.kind === 'refused' && bad.category, 'bad_card');
});

test('a charge is signed over order, key and date, and confirmed by a signed answer about it only', async () => {
  const request = chargeOf(payment.orderId, billingKey, { installmentMonths: 3, taxFreeMinor: 100n });
  const outcome = await charge_key.send(answering(nice.payment()), request);
  assert.equal(outcome.kind, 'confirmed', JSON.stringify(outcome));
  assert.equal(server.last().path, `/v1/subscribe/${billingKey.key}/payments`);
  const sent = server.last().json();
  assert.equal(sent.signData, sha256(payment.orderId, billingKey.key, niceNoon, nice.secretKey));
  assert.deepEqual([sent.amount, sent.cardQuota, sent.useShopInterest, sent.taxFreeAmt], [10_000, '3', false, 100]);
  for (const parts of [{ amount: 9_999 }, { orderId: 'other' }, { status: 'ready' }, { signature: 'x' }]) {
    const doubtful = { ...nice.payment(parts), ...('signature' in parts ? parts : {}) };
    assert.equal((await charge_key.send(answering(doubtful), request)).kind, 'unclear', JSON.stringify(parts));
  }
  assert.equal((await charge_key.send(answering(refusal('U112')), request)).kind, 'unclear', 'the number was ours');
  assert.equal((await charge_key.send(answering(refusal('8035')), request)).kind, 'refused');
});

test('a key that is gone has been deleted; a refusal of anything else is one', async () => {
  const request = { ...issue, billingKey, reason: '해지', requester: null };
  const done = {
    resultCode: '0000',
    resultMsg: 'ok',
    tid: 't',
    orderId: 'key_1',
    bid: billingKey.key,
    authDate: niceNoon,
  };
  assert.equal((await revoke_key.send(answering(done), request)).kind, 'confirmed');
  assert.equal(server.last().json().signData, sha256('key_1', billingKey.key, niceNoon, nice.secretKey));
  assert.equal((await revoke_key.send(answering(refusal('A126')), request)).kind, 'confirmed');
  assert.equal((await revoke_key.send(answering({ ...done, bid: 'other' }), request)).kind, 'unclear');
  assert.equal((await revoke_key.send(answering(refusal('A255')), request)).kind, 'refused');
});
