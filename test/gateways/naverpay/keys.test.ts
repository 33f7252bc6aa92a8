import assert from 'node:assert/strict';
import { test } from 'node:test';
import { naverGateway as gateway } from '../../../src/gateways/naverpay/adapter/adapter.ts';
import { naverpay } from '../../../src/gateways/naverpay/module.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { orderOf } from '../kit/payment-requests.ts';
import { cancelRequest, chargeOf, keyIssueOf, registeredKey } from '../kit/scenarios.ts';
import { naverClientOf } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(naverpay, { clock, call: { idempotencyKey: 'OPERATION' } });
const { rig, server } = desk;
const { charge_key, revoke_key } = gateway.operations;
const client = naverClientOf(rig);

const paymentId = '20240306NP1043587746';
const billingKey = { key: 'recurrent-1', boundTo: { merchantUserKey: 'customer-1' } };
const reserved = { code: 'Success', message: 'x', body: { paymentId } };
const detail = {
  paymentId,
  payHistId: '20240306NP1043587747',
  merchantPayKey: 'imp_1',
  admissionTypeCode: '01',
  admissionYmdt: '20240306120000',
  admissionState: 'SUCCESS',
  totalPayAmount: 10_000,
  primaryPayMeans: 'CARD',
  cardNo: '9410-00**-****-1234',
  cardAuthNo: '12345678',
  cardInstCount: 0,
};
const approved = { code: 'Success', message: 'x', body: { paymentId, recurrentId: billingKey.key, detail } };
const approval = {
  gatewayTid: paymentId,
  approvalNumber: '12345678',
  approvedAt: new Date('2024-03-06T03:00:00Z'),
  receiptUrl: null,
  card: {
    maskedNumber: '941000******1234',
    code: null,
    name: null,
    issuerCode: null,
    issuerName: null,
    installmentMonths: 0,
    type: null,
  },
  bank: null,
};
const request = chargeOf('imp_1', billingKey);
const revocation = { ...keyIssueOf(desk.at('card')), billingKey, reason: '해지', requester: null };
const fieldsOf = (body: string) => Object.fromEntries(new URLSearchParams(body));

/** The answers to both steps. */
function charged(first: unknown, second?: unknown, { status = 200, firstStatus = 200, isRepeat = false } = {}) {
  desk.willAnswer(first, firstStatus);
  if (second !== undefined) desk.willAnswer(second, status);
  return charge_key.send(rig.call({ baseUrl: server.url, idempotencyKey: 'OPERATION', isRepeat }), request);
}

function inquired(body: unknown, status = 200) {
  const asked = { ...desk.payment, orderId: 'imp_1', gatewayTid: null, billingKey };
  return charge_key.inquire(desk.answering(body, { status }), asked, new Date('2024-03-06T03:00:00Z'));
}

test('a charge reserves a payment and approves it, both under our key', async () => {
  const before = server.requests.length;
  desk.willAnswer(reserved);
  desk.willAnswer(approved);
  const call = rig.call({ baseUrl: server.url, idempotencyKey: 'OPERATION' });
  const outcome = await charge_key.send(call, { ...request, taxFreeMinor: 4_000n, orderName: '가'.repeat(50) });
  assert.deepEqual(outcome, { kind: 'confirmed', result: approval });
  const [first, second, ...more] = server.requests.slice(before);
  assert.ok(first && second && more.length === 0);
  const base = `/${rig.mid}/naverpay/payments/recurrent/pay/v3`;
  assert.deepEqual([first.path, second.path], [`${base}/reserve`, `${base}/approval`]);
  for (const { headers } of [first, second]) assert.equal(headers['x-naverpay-idempotency-key'], 'OPERATION');
  assert.deepEqual(fieldsOf(first.text()), {
    recurrentId: 'recurrent-1',
    totalPayAmount: '10000',
    taxScopeAmount: '6000',
    taxExScopeAmount: '4000',
    productName: '가'.repeat(42),
    productCount: '1',
    merchantPayKey: 'imp_1',
    merchantPayId: 'imp_1',
    merchantUserKey: 'customer-1',
    merchantUserId: 'customer-1',
  });
  assert.deepEqual(fieldsOf(second.text()), { recurrentId: 'recurrent-1', paymentId });
});

