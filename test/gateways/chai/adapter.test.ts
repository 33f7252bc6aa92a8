import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { chai } from '../../../src/gateways/chai/module.ts';
import type { Cancel, Cancelled } from '../../../src/port/cancel.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { confirmed } from '../kit/scenarios.ts';

const paymentId = '0123456789abcdef0123456789abcdef01234567';
const desk = await openDesk(chai, {
  clock: movingClock('2024-03-06T12:00:00+09:00'),
  payment: { orderId: 'imp_123456789012', gatewayTid: paymentId, payMethod: 'trans' },
  call: { idempotencyKey: 'our-key' },
});
const { gateway, rig, server, payment, cancelOf } = desk;
const { cancel } = gateway.operations;
const part = desk.partOf();
const everything = { amountMinor: 10_000n } as const;
const secondPart = { balanceBeforeMinor: 8000n, ordinal: 2, earlierTids: [paymentId] } as const;
const keys = rig.call().channel.credentials;
const paid = () => desk.paid('trans');

/** The payment after a cancellation of 3,000 won. */
const view = (parts: Record<string, unknown> = {}) => ({
  paymentId,
  type: 'payment',
  status: 'confirmed',
  displayStatus: 'partial_confirmed',
  idempotencyKey: payment.orderId,
  currency: 'KRW',
  checkoutAmount: 10_000,
  canceledAmount: 3000,
  createdAt: '2024-03-06T02:00:00.123Z',
  updatedAt: '2024-03-06T02:59:30.456Z',
  ...parts,
});
const canceled = view({ status: 'canceled', displayStatus: 'canceled', canceledAmount: 10_000 });
const untouched = view({ displayStatus: 'confirmed', canceledAmount: 0 });
const result: Cancelled = {
  gatewayTid: paymentId,
  amountMinor: 3000n,
  cancelledAt: new Date('2024-03-06T02:59:30.456Z'),
  receiptUrl: null,
};

type Parts = NonNullable<Parameters<typeof desk.answered>[1]>;
const answered = (body: unknown, parts: Partial<Cancel> = {}, call: Parts = {}) =>
  desk.answered(body, { request: { ...part, ...parts }, ...call });

const sentAt = new Date('2024-03-06T02:58:00Z');
const inquiryAnswered = (body: unknown, parts: Partial<Cancel> = {}, status = 200) =>
  cancel.inquire(desk.answering(body, { status }), { ...part, ...parts }, sentAt);

/** Neither the one before nor the one after, or not this payment. */
const proofless: Readonly<Record<string, unknown>> = {
  'of another payment': view({ paymentId: 'other' }),
  'of another amount': view({ checkoutAmount: 9999 }),
  'with more cancelled, as if it were the second time': view({ canceledAmount: 6000 }),
  'with less cancelled': view({ canceledAmount: 2999 }),
  'with more cancelled than was paid': view({ canceledAmount: 10_001 }),
  'of a part that is called the whole': view({ status: 'canceled' }),
  'of a payment that is not confirmed': view({ status: 'approved' }),
  'of one that has failed': view({ status: 'failed', canceledAmount: 0 }),
  'with a status that nobody knows': view({ status: 'refunding' }),
  'without what was cancelled': view({ canceledAmount: undefined }),
  'with an amount that is no whole number': view({ canceledAmount: 3000.5 }),
  'with an amount that is a text': view({ canceledAmount: '3000' }),
  'that is an error': { code: 1, type: 'x', message: '취소 실패' },
  'that is no object': [],
  'that is no JSON': '<html>',
  'that is empty': '',
};

