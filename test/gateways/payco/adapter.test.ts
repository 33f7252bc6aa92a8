import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { paycoGateway as gateway } from '../../../src/gateways/payco/adapter/adapter.ts';
import { payco } from '../../../src/gateways/payco/module.ts';
import { taxOfCancel } from '../../../src/gateways/payco/wire/tax.ts';
import { readTransactionId, transactionIdOf } from '../../../src/gateways/payco/wire/transaction-id.ts';
import type { Cancel, Cancelled } from '../../../src/port/cancel.ts';
import type { Inquiry } from '../../../src/port/operations.ts';
import type { Outcome } from '../../../src/port/outcome.ts';
import { type AnsweringServer, openAnsweringServer } from '../kit/answering-server.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { openRig, type Rig } from '../kit/rig.ts';
import { cancelRequest, capabilitiesOf, confirmed, paidPayment, type Setting } from '../kit/scenarios.ts';
import { payInWindow } from '../kit/window-payment.ts';

const { cancel } = gateway.operations;
let rig: Rig;
let told: AnsweringServer;
before(async () => {
  rig = await openRig(payco, movingClock('2024-03-06T12:00:00+09:00'));
  told = await openAnsweringServer();
});
after(async () => {
  await rig.close();
  await told.close();
});
const at = (payMethod: 'card' | 'point' = 'card'): Setting => ({
  gateway,
  rig,
  payMethod,
  capabilities: capabilitiesOf(gateway, payMethod),
});

const orderNo = '202403061234567890';
const orderCertifyKey = 'A.certify_key-01';
const startedAt = new Date('2024-03-06T02:59:30Z');
const wellKnown: Cancel = {
  orderId: 'imp_123456789012',
  gatewayTid: transactionIdOf({ orderNo, orderCertifyKey }),
  payMethod: 'card',
  currency: 'KRW',
  paymentAmountMinor: 10_000n,
  paymentTaxFreeMinor: 0n,
  madeAt: new Date('2024-03-06T11:00:00+09:00'),
  accountNumber: null,
  amountMinor: 3000n,
  taxFreeMinor: 0n,
  vatMinor: 0n,
  balanceBeforeMinor: 10_000n,
  ordinal: 1,
  earlierTids: ['77'],
  reason: '단순 변심',
  refundAccount: null,
  requester: null,
};
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

function willAnswer(status: number, body: unknown): void {
  told.willAnswer(status, typeof body === 'string' ? body : JSON.stringify(body));
}

function cancelAnswered(
  status: number,
  body: unknown,
  { isRepeat = false, ...parts }: Partial<Cancel> & { isRepeat?: boolean } = {},
): Promise<Outcome<Cancelled>> {
  willAnswer(status, body);
  return cancel.send(rig.call({ baseUrl: told.url, isRepeat, startedAt }), { ...wellKnown, ...parts });
}

const succeeded = (body: unknown) => ({ code: 0, message: 'success', result: body });

function checkAnswered(check: unknown, parts: Partial<Cancel> = {}, status = 200): Promise<Inquiry> {
  willAnswer(status, check);
  const call = rig.call({ baseUrl: told.url });
  return cancel.inquire(call, { ...wellKnown, ...parts }, startedAt);
}

const checked = (pgCancelPossibleAmt: unknown, parts: Record<string, unknown> = {}) =>
  succeeded({ orderNo, cancelPossibleYn: 'Y', pgCancelPossibleAmt, ...parts });

function lastSent(): { path: string; headers: Record<string, string>; body: Record<string, unknown> } {
  const sent = told.requests.at(-1);
  assert.ok(sent);
  return { ...sent, body: JSON.parse(Buffer.from(sent.body, 'latin1').toString('utf8')) };
}

describe('an answer to a cancellation', () => {
  test('that is the whole, right cancellation is confirmed', async () => {
    assert.deepEqual(await cancelAnswered(200, succeeded(cancelled)), { kind: 'confirmed', result });
  });

  test('may write numbers in the forms that PAYCO uses', async () => {
    const text = JSON.stringify(succeeded(cancelled)).replace('3000,', '3000.0,').replace('"code":0', '"code":"0"');
    assert.match(text, /"totalCancelPaymentAmt":3000\.0,/);
    assert.deepEqual(await cancelAnswered(200, text), { kind: 'confirmed', result });
    const named = await cancelAnswered(200, succeeded({ ...cancelled, cancelTradeSeq: '00123' }));
    assert.deepEqual(named, { kind: 'confirmed', result: { ...result, gatewayTid: '00123' } });
  });

  test('may leave out what is left, and have its time in the first detail', async () => {
    const { cancelYmdt: _time, remainCancelPossibleAmt: _left, ...bare } = cancelled;
    const earlier = { ...result, cancelledAt: new Date('2024-03-06T02:59:00Z') };
    assert.deepEqual(await cancelAnswered(200, succeeded(bare)), { kind: 'confirmed', result: earlier });
    const cancelPaymentDetails = [{ cancelTradeYmdt: '20240306120000', tradeYmdt: '20240306115900' }];
    const detailed = succeeded({ ...bare, cancelPaymentDetails });
    assert.deepEqual(await cancelAnswered(200, detailed), { kind: 'confirmed', result });
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
      assert.equal((await cancelAnswered(200, succeeded(body))).kind, 'unclear');
    });
  }

  test('that is not HTTP 200, or not readable, is unclear, whatever its code is', async () => {
    for (const status of [201, 400, 401, 500, 503]) {
      assert.equal((await cancelAnswered(status, succeeded(cancelled))).kind, 'unclear', `${status}`);
      assert.equal((await cancelAnswered(status, { code: 1301, message: 'x' })).kind, 'unclear', `${status}`);
    }
    for (const body of ['', 'null', '<html>', '{}', '{"code":null}', '[]']) {
      assert.equal((await cancelAnswered(200, body)).kind, 'unclear', body);
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
      const outcome = await cancelAnswered(200, { code: 2999, message });
      assert.deepEqual(outcome, { kind: 'refused', code: '2999', message, category });
    }
    const silent = await cancelAnswered(200, { code: 2999, message: null });
    assert.deepEqual(silent, { kind: 'refused', code: '2999', message: '2999', category: 'other' });
    assert.equal((await cancelAnswered(200, { code: 9999, message: '시스템 오류입니다.' })).kind, 'unclear');
  });

  test('with code 1301 says that it was cancelled before', async () => {
    const answer = { code: 1301, message: '기처리 취소건입니다.' };
    const refused = { kind: 'refused', code: '1301', message: answer.message, category: 'already_cancelled' };
    assert.deepEqual(await cancelAnswered(200, answer), refused);
    assert.deepEqual(await cancelAnswered(200, answer, everything), refused);
  });

  test('that refuses a repeat confirms only that everything has been cancelled', async () => {
    const answer = { code: 1301, message: '기처리 취소건입니다.' };
    assert.deepEqual(await cancelAnswered(200, answer, { ...everything, isRepeat: true }), {
      kind: 'confirmed',
      result: { ...result, gatewayTid: wellKnown.gatewayTid, amountMinor: 10_000n, cancelledAt: startedAt },
    });
    const part = await cancelAnswered(200, answer, { isRepeat: true });
    assert.equal(part.kind === 'unclear' && part.code, '1301');
    for (const message of ['취소가능금액이 일치하지 않습니다.', '주문이 존재하지 않습니다.', '점검 중입니다.']) {
      const outcome = await cancelAnswered(200, { code: 2999, message }, { ...everything, isRepeat: true });
      assert.equal(outcome.kind, 'unclear', message);
    }
  });
});

