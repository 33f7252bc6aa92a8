import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { payco } from '../../../src/gateways/payco/module.ts';
import { taxOfCancel } from '../../../src/gateways/payco/wire/tax.ts';
import { readTransactionId, transactionIdOf } from '../../../src/gateways/payco/wire/transaction-id.ts';
import type { Cancel, Cancelled } from '../../../src/port/cancel.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { confirmed } from '../kit/scenarios.ts';

const orderNo = '202403061234567890';
const orderCertifyKey = 'A.certify_key-01';
const startedAt = new Date('2024-03-06T02:59:30Z');
const desk = await openDesk(payco, {
  clock: movingClock('2024-03-06T12:00:00+09:00'),
  payment: { orderId: 'imp_123456789012', gatewayTid: transactionIdOf({ orderNo, orderCertifyKey }) },
});
const { rig, server, payment, paid, cancelOf } = desk;
const { cancel } = desk.gateway.operations;
const wellKnown = desk.partOf(payment, { earlierTids: ['77'] });
const everything = { amountMinor: 10_000n } as const;
const cancelled = {
  orderNo,
  cancelTradeSeq: 123456,
  totalCancelPaymentAmt: 3000,
  remainCancelPossibleAmt: 7000,
  cancelPaymentDetails: [{ paymentMethodCode: '31', cancelPaymentAmt: 3000, tradeYmdt: '20240306115900' }],
  cancelYmdt: '20240306120000',
};
const result: Cancelled = {
  gatewayTid: '123456',
  amountMinor: 3000n,
  cancelledAt: new Date('2024-03-06T03:00:00Z'),
  receiptUrl: null,
};

type Parts = NonNullable<Parameters<typeof desk.answered>[1]>;
const answered = (body: unknown, parts: Partial<Cancel> = {}, call: Parts = {}) =>
  desk.answered(body, { startedAt, request: { ...wellKnown, ...parts }, ...call });

const succeeded = (body: unknown) => ({ code: 0, message: 'success', result: body });

const checkAnswered = (check: unknown, parts: Partial<Cancel> = {}, status = 200) =>
  cancel.inquire(desk.answering(check, { status }), { ...wellKnown, ...parts }, startedAt);

const checked = (pgCancelPossibleAmt: unknown, parts: Record<string, unknown> = {}) =>
  succeeded({ orderNo, cancelPossibleYn: 'Y', pgCancelPossibleAmt, ...parts });