describe('an answer to a cancellation', () => {
  test('that is the whole, right cancellation is confirmed', async () => {
    assert.deepEqual(await answered(view()), { kind: 'confirmed', result });
    const whole = { ...result, amountMinor: 10_000n };
    assert.deepEqual(await answered(canceled, everything), { kind: 'confirmed', result: whole });
  });

  test('counts what was cancelled before', async () => {
    const second = await answered(view({ canceledAmount: 5000 }), secondPart);
    assert.deepEqual(second, { kind: 'confirmed', result });
    assert.equal((await answered(view(), secondPart)).kind, 'unclear');
    const rest = await answered(canceled, { ...secondPart, amountMinor: 8000n });
    assert.deepEqual(rest, { kind: 'confirmed', result: { ...result, amountMinor: 8000n } });
  });

  test('may show what is left as its amount, and the status that is displayed', async () => {
    for (const body of [
      view({ checkoutAmount: 7000 }),
      view({ status: 'partial_confirmed' }),
      JSON.stringify(view()).replace('3000,', '3000.0,'),
    ]) {
      assert.deepEqual(await answered(body), { kind: 'confirmed', result }, inspect(body));
    }
    assert.equal((await answered({ ...canceled, checkoutAmount: 0 }, everything)).kind, 'confirmed');
  });

  test('without a time that can be read has ours', async () => {
    for (const updatedAt of [undefined, null, 'yesterday']) {
      const outcome = await answered(view({ updatedAt }));
      assert.deepEqual(outcome, { kind: 'confirmed', result: { ...result, cancelledAt: rig.call().now } });
    }
  });

  for (const [name, body] of Object.entries({ ...proofless, 'in which nothing is cancelled': untouched })) {
    test(`${name} is unclear`, async () => {
      assert.equal((await answered(body)).kind, 'unclear');
    });
  }

  test('with 4xx and a code is refused, and its text says as what', async () => {
    for (const [message, category] of [
      ['결제 내역이 존재하지 않습니다.', 'unknown_transaction'],
      ['취소 요청 금액이 취소가능금액을 초과하였습니다.', 'over_balance'],
      ['이미 취소된 결제입니다.', 'already_cancelled'],
      ['점검 후 이용해 주세요.', 'temporarily_unavailable'],
      ['Something in English', 'other'],
    ]) {
      for (const status of [400, 404, 422]) {
        const outcome = await answered({ code: 4001, type: 'x', message }, {}, { status });
        assert.deepEqual(outcome, { kind: 'refused', code: '4001', message, category });
      }
    }
    const silent = await answered({ code: 'E1' }, {}, { status: 400 });
    assert.deepEqual(silent, { kind: 'refused', code: 'E1', message: 'E1', category: 'other' });
  });

  test('that turns the caller away is bad credentials, in whatever form', async () => {
    const named = await answered({ code: 'E2', message: '문구' }, {}, { status: 401 });
    assert.deepEqual(named, { kind: 'refused', code: 'E2', message: '문구', category: 'bad_credentials' });
    for (const status of [401, 403]) {
      const outcome = await answered('<html>', {}, { status });
      assert.equal(outcome.kind === 'refused' && outcome.category, 'bad_credentials');
    }
  });

  test('that does not say that nothing was done is unclear, and keeps what Chai said', async () => {
    for (const status of [201, 302, 408, 409, 425, 429, 500, 502, 503]) {
      const outcome = await answered({ code: 'E3', message: '이미 취소된 결제입니다.' }, {}, { status });
      assert.equal(outcome.kind === 'unclear' && outcome.code, 'E3', String(status));
    }
    for (const status of [201, 500]) assert.equal((await answered(view(), {}, { status })).kind, 'unclear');
    for (const body of ['', '<html>', '{}', '[]']) {
      assert.equal((await answered(body, {}, { status: 400 })).kind, 'unclear', body);
    }
    const busy = await answered({ code: 'E4', message: '처리 중입니다.' }, {}, { status: 400 });
    assert.equal(busy.kind, 'unclear');
  });

  test('that refuses a repeat says nothing of the first request', async () => {
    for (const message of ['이미 취소된 결제입니다.', '결제 잔액이 일치하지 않습니다.', '알 수 없는 사유입니다.']) {
      for (const status of [400, 401, 404]) {
        const outcome = await answered({ code: 1, message }, everything, { status, isRepeat: true });
        assert.equal(outcome.kind, 'unclear', message);
      }
    }
    assert.equal((await answered(canceled, everything, { isRepeat: true })).kind, 'confirmed');
  });
});

