import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { confirmDelivery, type DeliveryRequest } from '../../src/core/deliveries/confirm-delivery.ts';
import { createDeadline } from '../../src/core/operations/deadline.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import type { DeliveryConfirmation, DeliveryOutcome } from '../../src/port/delivery.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { type Core, startCore } from '../kit/core.ts';
import { newOrder, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { type Observer, observe, recordOf } from './observed.ts';

const record = recordOf(import.meta.url);
let sandbox: Sandbox;
let observer: Observer;
let client: ApiClient;
let core: Core;
before(async () => {
  [sandbox, core] = await Promise.all([startSandbox(), startCore()]);
  observer = await observe(sandbox.url, record);
  client = observer.watch(await sandbox.newMerchant());
});
after(async () => {
  await core?.close();
  await sandbox?.close();
});

const digital = {
  type: 'digital',
  status: 'delivered',
  estimated_delivery_datetime: 1_733_000_300,
  estimated_update_datetime: '1733000300',
  refundable: 'no',
  shipping_address_email: 'buyer@example.com',
};
const physical = {
  ...digital,
  type: 'physical',
  status: 'order_shipped',
  refundable: true,
  carrier_tracking_id: '123',
  carrier_type: 'DHL',
  shipping_address_country: 'KR',
  shipping_address_city: 'Seoul',
  shipping_address_zip: '04500',
  shipping_address_state: 'N/A',
  shipping_address_street: 'Street 1',
  shipping_address_phone: '01012345678',
  shipping_address_firstname: 'Gildong',
  shipping_address_lastname: 'Hong',
};

test('what is missing or wrong is refused, and so is every payment that is not of Paymentwall', async () => {
  const order = newOrder();
  const impUid = await payByCard(client, 1000, { merchant_uid: order });
  const tell = (change: object) =>
    client.post('/paymentwall/delivery', { imp_uid: impUid, merchant_uid: order, ...physical, ...change });
  for (const [change, status, error] of [
    [{}, 400, 'delivery_not_supported'],
    [digital, 400, 'delivery_not_supported'],
    [{ imp_uid: 'imp_000000000000' }, 404, 'payment_not_found'],
    [{ merchant_uid: 'another' }, 404, 'payment_not_found'],
    [{ status: 'lost' }, 400, 'parameter_invalid'],
    [{ type: null }, 400, 'parameter_missing'],
    [{ refundable: 'perhaps' }, 400, 'parameter_invalid'],
    [{ shipping_address_city: '' }, 400, 'parameter_missing'],
    [{ reason: 'x'.repeat(65) }, 400, 'parameter_too_long'],
    [{ estimated_update_datetime: 'tomorrow' }, 400, 'parameter_invalid'],
  ] as const) {
    const answer = await tell(change);
    assert.deepEqual([answer.status, answer.code, answer.error], [status, -1, error], answer.text);
  }
});

test('Paymentwall is told of a delivery as often as it changes, and its yes and no are passed on', async () => {
  const order = newOrder();
  const payment = { merchant_uid: order, name: 'Water', amount: 12.34, currency: 'USD' };
  const paid = await client.post('/sandbox/payments', { pg_provider: 'paymentwall', pay_method: 'card', ...payment });
  assert.equal(paid.code, 0, paid.text);
  const about = { imp_uid: paid.response.imp_uid, merchant_uid: order };
  const tell = (change: object = physical) => client.post('/paymentwall/delivery', { ...about, ...change });
  const fault = (kind: string) =>
    client.post('/sandbox/faults', { pg_provider: 'paymentwall', operation: 'change_order', kind });
  for (const change of [
    { ...physical, status: 'order_placed' },
    physical,
    { ...physical, status: 'delivered' },
    digital,
  ]) {
    const taken = await tell(change);
    assert.deepEqual([taken.status, taken.text], [200, '{"code":0,"message":null,"response":{"success":1}}']);
  }
  await fault('reject');
  const refused = await tell();
  assert.deepEqual([refused.status, refused.code, refused.error], [200, -1, 'delivery_refused']);
  assert.deepEqual(
    [refused.message, refused.response],
    [
      'Wrong parameters passed',
      { error_code: 2, error: 'Wrong parameters passed', notices: ["You don't have access to this delivery"] },
    ],
  );
  for (const kind of ['lost_answer', 'http_500', 'garbage']) {
    await fault(kind);
    const unclear = await tell();
    assert.deepEqual([unclear.status, unclear.error], [200, 'delivery_unclear'], kind);
    assert.equal((await tell()).code, 0, kind);
  }
  const cancelled = await client.post('/payments/cancel', { imp_uid: about.imp_uid });
  assert.equal(cancelled.response.cancel_amount, 12.34);
  assert.equal((await tell()).error, 'delivery_not_paid');
});

/** As it is with any gateway that wants to know. */
async function told(
  outcome: DeliveryOutcome,
  change: Partial<DeliveryRequest> = {},
  status: 'paid' | 'ready' = 'paid',
) {
  const payment = await core.pay({ status });
  const heard: DeliveryConfirmation[] = [];
  const deliveries = {
    confirm: async (_call: unknown, confirmation: DeliveryConfirmation) => {
      heard.push(confirmation);
      return outcome;
    },
  };
  const channel = { ...core.channel, gateway: { ...core.channel.gateway, deliveries } };
  const parts = { ...core.services, channels: { ...core.services.channels, byId: async () => channel } };
  const at = new Date('2024-12-01T00:00:00Z');
  const answering = confirmDelivery(parts, payment.merchant_id, createDeadline(systemClock, 1_000), {
    impUid: payment.imp_uid,
    merchantUid: payment.merchant_uid,
    type: 'digital',
    status: 'delivered',
    estimatedDeliveryAt: at,
    estimatedUpdateAt: at,
    refundable: false,
    reason: null,
    details: null,
    email: 'buyer@example.com',
    address: null,
    ...change,
  });
  return { payment, heard, answer: await answering.catch((error: { errorCode?: string }) => error.errorCode) };
}

test('a gateway that wants to know is told of the payment by its own id, and its answer is passed on', async () => {
  const confirmed = await told({ kind: 'confirmed' });
  assert.deepEqual(confirmed.answer, { kind: 'confirmed' });
  assert.equal(confirmed.heard[0]?.payment.gatewayTid, confirmed.payment.pg_tid);
  assert.equal(confirmed.heard[0]?.merchantUid, confirmed.payment.merchant_uid);
  const refusal = { kind: 'refused', code: 2, message: 'Wrong parameters passed', notices: ['no access'] } as const;
  assert.deepEqual((await told(refusal)).answer, refusal);
  assert.equal((await told({ kind: 'unclear', why: 'lost' })).answer, 'delivery_unclear');
  assert.equal((await told({ kind: 'never_sent', why: 'closed' })).answer, 'gateway_unreachable');
  const unpaid = await told({ kind: 'confirmed' }, {}, 'ready');
  assert.deepEqual([unpaid.answer, unpaid.heard], ['delivery_not_paid', []]);
  const mixed = await told({ kind: 'confirmed' }, { merchantUid: 'another' });
  assert.deepEqual([mixed.answer, mixed.heard], ['payment_not_found', []]);
});

test('docs/surface.md names what was shown here', (context) => record.hold(context));