describe('an answer to a cancellation', () => {
  test('that is the whole, right cancellation is confirmed', async () => {
    assert.deepEqual(await answered(succeeded(cancelled)), { kind: 'confirmed', result });
  });

  test('may write numbers in the forms that PAYCO uses', async () => {
    const text = JSON.stringify(succeeded(cancelled)).replace('3000,', '3000.0,').replace('"code":0', '"code":"0"');
    assert.match(text, /"totalCancelPaymentAmt":3000\.0,/);
    assert.deepEqual(await answered(text), { kind: 'confirmed', result });
    const named = await answered(succeeded({ ...cancelled, cancelTradeSeq: '00123' }));
    assert.deepEqual(named, { kind: 'confirmed', result: { ...result, gatewayTid: '00123' } });
  });

  test('may leave out what is left, and have its time in the first detail', async () => {
    const { cancelYmdt: _time, remainCancelPossibleAmt: _left, ...bare } = cancelled;
    const earlier = { ...result, cancelledAt: new Date('2024-03-06T02:59:00Z') };
    assert.deepEqual(await answered(succeeded(bare)), { kind: 'confirmed', result: earlier });
    const cancelPaymentDetails = [{ cancelTradeYmdt: '20240306120000', tradeYmdt: '20240306115900' }];
    const detailed = succeeded({ ...bare, cancelPaymentDetails });
    assert.deepEqual(await answered(detailed), { kind: 'confirmed', result });
  });

  const doubtful: Readonly<Record<string, unknown>> = {
    'of another order': { ...cancelled, orderNo: '202403060000000000' },
    'that is an earlier cancellation': { ...cancelled, cancelTradeSeq: 77 },
    'of another amount': { ...cancelled, totalCancelPaymentAmt: 2999 },
    'that leaves too little, as if it were the second time': { ...cancelled, remainCancelPossibleAmt: 4000 },
    'with an amount that is no integer': { ...cancelled, totalCancelPaymentAmt: 3000.5 },
    'with a time that is none': { ...cancelled, cancelYmdt: '20240230120000' },
    'without a time': { ...cancelled, cancelYmdt: null, cancelPaymentDetails: [] },
    'without its number': { ...cancelled, cancelTradeSeq: undefined },
    'without anything': undefined,
  };
  for (const [name, body] of Object.entries(doubtful)) {
    test(`${name} is unclear`, async () => {
      assert.equal((await answered(succeeded(body))).kind, 'unclear');
    });
  }

  test('that is not HTTP 200, or not readable, is unclear, whatever its code is', async () => {
    for (const status of [201, 400, 401, 500, 503]) {
      assert.equal((await answered(succeeded(cancelled), {}, { status })).kind, 'unclear', `${status}`);
      assert.equal((await answered({ code: 1301, message: 'x' }, {}, { status })).kind, 'unclear', `${status}`);
    }
    for (const body of ['', 'null', '<html>', '{}', '{"code":null}', '[]']) {
      assert.equal((await answered(body)).kind, 'unclear', body);
    }
  });

  test('with another code is refused, and its text says as what', async () => {
    for (const [message, category] of [
      ['가맹점 코드가 유효하지 않습니다.', 'bad_credentials'],
      ['주문이 존재하지 않습니다.', 'unknown_transaction'],
      ['취소 요청 금액이 취소가능금액을 초과하였습니다.', 'over_balance'],
      ['이미 취소된 거래입니다.', 'already_cancelled'],
      ['알 수 없는 사유입니다.', 'other'],
    ]) {
      const outcome = await answered({ code: 2999, message });
      assert.deepEqual(outcome, { kind: 'refused', code: '2999', message, category });
    }
    const silent = await answered({ code: 2999, message: null });
    assert.deepEqual(silent, { kind: 'refused', code: '2999', message: '2999', category: 'other' });
    assert.equal((await answered({ code: 9999, message: '시스템 오류입니다.' })).kind, 'unclear');
  });

  test('with code 1301 says that it was cancelled before', async () => {
    const answer = { code: 1301, message: '기처리 취소건입니다.' };
    const refused = { kind: 'refused', code: '1301', message: answer.message, category: 'already_cancelled' };
    assert.deepEqual(await answered(answer), refused);
    assert.deepEqual(await answered(answer, everything), refused);
  });

  test('that refuses a repeat confirms only that everything has been cancelled', async () => {
    const answer = { code: 1301, message: '기처리 취소건입니다.' };
    assert.deepEqual(await answered(answer, everything, { isRepeat: true }), {
      kind: 'confirmed',
      result: { ...result, gatewayTid: wellKnown.gatewayTid, amountMinor: 10_000n, cancelledAt: startedAt },
    });
    const part = await answered(answer, {}, { isRepeat: true });
    assert.equal(part.kind === 'unclear' && part.code, '1301');
    for (const message of ['취소가능금액이 일치하지 않습니다.', '주문이 존재하지 않습니다.', '점검 중입니다.']) {
      const outcome = await answered({ code: 2999, message }, everything, { isRepeat: true });
      assert.equal(outcome.kind, 'unclear', message);
    }
  });
});

