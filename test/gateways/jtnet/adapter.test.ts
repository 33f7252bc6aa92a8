import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jtnet } from '../../../src/gateways/jtnet/module.ts';
import type { KeyInApproval } from '../../../src/port/approval.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { orderOf } from '../kit/payment-requests.ts';
import { testsWithoutCodes } from '../kit/without-codes.ts';

const now = new Date('2024-03-06T03:00:00Z');
const success = (parts: object = {}) => ({
  result_cd: '2001',
  result_msg: '취소 성공',
  CancelDate: '20240306',
  CancelTime: '115959',
  tid: 'tid-of-the-payment',
  moid: 'imp_000000000001',
  ...parts,
});
const desk = await openDesk(jtnet, { clock: movingClock('2024-03-06T12:00:00+09:00'), success: () => success() });
const { rig, server, cancelOf, partOf, answered } = desk;
const { approve } = desk.gateway.operations;
const { apiKey, cancelPassword } = rig.call().channel.credentials;

testsWithoutCodes(desk, {
  refusal: (text) => ({ result_cd: 'X001', result_msg: text }),
  code: 'X001',
  already: { result_cd: '2013', result_msg: '' },
});

test('a cancel is a form with key and password; a part, and what is left after one, say so', async () => {
  await answered(undefined, { request: { ...partOf(), reason: '가'.repeat(101) } });
  assert.equal(server.last().path, '/api/v1/refunds');
  assert.deepEqual(Object.fromEntries(new URLSearchParams(server.last().text())), {
    mid: rig.mid,
    api_key: apiKey,
    moid: 'imp_000000000001',
    tid: 'tid-of-the-payment',
    cancel_pw: cancelPassword,
    cancel_amt: '3000',
    cancel_msg: '가'.repeat(100),
    partial_cancel: '1',
  });
  for (const [request, flag] of [
    [cancelOf(), '0'],
    [cancelOf(undefined, { amountMinor: 7_000n, balanceBeforeMinor: 7_000n }), '1'],
  ] as const) {
    await answered(undefined, { request });
    assert.equal(new URLSearchParams(server.last().text()).get('partial_cancel'), flag);
  }
});

test('an answer about another payment, or without a code, is a doubt; a transfer has a code of its own', async () => {
  const result = { gatewayTid: 'tid-of-the-payment', amountMinor: 10_000n, receiptUrl: null };
  const at = new Date('2024-03-06T02:59:59Z');
  assert.deepEqual(await answered(), { kind: 'confirmed', result: { ...result, cancelledAt: at } });
  const timeless = await answered(success({ CancelDate: '', CancelTime: '' }));
  assert.deepEqual(timeless, { kind: 'confirmed', result: { ...result, cancelledAt: now } });
  for (const parts of [{ tid: 'other' }, { moid: 'other' }, { result_cd: undefined }, { result_cd: '' }]) {
    assert.equal((await answered(success(parts))).kind, 'unclear', JSON.stringify(parts));
  }
  assert.equal((await answered('<html>')).kind, 'unclear');
  assert.equal((await answered(undefined, { status: 500 })).kind, 'unclear');
  const refund = success({ result_cd: '2211' });
  assert.equal((await answered(refund)).kind, 'refused');
  assert.equal((await answered(refund, { request: cancelOf(undefined, { payMethod: 'trans' }) })).kind, 'confirmed');
  const before = await answered({ result_cd: '2013', result_msg: '' });
  assert.deepEqual(before, { kind: 'refused', code: '2013', message: '2013', category: 'already_cancelled' });
});

const keyIn: KeyInApproval = {
  ...orderOf('imp_000000000001', 10_000n),
  card: {
    number: '4330123412341239',
    expiryYear: '49',
    expiryMonth: '12',
    birthOrBusinessNumber: '900101',
    passwordFirstTwo: null,
    cvc: '123',
  },
  installmentMonths: 3,
  interestFreeByMerchant: true,
  useCardPoint: false,
  productType: null,
};

test('an approval says the card, and is confirmed by an answer about this order and amount alone', async () => {
  const approval = { result_cd: '0000', tid: 'T1', moid: keyIn.orderId, paid_amt: '10000', app_no: '12345678' };
  const send = (body: unknown) => approve.send(desk.answering(body), keyIn);
  const outcome = await send(approval);
  assert.ok(outcome.kind === 'confirmed');
  const { gatewayTid, approvalNumber, approvedAt, card } = outcome.result;
  assert.deepEqual([gatewayTid, approvalNumber, approvedAt, card?.code], ['T1', '12345678', now, null]);
  assert.deepEqual([card?.maskedNumber, card?.installmentMonths], ['433012******1239', 3]);
  const sent = Object.fromEntries(new URLSearchParams(server.last().text()));
  assert.equal(server.last().path, '/api/v1/payments');
  const { card_num, card_exp, card_pwd, card_cvc, card_quota, card_interest, buyer_auth_num, amt, moid } = sent;
  assert.deepEqual(
    [card_num, card_exp, card_pwd, card_cvc, card_quota, card_interest, buyer_auth_num, amt, moid],
    ['4330123412341239', '4912', '', '123', '03', '1', '900101', '10000', keyIn.orderId],
  );
  for (const parts of [{ tid: '' }, { moid: 'other' }, { paid_amt: '9999' }, { result_cd: '' }]) {
    assert.equal((await send({ ...approval, ...parts })).kind, 'unclear', JSON.stringify(parts));
  }
  const used = await send({ result_cd: 'X', result_msg: '주문번호가 중복되었습니다.' });
  assert.equal(used.kind, 'unclear');
  const refused = await send({ result_cd: 'X', result_msg: '카드번호가 올바르지 않습니다.' });
  assert.equal(refused.kind === 'refused' && refused.category, 'bad_card');
  const unnamed = { ...desk.payment, gatewayTid: null };
  assert.equal((await approve.inquire(rig.call(), unnamed, now)).kind, 'unknown');
});