describe('on the wire', () => {
  test('a part has the keys of the order, the balance before it, and the product that it is of', async () => {
    const reason = '😀'.repeat(101);
    await cancelAnswered(200, '', { reason, balanceBeforeMinor: 8000n });
    const { path, headers, body } = lastSent();
    const { sellerKey, productId } = rig.call().channel.credentials;
    assert.equal(path, '/outseller/order/cancel');
    assert.match(headers['content-type'] ?? '', /^application\/json; charset=utf-8$/i);
    assert.deepEqual(body, {
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
    await cancelAnswered(200, '', everything);
    assert.equal(lastSent().body.orderProducts, undefined);
    assert.equal(lastSent().body.cancelTotalAmt, 10_000);
    await cancelAnswered(200, '', { balanceBeforeMinor: 3000n, ordinal: 2 });
    assert.equal((lastSent().body.orderProducts as unknown[]).length, 1);
  });

  test('the parts of the tax are stated where the payment mixes, or where the VAT is known', async () => {
    const taxSent = async (parts: Partial<Cancel>) => {
      await cancelAnswered(200, '', parts);
      const { totalCancelTaxfreeAmt, totalCancelTaxableAmt, totalCancelVatAmt } = lastSent().body;
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
    const { path, body } = lastSent();
    assert.equal(path, '/outseller/order/cancel/checkAvailability');
    assert.equal(body.totalCancelPossibleAmt, undefined);
    assert.deepEqual(
      [body.sellerKey, body.orderNo, body.orderCertifyKey, body.cancelTotalAmt],
      [rig.call().channel.credentials.sellerKey, orderNo, orderCertifyKey, 3000],
    );
  });

  test('nothing is sent under a transaction id that PAYCO cannot have given', async () => {
    const before = told.requests.length;
    for (const gatewayTid of ['', orderNo, `${orderNo}.`, '.key', 'imp_1.key', `${orderNo}.a key`]) {
      const request = { ...wellKnown, gatewayTid };
      const call = rig.call({ baseUrl: told.url });
      assert.equal((await cancel.send(call, request)).kind, 'never_sent', gatewayTid);
      const inquiry = await cancel.inquire(call, request, startedAt);
      assert.equal(inquiry.kind, 'unknown', gatewayTid);
    }
    assert.equal(told.requests.length, before);
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
    const request = cancelRequest(at(), await paidPayment(at()), 4000n);
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
    const paid = await paidPayment(at('point'));
    const request = cancelRequest(at('point'), paid, paid.paymentAmountMinor);
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
    const { orderId, tid: gatewayTid } = await payInWindow(rig, { taxFreeMinor: 3000n });
    const paid = { ...wellKnown, orderId, gatewayTid, paymentTaxFreeMinor: 3000n, earlierTids: [] };
    const tooMuch = await cancel.send(rig.call(), { ...paid, amountMinor: 4000n, taxFreeMinor: 3001n });
    assert.equal(tooMuch.kind === 'refused' && tooMuch.code, 'SIMULATED_WRONG_TAX');
    confirmed(await cancel.send(rig.call(), { ...paid, amountMinor: 4000n, taxFreeMinor: 3000n }));
    const rest = { amountMinor: 6000n, balanceBeforeMinor: 6000n, ordinal: 2 };
    confirmed(await cancel.send(rig.call(), { ...paid, ...rest }));
  });

  test('a wrong seller key is refused as one', async () => {
    const request = cancelRequest(at(), await paidPayment(at()), 1000n);
    const { credentials } = rig.call().channel;
    const outcome = await cancel.send(rig.call({ credentials: { ...credentials, sellerKey: 'stranger' } }), request);
    assert.equal(outcome.kind === 'refused' && outcome.category, 'bad_credentials');
  });
});