describe('on the wire', () => {
  test('a part has the keys of the order, the balance before it, and the product that it is of', async () => {
    const reason = '😀'.repeat(101);
    await answered('', { reason, balanceBeforeMinor: 8000n });
    const { path, headers, json } = server.last();
    const { sellerKey, productId } = rig.call().channel.credentials;
    assert.equal(path, '/outseller/order/cancel');
    assert.match(headers['content-type'] ?? '', /^application\/json; charset=utf-8$/i);
    assert.deepEqual(json(), {
      sellerKey,
      orderNo,
      orderCertifyKey,
      sellerOrderReferenceKey: 'imp_123456789012',
      cancelTotalAmt: 3000,
      orderProducts: [
        {
          sellerOrderProductReferenceKey: 'imp_123456789012',
          cpId: rig.mid,
          productId,
          productAmt: 3000,
          cancelDetailContent: '😀'.repeat(100),
        },
      ],
      requestMemo: '😀'.repeat(100),
      totalCancelPossibleAmt: 8000,
    });
  });

  test('the whole payment needs no products, and the last of several parts does', async () => {
    await answered('', everything);
    assert.equal(server.last().json().orderProducts, undefined);
    assert.equal(server.last().json().cancelTotalAmt, 10_000);
    await answered('', { balanceBeforeMinor: 3000n, ordinal: 2 });
    assert.equal((server.last().json().orderProducts as unknown[]).length, 1);
  });

  test('the parts of the tax are stated where the payment mixes, or where the VAT is known', async () => {
    const taxSent = async (parts: Partial<Cancel>) => {
      await answered('', parts);
      const { totalCancelTaxfreeAmt, totalCancelTaxableAmt, totalCancelVatAmt } = server.last().json();
      return [totalCancelTaxfreeAmt, totalCancelTaxableAmt, totalCancelVatAmt];
    };
    assert.deepEqual(await taxSent({}), [undefined, undefined, undefined]);
    assert.deepEqual(await taxSent({ vatMinor: 250n }), [0, 2750, 250]);
    assert.deepEqual(await taxSent({ paymentTaxFreeMinor: 800n, taxFreeMinor: 800n }), [800, 2000, 200]);
    assert.deepEqual(await taxSent({ paymentTaxFreeMinor: 800n }), [0, 2727, 273]);
    assert.deepEqual(await taxSent({ paymentTaxFreeMinor: 3000n, taxFreeMinor: 3000n }), [3000, 0, 0]);
  });

  test('the check asks with the fields of the cancellation, and no guard', async () => {
    await checkAnswered(checked(10_000));
    const { path, json } = server.last();
    const body = json();
    assert.equal(path, '/outseller/order/cancel/checkAvailability');
    assert.equal(body.totalCancelPossibleAmt, undefined);
    assert.deepEqual(
      [body.sellerKey, body.orderNo, body.orderCertifyKey, body.cancelTotalAmt],
      [rig.call().channel.credentials.sellerKey, orderNo, orderCertifyKey, 3000],
    );
  });

  test('nothing is sent under a transaction id that PAYCO cannot have given', async () => {
    const before = server.requests.length;
    for (const gatewayTid of ['', orderNo, `${orderNo}.`, '.key', 'imp_1.key', `${orderNo}.a key`]) {
      const request = { ...wellKnown, gatewayTid };
      const call = rig.call({ baseUrl: server.url });
      assert.equal((await cancel.send(call, request)).kind, 'never_sent', gatewayTid);
      const inquiry = await cancel.inquire(call, request, startedAt);
      assert.equal(inquiry.kind, 'unknown', gatewayTid);
    }
    assert.equal(server.requests.length, before);
  });
});

test('a transaction id gives back the order number and the key that it was made of', () => {
  const key = fc.stringMatching(/^[!-~]{1,200}$/);
  fc.assert(
    fc.property(fc.stringMatching(/^\d{1,30}$/), key, (number, certifyKey) => {
      const order = { orderNo: number, orderCertifyKey: certifyKey };
      assert.deepEqual(readTransactionId(transactionIdOf(order)), order);
    }),
  );
});

test('the parts of the tax come to the amount, whatever it is, and none is negative', () => {
  const amounts = fc.tuple(fc.bigInt(1n, 10n ** 12n), fc.bigInt(0n, 10n ** 12n), fc.bigInt(0n, 10n ** 12n));
  fc.assert(
    fc.property(amounts, ([amountMinor, free, vat]) => {
      const taxFreeMinor = free > amountMinor ? amountMinor : free;
      const vatMinor = vat > amountMinor - taxFreeMinor ? 0n : vat;
      const tax = taxOfCancel({ ...wellKnown, amountMinor, taxFreeMinor, vatMinor, paymentTaxFreeMinor: 1n });
      assert.ok(tax);
      assert.equal(tax.taxFreeMinor + tax.taxableMinor + tax.vatMinor, amountMinor);
      assert.equal(tax.taxFreeMinor, taxFreeMinor);
      for (const part of Object.values(tax)) assert.ok(part >= 0n);
    }),
  );
});

