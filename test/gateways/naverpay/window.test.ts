import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { request as httpRequest } from 'undici';
import { naverGateway as gateway } from '../../../src/gateways/naverpay/adapter/adapter.ts';
import { naverpay } from '../../../src/gateways/naverpay/module.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { orderOf } from '../kit/payment-requests.ts';
import { windowRequest } from '../kit/scenarios.ts';

const noon = '2024-03-06T12:00:00+09:00';
const clock = movingClock(noon);
const desk = await openDesk(naverpay, { clock });
const { rig, server, answering, payment } = desk;
const { send, inquire } = gateway.operations.approve_window;
const { clientId = '', clientSecret = '', chainId = '' } = rig.call().channel.credentials;
beforeEach(() => clock.set(noon));

const paymentId = '20240306NP1234567890';
const order = { ...orderOf('imp_1', 10_000n), payMethod: 'card', token: paymentId, issuesKey: false } as const;
const asked = { ...payment, orderId: 'imp_1', gatewayTid: null, token: paymentId, issuesKey: false };
const detail = {
  paymentId,
  payHistId: '20240306NP1234567891',
  merchantPayKey: 'imp_1',
  admissionTypeCode: '01',
  admissionYmdt: '20240306120000',
  admissionState: 'SUCCESS',
  totalPayAmount: 10_000,
  primaryPayAmount: 10_000,
  npointPayAmount: 0,
  primaryPayMeans: 'CARD',
  cardCorpCode: 'C3',
  cardNo: '9410-00**-****-1234',
  cardAuthNo: '12345678',
  cardInstCount: 3,
};
const success = (parts: Record<string, unknown> = {}) => ({
  code: 'Success',
  message: '성공',
  body: { paymentId, detail: { ...detail, ...parts } },
});
const history = (...list: unknown[]) => ({ code: 'Success', message: '성공', body: { list, totalPageCount: 1 } });

describe('the adapter', () => {
  test('sends the number that the browser brought back under its key, and reads the card', async () => {
    const outcome = await send(answering(success(), { idempotencyKey: 'our-key' }), order);
    assert.ok(outcome.kind === 'confirmed', inspect(outcome));
    assert.deepEqual(outcome.result.approval, {
      gatewayTid: paymentId,
      approvalNumber: '12345678',
      approvedAt: new Date(noon),
      receiptUrl: null,
      card: {
        maskedNumber: '941000******1234',
        code: '381',
        name: 'KB카드',
        issuerCode: '381',
        issuerName: 'KB카드',
        installmentMonths: 3,
        type: null,
      },
      bank: null,
    });
    const sent = server.last();
    assert.equal(sent.path, `/${rig.mid}/naverpay/payments/v2.2/apply/payment`);
    assert.equal(sent.body, `paymentId=${paymentId}`);
    assert.deepEqual(
      ['content-type', 'x-naverpay-idempotency-key', 'x-naver-client-id'].map((name) => sent.headers[name]),
      ['application/x-www-form-urlencoded', 'our-key', clientId],
    );
  });

  test('a repeat brings the first answer back with HTTP 409', async () => {
    const outcome = await send(answering(success(), { status: 409, isRepeat: true }), order);
    assert.equal(outcome.kind, 'confirmed');
  });

  test('takes only an answer about this payment for one', async () => {
    for (const parts of [
      { paymentId: 'other' },
      { merchantPayKey: 'imp_2' },
      { merchantPayKey: null },
      { totalPayAmount: 9_999 },
      { admissionState: 'FAIL' },
    ]) {
      assert.equal((await send(answering(success(parts)), order)).kind, 'unclear', inspect(parts));
    }
  });

  test('what may be done or under way is a doubt, everything else is a no', async () => {
    for (const [code, message] of [
      ['AlreadyComplete', '이미 완료된 결제'],
      ['AlreadyOnGoing', '진행 중'],
      ['SomethingNew', '결제가 처리 중입니다.'],
      ['ApprovalTimeout', ''],
    ]) {
      assert.equal((await send(answering({ code, message }), order)).kind, 'unclear', code);
    }
    for (const [code, message] of [
      ['TimeExpired', '결제 승인 가능 시간 초과'],
      ['NotEnoughBalance', '잔액이 부족합니다.'],
      ['InvalidMerchant', '유효하지 않은 가맹점'],
    ]) {
      assert.equal((await send(answering({ code, message }), order)).kind, 'refused', code);
    }
    const repeat = await send(answering({ code: 'TimeExpired', message: '' }, { isRepeat: true }), order);
    assert.equal(repeat.kind, 'unclear', 'the first one may have been in time');
  });

  test('asks the history of the number for what became of it', async () => {
    const sentAt = new Date(noon);
    const done = await inquire(answering(history(detail)), asked, sentAt);
    assert.equal(done.kind === 'done' && done.result.gatewayTid, paymentId);
    assert.equal(server.last().path, `/${rig.mid}/naverpay/payments/v2.2/list/history/${paymentId}`);
    assert.deepEqual(await inquire(answering(history()), asked, sentAt), { kind: 'not_done', repeatIsSafe: true });
    for (const parts of [{ totalPayAmount: 1 }, { merchantPayKey: 'imp_2' }, { admissionState: 'FAIL' }]) {
      assert.equal(
        (await inquire(answering(history({ ...detail, ...parts })), asked, sentAt)).kind,
        'unknown',
        inspect(parts),
      );
    }
  });
});

