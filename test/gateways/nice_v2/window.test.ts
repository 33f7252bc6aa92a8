import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { request } from 'undici';
import { niceV2Gateway as gateway } from '../../../src/gateways/nice_v2/adapter/adapter.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { orderOf } from '../kit/payment-requests.ts';
import { windowRequest } from '../kit/scenarios.ts';
import { sha256 } from '../nice/kit.ts';
import { niceNoon, noon, openNiceV2Desk, refusal } from './kit.ts';

const clock = movingClock(noon);
const desk = await openNiceV2Desk(clock);
const { rig, server, answering, nice, payment } = desk;
const { send, inquire } = gateway.operations.approve_window;
const { clientKey = '' } = rig.call().channel.credentials;
beforeEach(() => clock.set(noon));

const token = payment.gatewayTid;
const order = { ...orderOf(payment.orderId, 10_000n), payMethod: 'card', token, issuesKey: false } as const;
const asked = { ...payment, gatewayTid: null, token, issuesKey: false };
const account = {
  status: 'ready',
  paidAt: '0',
  payMethod: 'vbank',
  card: null,
  vbank: {
    vbankCode: '088',
    vbankNumber: '110123456789',
    vbankExpDate: '2024-03-13T23:59:59.000+0900',
    vbankHolder: '상점',
  },
};

describe('the adapter', () => {
  test('asks under the TID that the browser brought back, signed over TID, amount and date', async () => {
    const outcome = await send(answering(nice.payment()), order);
    assert.ok(outcome.kind === 'confirmed', inspect(outcome));
    const { gatewayTid, approval, virtualAccount, key } = outcome.result;
    assert.deepEqual([gatewayTid, virtualAccount, key], [token, null, null]);
    assert.deepEqual([approval?.card?.issuerCode, approval?.card?.installmentMonths], ['365', 3]);
    const { method, path } = server.last();
    assert.deepEqual([method, path], ['POST', `/v1/payments/${token}`]);
    assert.deepEqual(server.last().json(), {
      amount: 10_000,
      ediDate: niceNoon,
      signData: sha256(token, '10000', niceNoon, nice.secretKey),
      returnCharSet: 'utf-8',
    });
  });

  test('takes only a signed answer about this payment for one', async () => {
    for (const parts of [
      { amount: 9_999 },
      { orderId: 'other' },
      { tid: 'other' },
      { status: 'failed', paidAt: '0' },
      { signature: 'x' },
    ]) {
      const doubtful = { ...nice.payment(parts), ...('signature' in parts ? parts : {}) };
      assert.equal((await send(answering(doubtful), order)).kind, 'unclear', JSON.stringify(parts));
    }
  });

  test('reads an account that waits', async () => {
    const outcome = await send(answering(nice.payment(account)), { ...order, payMethod: 'vbank' });
    assert.ok(outcome.kind === 'confirmed', inspect(outcome));
    assert.equal(outcome.result.approval, null);
    assert.deepEqual(
      [outcome.result.virtualAccount?.accountNumber, outcome.result.virtualAccount?.bankCode],
      ['110123456789', '088'],
    );
  });

  test('an order or TID that was used is a doubt, a card that is refused is not', async () => {
    for (const code of ['U112', 'P015', 'U303', 'U503']) {
      assert.equal((await send(answering(refusal(code)), order)).kind, 'unclear', code);
    }
    for (const code of ['U113', 'U120', '8035', 'F118']) {
      assert.equal((await send(answering(refusal(code)), order)).kind, 'refused', code);
    }
  });

  test('asks for what became of it by the order, and takes no other payment for it', async () => {
    const sentAt = new Date(noon);
    const done = await inquire(answering(nice.payment()), asked, sentAt);
    assert.equal(done.kind === 'done' && done.result.gatewayTid, token);
    assert.match(server.last().path, new RegExp(`^/v1/payments/find/${payment.orderId}\\?`));
    assert.equal((await inquire(answering(nice.payment(account)), asked, sentAt)).kind, 'done');
    for (const parts of [{ tid: 'other' }, { amount: 1 }, { orderId: 'other' }]) {
      assert.equal(
        (await inquire(answering(nice.payment(parts)), asked, sentAt)).kind,
        'unknown',
        JSON.stringify(parts),
      );
    }
    const failed = await inquire(
      answering(nice.payment({ status: 'failed', paidAt: '0', resultMsg: '한도초과' })),
      asked,
      sentAt,
    );
    assert.equal(failed.kind === 'refused' && failed.message, '한도초과');
    assert.deepEqual(await inquire(answering(refusal('U126')), asked, sentAt), {
      kind: 'not_done',
      repeatIsSafe: true,
    });
    clock.set('2024-03-07T13:00:00+09:00');
    assert.deepEqual(await inquire(answering(refusal('U126')), asked, sentAt), {
      kind: 'not_done',
      repeatIsSafe: false,
    });
  });
});