describe('an inquiry', () => {
  test('says not done while everything of before can still be cancelled, in whichever form the number is', async () => {
    for (const amount of [10_000, '10000', '10000.0']) {
      assert.deepEqual(await checkAnswered(checked(amount)), { kind: 'not_done', repeatIsSafe: true });
    }
    const no = checked(10_000, { cancelPossibleYn: 'N' });
    assert.deepEqual(await checkAnswered(no), { kind: 'not_done', repeatIsSafe: true });
  });

  test('says done when exactly ours is missing', async () => {
    const done = { ...result, gatewayTid: wellKnown.gatewayTid, cancelledAt: startedAt };
    assert.deepEqual(await checkAnswered(checked(7000)), { kind: 'done', result: done });
  });

  test('takes zero for no proof: everything is asked for again, a part is left to a person', async () => {
    assert.deepEqual(await checkAnswered(checked(0), everything), { kind: 'ask_by_repeating' });
    assert.equal((await checkAnswered(checked(0))).kind, 'unknown');
    assert.equal((await checkAnswered(checked(6999))).kind, 'unknown');
    assert.equal((await checkAnswered(checked(10_001))).kind, 'unknown');
  });

  test('claims nothing from an answer that is not the check of this order', async () => {
    for (const answer of [
      checked(7000, { orderNo: 'other' }),
      checked('7,000'),
      checked(7000, { cancelPossibleYn: '?' }),
      { ...checked(7000), code: 1 },
      succeeded(null),
      '',
      '<html>',
    ]) {
      assert.equal((await checkAnswered(answer)).kind, 'unknown', inspect(answer));
    }
    assert.equal((await checkAnswered(checked(7000), {}, 500)).kind, 'unknown');
  });
});

describe('against the simulator', () => {
  test('a part whose answer is lost is found by what is left, and its repeat is refused by the guard', async () => {
    const request = cancelOf(await paid('card'), { amountMinor: 4000n });
    const call = rig.call();
    await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'lost_answer' });
    assert.equal((await cancel.send(call, request)).kind, 'unclear');
    const repeated = await cancel.send({ ...call, isRepeat: true }, request);
    assert.equal(repeated.kind === 'unclear' && repeated.code, 'SIMULATED_BALANCE_MOVED');
    const inquiry = await cancel.inquire(call, request, call.now);
    const result = { gatewayTid: request.gatewayTid, amountMinor: 4000n, cancelledAt: call.now, receiptUrl: null };
    assert.deepEqual(inquiry, { kind: 'done', result });
    assert.equal((await rig.control.book({ orderId: request.orderId })).transactions[0]?.cancelledMinor, 4000n);
  });

  test('a whole cancellation whose answer is lost is found by asking again', async () => {
    const request = cancelOf(await paid('point'));
    const call = rig.call();
    await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'lost_answer' });
    assert.equal((await cancel.send(call, request)).kind, 'unclear');
    assert.deepEqual(await cancel.inquire(call, request, call.now), { kind: 'ask_by_repeating' });
    const again = confirmed(await cancel.send({ ...call, isRepeat: true }, request));
    assert.deepEqual([again.gatewayTid, again.cancelledAt], [request.gatewayTid, call.startedAt]);
    const [transaction] = (await rig.control.book({ orderId: request.orderId })).transactions;
    assert.deepEqual([transaction?.cancels.length, transaction?.cancelledMinor], [1, 10_000n]);
  });

  test('a mixed payment is cancelled by its parts until nothing is left', async () => {
    const mixed = await paid('point', { taxFreeMinor: 3000n });
    const send = (parts: Partial<Cancel>) =>
      cancel.send(rig.call(), cancelOf(mixed, { paymentTaxFreeMinor: 3000n, ...parts }));
    const tooMuch = await send({ amountMinor: 4000n, taxFreeMinor: 3001n });
    assert.equal(tooMuch.kind === 'refused' && tooMuch.code, 'SIMULATED_WRONG_TAX');
    confirmed(await send({ amountMinor: 4000n, taxFreeMinor: 3000n }));
    confirmed(await send({ amountMinor: 6000n, balanceBeforeMinor: 6000n, ordinal: 2 }));
  });

  test('a wrong seller key is refused as one', async () => {
    const request = cancelOf(await paid('card'), { amountMinor: 1000n });
    const { credentials } = rig.call().channel;
    const outcome = await cancel.send(rig.call({ credentials: { ...credentials, sellerKey: 'stranger' } }), request);
    assert.equal(outcome.kind === 'refused' && outcome.category, 'bad_credentials');
  });
});
