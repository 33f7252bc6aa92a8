import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { paypalV2 } from '../../../src/gateways/paypal/module.ts';
import { paypalIssues } from '../../../src/gateways/paypal/wire/errors.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { type PaypalAnswer, paypalClientOf, usd } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(paypalV2, { clock });
const { rig, paid } = desk;
const { basic, tokenAnswer, bearer, get, refund } = paypalClientOf(rig);
const one = { taxFreeMinor: 0n, vatMinor: 0n } as const;

async function refusedAs(answer: Promise<PaypalAnswer>, issue: keyof typeof paypalIssues): Promise<void> {
  const { status, body } = await answer;
  assert.deepEqual([status, body.details?.[0]?.issue], [paypalIssues[issue].status, issue]);
}

async function cancelledMinor(orderId: string): Promise<bigint | undefined> {
  return (await rig.control.book({ orderId })).transactions[0]?.cancelledMinor;
}

test('every issue stands in the README with its status and category, and the README names no other', () => {
  const readme = readFileSync(new URL('../../../src/gateways/paypal/README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `(\w+)` +\| (\d{3}) +\| (\w+) +\|$/gm)];
  assert.deepEqual(
    rows.map(([, issue, status, category]) => [issue, Number(status), category]),
    Object.entries(paypalIssues).map(([issue, { status, category }]) => [issue, status, category]),
  );
});

test('a token is for the app that asks, and ends', async () => {
  for (const authorization of ['', 'Basic', `Basic ${basic('nobody')}`, `Basic ${basic(undefined, 'wrong')}`]) {
    const { status, body } = await tokenAnswer(authorization);
    assert.deepEqual([status, body.error], [401, 'invalid_client']);
  }
  assert.equal((await tokenAnswer(`Basic ${basic()}`, 'grant_type=password')).status, 400);
  const { gatewayTid } = await paid('paypal');
  const path = `/v2/payments/captures/${gatewayTid}`;
  const token = await bearer();
  assert.equal((await get(path, token)).status, 200);
  for (const wrong of ['', 'Bearer', `${token}x`, token.replace('A21AA', 'A21AAx'), `Basic ${basic()}`]) {
    await refusedAs(get(path, wrong), 'INVALID_TOKEN');
  }
  clock.set('2024-03-06T21:00:00+09:00');
  await refusedAs(get(path, token), 'INVALID_TOKEN');
  const mid = rig.sandbox.mid('another');
  await rig.control.registerMerchant({ mid, credentials: rig.sandbox.credentials(mid) });
  const other = await desk.inWindow('paypal', { mid });
  assert.ok(other.kind === 'done');
  await refusedAs(get(`/v2/payments/captures/${other.result.gatewayTid}`), 'INVALID_RESOURCE_ID');
});

test('a refund says what it gave back, and is found by itself, in the capture and in the order', async () => {
  const { gatewayTid, orderId } = await paid('paypal', { amountMinor: 1234n, ...one });
  const part = await refund(gatewayTid, { amount: usd('3.21'), custom_id: 'ours', note_to_payer: '변심' });
  const { id, links, update_time: _updated, ...body } = part.body;
  assert.equal(part.status, 201);
  assert.match(String(id), /^[A-Z0-9]{17}$/);
  assert.deepEqual(body, {
    amount: usd('3.21'),
    custom_id: 'ours',
    note_to_payer: '변심',
    seller_payable_breakdown: { gross_amount: usd('3.21'), total_refunded_amount: usd('3.21') },
    status: 'COMPLETED',
    create_time: '2024-03-06T12:00:00Z',
  });
  assert.deepEqual((await get(`/v2/payments/refunds/${id}`)).body, part.body);
  const capture = await get(`/v2/payments/captures/${gatewayTid}`);
  assert.deepEqual([capture.body.status, capture.body.amount], ['PARTIALLY_REFUNDED', usd('12.34')]);
  // Without an amount it is all that can still be refunded.
  const rest = await refund(gatewayTid, {});
  assert.deepEqual(rest.body.amount, usd('9.13'));
  const order = (links as { href: string; rel: string }[]).length;
  assert.equal(order, 2);
  const { related_ids } = capture.body.supplementary_data as { related_ids: { order_id: string } };
  const listed = await get(`/v2/checkout/orders/${related_ids.order_id}`);
  const [unit] = listed.body.purchase_units as { payments: { refunds: { id: string }[] }; invoice_id: string }[];
  assert.deepEqual([unit?.invoice_id, unit?.payments.refunds.map((each) => each.id)], [orderId, [id, rest.body.id]]);
  await refusedAs(refund(gatewayTid, { amount: usd('0.01') }), 'CAPTURE_FULLY_REFUNDED');
  assert.equal(await cancelledMinor(orderId), 1234n);
});

test('what is no amount of the capture’s currency is refused, and nothing moves', async () => {
  const dollars = await paid('paypal');
  for (const [amount, issue] of [
    [usd('100.01'), 'REFUND_AMOUNT_EXCEEDED'],
    [usd('0.00'), 'REFUND_AMOUNT_TOO_LOW'],
    [usd('1.001'), 'INVALID_PARAMETER_SYNTAX'],
    [usd('-1'), 'INVALID_PARAMETER_SYNTAX'],
    [usd('x'), 'INVALID_PARAMETER_SYNTAX'],
    [{ currency_code: 'USD', value: 1 }, 'INVALID_PARAMETER_SYNTAX'],
    [null, 'INVALID_PARAMETER_SYNTAX'],
    [{ currency_code: 'EUR', value: '1.00' }, 'REFUND_CAPTURE_CURRENCY_MISMATCH'],
  ] as const) {
    await refusedAs(refund(dollars.gatewayTid, { amount }), issue);
  }
  for (const currency of ['JPY', 'TWD']) {
    const amountMinor = currency === 'JPY' ? 500n : 50_000n;
    const { gatewayTid, orderId } = await paid('paypal', { currency, amountMinor, ...one });
    await refusedAs(
      refund(gatewayTid, { amount: { currency_code: currency, value: '1.00' } }),
      'DECIMALS_NOT_SUPPORTED',
    );
    const done = await refund(gatewayTid, { amount: { currency_code: currency, value: '100' } });
    assert.deepEqual(done.body.amount, { currency_code: currency, value: '100' });
    assert.equal(await cancelledMinor(orderId), currency === 'JPY' ? 100n : 10_000n);
  }
  await refusedAs(refund('UNKNOWN', {}), 'INVALID_RESOURCE_ID');
  assert.equal(await cancelledMinor(dollars.orderId), 0n);
  clock.set('2024-10-06T21:00:00+09:00');
  await refusedAs(refund(dollars.gatewayTid, {}), 'REFUND_TIME_LIMIT_EXCEEDED');
});

test('a request’s id is carried out once for 45 days, and hears of its refund as it is by then', async () => {
  const { gatewayTid, orderId } = await paid('paypal');
  await rig.control.changeSettings({ mid: rig.mid, settings: { refunds: 'pending' } });
  const asked = () => refund(gatewayTid, { amount: usd('30.00') }, 'request-1');
  const first = await asked();
  assert.deepEqual([first.body.status, first.body.status_details], ['PENDING', { reason: 'ECHECK' }]);
  assert.equal((await asked()).body.id, first.body.id);
  await rig.control.completeRefund({ mid: rig.mid, orderId, succeeded: true });
  const again = await asked();
  assert.deepEqual([again.body.id, again.body.status], [first.body.id, 'COMPLETED']);
  assert.equal(await cancelledMinor(orderId), 3_000n);
  // A refusal is not kept: the same request may be carried out later.
  await refusedAs(refund(gatewayTid, { amount: usd('70.01') }, 'request-2'), 'REFUND_AMOUNT_EXCEEDED');
  assert.equal((await refund(gatewayTid, { amount: usd('1.00') }, 'request-2')).status, 201);
  clock.set('2024-12-01T00:00:00+09:00');
  assert.notEqual((await asked()).body.id, first.body.id);
  await rig.control.changeSettings({ mid: rig.mid, settings: { refunds: 'completed' } });
});

test('the window takes PayPal’s currencies, which won is none of, for an order once', async () => {
  const { orderId } = await paid('paypal');
  for (const parts of [{ orderId }, { currency: 'KRW' }, { currency: 'CNY' }, { payMethod: 'card' as const }]) {
    assert.equal((await desk.inWindow('paypal', parts)).kind, 'refused', JSON.stringify(parts));
  }
});
