import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paycoGateway as gateway } from '../../../src/gateways/payco/adapter/adapter.ts';
import { payco } from '../../../src/gateways/payco/module.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { orderOf } from '../kit/payment-requests.ts';
import { cancelRequest, chargeOf, keyIssueOf, registeredKey } from '../kit/scenarios.ts';
import { type Fields, paycoClientOf } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(payco, { clock });
const { rig, server, answering } = desk;
const { charge_key, revoke_key } = gateway.operations;
const client = paycoClientOf(rig);
const { sellerKey, productId } = rig.call().channel.credentials;

const billingKey = { key: '202403060000000001', boundTo: { certifyKey: 'certify-1', referenceKey: 'reference-1' } };
const result = {
  orderNo: '202403060000000002',
  orderCertifyKey: 'order-certify',
  paymentCompleteYmdt: '20240306120000',
  sellerOrderReferenceKey: 'imp_1',
  totalPaymentAmt: 10_000,
};
const charged = (parts: Fields = {}) => ({ code: 0, message: 'success', result: { ...result, ...parts } });
const request = chargeOf('imp_1', billingKey);
const revocation = { ...keyIssueOf(desk.at('card')), billingKey, reason: '해지', requester: null };

test('a charge names the key, what certifies it, and one product with all parts of the amount', async () => {
  const outcome = await charge_key.send(answering(charged()), { ...request, taxFreeMinor: 4_500n });
  assert.deepEqual(outcome, {
    kind: 'confirmed',
    result: {
      gatewayTid: '202403060000000002.order-certify',
      approvalNumber: null,
      approvedAt: new Date('2024-03-06T03:00:00Z'),
      receiptUrl: null,
      card: null,
      bank: null,
    },
  });
  assert.equal(server.last().path, '/outseller/autoPayment/payment');
  assert.deepEqual(server.last().json(), {
    sellerKey,
    autoPaymentNo: '202403060000000001',
    autoPaymentCertifyKey: 'certify-1',
    sellerOrderReferenceKey: 'imp_1',
    sellerOrderReferenceKeyType: 'UNIQUE_KEY',
    currency: 'KRW',
    totalPaymentAmt: 10_000,
    totalTaxfreeAmt: 4_500,
    totalTaxableAmt: 5_000,
    totalVatAmt: 500,
    orderTitle: '생수 외 1건',
    orderProducts: [
      {
        cpId: rig.mid,
        productId,
        productAmt: 10_000,
        productPaymentAmt: 10_000,
        orderQuantity: 1,
        sortOrdering: 1,
        productName: '생수 외 1건',
        sellerOrderProductReferenceKey: 'imp_1',
        taxationType: 'COMBINE',
      },
    ],
  });
  for (const [parts, taxationType, vat] of [
    [{}, 'TAXATION', 909],
    [{ taxFreeMinor: 10_000n }, 'DUTYFREE', 0],
    [{ vatMinor: 800n }, 'TAXATION', 800],
  ] as const) {
    await charge_key.send(answering(charged()), { ...request, ...parts });
    const sent = server.last().json();
    const [product] = sent.orderProducts as Fields[];
    assert.deepEqual([product?.taxationType, sent.totalVatAmt], [taxationType, vat]);
  }
});

test('an answer is a confirmation where what it tells is ours, and the payment could be cancelled', async () => {
  const untold = { sellerOrderReferenceKey: null, totalPaymentAmt: undefined };
  assert.equal((await charge_key.send(answering(charged(untold)), request)).kind, 'confirmed');
  for (const parts of [
    { sellerOrderReferenceKey: 'imp_2' },
    { totalPaymentAmt: 9_999 },
    { paymentCompleteYmdt: '' },
    { orderNo: 'NONE' },
    { orderCertifyKey: '' },
    { orderCertifyKey: undefined },
  ]) {
    assert.equal((await charge_key.send(answering(charged(parts)), request)).kind, 'unclear', JSON.stringify(parts));
  }
});

