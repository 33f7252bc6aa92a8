import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { request as httpRequest } from 'undici';
import { createPaypalGateway } from '../../../src/gateways/paypal/adapter/adapter.ts';
import { paypalV2 } from '../../../src/gateways/paypal/module.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { orderOf } from '../kit/payment-requests.ts';
import { windowRequest } from '../kit/scenarios.ts';
import { type Fields, type PaypalAnswer, paypalClientOf, usd } from './kit.ts';

const noon = '2024-03-06T12:00:00+09:00';
const clock = movingClock(noon);
const desk = await openDesk(paypalV2, { clock, call: { idempotencyKey: 'op_1' } });
const { rig, server, answering, willAnswer, payment } = desk;
const { send, inquire } = createPaypalGateway('paypal_v2').operations.approve_window;
const client = paypalClientOf(rig);
beforeEach(() => clock.set(noon));

const token = '5O190127TN364715T';
const order = { ...orderOf('imp_1', 1_234n), currency: 'USD', payMethod: 'paypal', token, issuesKey: false } as const;
const asked = {
  ...payment,
  orderId: 'imp_1',
  gatewayTid: null,
  currency: 'USD',
  paymentAmountMinor: 1_234n,
  token,
  issuesKey: false,
};
const access = { access_token: 'A21AA', token_type: 'Bearer', expires_in: 32_400 };
const capture = {
  id: '3C679366HH908993F',
  status: 'COMPLETED',
  amount: usd('12.34'),
  invoice_id: 'imp_1',
  final_capture: true,
  create_time: '2024-03-06T03:00:00Z',
};
const captured = (parts: Fields = {}, order: Fields = {}) => ({
  id: token,
  status: 'COMPLETED',
  purchase_units: [
    { reference_id: 'default', invoice_id: 'imp_1', payments: { captures: [{ ...capture, ...parts }] } },
  ],
  ...order,
});
const failure = (issue: string) => ({
  name: 'UNPROCESSABLE_ENTITY',
  message: 'no',
  details: [{ issue, description: 'no' }],
});

/** The token comes first. */
function called(body: unknown, status = 200) {
  willAnswer(access);
  return answering(body, { status });
}

describe('the adapter', () => {
  test('captures the order under its key, and says nothing of the amount', async () => {
    const outcome = await send(called(captured(), 201), order);
    assert.ok(outcome.kind === 'confirmed', inspect(outcome));
    assert.deepEqual(outcome.result, {
      gatewayTid: capture.id,
      receiptUrl: null,
      approval: {
        gatewayTid: capture.id,
        approvalNumber: null,
        approvedAt: new Date('2024-03-06T03:00:00Z'),
        receiptUrl: null,
        card: null,
        bank: null,
      },
      virtualAccount: null,
      key: null,
    });
    const { path, headers } = server.last();
    assert.equal(path, `/v2/checkout/orders/${token}/capture`);
    assert.deepEqual([headers['paypal-request-id'], headers.prefer], ['op_1', 'return=representation']);
    assert.deepEqual(server.last().json(), {});
  });

  test('takes only one capture of this order and amount for one', async () => {
    for (const [parts, whole] of [
      [{ amount: usd('12.33') }, {}],
      [{ amount: { currency_code: 'EUR', value: '12.34' } }, {}],
      [{ invoice_id: 'imp_2' }, {}],
      [{ status: 'PENDING' }, {}],
      [{ create_time: undefined }, {}],
      [{}, { id: 'another' }],
      [{}, { purchase_units: [] }],
      [{}, { purchase_units: [{ payments: { captures: [capture, capture] } }] }],
    ] as const) {
      assert.equal((await send(called(captured(parts, whole), 201), order)).kind, 'unclear', inspect([parts, whole]));
    }
    const declined = await send(called(captured({ status: 'DECLINED' }), 201), order);
    assert.equal(declined.kind === 'refused' && declined.code, 'DECLINED');
  });

  test('what may be so because of an earlier capture is a doubt', async () => {
    for (const issue of ['ORDER_ALREADY_CAPTURED', 'DUPLICATE_INVOICE_ID']) {
      assert.equal((await send(called(failure(issue), 422), order)).kind, 'unclear', issue);
    }
    assert.equal((await send(called(failure('PREVIOUS_REQUEST_IN_PROGRESS'), 409), order)).kind, 'unclear');
    for (const issue of ['INSTRUMENT_DECLINED', 'ORDER_NOT_APPROVED', 'TRANSACTION_REFUSED']) {
      assert.equal((await send(called(failure(issue), 422), order)).kind, 'refused', issue);
    }
  });

  test('asks the order what became of it', async () => {
    const sentAt = new Date(noon);
    const done = await inquire(called(captured()), asked, sentAt);
    assert.equal(done.kind === 'done' && done.result.gatewayTid, capture.id);
    assert.equal(server.last().path, `/v2/checkout/orders/${token}`);
    for (const status of ['CREATED', 'APPROVED', 'PAYER_ACTION_REQUIRED']) {
      const open = { status, purchase_units: [{ reference_id: 'default' }] };
      const inquiry = await inquire(called(captured({}, open)), asked, sentAt);
      assert.deepEqual(inquiry, { kind: 'not_done', repeatIsSafe: true }, status);
    }
    assert.equal((await inquire(called(captured({ status: 'FAILED' })), asked, sentAt)).kind, 'refused');
    for (const parts of [
      { status: 'PENDING' },
      { status: 'REFUNDED' },
      { amount: usd('1.00') },
      { invoice_id: 'imp_2' },
    ]) {
      assert.equal((await inquire(called(captured(parts)), asked, sentAt)).kind, 'unknown', inspect(parts));
    }
    assert.equal((await inquire(called(failure('INVALID_RESOURCE_ID'), 404), asked, sentAt)).kind, 'unknown');
  });
});

