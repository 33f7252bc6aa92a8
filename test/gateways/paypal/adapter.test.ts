import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { paypalV2 } from '../../../src/gateways/paypal/module.ts';
import { paypalIssues } from '../../../src/gateways/paypal/wire/errors.ts';
import { minorOf, moneyOf } from '../../../src/gateways/paypal/wire/money.ts';
import type { GatewayCall } from '../../../src/port/call.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import { type AnsweringParts, openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { noticeKeysOf, rawNotice } from '../kit/raw-notice.ts';
import { usd } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const captureId = '3C679366HH908993F';
const orderId = '5O190127TN364715T';
const desk = await openDesk(paypalV2, {
  clock,
  payment: { gatewayTid: captureId, payMethod: 'paypal', currency: 'USD', paymentAmountMinor: 1234n },
  call: { idempotencyKey: 'our-key' },
});
const { rig, server, payment, cancelOf, willAnswer } = desk;
const { cancel } = desk.gateway.operations;
const part = cancelOf(payment, { amountMinor: 321n, earlierTids: ['EARLIER'] });
const token = { access_token: 'A21AA-token', token_type: 'Bearer', expires_in: 32400 };
const refund = {
  id: '1JU08902781691411',
  amount: usd('3.21'),
  custom_id: 'our-key',
  status: 'COMPLETED',
  create_time: '2024-03-06T03:00:00Z',
  links: [{ rel: 'up', method: 'GET', href: `https://api-m.paypal.com/v2/payments/captures/${captureId}` }],
};
const result = {
  gatewayTid: refund.id,
  amountMinor: 321n,
  cancelledAt: new Date('2024-03-06T03:00:00Z'),
  receiptUrl: null,
};
const capture = (parts = {}) => ({
  id: captureId,
  status: 'PARTIALLY_REFUNDED',
  amount: usd('12.34'),
  create_time: '2024-03-05T03:00:00Z',
  supplementary_data: { related_ids: { order_id: orderId } },
  ...parts,
});
const order = (refunds: readonly unknown[]) => ({
  id: orderId,
  purchase_units: [{ payments: { captures: [{ id: captureId }], refunds } }],
});

/** Every call asks for a token first. */
function answering(body: unknown, parts: AnsweringParts = {}): GatewayCall {
  willAnswer(token);
  return desk.answering(body, parts);
}

const answered = (body: unknown, parts: AnsweringParts & { request?: Cancel } = {}) => {
  const { request = part, ...call } = parts;
  return cancel.send(answering(body, { status: 201, ...call }), request);
};

function inquired(bodies: readonly unknown[], parts: Partial<GatewayCall> = {}, request = part) {
  const [last, ...earlier] = bodies.toReversed();
  willAnswer(token);
  for (const body of earlier.toReversed()) willAnswer(body);
  return cancel.inquire(desk.answering(last, parts), request, rig.call().now);
}

describe('on the wire', () => {
  test('a token is asked for with the app’s id and secret, then the refund with the token', async () => {
    const { clientId, clientSecret } = rig.call().channel.credentials;
    const reason = `${'😀'.repeat(127)}가나`;
    await answered(refund, { request: { ...part, reason } });
    const [asked, sent] = server.requests.slice(-2);
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    assert.deepEqual([asked?.path, asked?.headers.authorization], ['/v1/oauth2/token', `Basic ${basic}`]);
    assert.equal(asked?.body, 'grant_type=client_credentials');
    assert.equal(sent?.path, `/v2/payments/captures/${captureId}/refund`);
    assert.equal(sent?.headers.authorization, 'Bearer A21AA-token');
    assert.equal(sent?.headers['paypal-request-id'], 'our-key');
    assert.equal(sent?.headers.prefer, 'return=representation');
    const note_to_payer = `${'😀'.repeat(127)}가`;
    assert.deepEqual(sent?.json(), { amount: usd('3.21'), custom_id: 'our-key', note_to_payer });
    // All that is left is said in full as well: an empty body would give back what our book may not know of.
    await answered(refund, { request: cancelOf() });
    assert.deepEqual(server.last().json().amount, usd('12.34'));
  });

  test('amounts have the decimals of their currency, and none where PayPal takes none', () => {
    for (const [minor, currency, value] of [
      [1n, 'USD', '0.01'],
      [10n, 'EUR', '0.10'],
      [123_456_789n, 'USD', '1234567.89'],
      [500n, 'JPY', '500'],
      [50_000n, 'TWD', '500'],
      // Half a Taiwan dollar is PayPal's to refuse.
      [50_050n, 'TWD', '500.50'],
    ] as const) {
      assert.deepEqual(moneyOf(minor, currency), { currency_code: currency, value });
      assert.equal(minorOf({ currency_code: currency, value }, currency), minor);
    }
    for (const [value, currency] of [
      ['1.001', 'USD'],
      ['1.5', 'JPY'],
      ['1e3x', 'USD'],
      ['-1', 'USD'],
    ] as const) {
      assert.equal(minorOf({ currency_code: currency, value }, currency), undefined, value);
    }
    assert.equal(minorOf({ currency_code: 'EUR', value: '1.00' }, 'USD'), undefined);
  });
});

