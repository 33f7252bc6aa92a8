import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { paymentwall } from '../../../src/gateways/paymentwall/module.ts';
import { brickErrors } from '../../../src/gateways/paymentwall/wire/errors.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import type { DeliveryConfirmation } from '../../../src/port/delivery.ts';
import { type AnsweringParts, openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { confirmed } from '../kit/scenarios.ts';

const startedAt = new Date('2024-03-06T02:59:30Z');
const desk = await openDesk(paymentwall, {
  clock: movingClock('2024-03-06T12:00:00+09:00'),
  payment: { orderId: 'imp_1', gatewayTid: 'b63400368', currency: 'USD', paymentAmountMinor: 999n },
  call: { startedAt },
});
const { gateway, rig, server, payment, cancelOf, answered } = desk;
const { cancel } = gateway.operations;
const keys = rig.call().channel.credentials;

/** The documentation's sample, refunded. */
const charge = (parts: object = {}) => ({
  amount: '9.99',
  amount_paid: '8.96',
  captured: true,
  card: { country: 'US', exp_month: '12', exp_year: '2019', last4: '9999', name: 'John Doe', type: 'Visa' },
  created: 1_709_607_600,
  currency: 'USD',
  currency_paid: 'EUR',
  id: 'b63400368',
  object: 'charge',
  refunded: true,
  risk: 'approved',
  secure: false,
  ...parts,
});
const untouched = charge({ refunded: false });
const result = { gatewayTid: 'b63400368', amountMinor: 999n, cancelledAt: rig.call().now, receiptUrl: null };
const inquired = (body: unknown, status = 200, request = cancelOf()) =>
  cancel.inquire(desk.answering(body, { status }), request, startedAt);
const error = (code: number | string, text = 'why') => ({ type: 'Error', code, error: text });

/** Not this charge, not its amount, or nothing that can be read. */
const proofless: readonly unknown[] = [
  charge({ id: 'other' }),
  charge({ amount: '9.98' }),
  charge({ amount: '9.999' }),
  charge({ amount: 9.99 }),
  charge({ amount: '-9.99' }),
  charge({ currency: 'EUR' }),
  charge({ currency: 'XXX' }),
  charge({ refunded: undefined }),
  charge({ refunded: 'true' }),
  charge({ risk: undefined }),
  error(3201),
  '',
  '[]',
  '<html>',
];

describe('an answer to a refund', () => {
  test('that is this charge, refunded, is confirmed; its time is ours', async () => {
    assert.deepEqual(await answered(charge()), { kind: 'confirmed', result });
    const repeat = await answered(charge(), { isRepeat: true });
    assert.deepEqual(repeat, { kind: 'confirmed', result: { ...result, cancelledAt: startedAt } });
    // Whatever the risk department thinks of it by now.
    assert.equal((await answered(charge({ risk: 'pending', card: null }))).kind, 'confirmed');
  });

  test('has amounts with the decimals of their currency, or with more zeros', async () => {
    for (const [currency, minor, amount] of [
      ['USD', 1234n, '12.34'],
      ['USD', 1230n, '12.3'],
      ['JPY', 500n, '500'],
      ['JPY', 500n, '500.00'],
      ['KRW', 10_000n, '10000'],
    ] as const) {
      const request = cancelOf({ ...payment, currency, paymentAmountMinor: minor });
      const outcome = await answered(charge({ currency, amount }), { request });
      assert.equal(confirmed(outcome).amountMinor, minor, amount);
    }
    const yen = cancelOf({ ...payment, currency: 'JPY', paymentAmountMinor: 500n });
    assert.equal((await answered(charge({ currency: 'JPY', amount: '500.50' }), { request: yen })).kind, 'unclear');
  });

  test('that is another, or is not refunded, is a doubt', async () => {
    for (const body of [...proofless, untouched]) {
      assert.equal((await answered(body)).kind, 'unclear', JSON.stringify(body));
    }
    for (const status of [201, 302, 500]) assert.equal((await answered(charge(), { status })).kind, 'unclear');
  });

  test('with 4xx and a code is refused as the table says', async () => {
    for (const [code, { category }] of Object.entries(brickErrors)) {
      const outcome = await answered(error(Number(code)), { status: code === '4007' ? 401 : 400 });
      if (category === 'in_doubt') assert.equal(outcome.kind === 'unclear' && outcome.code, code);
      else assert.deepEqual(outcome, { kind: 'refused', code, message: 'why', category });
    }
    const unknown = await answered(error('E1', ''), { status: 422 });
    assert.deepEqual(unknown, { kind: 'refused', code: 'E1', message: 'E1', category: 'other' });
  });

  test('that does not say that nothing was done is a doubt, and keeps what was said', async () => {
    for (const status of [200, 302, 408, 409, 425, 429, 500, 503]) {
      const outcome = await answered(error(3204), { status });
      assert.equal(outcome.kind === 'unclear' && outcome.code, '3204', String(status));
    }
    for (const body of ['', '{}', '<html>']) assert.equal((await answered(body, { status: 400 })).kind, 'unclear');
  });

  test('that refuses a repeat says nothing of the first request, unless there is no such charge', async () => {
    for (const code of [1001, 1003, 3200, 3201, 3202, 3203, 3204, 4007, 9999]) {
      assert.equal((await answered(error(code), { status: 400, isRepeat: true })).kind, 'unclear', String(code));
    }
    assert.equal((await answered(error(3000), { status: 400, isRepeat: true })).kind, 'refused');
  });
});

test('a refund has the key and no fields; a part, which it would make the whole, is never sent', async () => {
  await answered(charge());
  const { method, path, headers, body } = server.last();
  assert.deepEqual([method, path, body], ['POST', '/api/brick/charge/b63400368/refund', '']);
  assert.equal(headers['x-apikey'], keys.privateKey);
  await inquired(charge());
  const asked = server.last();
  assert.deepEqual([asked.method, asked.path], ['GET', '/api/brick/charge/b63400368']);
  assert.equal(asked.headers['x-apikey'], keys.privateKey);

  const before = server.requests.length;
  for (const [parts, category] of [
    [{ amountMinor: 321n }, 'partial_not_supported'],
    [{ amountMinor: 500n, balanceBeforeMinor: 500n }, 'partial_not_supported'],
    [{ amountMinor: 1000n }, 'over_balance'],
    [{ balanceBeforeMinor: 500n }, 'over_balance'],
  ] satisfies [Partial<Cancel>, string][]) {
    const request = cancelOf(payment, parts);
    const outcome = await cancel.send(rig.call({ baseUrl: server.url }), request);
    assert.equal(outcome.kind === 'refused' && outcome.category, category);
    const inquiry = await cancel.inquire(rig.call({ baseUrl: server.url }), request, startedAt);
    assert.deepEqual(inquiry, { kind: 'not_done', repeatIsSafe: false });
  }
  assert.equal(server.requests.length, before);
});

describe('an inquiry', () => {
  test('says by `refunded` whether it was done, of a charge that was paid', async () => {
    assert.deepEqual(await inquired(charge()), { kind: 'done', result: { ...result, cancelledAt: startedAt } });
    assert.deepEqual(await inquired(untouched), { kind: 'not_done', repeatIsSafe: true });
  });

  test('claims nothing of another charge, of one that is not finished, or without an answer', async () => {
    for (const body of [
      ...proofless,
      charge({ refunded: false, risk: 'pending' }),
      charge({ refunded: false, risk: 'declined' }),
      charge({ refunded: false, captured: false }),
    ]) {
      assert.equal((await inquired(body)).kind, 'unknown', JSON.stringify(body));
    }
    for (const status of [201, 400, 401, 500]) assert.equal((await inquired(charge(), status)).kind, 'unknown');
    for (const code of [3000, 4007]) assert.equal((await inquired(error(code), 400)).kind, 'unknown');
  });
});

describe('a lookup', () => {
  const look = (body: unknown, status = 200) => gateway.lookUp(desk.answering(body, { status }), payment);

  test('tells the state, the amount that Paymentwall has, and the end of the card’s number', async () => {
    for (const [body, status, balanceMinor] of [
      [untouched, 'paid', 999n],
      [charge(), 'cancelled', 0n],
      [charge({ refunded: false, risk: 'declined', captured: false }), 'failed', 0n],
    ] as const) {
      const found = await look(body);
      assert.ok(found.kind === 'found');
      assert.deepEqual([found.payment.status, found.payment.balanceMinor], [status, balanceMinor]);
      assert.deepEqual([found.payment.amountMinor, found.payment.cancels], [999n, null]);
      assert.deepEqual(found.payment.paidAt, new Date('2024-03-05T03:00:00Z'));
      assert.equal(found.payment.approval?.card?.maskedNumber, '************9999');
    }
    const bare = await look(charge({ amount: '5.00', created: undefined, card: undefined }));
    assert.deepEqual(bare.kind === 'found' && [bare.payment.amountMinor, bare.payment.approval], [500n, null]);
    const cardless = await look(charge({ card: undefined }));
    assert.equal(cardless.kind === 'found' && cardless.payment.approval?.card, null);
  });

  test('of a payment that is under review, or only authorised, says neither paid nor failed', async () => {
    for (const parts of [{ risk: 'pending' }, { risk: 'new' }, { captured: false }]) {
      assert.equal((await look(charge({ refunded: false, ...parts }))).kind, 'unknown');
    }
  });

  test('needs the charge, and knows when there is none', async () => {
    assert.deepEqual(await look(error(3000), 400), { kind: 'not_found' });
    assert.equal((await look(error(4007), 401)).kind, 'unknown');
    assert.equal((await gateway.lookUp(rig.call(), { ...payment, gatewayTid: null })).kind, 'unknown');
  });
});

describe('a delivery', () => {
  const told: DeliveryConfirmation = {
    payment,
    merchantUid: 'order-1',
    type: 'digital',
    status: 'order_placed',
    estimatedDeliveryAt: new Date('2024-12-01T15:00:00Z'),
    estimatedUpdateAt: new Date('2024-12-01T00:00:00Z'),
    refundable: false,
    reason: null,
    details: null,
    email: 'buyer@example.com',
    address: null,
  };
  const tell = (body: unknown, parts: AnsweringParts = {}, delivery: Partial<DeliveryConfirmation> = {}) =>
    gateway.deliveries.confirm(desk.answering(body, parts), { ...told, ...delivery });
  const no = {
    error_code: 2,
    error: 'Wrong parameters passed',
    notices: ["You don't have access to this delivery"],
  };
  const sent = () => Object.fromEntries(new URLSearchParams(server.last().body));

  test('goes out with the key, with Seoul’s time, and with an address where goods are sent', async () => {
    await tell({ success: 1 });
    assert.deepEqual([server.last().method, server.last().path], ['POST', '/api/delivery']);
    assert.equal(server.last().headers['x-apikey'], keys.privateKey);
    const fields = {
      payment_id: 'b63400368',
      merchant_reference_id: 'order-1',
      type: 'digital',
      is_test: '1',
      status: 'order_placed',
      estimated_delivery_datetime: '2024/12/02 00:00:00 +0900',
      estimated_update_datetime: '2024/12/01 09:00:00 +0900',
      refundable: 'false',
      reason: 'none',
      details: 'order_placed',
      'shipping_address[email]': 'buyer@example.com',
    };
    assert.deepEqual(sent(), fields);
    await tell(
      { success: 1 },
      { mode: 'live' },
      {
        type: 'physical',
        refundable: true,
        reason: '재고 부족',
        details: '내일 발송',
        address: {
          country: 'KR',
          city: '서울',
          zip: '04500',
          state: 'N/A',
          street: '길 1',
          phone: '01012345678',
          firstName: '길동',
          lastName: '홍',
          trackingId: '123',
          carrier: 'DHL',
        },
      },
    );
    assert.deepEqual(sent(), {
      ...fields,
      type: 'physical',
      is_test: '0',
      refundable: 'true',
      reason: '재고 부족',
      details: '내일 발송',
      carrier_tracking_id: '123',
      carrier_type: 'DHL',
      'shipping_address[country]': 'KR',
      'shipping_address[city]': '서울',
      'shipping_address[zip]': '04500',
      'shipping_address[state]': 'N/A',
      'shipping_address[street]': '길 1',
      'shipping_address[phone]': '01012345678',
      'shipping_address[firstname]': '길동',
      'shipping_address[lastname]': '홍',
    });
  });

  test('is taken or refused, in Paymentwall’s words; anything else is a doubt', async () => {
    assert.deepEqual(await tell({ success: 1 }), { kind: 'confirmed' });
    const refused = { kind: 'refused', code: 2, message: no.error, notices: no.notices };
    for (const status of [200, 400, 403]) assert.deepEqual(await tell(no, { status }), refused);
    assert.deepEqual(await tell({ ...no, notices: undefined }), { ...refused, notices: [] });
    const stranger = { kind: 'refused', code: 4007, message: 'why', notices: [] };
    assert.deepEqual(await tell(error(4007), { status: 401 }), stranger);
    for (const [body, status] of [
      [{ success: 1 }, 201],
      [{ success: 1 }, 400],
      [{ success: 0 }, 200],
      [{ ...no, success: 1 }, 200],
      [{ ...no, error_code: 'x' }, 200],
      [no, 408],
      [no, 500],
      [error(4007), 500],
      [error('x'), 400],
      ['', 200],
      ['<html>', 400],
    ] as const) {
      assert.equal((await tell(body, { status })).kind, 'unclear', JSON.stringify([body, status]));
    }
  });

  test('meets the faults of the simulator, and can be told again', async () => {
    const made = await desk.paid('card', { currency: 'USD', amountMinor: 999n });
    const confirm = (parts: Parameters<typeof rig.call>[0] = {}) =>
      gateway.deliveries.confirm(rig.call(parts), { ...told, payment: made });
    for (const [kind, outcome] of [
      ['reject', 'refused'],
      ['timeout', 'unclear'],
      ['lost_answer', 'unclear'],
      ['disconnect', 'unclear'],
      ['http_500', 'unclear'],
      ['garbage', 'unclear'],
    ] as const) {
      await rig.control.addFault({ mid: rig.mid, operation: 'change_order', kind, delayMs: 5 });
      assert.equal((await confirm()).kind, outcome, kind);
      assert.equal((await confirm()).kind, 'confirmed', kind);
    }
    assert.equal((await confirm({ credentials: { privateKey: 'stranger' } })).kind, 'refused');
    assert.equal((await confirm({ baseUrl: 'http://127.0.0.1:1' })).kind, 'never_sent');
  });
});

describe('against the simulator', () => {
  const made = () => desk.paid('card', { currency: 'USD', amountMinor: 1234n });
  const cancels = async (orderId: string) => {
    const [transaction] = (await rig.control.book({ orderId })).transactions;
    return [transaction?.cancels.length, transaction?.cancelledMinor];
  };

  test('a refund whose answer is lost is found, and its repeat, which is refused, proves nothing by itself', async () => {
    const request = cancelOf(await made());
    const call = rig.call();
    await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'lost_answer' });
    assert.equal((await cancel.send(call, request)).kind, 'unclear');
    const repeat = await cancel.send({ ...call, isRepeat: true }, request);
    assert.equal(repeat.kind === 'unclear' && repeat.code, '3201');
    const inquiry = await cancel.inquire(call, request, call.now);
    assert.ok(inquiry.kind === 'done' && inquiry.result.amountMinor === 1234n);
    assert.deepEqual(await cancels(request.orderId), [1, 1234n]);
  });

  test('a refund that never arrived is sent again, in yen as well', async () => {
    const yen = await desk.paid('card', { currency: 'JPY', amountMinor: 500n });
    for (const booked of [await made(), yen]) {
      const request = cancelOf(booked);
      const call = rig.call();
      await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'disconnect' });
      assert.equal((await cancel.send(call, request)).kind, 'unclear');
      assert.deepEqual(await cancel.inquire(call, request, call.now), { kind: 'not_done', repeatIsSafe: true });
      confirmed(await cancel.send({ ...call, isRepeat: true }, request));
      assert.deepEqual(await cancels(request.orderId), [1, booked.paymentAmountMinor]);
    }
  });
});