test('a reservation that fails has charged nothing, and is no doubt', async () => {
  const before = server.requests.length;
  assert.equal((await charged({}, undefined, { firstStatus: 500 })).kind, 'never_sent');
  assert.equal((await charged('<html>')).kind, 'never_sent');
  assert.equal((await charged({ code: 'Success', body: {} })).kind, 'never_sent');
  assert.equal((await charged({ code: 'AlreadyOnGoing' })).kind, 'never_sent');
  assert.equal(server.requests.length, before + 4, 'nothing is approved');
  assert.deepEqual(await charged({ code: 'NoSuchRecurrent', message: 'no' }), {
    kind: 'refused',
    code: 'NoSuchRecurrent',
    message: 'no',
    category: 'other',
  });
  const stranger = await charged('Unauthorized', undefined, { firstStatus: 401 });
  assert.equal(stranger.kind === 'refused' && stranger.category, 'bad_credentials');
  assert.equal((await charged({ code: 'Fail', message: 'no' }, undefined, { isRepeat: true })).kind, 'unclear');
});

test('only the whole, right answer to the approval is a confirmation, with whichever status', async () => {
  assert.equal((await charged(reserved, approved, { status: 409 })).kind, 'confirmed');
  for (const parts of [
    { paymentId: '20240306NP0000000000' },
    { merchantPayKey: 'imp_2' },
    { admissionState: 'FAIL' },
    { totalPayAmount: 9_999 },
    { admissionYmdt: '20241306120000' },
  ]) {
    const answer = { ...approved, body: { ...approved.body, detail: { ...detail, ...parts } } };
    assert.equal((await charged(reserved, answer)).kind, 'unclear', JSON.stringify(parts));
  }
  const another = { ...approved, body: { ...approved.body, paymentId: '20240306NP0000000000' } };
  assert.equal((await charged(reserved, another)).kind, 'unclear');
});

test('an approval is refused by a code of the table; any other code, and a failure, is a doubt', async () => {
  const refused = await charged(reserved, { code: 'Fail', message: '한도 초과' });
  assert.deepEqual(refused, { kind: 'refused', code: 'Fail', message: '한도 초과', category: 'other' });
  for (const code of ['NobodyKnows', 'AlreadyOnGoing', 'CancelNotComplete']) {
    assert.equal((await charged(reserved, { code, message: 'x' })).kind, 'unclear', code);
  }
  assert.equal((await charged(reserved, { code: 'Fail' }, { status: 500 })).kind, 'unclear');
  assert.equal((await charged(reserved, { code: 'Fail' }, { isRepeat: true })).kind, 'unclear');
});

test('a lost answer is looked for by the order, in the history of that hour', async () => {
  const found = {
    code: 'Success',
    body: { list: [{ ...detail, merchantPayKey: 'imp_2' }, detail], totalPageCount: 1 },
  };
  assert.deepEqual(await inquired(found), { kind: 'done', result: approval });
  assert.equal(server.last().path, `/${rig.mid}/naverpay/payments/v2.2/list/history`);
  assert.deepEqual(server.last().json(), {
    startTime: '20240306115000',
    endTime: '20240306130000',
    approvalType: 'APPROVAL',
    pageNumber: 1,
    rowsPerPage: 100,
  });
  const listed = (list: unknown[], totalPageCount = 1) => ({ code: 'Success', body: { list, totalPageCount } });
  const notDone = { kind: 'not_done', repeatIsSafe: false };
  assert.deepEqual(await inquired(listed([])), notDone);
  assert.deepEqual(await inquired(listed([{ ...detail, merchantPayKey: 'imp_2' }])), notDone);
  assert.deepEqual(await inquired(listed([{ ...detail, admissionState: 'FAIL' }])), notDone);
  assert.deepEqual(await inquired(listed([{ ...detail, admissionTypeCode: '03' }])), notDone);
  const unnamed = { ...detail, merchantPayKey: null };
  assert.equal((await inquired(listed([unnamed]))).kind, 'unknown', 'it might be ours');
  assert.deepEqual(await inquired(listed([{ ...unnamed, totalPayAmount: 9_999 }])), notDone);
  assert.deepEqual(await inquired(listed([unnamed, detail])), { kind: 'done', result: approval });
  assert.equal((await inquired(listed([{ ...detail, totalPayAmount: 9_999 }]))).kind, 'unknown');
  assert.equal((await inquired(listed([detail, detail]))).kind, 'unknown');
  assert.equal((await inquired({ code: 'Fail' })).kind, 'unknown');
  assert.equal((await inquired({ code: 'Success', body: {} })).kind, 'unknown');
  assert.equal((await inquired(listed([]), 500)).kind, 'unknown');
  desk.willAnswer(listed([], 2));
  assert.deepEqual(await inquired(listed([detail], 2)), { kind: 'done', result: approval });
  assert.equal(server.last().json().pageNumber, 2);
});