describe('an answer', () => {
  test('tells by its status what became of the refund', async () => {
    assert.deepEqual(await answered(refund), { kind: 'confirmed', result });
    assert.deepEqual(await answered(refund, { status: 200 }), { kind: 'confirmed', result });
    assert.deepEqual(await answered({ ...refund, status: 'PENDING' }), { kind: 'accepted', result });
    for (const status of ['FAILED', 'CANCELLED']) {
      const refused = { kind: 'refused', code: status, message: status, category: 'other' };
      assert.deepEqual(await answered({ ...refund, status }), refused);
    }
  });

  test('that is not exactly the one to this request is a doubt', async () => {
    for (const parts of [
      { amount: usd('3.20') },
      { amount: { currency_code: 'EUR', value: '3.21' } },
      { amount: usd('3.211') },
      { custom_id: 'another' },
      { id: 'EARLIER' },
      { status: 'SOMETHING' },
      { create_time: 'x' },
    ]) {
      assert.equal((await answered({ ...refund, ...parts })).kind, 'unclear', JSON.stringify(parts));
    }
    for (const body of ['', '[]', 'null', '<html>']) assert.equal((await answered(body)).kind, 'unclear');
  });

  test('of an issue is refused as the table says; one that is not known, as its HTTP status says', async () => {
    for (const [issue, { status, category }] of Object.entries(paypalIssues)) {
      const body = { name: 'UNPROCESSABLE_ENTITY', message: 'x', details: [{ issue, description: 'why' }] };
      const refused = { kind: 'refused', code: issue, message: 'why', category };
      assert.deepEqual(await answered(body, { status }), refused);
    }
    for (const [status, category] of [
      [400, 'other'],
      [401, 'bad_credentials'],
      [403, 'contract_missing'],
      [404, 'unknown_transaction'],
    ] as const) {
      const outcome = await answered({ name: 'NEW', message: 'x' }, { status });
      assert.deepEqual(outcome, { kind: 'refused', code: 'NEW', message: 'x', category });
    }
    for (const status of [408, 409, 429, 500, 503]) {
      const body = { name: 'PREVIOUS_REQUEST_IN_PROGRESS', message: 'x' };
      assert.equal((await answered(body, { status })).kind, 'unclear', String(status));
    }
    const repeat = { details: [{ issue: 'CAPTURE_FULLY_REFUNDED' }] };
    assert.equal((await answered(repeat, { status: 422, isRepeat: true })).kind, 'unclear');
  });

  test('to the question for a token decides that nothing was sent', async () => {
    const before = server.requests.length;
    for (const [body, status, kind] of [
      [{ error: 'invalid_client', error_description: 'no' }, 401, 'refused'],
      ['', 500, 'never_sent'],
      [{}, 200, 'never_sent'],
    ] as const) {
      assert.equal((await cancel.send(desk.answering(body, { status }), part)).kind, kind);
    }
    assert.equal(server.requests.length, before + 3);
    assert.equal((await cancel.inquire(desk.answering('', { status: 500 }), part, rig.call().now)).kind, 'unknown');
  });
});

describe('an inquiry', () => {
  test('finds our refund in the order, by our id', async () => {
    const others = [{ ...refund, id: 'OTHER', custom_id: 'another' }];
    assert.deepEqual(await inquired([capture(), order([...others, refund])]), { kind: 'done', result });
    assert.equal(server.last().path, `/v2/checkout/orders/${orderId}`);
    const pending = await inquired([capture(), order([{ ...refund, status: 'PENDING' }])]);
    assert.deepEqual(pending, { kind: 'accepted', result });
    const failed = { ...refund, status: 'FAILED', status_details: { reason: 'ECHECK' } };
    const refused = { kind: 'refused', code: 'FAILED', message: 'ECHECK', category: 'other' };
    assert.deepEqual(await inquired([capture(), order([failed])]), refused);
    const linked = capture({
      supplementary_data: undefined,
      links: [{ rel: 'up', href: `https://x/v2/checkout/orders/${orderId}` }],
    });
    assert.deepEqual(await inquired([linked, order([refund])]), { kind: 'done', result });
  });

  test('that does not find it says that it was not done, and a repeat is safe while PayPal keeps the id', async () => {
    assert.deepEqual(await inquired([capture(), order([])]), { kind: 'not_done', repeatIsSafe: true });
    const later = { now: new Date(rig.call().now.getTime() + 44 * 24 * 3600_000) };
    assert.deepEqual(await inquired([capture(), order([])], later), { kind: 'not_done', repeatIsSafe: false });
    const orderless = capture({ supplementary_data: undefined });
    assert.deepEqual(await inquired([orderless]), { kind: 'ask_by_repeating' });
    assert.equal((await inquired([orderless], later)).kind, 'unknown');
  });

  test('that finds something else, or nothing that can be read, claims nothing', async () => {
    for (const bodies of [
      [capture(), order([refund, { ...refund, id: 'TWICE' }])],
      [capture(), order([{ ...refund, amount: usd('3.20') }])],
      [capture(), { ...order([refund]), id: 'OTHER' }],
      [capture(), { id: orderId, purchase_units: [] }],
      [capture({ id: 'OTHER' })],
      ['{}'],
    ]) {
      assert.equal((await inquired(bodies)).kind, 'unknown', JSON.stringify(bodies));
    }
  });
});