describe('the simulator', () => {
  const capabilities = gateway.capabilities.payMethods.card;
  assert.ok(capabilities);
  const agree = async (parts = {}) => {
    const agreed = windowRequest({ gateway, rig, payMethod: 'card', capabilities }, parts);
    const result = await rig.control.authenticateInWindow(agreed);
    assert.ok(result.kind === 'done', inspect(result));
    return { tid: result.result.gatewayTid, orderId: agreed.orderId };
  };
  const authorization = `Basic ${Buffer.from(`${clientKey}:${nice.secretKey}`).toString('base64')}`;
  const post = async (path: string, body: unknown) => {
    const headers = { authorization, 'content-type': 'application/json;charset=utf-8' };
    const answer = await request(rig.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await answer.body.json()) as Record<string, unknown>;
  };

  test('approves once, for the amount that the buyer has seen, with or without a signature', async () => {
    const { tid, orderId } = await agree();
    assert.equal(tid.length, 30);
    const wrong = await post(`/v1/payments/${tid}`, { amount: 9_999 });
    assert.deepEqual(wrong, { resultCode: 'U113', resultMsg: '결제 금액이 일치하지 않습니다.' });
    const signData = sha256(tid, '10000', niceNoon, 'another key');
    assert.equal(
      (await post(`/v1/payments/${tid}`, { amount: 10_000, ediDate: niceNoon, signData })).resultCode,
      'U312',
    );
    assert.deepEqual((await rig.control.book({ mid: rig.mid, orderId })).transactions, []);
    const made = await post(`/v1/payments/${tid}`, { amount: 10_000 });
    assert.deepEqual([made.resultCode, made.status, made.tid, made.orderId], ['0000', 'paid', tid, orderId]);
    assert.equal(made.signature, sha256(tid, '10000', String(made.ediDate), nice.secretKey));
    const again = await post(`/v1/payments/${tid}`, { amount: 10_000 });
    assert.deepEqual(again, { resultCode: 'U112', resultMsg: '이미 사용된 OrderId 입니다.' });
    assert.equal((await rig.control.book({ mid: rig.mid, orderId })).transactions.length, 1);
  });

  test('does not know a TID that it has not given out, nor one that is half an hour old', async () => {
    assert.equal((await post('/v1/payments/nictest00m01012403061200000001', { amount: 10_000 })).resultCode, 'U120');
    const { tid } = await agree();
    clock.set('2024-03-06T12:31:00+09:00');
    assert.equal((await post(`/v1/payments/${tid}`, { amount: 10_000 })).resultCode, 'U120');
  });

  test('tells the card and the months that the buyer has chosen', async () => {
    const { tid } = await agree({ amountMinor: 60_000n, card: { code: '366', installmentMonths: 6 } });
    const made = await post(`/v1/payments/${tid}`, { amount: 60_000 });
    const { cardCode, acquCardCode, cardQuota } = made.card as Record<string, unknown>;
    assert.deepEqual([cardCode, acquCardCode, cardQuota], ['06', '06', 6]);
  });
});
