import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { request as httpRequest } from 'undici';
import { kakaoGateway as gateway } from '../../../src/gateways/kakaopay/adapter/adapter.ts';
import { kakaopay } from '../../../src/gateways/kakaopay/module.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { orderOf } from '../kit/payment-requests.ts';
import { windowRequest } from '../kit/scenarios.ts';

const noon = '2024-03-06T12:00:00+09:00';
const clock = movingClock(noon);
const desk = await openDesk(kakaopay, { clock });
const { rig, server, answering, payment } = desk;
const { send, inquire } = gateway.operations.approve_window;
beforeEach(() => clock.set(noon));

const tid = 'T1234567890123456789';
const token = `${tid}.a1b2c3d4e5f6`;
const order = { ...orderOf('imp_1', 10_000n), payMethod: 'card', token, issuesKey: false } as const;
const asked = { ...payment, orderId: 'imp_1', gatewayTid: null, token, issuesKey: false };
const cardInfo = {
  kakaopay_purchase_corp: '비씨카드',
  kakaopay_issuer_corp: '우리카드',
  bin: '941000',
  card_type: '체크',
  install_month: '03',
  approved_id: '12345678',
  interest_free_install: 'N',
};
const approved = {
  aid: 'A5678901234567890123',
  tid,
  cid: rig.mid,
  partner_order_id: 'imp_1',
  partner_user_id: 'imp_1',
  payment_method_type: 'CARD',
  card_info: cardInfo,
  amount: { total: 10_000, tax_free: 0, vat: 909, point: 0, discount: 0 },
  item_name: '생수 외 1건',
  quantity: 1,
  created_at: '2024-03-06T11:59:00',
  approved_at: '2024-03-06T12:00:00',
};
const orderAnswer = (status: string, parts: Record<string, unknown> = {}) => ({
  ...approved,
  status,
  cancel_available_amount: { total: 10_000 },
  ...parts,
});
const refusal = (error_code: number | string, error_message: string) => ({ error_code, error_message });

describe('the adapter', () => {
  test('names the TID, the token of the browser and the order, and reads the card', async () => {
    const outcome = await send(answering(approved), order);
    assert.ok(outcome.kind === 'confirmed', inspect(outcome));
    assert.deepEqual(outcome.result.approval, {
      gatewayTid: tid,
      approvalNumber: '12345678',
      approvedAt: new Date(noon),
      receiptUrl: null,
      card: {
        maskedNumber: '941000**********',
        code: '361',
        name: 'BC카드',
        issuerCode: '041',
        issuerName: '우리카드',
        installmentMonths: 3,
        type: 1,
      },
      bank: null,
    });
    assert.equal(server.last().path, '/online/v1/payment/approve');
    assert.deepEqual(server.last().json(), {
      cid: rig.mid,
      tid,
      partner_order_id: 'imp_1',
      partner_user_id: 'imp_1',
      pg_token: 'a1b2c3d4e5f6',
      total_amount: 10_000,
    });
  });

  test("reads Kakao Pay's money, and a company that it does not know", async () => {
    const money = await send(answering({ ...approved, payment_method_type: 'MONEY', card_info: undefined }), order);
    assert.equal(money.kind === 'confirmed' && money.result.approval?.card, null);
    const unknown = {
      ...approved,
      card_info: { ...cardInfo, kakaopay_issuer_corp: '아무카드', kakaopay_purchase_corp: '' },
    };
    const outcome = await send(answering(unknown), order);
    const card = outcome.kind === 'confirmed' ? outcome.result.approval?.card : undefined;
    assert.deepEqual([card?.code, card?.name, card?.issuerCode, card?.issuerName], [null, null, null, null]);
  });

  test('takes only an answer about this payment for one', async () => {
    for (const parts of [
      { tid: 'T0' },
      { cid: 'TC00000000' },
      { partner_order_id: 'imp_2' },
      { amount: { total: 9_999 } },
      { approved_at: '' },
    ]) {
      assert.equal((await send(answering({ ...approved, ...parts }), order)).kind, 'unclear', inspect(parts));
    }
  });

  test('a token of another form is never sent', async () => {
    assert.equal((await send(rig.call(), { ...order, token: 'window-1' })).kind, 'never_sent');
  });

  test('a refusal that speaks of an earlier approval is a doubt, any other is a refusal', async () => {
    for (const [code, text] of [
      [-785, '결제/취소를 중복으로 요청'],
      [-702, 'payment is already done!'],
      [-1, '이미 승인된 TID 입니다.'],
    ] as const) {
      assert.equal((await send(answering(refusal(code, text), { status: 400 }), order)).kind, 'unclear', text);
    }
    const declined = await send(answering(refusal(-780, 'approval failure!'), { status: 400 }), order);
    assert.deepEqual(declined, { kind: 'refused', code: '-780', message: 'approval failure!', category: 'other' });
  });

  test('asks for the order under the TID, and tells what waits from what was paid and what failed', async () => {
    const sentAt = new Date(noon);
    const kindOf = async (answer: unknown) => inquire(answering(answer), asked, sentAt);
    const done = await kindOf(orderAnswer('SUCCESS_PAYMENT'));
    assert.equal(done.kind === 'done' && done.result.gatewayTid, tid);
    assert.deepEqual([server.last().path, server.last().json().tid], ['/online/v1/payment/order', tid]);
    for (const status of ['PART_CANCEL_PAYMENT', 'CANCEL_PAYMENT']) {
      assert.equal((await kindOf(orderAnswer(status))).kind, 'done', status);
    }
    const before = { approved_at: undefined, cancel_available_amount: undefined };
    assert.deepEqual(await kindOf(orderAnswer('AUTH_PASSWORD', before)), { kind: 'not_done', repeatIsSafe: true });
    assert.equal((await kindOf(orderAnswer('QUIT_PAYMENT', before))).kind, 'refused');
    assert.equal((await kindOf(orderAnswer('SOMETHING', before))).kind, 'unknown');
    assert.equal((await kindOf(orderAnswer('SUCCESS_PAYMENT', { amount: { total: 1 } }))).kind, 'unknown');
    assert.equal((await kindOf(orderAnswer('SUCCESS_PAYMENT', { partner_order_id: 'imp_2' }))).kind, 'unknown');
    assert.equal((await inquire(answering(refusal(-721, 'TID'), { status: 400 }), asked, sentAt)).kind, 'unknown');
  });
});