describe('on the wire', () => {
  test('a cancellation is a form with the balance before it, the private key, and a key of its own', async () => {
    await answered('', { balanceBeforeMinor: 8000n, taxFreeMinor: 500n, paymentTaxFreeMinor: 500n, vatMinor: 227n });
    const { method, path, headers, body } = server.last();
    assert.deepEqual([method, path], ['POST', `/v1/payment/${paymentId}/cancel`]);
    assert.match(headers['content-type'] ?? '', /^application\/x-www-form-urlencoded\b/);
    assert.equal(headers['private-api-key'], keys.privateKey);
    assert.equal(headers['public-api-key'], undefined);
    assert.equal(headers['idempotency-key'], 'our-key');
    assert.equal(body, 'cancelAmount=3000&checkoutAmount=8000');
    await answered('', everything);
    assert.equal(server.last().body, 'cancelAmount=10000&checkoutAmount=10000');
  });

  test("a read has the public key and the payment's own, and the private one where there is no public one", async () => {
    await inquiryAnswered(view());
    const { method, path, headers } = server.last();
    assert.deepEqual([method, path], ['GET', `/v1/payment/${paymentId}`]);
    assert.equal(headers['public-api-key'], keys.publicKey);
    assert.equal(headers['private-api-key'], undefined);
    assert.equal(headers['idempotency-key'], payment.orderId);
    const credentials = { privateKey: keys.privateKey ?? '' };
    await gateway.lookUp(desk.answering(view(), { credentials }), payment);
    assert.equal(server.last().headers['private-api-key'], keys.privateKey);
    assert.equal(server.last().headers['public-api-key'], undefined);
  });
});

describe('an inquiry', () => {
  test('says done when exactly ours is cancelled more than before', async () => {
    assert.deepEqual(await inquiryAnswered(view()), { kind: 'done', result });
    assert.deepEqual(await inquiryAnswered(view({ canceledAmount: 5000 }), secondPart), { kind: 'done', result });
    assert.deepEqual(await inquiryAnswered(view({ checkoutAmount: 7000 })), { kind: 'done', result });
    const whole = { ...result, amountMinor: 10_000n };
    assert.deepEqual(await inquiryAnswered(canceled, everything), { kind: 'done', result: whole });
    const timeless = await inquiryAnswered(view({ updatedAt: null }));
    assert.deepEqual(timeless, { kind: 'done', result: { ...result, cancelledAt: sentAt } });
  });

  test('says not done while it is as before, and calls only a cancellation of all that is left safe to repeat', async () => {
    assert.deepEqual(await inquiryAnswered(untouched), { kind: 'not_done', repeatIsSafe: false });
    assert.deepEqual(await inquiryAnswered(untouched, everything), { kind: 'not_done', repeatIsSafe: true });
    const before = view({ canceledAmount: 2000 });
    assert.deepEqual(await inquiryAnswered(before, secondPart), { kind: 'not_done', repeatIsSafe: false });
    const rest = await inquiryAnswered(before, { ...secondPart, amountMinor: 8000n });
    assert.deepEqual(rest, { kind: 'not_done', repeatIsSafe: true });
  });

  for (const [name, body] of Object.entries(proofless)) {
    test(`that gets an answer ${name} claims nothing`, async () => {
      assert.equal((await inquiryAnswered(body)).kind, 'unknown');
    });
  }

  test('that is refused, or fails, claims nothing', async () => {
    for (const status of [201, 400, 401, 404, 500]) {
      assert.equal((await inquiryAnswered(view(), {}, status)).kind, 'unknown', String(status));
      assert.equal((await inquiryAnswered({ code: 1, message: '없음' }, {}, status)).kind, 'unknown', String(status));
    }
  });
});

