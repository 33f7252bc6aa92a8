import assert from 'node:assert/strict';
import { test } from 'node:test';
import { request as httpRequest } from 'undici';
import { kakaoGateway as gateway } from '../../../src/gateways/kakaopay/adapter/adapter.ts';
import { kakaopay } from '../../../src/gateways/kakaopay/module.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { orderOf } from '../kit/payment-requests.ts';
import { cancelRequest, chargeOf, keyIssueOf, registeredKey } from '../kit/scenarios.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(kakaopay, { clock });
const { rig, server, answering } = desk;
const { charge_key, revoke_key } = gateway.operations;
const sid = 'S1234567890123456789';
const billingKey = { key: sid, boundTo: { partnerUserId: 'customer-1' } };

const charged = {
  aid: 'A5678901234567890123',
  tid: 'T1234567890123456789',
  cid: rig.mid,
  sid,
  partner_order_id: 'imp_1',
  partner_user_id: 'customer-1',
  payment_method_type: 'MONEY',
  amount: { total: 10_000, tax_free: 0, vat: 909 },
  approved_at: '2024-03-06T12:00:00',
};
const deletion = { ...keyIssueOf(desk.at('card')), billingKey, reason: '해지', requester: null };

/** As the clients of the API call it, without our adapter. */
async function post(path: string, fields: Record<string, unknown>, mid = rig.mid) {
  const { secretKey = '' } = rig.sandbox.credentials(mid);
  const answer = await httpRequest(`${rig.url}/online/v1/payment/${path}`, {
    method: 'POST',
    headers: { authorization: `SECRET_KEY ${secretKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ cid: mid, ...fields }),
  });
  return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
}

function issueInWindow(amountMinor: bigint, orderId = rig.orderId()) {
  return rig.control.issueKeyInWindow({
    ...orderOf(orderId, amountMinor),
    mid: rig.mid,
    payMethod: 'card',
    customerUid: 'card of the customer',
    customerId: 'customer-1',
  });
}

test('a charge names the key, its user, the order and what is free of tax', async () => {
  const request = chargeOf('imp_1', billingKey, { taxFreeMinor: 1_000n, orderName: `${'가'.repeat(99)}😀` });
  const outcome = await charge_key.send(answering(charged), request);
  assert.deepEqual(outcome, {
    kind: 'confirmed',
    result: {
      gatewayTid: 'T1234567890123456789',
      approvalNumber: null,
      approvedAt: new Date('2024-03-06T03:00:00Z'),
      receiptUrl: null,
      card: null,
      bank: null,
    },
  });
  assert.equal(server.last().path, '/online/v1/payment/subscription');
  assert.deepEqual(server.last().json(), {
    cid: rig.mid,
    sid,
    partner_order_id: 'imp_1',
    partner_user_id: 'customer-1',
    item_name: '가'.repeat(99),
    quantity: 1,
    total_amount: 10_000,
    tax_free_amount: 1_000,
  });
  await charge_key.send(answering(charged), { ...request, vatMinor: 800n });
  assert.equal(server.last().json().vat_amount, 800);
});

test('an answer about another key, order, merchant or amount decides nothing, and nothing is asked or sent again', async () => {
  const request = chargeOf('imp_1', billingKey);
  for (const parts of [
    { sid: 'S0000000000000000000' },
    { partner_order_id: 'imp_2' },
    { cid: 'TC0ONETIME' },
    { amount: { total: 9_999 } },
    { approved_at: '' },
    { tid: undefined },
  ]) {
    assert.equal((await charge_key.send(answering({ ...charged, ...parts }), request)).kind, 'unclear');
  }
  for (const [status, body] of [
    [400, { error_code: -785, error_message: 'x' }],
    [400, { error_code: -781, error_message: 'x' }],
    [500, { error_code: -722, error_message: 'x' }],
    [200, '<html>'],
  ] as const) {
    assert.equal((await charge_key.send(answering(body, { status }), request)).kind, 'unclear');
  }
  const sent = server.requests.length;
  const inquiry = await charge_key.inquire(rig.call(), { ...desk.payment, gatewayTid: null, billingKey }, clock.now());
  assert.deepEqual([inquiry.kind, inquiry.kind === 'unknown' && inquiry.isFinal], ['unknown', true]);
  assert.equal(server.requests.length, sent);
});

test('a code that nobody has published is a refusal, with its text', async () => {
  const body = { error_code: -780, error_message: 'approval failure', extras: { method_result_code: 'USER_LOCKED' } };
  const outcome = await charge_key.send(answering(body, { status: 400 }), chargeOf('imp_1', billingKey));
  assert.deepEqual(outcome, { kind: 'refused', code: '-780', message: 'approval failure', category: 'other' });
});

test('instalments, for which there is no field, are not dropped: nothing is sent', async () => {
  const sent = server.requests.length;
  const outcome = await charge_key.send(
    rig.call({ baseUrl: server.url }),
    chargeOf('imp_1', billingKey, { installmentMonths: 3 }),
  );
  assert.equal(outcome.kind, 'never_sent');
  assert.equal(server.requests.length, sent);
});

test('a deletion is confirmed by INACTIVE alone, and a lost one is settled by the status of the key', async () => {
  const key = { cid: rig.mid, sid, status: 'INACTIVE', inactivated_at: '2024-03-06T11:00:00' };
  const revoked = { gatewayTid: null, revokedAt: new Date('2024-03-06T02:00:00Z') };
  assert.deepEqual(await revoke_key.send(answering(key), deletion), { kind: 'confirmed', result: revoked });
  assert.equal(server.last().path, '/online/v1/payment/manage/subscription/inactive');
  assert.deepEqual(server.last().json(), { cid: rig.mid, sid });
  for (const parts of [{ status: 'ACTIVE' }, { sid: 'S0000000000000000000' }, { cid: 'TCANOTHER1' }]) {
    assert.equal((await revoke_key.send(answering({ ...key, ...parts }), deletion)).kind, 'unclear');
  }
  const no = { error_code: -700, error_message: 'x' };
  assert.equal((await revoke_key.send(answering(no, { status: 400 }), deletion)).kind, 'refused');
  assert.equal((await revoke_key.send(answering(no, { status: 400, isRepeat: true }), deletion)).kind, 'unclear');

  const asked = (body: unknown, status = 200) => revoke_key.inquire(answering(body, { status }), deletion, clock.now());
  assert.deepEqual(await asked(key), { kind: 'done', result: revoked });
  assert.deepEqual(await asked({ ...key, status: 'ACTIVE' }), { kind: 'not_done', repeatIsSafe: true });
  assert.equal((await asked({ ...key, status: 'AVAILABLE' })).kind, 'unknown');
  assert.equal((await asked({ ...key, cid: 'TCANOTHER1' })).kind, 'unknown');
  assert.equal((await asked(no, 400)).kind, 'unknown');
  assert.equal(server.last().path, '/online/v1/payment/manage/subscription/status');
});

test('the window registers only, or takes the first payment too, and the order tells that it issued a SID', async () => {
  const only = await issueInWindow(0n);
  assert.ok(only.kind === 'done' && only.result.payment === null);
  assert.match(only.result.issued.billingKey.key, /^S[0-9a-f]{19}$/);
  assert.deepEqual(only.result.issued.billingKey.boundTo, { partnerUserId: 'customer-1' });

  const paid = await issueInWindow(5_000n);
  assert.ok(paid.kind === 'done' && paid.result.payment);
  assert.equal(paid.result.payment.amountMinor, 5_000n);
  const { body } = await post('order', { tid: paid.result.payment.gatewayTid });
  const actions = body.payment_action_details as { payment_action_type: string }[];
  assert.deepEqual(
    actions.map(({ payment_action_type }) => payment_action_type),
    ['ISSUED_SID', 'PAYMENT'],
  );
  assert.equal(body.partner_user_id, 'customer-1');
  assert.equal((await issueInWindow(0n, 'x'.repeat(101))).kind, 'refused');
});

test('a payment by a key is looked up by its TID and cancelled, and the key is charged again', async () => {
  const { billingKey: issued } = await registeredKey(desk.at('card'));
  const status = () => post('manage/subscription/status', { sid: issued.key });
  const { last_approved_at: before, ...active } = (await status()).body;
  assert.equal(before, undefined);
  assert.deepEqual([active.status, active.created_at], ['ACTIVE', '2024-03-06T12:00:00']);

  const orderId = rig.orderId();
  const outcome = await charge_key.send(rig.call(), chargeOf(orderId, issued));
  assert.ok(outcome.kind === 'confirmed', JSON.stringify(outcome));
  const { gatewayTid } = outcome.result;
  const payment = { ...desk.payment, orderId, gatewayTid };
  const found = await gateway.lookUp(rig.call(), payment);
  assert.ok(found.kind === 'found');
  assert.deepEqual([found.payment.status, found.payment.amountMinor], ['paid', 10_000n]);
  assert.equal((await status()).body.last_approved_at, '2024-03-06T12:00:00');
  const cancelled = await gateway.operations.cancel.send(
    rig.call(),
    cancelRequest(desk.at('card'), { ...payment, noticeSecret: null }, 10_000n),
  );
  assert.equal(cancelled.kind, 'confirmed');
  assert.equal((await charge_key.send(rig.call(), chargeOf(rig.orderId(), issued))).kind, 'confirmed');
});

test('the simulator refuses what is malformed, another user, an unknown key and a deleted one', async () => {
  const { billingKey: issued } = await registeredKey(desk.at('card'));
  const fields = {
    sid: issued.key,
    partner_order_id: 'imp_simulator',
    partner_user_id: issued.boundTo.partnerUserId,
    item_name: '생수',
    quantity: 1,
    total_amount: 1_000,
    tax_free_amount: 0,
  };
  const refusal = async (parts: Record<string, unknown>, path = 'subscription') => {
    const { status, body } = await post(path, { ...fields, ...parts });
    assert.equal(status, 400);
    return body.error_code;
  };
  for (const parts of [
    { partner_order_id: undefined },
    { partner_order_id: 'x'.repeat(101) },
    { partner_user_id: 'x'.repeat(101) },
    { item_name: 'x'.repeat(101) },
    { quantity: undefined },
    { quantity: 0 },
    { total_amount: 0 },
    { total_amount: undefined },
    { tax_free_amount: undefined },
    { tax_free_amount: 1_001 },
    { vat_amount: 1_001 },
    { sid: 'S'.repeat(21) },
  ]) {
    assert.equal(await refusal(parts), -722, JSON.stringify(parts));
  }
  assert.equal(await refusal({ partner_user_id: 'somebody else' }), 'SIM01');
  const paths = ['subscription', 'manage/subscription/status', 'manage/subscription/inactive'];
  for (const path of paths) assert.equal(await refusal({ sid: 'S0000000000000000000' }, path), 'SIM01');

  const other = 'TCOTHER001';
  await rig.control.registerMerchant({ mid: other, credentials: rig.sandbox.credentials(other) });
  for (const path of paths) assert.equal((await post(path, fields, other)).body.error_code, 'SIM01');

  assert.equal((await post('subscription', fields)).status, 200);
  assert.equal(await refusal({}), -785, 'an order is charged once');
  const gone = await post('manage/subscription/inactive', { sid: issued.key });
  assert.deepEqual(
    [gone.status, gone.body.status, gone.body.inactivated_at, gone.body.last_approved_at],
    [200, 'INACTIVE', '2024-03-06T12:00:00', '2024-03-06T12:00:00'],
  );
  assert.equal(await refusal({ partner_order_id: 'imp_later' }), 'SIM02');
  assert.equal(await refusal({}, 'manage/subscription/inactive'), 'SIM02');
  assert.equal((await post('manage/subscription/status', { sid: issued.key })).body.status, 'INACTIVE');
  const outcome = await charge_key.send(rig.call(), chargeOf(rig.orderId(), issued));
  assert.deepEqual([outcome.kind, outcome.kind === 'refused' && outcome.code], ['refused', 'SIM02']);
});