test('instalments, for which there is no field, are not dropped: nothing is sent', async () => {
  const before = server.requests.length;
  const call = rig.call({ baseUrl: server.url });
  assert.equal((await charge_key.send(call, { ...request, installmentMonths: 3 })).kind, 'never_sent');
  assert.equal(server.requests.length, before);
});

test('the end of a key says who asks and why, and is repeated under its key', async () => {
  const ended = { code: 'Success', body: { recurrentId: 'recurrent-1' } };
  assert.equal((await revoke_key.send(desk.answering(ended), revocation)).kind, 'confirmed');
  assert.equal(server.last().path, `/${rig.mid}/naverpay/payments/recurrent/expire/v1/request`);
  assert.equal(server.last().headers['x-naverpay-idempotency-key'], 'OPERATION');
  assert.deepEqual(fieldsOf(server.last().text()), {
    recurrentId: 'recurrent-1',
    expireRequester: '2',
    expireReason: '해지',
  });
  await revoke_key.send(desk.answering(ended), { ...revocation, requester: 'customer' });
  assert.equal(fieldsOf(server.last().text()).expireRequester, '1');
  const sent = async (body: unknown, parts = {}) =>
    (await revoke_key.send(desk.answering(body, parts), revocation)).kind;
  assert.equal(await sent({ code: 'Success', body: { recurrentId: 'recurrent-2' } }), 'unclear');
  assert.equal(await sent({ code: 'NobodyKnows' }), 'refused');
  assert.equal(await sent({ code: 'NobodyKnows' }, { isRepeat: true }), 'unclear');
  assert.equal(await sent({ code: 'AlreadyOnGoing' }), 'unclear');
  assert.equal(await sent(ended, { status: 409 }), 'confirmed');
  assert.deepEqual(await revoke_key.inquire(rig.call(), revocation, clock.now()), { kind: 'ask_by_repeating' });
});

test('a payment by a key is looked up and cancelled as every other one', async () => {
  const { billingKey: issued } = await registeredKey(desk.at('card'));
  const orderId = rig.orderId();
  const outcome = await charge_key.send(rig.call(), chargeOf(orderId, issued));
  assert.ok(outcome.kind === 'confirmed', JSON.stringify(outcome));
  assert.equal(outcome.result.card?.maskedNumber, '941000******1234');
  const payment = { ...desk.payment, orderId, gatewayTid: outcome.result.gatewayTid };
  const found = await gateway.lookUp(rig.call(), payment);
  assert.equal(found.kind === 'found' && found.payment.amountMinor, 10_000n);
  const cancel = cancelRequest(desk.at('card'), { ...payment, noticeSecret: null }, 10_000n);
  assert.equal((await gateway.operations.cancel.send(rig.call(), cancel)).kind, 'confirmed');
});

test('the window registers and pays nothing, whatever amount it shows', async () => {
  const window = await rig.control.issueKeyInWindow({
    ...orderOf(rig.orderId(), 5_000n),
    mid: rig.mid,
    payMethod: 'card',
    customerUid: 'card of the customer',
    customerId: 'customer-1',
  });
  assert.ok(window.kind === 'done' && window.result.payment === null);
  assert.deepEqual(window.result.issued.billingKey.boundTo, { merchantUserKey: 'customer-1' });
});