describe('the simulator', () => {
  const agree = async () => {
    const agreed = windowRequest(desk.at('paypal'), {
      currency: 'USD',
      amountMinor: 1_234n,
      taxFreeMinor: 0n,
      vatMinor: 0n,
    });
    const result = await rig.control.authenticateInWindow(agreed);
    assert.ok(result.kind === 'done', inspect(result));
    return { id: result.result.gatewayTid, orderId: agreed.orderId };
  };
  const post = async (id: string, requestId: string): Promise<PaypalAnswer> => {
    const answer = await httpRequest(`${rig.url}/v2/checkout/orders/${id}/capture`, {
      method: 'POST',
      headers: {
        authorization: await client.bearer(),
        'content-type': 'application/json',
        'paypal-request-id': requestId,
      },
      body: '{}',
    });
    return { status: answer.statusCode, body: (await answer.body.json()) as PaypalAnswer['body'] };
  };

  test('captures an approved order once; the same request hears of it again', async () => {
    const { id, orderId } = await agree();
    assert.equal(id.length, 17);
    assert.equal((await client.get(`/v2/checkout/orders/${id}`)).body.status, 'APPROVED');
    const made = await post(id, 'one');
    assert.deepEqual([made.status, made.body.id, made.body.status], [201, id, 'COMPLETED']);
    const again = await post(id, 'one');
    assert.equal(again.status, 200);
    assert.deepEqual(again.body, made.body);
    const other = await post(id, 'two');
    assert.deepEqual([other.status, other.body.details?.[0]?.issue], [422, 'ORDER_ALREADY_CAPTURED']);
    clock.set('2024-03-06T18:00:01+09:00');
    assert.equal((await post(id, 'one')).body.details?.[0]?.issue, 'ORDER_ALREADY_CAPTURED', 'its id is forgotten');
    assert.equal((await client.get(`/v2/checkout/orders/${id}`)).body.status, 'COMPLETED');
    assert.equal((await rig.control.book({ mid: rig.mid, orderId })).transactions.length, 1);
  });

  test('knows only orders that a buyer has approved, for half an hour', async () => {
    const unknown = await post('5O190127TN364715T', 'three');
    assert.deepEqual([unknown.status, unknown.body.details?.[0]?.issue], [404, 'INVALID_RESOURCE_ID']);
    const { id } = await agree();
    clock.set('2024-03-06T12:31:00+09:00');
    assert.equal((await post(id, 'four')).body.details?.[0]?.issue, 'INVALID_RESOURCE_ID');
  });
});