test('a refusal is read from its text, and is none where it may be this very order', async () => {
  const refused = (message: string, parts = {}) => charge_key.send(answering({ code: 1234, message }, parts), request);
  assert.deepEqual(await refused('한도가 초과된 카드입니다.'), {
    kind: 'refused',
    code: '1234',
    message: '한도가 초과된 카드입니다.',
    category: 'other',
  });
  for (const message of ['주문번호가 중복되었습니다.', '처리 중입니다.', '시스템 오류']) {
    assert.equal((await refused(message)).kind, 'unclear', message);
  }
  assert.equal((await refused('승인 거절', { status: 500 })).kind, 'unclear');
  assert.equal((await refused('승인 거절', { isRepeat: true })).kind, 'unclear');
});

test('nothing is asked or sent again after a charge whose answer was lost', async () => {
  const sent = server.requests.length;
  const inquiry = await charge_key.inquire(rig.call(), { ...desk.payment, gatewayTid: null, billingKey }, clock.now());
  assert.deepEqual([inquiry.kind, inquiry.kind === 'unknown' && inquiry.isFinal], ['unknown', true]);
  const call = rig.call({ baseUrl: server.url });
  assert.equal((await charge_key.send(call, { ...request, installmentMonths: 3 })).kind, 'never_sent');
  assert.equal(server.requests.length, sent);
});

test('a deletion names the key as the merchant does, and one that PAYCO still tells of is deleted again', async () => {
  assert.equal((await revoke_key.send(answering({ code: 0, message: 'success' }), revocation)).kind, 'confirmed');
  const names = { sellerKey, sellerAutoPaymentReferenceKey: 'reference-1', autoPaymentCertifyKey: 'certify-1' };
  assert.deepEqual([server.last().path, server.last().json()], ['/outseller/autoPayment/delete', names]);
  const no = { code: 1234, message: 'no' };
  assert.equal((await revoke_key.send(answering(no), revocation)).kind, 'refused');
  assert.equal((await revoke_key.send(answering(no, { isRepeat: true }), revocation)).kind, 'unclear');
  assert.equal((await revoke_key.send(answering('<html>'), revocation)).kind, 'unclear');

  const asked = (body: unknown, status = 200) =>
    revoke_key.inquire(answering(body, { status }), revocation, clock.now());
  const there = { code: 0, message: 'success', result: { autoPaymentNo: billingKey.key } };
  assert.deepEqual(await asked(there), { kind: 'not_done', repeatIsSafe: true });
  assert.deepEqual([server.last().path, server.last().json()], ['/outseller/autoPayment/info', names]);
  assert.deepEqual(await asked({ ...there, result: { autoPaymentNo: Number(1) } }), {
    kind: 'unknown',
    why: 'PAYCO does not tell of the key (0)',
  });
  assert.equal((await asked(no)).kind, 'unknown');
  assert.equal((await asked(there, 500)).kind, 'unknown');
});

test('the window registers and pays nothing, whatever amount it shows', async () => {
  const issue = (orderId: string) =>
    rig.control.issueKeyInWindow({
      ...orderOf(orderId, 5_000n),
      mid: rig.mid,
      payMethod: 'card',
      customerUid: 'card of the customer',
      customerId: 'customer-1',
    });
  const window = await issue(rig.orderId());
  assert.ok(window.kind === 'done' && window.result.payment === null);
  assert.match(window.result.issued.billingKey.key, /^20240306\d{10}$/);
  assert.equal((await issue('x'.repeat(101))).kind, 'refused');
});

test('a payment by a key is cancelled as every other one, in parts', async () => {
  const { billingKey: issued } = await registeredKey(desk.at('card'));
  const orderId = rig.orderId();
  const outcome = await charge_key.send(rig.call(), chargeOf(orderId, issued));
  assert.ok(outcome.kind === 'confirmed', JSON.stringify(outcome));
  const payment = { ...desk.payment, orderId, gatewayTid: outcome.result.gatewayTid, noticeSecret: null };
  const cancel = cancelRequest(desk.at('card'), payment, 3_000n);
  assert.equal((await gateway.operations.cancel.send(rig.call(), cancel)).kind, 'confirmed');
  assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancelledMinor, 3_000n);
});