test('the simulator refuses what is malformed, another user, an unknown key, a deleted one, and a second approval', async () => {
  const { billingKey: issued } = await registeredKey(desk.at('card'));
  const path = (use: string) => `/${rig.mid}/naverpay/payments/recurrent/${use}`;
  const post = (use: string, fields: Record<string, string | undefined>, headers = {}) => {
    const given = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
    return client.post(path(use), new URLSearchParams(given).toString(), headers);
  };
  const order = {
    recurrentId: issued.key,
    totalPayAmount: '1000',
    taxScopeAmount: '1000',
    taxExScopeAmount: '0',
    productName: '생수',
    merchantPayId: 'imp_simulator',
    merchantUserId: issued.boundTo.merchantUserKey,
  };
  const reserve = async (parts: Record<string, string | undefined>) =>
    (await post('pay/v3/reserve', { ...order, ...parts })).body;
  for (const name of Object.keys(order)) assert.equal((await reserve({ [name]: undefined })).code, 'RequireParameter');
  for (const parts of [{ totalPayAmount: '1,000' }, { totalPayAmount: '0' }, { productName: 'x'.repeat(129) }]) {
    assert.equal((await reserve(parts)).code, 'InvalidParameter');
  }
  assert.equal((await reserve({ taxScopeAmount: '999' })).code, 'TaxScopeAmountError');
  assert.equal((await reserve({ recurrentId: 'nobody' })).code, 'SIMULATED_NO_KEY');
  assert.equal((await reserve({ merchantUserId: 'somebody else' })).code, 'SIMULATED_NO_KEY');

  const first = String((await reserve({})).body?.paymentId);
  const approve = (fields: Record<string, string>, headers = {}) =>
    post('pay/v3/approval', { recurrentId: issued.key, ...fields }, headers);
  assert.equal((await approve({ paymentId: '20240306NP0000000000' })).body.code, 'SIMULATED_NO_RESERVATION');
  assert.equal((await approve({ paymentId: first, recurrentId: 'nobody' })).body.code, 'SIMULATED_NO_KEY');
  const headers = { 'X-NaverPay-Idempotency-Key': 'approval-1' };
  const done = await approve({ paymentId: first }, headers);
  assert.equal(done.body.code, 'Success');
  const again = await approve({ paymentId: first }, headers);
  assert.deepEqual([again.status, again.text], [409, done.text]);
  assert.equal((await approve({ paymentId: first })).body.code, 'SIMULATED_APPROVED');
  const second = String((await reserve({})).body?.paymentId);
  assert.equal((await approve({ paymentId: second })).status, 500, 'the book holds one payment of an order');

  const expire = async (parts: Record<string, string | undefined>) =>
    (await post('expire/v1/request', { recurrentId: issued.key, expireRequester: '2', expireReason: 'x', ...parts }))
      .body.code;
  assert.equal(await expire({ recurrentId: 'nobody' }), 'SIMULATED_NO_KEY');
  assert.equal(await expire({ expireRequester: undefined }), 'RequireParameter');
  assert.equal(await expire({ expireRequester: '3' }), 'InvalidParameter');
  assert.equal(await expire({ expireReason: 'x'.repeat(257) }), 'InvalidParameter');
  const third = String((await reserve({ merchantPayId: 'imp_third' })).body?.paymentId);
  assert.equal(await expire({}), 'Success');
  assert.equal(await expire({}), 'SIMULATED_KEY_EXPIRED');
  assert.equal((await approve({ paymentId: third })).body.code, 'SIMULATED_KEY_EXPIRED');
  assert.equal((await reserve({})).code, 'SIMULATED_KEY_EXPIRED');
  const outcome = await charge_key.send(rig.call(), chargeOf(rig.orderId(), issued));
  assert.deepEqual([outcome.kind, outcome.kind === 'refused' && outcome.code], ['refused', 'SIMULATED_KEY_EXPIRED']);
});

test('the history of a time has approvals and cancellations of that time, in pages', async () => {
  clock.set('2024-05-01T12:00:00+09:00');
  const { gatewayTid: early } = await desk.paid('card');
  clock.set('2024-05-01T12:30:00+09:00');
  const { gatewayTid: late } = await desk.paid('point');
  await client.cancel(early);
  const ask = async (parts: Record<string, unknown>) => {
    const asked = { startTime: '20240501120000', endTime: '20240501123000', rowsPerPage: 100, ...parts };
    const path = `/${rig.mid}/naverpay/payments/v2.2/list/history`;
    return (await client.post(path, JSON.stringify(asked), { 'content-type': 'application/json' })).body;
  };
  const idsOf = async (parts: Record<string, unknown>) => {
    const list = (await ask(parts)).body?.list as { paymentId: string; admissionTypeCode: string }[];
    return list.map((entry) => [entry.paymentId, entry.admissionTypeCode]);
  };
  assert.deepEqual(await idsOf({ approvalType: 'APPROVAL' }), [
    [early, '01'],
    [late, '01'],
  ]);
  assert.deepEqual(await idsOf({ approvalType: 'CANCEL' }), [[early, '04']]);
  assert.deepEqual(await idsOf({ startTime: '20240501120001', approvalType: 'APPROVAL' }), [[late, '01']]);
  assert.deepEqual(await idsOf({ endTime: '20240501122959' }), [[early, '01']]);
  assert.deepEqual(await idsOf({ rowsPerPage: 1, pageNumber: 2, approvalType: 'APPROVAL' }), [[late, '01']]);
  assert.equal((await ask({ startTime: undefined })).code, 'RequireParameter');
  for (const parts of [
    { startTime: '20240501' },
    { endTime: '20240501115959' },
    { approvalType: 'x' },
    { rowsPerPage: 101 },
  ]) {
    assert.equal((await ask(parts)).code, 'InvalidParameter');
  }
});