test('a lookup tells balance and refunds in the payment’s currency', async () => {
  const lookedUp = async (...bodies: readonly unknown[]) => {
    const [last, ...earlier] = bodies.toReversed();
    willAnswer(token);
    for (const body of earlier.toReversed()) willAnswer(body);
    return desk.gateway.lookUp(desk.answering(last), payment);
  };
  const found = await lookedUp(capture(), order([refund, { ...refund, id: 'FAILED', status: 'FAILED' }]));
  assert.ok(found.kind === 'found');
  const { status, amountMinor, balanceMinor, cancels } = found.payment;
  assert.deepEqual([status, amountMinor, balanceMinor, cancels], ['partially_cancelled', 1234n, 913n, [result]]);
  const orderless = { supplementary_data: undefined };
  const all = await lookedUp(capture({ ...orderless, status: 'REFUNDED' }));
  assert.ok(all.kind === 'found' && all.payment.balanceMinor === 0n && all.payment.cancels === null);
  assert.equal((await lookedUp(capture(orderless))).kind, 'unknown');
  assert.equal((await lookedUp(capture({ status: 'PENDING' }), order([]))).kind, 'unknown');
  assert.equal((await lookedUp(capture({ amount: usd('12.345') }), order([]))).kind, 'unknown');
  assert.equal((await desk.gateway.lookUp(rig.call(), { ...payment, gatewayTid: null })).kind, 'unknown');
});

test('a webhook tells of the end of a pending refund, and makes the server ask', async () => {
  const { identify, open } = desk.gateway.notices;
  const keys = noticeKeysOf(rig);
  const webhook = (parts = {}, type = 'PAYMENT.CAPTURE.REFUNDED') =>
    rawNotice(JSON.stringify({ id: 'WH-1', event_type: type, resource: { ...refund, ...parts } }));
  assert.deepEqual(identify(webhook()), { mid: null, orderId: null, gatewayTid: captureId });
  const at = result.cancelledAt;
  const told = { kind: 'refund_result', cancelTid: refund.id, amountMinor: 321n, at } as const;
  const notice = { kind: 'notice', trust: 'unverified', orderId: null, gatewayTid: captureId } as const;
  const succeeded = { ...told, succeeded: true, code: null, message: null };
  assert.deepEqual(open(webhook(), keys), { ...notice, event: succeeded });
  const failed = { ...told, succeeded: false, code: 'FAILED', message: 'ECHECK' };
  const raw = webhook({ status: 'FAILED', status_details: { reason: 'ECHECK' } }, 'PAYMENT.REFUND.FAILED');
  assert.deepEqual(open(raw, keys), { ...notice, event: failed });
  const pending = open(webhook({ status: 'PENDING' }, 'PAYMENT.REFUND.PENDING'), keys);
  assert.equal(pending.kind === 'notice' && pending.event.kind, 'nothing_to_do');
  for (const other of ['', '{}', JSON.stringify({ event_type: 'CHECKOUT.ORDER.APPROVED', resource: { id: 'x' } })]) {
    assert.equal(identify(rawNotice(other)), undefined);
    assert.equal(open(rawNotice(other), keys).kind, 'forged');
  }
  assert.equal(identify(webhook({ links: [] })), undefined);

  await rig.control.changeSettings({ mid: rig.mid, settings: { refunds: 'pending' } });
  const made = await desk.paid('paypal');
  const call = rig.call();
  const request = cancelOf(made, { amountMinor: 3_000n });
  const accepted = await cancel.send(call, request);
  assert.equal(accepted.kind, 'accepted');
  await rig.control.completeRefund({ mid: rig.mid, orderId: made.orderId, succeeded: false });
  const sent = rig.notices.at(-1);
  assert.ok(sent);
  assert.equal(identify(sent)?.gatewayTid, made.gatewayTid);
  assert.equal((await cancel.inquire(call, request, call.now)).kind, 'refused');
});
