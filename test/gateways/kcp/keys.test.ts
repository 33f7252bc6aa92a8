import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kcpGateway as gateway } from '../../../src/gateways/kcp/adapter/adapter.ts';
import { kcp } from '../../../src/gateways/kcp/module.ts';
import { openDesk } from '../kit/desk.ts';
import { orderOf } from '../kit/payment-requests.ts';
import { chargeOf, keyIssueOf, registeredKey, testCard } from '../kit/scenarios.ts';

const desk = await openDesk(kcp);
const { rig, server, answering } = desk;
const { approve, charge_key, revoke_key } = gateway.operations;

const success = {
  res_cd: '0000',
  res_msg: '정상처리',
  tno: '20240306000001',
  order_no: 'imp_1',
  amount: '10000',
  app_time: '20240306120000',
  app_no: '12345678',
  card_cd: 'CCLG',
  card_no: '433012******1239',
};
const billingKey = { key: 'BATCH1', boundTo: { group: 'A52Q71000489' } };
const keyIn = {
  ...orderOf('imp_1', 10_000n),
  card: testCard,
  installmentMonths: 3,
  interestFreeByMerchant: false,
  useCardPoint: false,
  productType: null,
};

test('one path serves three uses, told apart by what they say, and none is signed', async () => {
  assert.equal((await approve.send(answering(success), keyIn)).kind, 'confirmed');
  const number = server.last().json();
  assert.deepEqual(
    [number.card_tx_type, number.card_no, number.card_expiry, number.card_taxno, number.card_pwd, number.quota],
    ['11121000', testCard.number, '4912', '900101', '12', '03'],
  );
  assert.equal((await charge_key.send(answering(success), chargeOf('imp_1', billingKey))).kind, 'confirmed');
  const key = server.last().json();
  assert.deepEqual(
    [key.card_tx_type, key.bt_batch_key, key.bt_group_id, key.amount, key.card_mny, key.currency],
    ['11511000', 'BATCH1', 'A52Q71000489', '10000', '10000', '410'],
  );
  const request = { ...keyIssueOf(desk.at('card')), billingKey, reason: '해지', requester: null };
  assert.equal((await revoke_key.send(answering(success), request)).kind, 'confirmed');
  const deletion = server.last().json();
  assert.deepEqual(
    [deletion.pay_method, deletion.tx_type, deletion.batch_key, deletion.group_id],
    ['BATCH', '10005010', 'BATCH1', 'A52Q71000489'],
  );
  for (const { path, json } of server.requests) {
    assert.equal(path, '/gw/hub/v1/payment');
    assert.ok(!('kcp_sign_data' in json()));
  }
});

test('a contract without the owner and the password sends neither', async () => {
  const card = { ...testCard, birthOrBusinessNumber: null, passwordFirstTwo: null };
  await approve.send(answering(success), { ...keyIn, card });
  const sent = server.last().json();
  assert.ok(!('card_taxno' in sent) && !('card_pwd' in sent));
});

test('an answer about another order or amount decides nothing, and nothing is asked or repeated afterwards', async () => {
  const request = chargeOf('imp_1', billingKey);
  for (const parts of [{ order_no: 'imp_2' }, { amount: '9999' }, { app_time: '' }, { tno: undefined }]) {
    assert.equal((await charge_key.send(answering({ ...success, ...parts }), request)).kind, 'unclear');
  }
  const asked = { ...desk.payment, gatewayTid: null, billingKey };
  const inquiry = await charge_key.inquire(rig.call(), asked, rig.call().now);
  assert.deepEqual([inquiry.kind, inquiry.kind === 'unknown' && inquiry.isFinal], ['unknown', true]);
});

test('a key of the window is charged with its group, and with no other', async () => {
  const window = await rig.control.issueKeyInWindow({
    ...orderOf(rig.orderId(), 0n),
    mid: rig.mid,
    payMethod: 'card',
    customerUid: 'card of the customer',
    customerId: 'customer',
  });
  assert.ok(window.kind === 'done' && window.result.payment === null);
  const { billingKey: issued } = window.result.issued;
  const charged = await charge_key.send(rig.call(), chargeOf(rig.orderId(), issued));
  assert.equal(charged.kind, 'confirmed', JSON.stringify(charged));
  const other = { ...issued, boundTo: { group: 'A00000000000' } };
  assert.equal((await charge_key.send(rig.call(), chargeOf(rig.orderId(), other))).kind, 'refused');
  const without = { ...rig.call().channel.credentials, batchGroupId: '' };
  const call = rig.call({ credentials: without });
  assert.equal((await charge_key.send(call, chargeOf(rig.orderId(), { ...issued, boundTo: {} }))).kind, 'never_sent');
});

test('a card that gets a key and is declined says so at every charge', async () => {
  const { billingKey: declined } = await registeredKey(desk.at('card'), { ...testCard, number: '4000000000000002' });
  for (let charge = 0; charge < 2; charge += 1) {
    assert.equal((await charge_key.send(rig.call(), chargeOf(rig.orderId(), declined))).kind, 'refused');
  }
});