describe('the simulator', () => {
  const post = async (fields: Record<string, string>, key: string) => {
    const answer = await httpRequest(`${rig.url}/naverpay-partner/naverpay/payments/v2.2/apply/payment`, {
      method: 'POST',
      headers: {
        'x-naver-client-id': clientId,
        'x-naver-client-secret': clientSecret,
        'x-naverpay-chain-id': chainId,
        'x-naverpay-idempotency-key': key,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams(fields).toString(),
    });
    return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
  };
  const agree = async (parts = {}) => {
    const agreed = windowRequest(desk.at('card'), parts);
    const result = await rig.control.authenticateInWindow(agreed);
    assert.ok(result.kind === 'done', inspect(result));
    return { paymentId: result.result.gatewayTid, orderId: agreed.orderId };
  };

  test('approves a number once, and brings the answer back under its key', async () => {
    const agreed = await agree({ amountMinor: 60_000n, card: { code: '367', installmentMonths: 12 } });
    const first = await post({ paymentId: agreed.paymentId }, 'key-one');
    assert.deepEqual([first.status, first.body.code], [200, 'Success'], inspect(first.body));
    const { detail: told } = first.body.body as { detail: Record<string, unknown> };
    assert.deepEqual(
      [told.paymentId, told.merchantPayKey, told.totalPayAmount, told.cardCorpCode, told.cardInstCount],
      [agreed.paymentId, agreed.orderId, 60_000, 'CH', 12],
    );
    const again = await post({ paymentId: agreed.paymentId }, 'key-one');
    assert.equal(again.status, 409);
    assert.deepEqual(again.body, first.body);
    assert.equal((await post({ paymentId: agreed.paymentId }, 'key-two')).body.code, 'AlreadyComplete');
    assert.equal((await rig.control.book({ mid: rig.mid, orderId: agreed.orderId })).transactions.length, 1);
  });

  test('knows only numbers of its window, for half an hour', async () => {
    assert.equal((await post({}, 'key-3')).body.code, 'RequireParameter');
    assert.equal((await post({ paymentId }, 'key-4')).body.code, 'InvalidPaymentId');
    const agreed = await agree();
    clock.set('2024-03-06T12:31:00+09:00');
    assert.equal((await post({ paymentId: agreed.paymentId }, 'key-5')).body.code, 'TimeExpired');
  });
});
