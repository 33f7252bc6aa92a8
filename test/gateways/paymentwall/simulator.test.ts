import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { paymentwall } from '../../../src/gateways/paymentwall/module.ts';
import { type BrickErrorCode, brickErrors } from '../../../src/gateways/paymentwall/wire/errors.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { assertNotKept } from '../kit/not-kept.ts';
import { type Fields, type PaymentwallAnswer, paymentwallClientOf, physical } from './kit.ts';

const desk = await openDesk(paymentwall, { clock: movingClock('2024-03-06T12:00:00+09:00') });
const { rig, paid } = desk;
const { refund, read, tell } = paymentwallClientOf(rig);
const dollars = { currency: 'USD', amountMinor: 999n } as const;

async function refusedAs(answer: Promise<PaymentwallAnswer>, code: BrickErrorCode, status = 400): Promise<void> {
  const { status: given, body } = await answer;
  assert.deepEqual([given, body], [status, { code, error: brickErrors[code].message, type: 'Error' }]);
}

async function cancelledMinor(orderId: string): Promise<bigint | undefined> {
  return (await rig.control.book({ orderId })).transactions[0]?.cancelledMinor;
}

test('every code stands in the README with its category, and the README names no other', () => {
  const readme = readFileSync(new URL('../../../src/gateways/paymentwall/README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `(\d{4})` +\| (\w+) +\|/gm)].map(([, code, category]) => [code, category]);
  assert.deepEqual(
    rows,
    Object.entries(brickErrors).map(([code, { category }]) => [code, category]),
  );
});

test('a charge is read as it was paid, and refunded once, as a whole', async () => {
  const { gatewayTid: id, orderId } = await paid('card', dollars);
  assert.match(id, /^b\d{9}$/);
  const made = await read(id);
  assert.equal(made.status, 200);
  assert.deepEqual(made.body, {
    object: 'charge',
    id,
    amount: '9.99',
    amount_paid: '9.99',
    currency: 'USD',
    currency_paid: 'USD',
    captured: true,
    refunded: false,
    risk: 'approved',
    secure: false,
    created: 1_709_694_000,
    card: { country: 'US', exp_month: '12', exp_year: '2049', last4: '4242', name: 'SIMULATED', type: 'Visa' },
  });
  const refunded = await refund(id);
  assert.deepEqual(refunded, { status: 200, body: { ...made.body, refunded: true } });
  assert.deepEqual(await read(id), refunded);
  await refusedAs(refund(id), 3201);
  assert.equal(await cancelledMinor(orderId), 999n);
});

test('yen and won have no decimals', async () => {
  for (const currency of ['JPY', 'KRW']) {
    const { gatewayTid } = await paid('card', { currency, amountMinor: 500n });
    assert.equal((await read(gatewayTid)).body.amount, '500', currency);
  }
});

test('only the key of the merchant opens a charge', async () => {
  const { gatewayTid: id, orderId } = await paid('card', dollars);
  for (const ask of [refund, read, (chargeId: string, key: Record<string, string>) => tell(chargeId, {}, key)]) {
    await refusedAs(ask(id, {}), 4006, 401);
    await refusedAs(ask(id, { 'X-ApiKey': 'stranger' }), 4007, 401);
    assert.equal(rig.answered.at(-1)?.why, 'the X-ApiKey is not one that this simulator knows');
  }
  const mid = rig.sandbox.mid('another');
  const credentials = rig.sandbox.credentials(mid);
  await rig.control.registerMerchant({ mid, credentials });
  const other = { 'X-ApiKey': credentials.privateKey ?? '' };
  for (const ask of [refund, read]) {
    await refusedAs(ask(id, other), 3000);
    await refusedAs(ask('b1'), 3000);
  }
  assert.equal((await tell(id, {}, other)).status, 400);
  assert.equal(await cancelledMinor(orderId), 0n);
});

test('a delivery is taken as often as it is told, of one’s own charge and with all its fields', async () => {
  const { gatewayTid: id, orderId } = await paid('card', dollars);
  for (const parts of [{}, { is_test: '1' }, { ...physical, status: 'order_shipped' }, physical, physical]) {
    assert.deepEqual(await tell(id, parts), { status: 200, body: { success: 1 } });
  }
  const refused = async (parts: Fields, notice: string) => {
    const { status, body } = await tell(id, parts);
    const expected = { error_code: 2, error: 'Wrong parameters passed', notices: [notice] };
    assert.deepEqual([status, body], [400, expected], JSON.stringify(parts));
  };
  await refused({ payment_id: 'b1' }, "You don't have access to this delivery");
  for (const [name, value] of [
    ['payment_id', null],
    ['merchant_reference_id', ''],
    ['type', 'virtual'],
    ['status', 'lost'],
    ['estimated_delivery_datetime', '2015-01-15T15:00:00Z'],
    ['estimated_update_datetime', '1421312400'],
    ['refundable', 'yes'],
    ['reason', null],
    ['details', null],
    ['is_test', '2'],
    ['shipping_address[email]', 'nobody'],
  ] as const) {
    await refused({ [name]: value }, `${name} is missing or wrong`);
  }
  for (const name of Object.keys(physical).filter((each) => each.startsWith('shipping_address'))) {
    await refused({ ...physical, [name]: null }, `${name} is missing or wrong`);
  }
  assertNotKept(rig, orderId, ['Nowhere Street 1', 'user@hostname.com']);
});

test('a fault refuses either call in its own form', async () => {
  const { gatewayTid: id, orderId } = await paid('card', dollars);
  await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'reject' });
  await refusedAs(refund(id), 3204);
  await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'reject', code: '3200', message: 'Later' });
  assert.deepEqual(await refund(id), { status: 400, body: { code: 3200, error: 'Later', type: 'Error' } });
  await rig.control.addFault({ mid: rig.mid, operation: 'change_order', kind: 'reject', code: '7', message: 'No' });
  const notices = ["You don't have access to this delivery"];
  assert.deepEqual((await tell(id)).body, { error_code: 7, error: 'No', notices });
  assert.equal(await cancelledMinor(orderId), 0n);
});

test('the window takes cards, for an order once', async () => {
  const { orderId } = await paid('card', dollars);
  for (const parts of [
    { orderId },
    { payMethod: 'paypal' },
    { amountMinor: 0n },
    { taxFreeMinor: 9000n, vatMinor: 1001n },
  ] as const) {
    assert.equal((await desk.inWindow('card', parts)).kind, 'refused', Object.keys(parts).join());
  }
});