describe('the simulator', () => {
  const { secretKey = '' } = rig.call().channel.credentials;
  const post = async (path: string, fields: Record<string, unknown>) => {
    const answer = await httpRequest(`${rig.url}/online/v1/payment/${path}`, {
      method: 'POST',
      headers: { authorization: `SECRET_KEY ${secretKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ cid: rig.mid, ...fields }),
    });
    return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
  };
  const agree = async (parts = {}) => {
    const agreed = windowRequest(desk.at('card'), parts);
    const result = await rig.control.authenticateInWindow(agreed);
    assert.ok(result.kind === 'done', inspect(result));
    const [givenTid = '', pg_token = ''] = result.result.gatewayTid.split('.');
    const { orderId } = agreed;
    return { tid: givenTid, pg_token, partner_order_id: orderId, partner_user_id: orderId };
  };

  test('approves once what was agreed on, and tells of the order before and after', async () => {
    const fields = await agree({ amountMinor: 60_000n, card: { code: '381', installmentMonths: 5 } });
    const before = await post('order', { tid: fields.tid });
    assert.deepEqual([before.status, before.body.status], [200, 'AUTH_PASSWORD']);
    for (const [wrong, code] of [
      [{ pg_token: 'another' }, 'SIM04'],
      [{ partner_order_id: 'another' }, 'SIM04'],
      [{ partner_user_id: 'another' }, 'SIM04'],
      [{ tid: 'T0000000000000000000' }, -721],
      [{ total_amount: 59_999 }, -722],
    ] as const) {
      const { status, body } = await post('approve', { ...fields, ...wrong });
      assert.deepEqual([status, body.error_code], [400, code], inspect(wrong));
    }
    const { status, body } = await post('approve', fields);
    assert.equal(status, 200, inspect(body));
    assert.deepEqual([body.tid, body.partner_order_id], [fields.tid, fields.partner_order_id]);
    const { kakaopay_issuer_corp, install_month } = body.card_info as Record<string, unknown>;
    assert.deepEqual([kakaopay_issuer_corp, install_month], ['KB카드', '05']);
    const again = await post('approve', fields);
    assert.deepEqual([again.status, again.body.error_code], [400, -785]);
    assert.equal((await post('order', { tid: fields.tid })).body.status, 'SUCCESS_PAYMENT');
    const { transactions } = await rig.control.book({ mid: rig.mid, orderId: fields.partner_order_id });
    assert.equal(transactions.length, 1);
  });

  test('forgets what nobody asked for within half an hour', async () => {
    const fields = await agree();
    clock.set('2024-03-06T12:31:00+09:00');
    assert.equal((await post('approve', fields)).body.error_code, -721);
  });

  test('the window refuses what it does not take', async () => {
    const refused = await rig.control.authenticateInWindow(
      windowRequest(desk.at('card'), { card: { code: null, installmentMonths: 3 } }),
    );
    assert.ok(refused.kind === 'refused');
  });
});