test('the simulator refuses what is malformed, an unknown key, a deleted one, and an order twice', async () => {
  const { billingKey: issued } = await registeredKey(desk.at('card'));
  const { certifyKey, referenceKey } = issued.boundTo;
  const names = { sellerKey, sellerAutoPaymentReferenceKey: referenceKey, autoPaymentCertifyKey: certifyKey };
  const product = {
    sellerOrderProductReferenceKey: 'imp_simulator',
    cpId: rig.mid,
    productId,
    productName: '생수',
    productPaymentAmt: 1_000,
    taxationType: 'TAXATION',
  };
  const order = {
    sellerKey,
    autoPaymentNo: issued.key,
    autoPaymentCertifyKey: certifyKey,
    sellerOrderReferenceKey: 'imp_simulator',
    sellerOrderReferenceKeyType: 'UNIQUE_KEY',
    currency: 'KRW',
    totalPaymentAmt: 1_000,
    totalTaxfreeAmt: 0,
    totalTaxableAmt: 910,
    totalVatAmt: 90,
    orderProducts: [product],
  };
  const post = async (use: string, fields: Fields) =>
    (await client.post(`/outseller/autoPayment/${use}`, JSON.stringify(fields))).body;
  const charge = async (parts: Fields) => (await post('payment', { ...order, ...parts })).code;
  for (const parts of [
    { autoPaymentNo: undefined },
    { autoPaymentCertifyKey: '' },
    { sellerOrderReferenceKey: undefined },
    { sellerOrderReferenceKey: 'x'.repeat(101) },
    { totalPaymentAmt: undefined },
    { totalPaymentAmt: 0 },
    { currency: 'USD' },
  ]) {
    assert.equal(await charge(parts), 'SIMULATED_BAD_FIELD', JSON.stringify(parts));
  }
  assert.equal(await charge({ totalVatAmt: 91 }), 'SIMULATED_WRONG_TAX');
  for (const parts of [
    { cpId: 'other' },
    { productId: 'other' },
    { taxationType: 'NONE' },
    { productPaymentAmt: 999 },
  ]) {
    assert.equal(await charge({ orderProducts: [{ ...product, ...parts }] }), 'SIMULATED_WRONG_PRODUCTS');
  }
  assert.equal(await charge({ orderProducts: undefined }), 'SIMULATED_WRONG_PRODUCTS');
  for (const parts of [{ autoPaymentNo: '1' }, { autoPaymentCertifyKey: 'wrong' }]) {
    assert.equal(await charge(parts), 'SIMULATED_NO_KEY');
  }
  assert.equal(await charge({}), 0);
  assert.equal(await charge({}), 'SIMULATED_USED_REFERENCE');

  const info = await post('info', names);
  assert.deepEqual([info.code, info.result?.autoPaymentNo, info.result?.registYmdt], [0, issued.key, '20240306120000']);
  for (const use of ['info', 'delete']) {
    assert.equal((await post(use, { ...names, autoPaymentCertifyKey: 'wrong' })).code, 'SIMULATED_NO_KEY');
    assert.equal((await post(use, { ...names, sellerAutoPaymentReferenceKey: 'wrong' })).code, 'SIMULATED_NO_KEY');
    assert.equal((await post(use, { ...names, sellerKey: 'wrong' })).code, 'SIMULATED_UNKNOWN_SELLER');
  }
  assert.deepEqual(await post('delete', names), { code: 0, message: 'success' });
  for (const use of ['info', 'delete']) assert.equal((await post(use, names)).code, 'SIMULATED_NO_KEY');
  const outcome = await charge_key.send(rig.call(), chargeOf(rig.orderId(), issued));
  assert.deepEqual([outcome.kind, outcome.kind === 'refused' && outcome.code], ['refused', 'SIMULATED_NO_KEY']);
});

test('no other merchant can use a key', async () => {
  const { billingKey: issued } = await registeredKey(desk.at('card'));
  const other = rig.sandbox.mid('another merchant');
  const credentials = rig.sandbox.credentials(other);
  await rig.control.registerMerchant({ mid: other, credentials });
  const call = rig.call({ mid: other, credentials });
  assert.equal((await charge_key.send(call, chargeOf(rig.orderId(), issued))).kind, 'refused');
  assert.equal((await revoke_key.send(call, { ...revocation, billingKey: issued })).kind, 'refused');
});