describe('a lookup', () => {
  const look = (body: unknown) => gateway.lookUp(desk.answering(body), payment);

  test('tells status and balance, and no cancellations', async () => {
    for (const [body, status, balanceMinor] of [
      [untouched, 'paid', 10_000n],
      [view(), 'partially_cancelled', 7000n],
      [view({ checkoutAmount: 7000 }), 'partially_cancelled', 7000n],
      [canceled, 'cancelled', 0n],
      [view({ status: 'timeout', canceledAmount: 0 }), 'failed', 10_000n],
    ] as const) {
      const found = await look(body);
      assert.ok(found.kind === 'found', inspect(found));
      const { payMethod, amountMinor, gatewayTid, cancels } = found.payment;
      assert.deepEqual([found.payment.status, found.payment.balanceMinor], [status, balanceMinor]);
      assert.deepEqual([payMethod, amountMinor, gatewayTid, cancels], ['trans', 10_000n, paymentId, null]);
    }
  });

  test('tells the amount that Chai has, where it is not ours', async () => {
    const found = await look(view({ checkoutAmount: 9000, canceledAmount: 0 }));
    assert.equal(found.kind === 'found' && found.payment.amountMinor, 9000n);
  });

  test('of a payment that is not finished, or not there, is unknown, and needs the transaction id', async () => {
    for (const status of ['waiting', 'prepared', 'approved', 'inactive', 'churn']) {
      assert.equal((await look(view({ status, canceledAmount: 0 }))).kind, 'unknown', status);
    }
    assert.equal((await gateway.lookUp(desk.answering({ code: 1 }, { status: 404 }), payment)).kind, 'unknown');
    assert.equal((await gateway.lookUp(rig.call(), { ...payment, gatewayTid: null })).kind, 'unknown');
  });
});

describe('against the simulator', () => {
  const lose = () => rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'lost_answer' });
  const cancels = async (orderId: string) => {
    const [transaction] = (await rig.control.book({ orderId })).transactions;
    return [transaction?.cancels.length, transaction?.cancelledMinor];
  };

  test('a part whose answer is lost is found by what is cancelled, and its repeat brings the first answer back', async () => {
    const request = cancelOf(await paid(), { amountMinor: 4000n });
    const call = rig.call();
    await lose();
    assert.equal((await cancel.send(call, request)).kind, 'unclear');
    const inquiry = await cancel.inquire(call, request, call.now);
    const again = confirmed(await cancel.send({ ...call, isRepeat: true }, request));
    assert.deepEqual(inquiry, { kind: 'done', result: again });
    assert.deepEqual(await cancels(request.orderId), [1, 4000n]);
  });

  test('a repeat under another key is refused by the guard, and says nothing of the first request', async () => {
    const request = cancelOf(await paid(), { amountMinor: 4000n });
    await lose();
    assert.equal((await cancel.send(rig.call(), request)).kind, 'unclear');
    const repeated = await cancel.send(rig.call({ isRepeat: true }), request);
    assert.equal(repeated.kind === 'unclear' && repeated.code, 'SIMULATED_BALANCE_MOVED');
    assert.deepEqual(await cancels(request.orderId), [1, 4000n]);
  });

  test('a whole cancellation that never arrived is sent again under its key', async () => {
    const request = cancelOf(await paid());
    const call = rig.call();
    await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'disconnect' });
    assert.equal((await cancel.send(call, request)).kind, 'unclear');
    assert.deepEqual(await cancel.inquire(call, request, call.now), { kind: 'not_done', repeatIsSafe: true });
    confirmed(await cancel.send({ ...call, isRepeat: true }, request));
    assert.deepEqual(await cancels(request.orderId), [1, 10_000n]);
  });

  test("somebody else's cancellation in between leaves it to a person", async () => {
    const booked = await paid();
    confirmed(await cancel.send(rig.call(), cancelOf(booked, { amountMinor: 1000n })));
    const request = cancelOf(booked, { amountMinor: 4000n });
    const outcome = await cancel.send(rig.call(), request);
    assert.equal(outcome.kind === 'refused' && outcome.code, 'SIMULATED_BALANCE_MOVED');
    assert.equal((await cancel.inquire(rig.call(), request, sentAt)).kind, 'unknown');
  });

  test('two parts of the same amount are two, each under its own key', async () => {
    const booked = await paid();
    for (const balanceBeforeMinor of [10_000n, 7000n]) {
      confirmed(await cancel.send(rig.call(), cancelOf(booked, { amountMinor: 3000n, balanceBeforeMinor })));
    }
    assert.deepEqual(await cancels(booked.orderId), [2, 6000n]);
  });
});
