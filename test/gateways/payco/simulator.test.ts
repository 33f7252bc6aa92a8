import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { meaningOfRefusal } from '../../../src/gateways/answers/refusal-texts.ts';
import { payco } from '../../../src/gateways/payco/module.ts';
import { paycoRefusals } from '../../../src/gateways/payco/simulator/protocol.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { type Fields, type PaycoAnswer, paycoClientOf } from './kit.ts';

const desk = await openDesk(payco, { clock: movingClock('2024-03-06T12:00:00+09:00') });
const { rig, inWindow } = desk;
const { post, cancel, check, fieldsOf, productsOf, part } = paycoClientOf(rig);

async function refusedWith(answer: Promise<PaycoAnswer>, code: keyof typeof paycoRefusals): Promise<void> {
  assert.deepEqual(await answer, { status: 200, body: { code, message: paycoRefusals[code] } });
}

async function done(answer: Promise<PaycoAnswer>): Promise<Fields> {
  const { status, body } = await answer;
  assert.deepEqual([status, body.code, body.message], [200, 0, 'success']);
  return body.result ?? {};
}

async function cancelledMinor(orderId: string): Promise<bigint | undefined> {
  return (await rig.control.book({ orderId })).transactions[0]?.cancelledMinor;
}

test('every code stands in the README, and the README names no other', () => {
  const readme = readFileSync(new URL('../../../src/gateways/payco/README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `(\w+)` +\| (\w+) +\|/gm)].map(([, code = '', category]) => [code, category]);
  const codes = Object.entries(paycoRefusals).map(([code, text]) => [
    code,
    code === '1301' ? 'already_cancelled' : meaningOfRefusal(text),
  ]);
  assert.deepEqual(rows.sort(), codes.sort());
});

describe('who calls', () => {
  test('is known by the seller key alone', async () => {
    const paid = await desk.paid('point');
    for (const sellerKey of ['stranger', '', 7, null, undefined]) {
      await refusedWith(cancel(paid, { sellerKey }), 'SIMULATED_UNKNOWN_SELLER');
      await refusedWith(check(paid, { sellerKey }), 'SIMULATED_UNKNOWN_SELLER');
    }
    await refusedWith(post('/outseller/order/cancel', '{'), 'SIMULATED_UNKNOWN_SELLER');
    assert.equal(await cancelledMinor(paid.orderId), 0n);
  });

  test("cannot cancel another merchant's order", async () => {
    const paid = await desk.paid('point');
    const mid = rig.sandbox.mid('another');
    const credentials = rig.sandbox.credentials(mid);
    await rig.control.registerMerchant({ mid, credentials });
    await refusedWith(cancel(paid, { sellerKey: credentials.sellerKey }), 'SIMULATED_UNKNOWN_ORDER');
  });

  test('says which order with its number, its certifying key and, if at all, its right reference', async () => {
    const paid = await desk.paid('point');
    const other = await desk.paid('point');
    for (const parts of [
      { orderNo: '202403060000000000' },
      { orderNo: fieldsOf(other).orderNo },
      { orderCertifyKey: fieldsOf(other).orderCertifyKey },
      { orderCertifyKey: undefined },
      { sellerOrderReferenceKey: other.orderId },
    ]) {
      await refusedWith(cancel(paid, parts), 'SIMULATED_UNKNOWN_ORDER');
      await refusedWith(check(paid, parts), 'SIMULATED_UNKNOWN_ORDER');
    }
    await done(cancel(paid, { sellerOrderReferenceKey: paid.orderId }));
  });
});

describe('a cancellation', () => {
  test('answers with what was cancelled, and what is left', async () => {
    const paid = await desk.paid('card');
    assert.match(paid.gatewayTid, /^20240306\d{10}\.[\w-]{47}$/);
    const result = await done(cancel(paid, part(paid, 4400)));
    const [detail] = result.cancelPaymentDetails as Fields[];
    assert.deepEqual(result, {
      orderNo: fieldsOf(paid).orderNo,
      cancelTradeSeq: result.cancelTradeSeq,
      totalCancelPaymentAmt: 4400,
      remainCancelPossibleAmt: 5600,
      cancelPaymentDetails: [
        {
          paymentTradeNo: detail?.paymentTradeNo,
          paymentMethodCode: '31',
          paymentMethodName: '신용카드',
          cancelPaymentAmt: 4400,
          tradeYmdt: '20240306120000',
          cancelPaymentTradeNo: detail?.cancelPaymentTradeNo,
          cancelTaxableAmt: 4000,
          cancelTaxfreeAmt: 0,
          cancelVatAmt: 400,
          cancelServiceAmt: 0,
        },
      ],
      cancelYmdt: '20240306120000',
    });
    const rest = await done(cancel(paid, part(paid, 5600)));
    assert.notEqual(rest.cancelTradeSeq, result.cancelTradeSeq);
    const points = await done(cancel(await desk.paid('point')));
    assert.equal((points.cancelPaymentDetails as Fields[])[0]?.paymentMethodCode, '98');
  });

  test('takes amounts as numbers or as texts, and nothing else for them', async () => {
    const paid = await desk.paid('point');
    await done(cancel(paid, part(paid, 1000, { cancelTotalAmt: '1000' })));
    for (const cancelTotalAmt of [undefined, null, '', -1, 1.5, '1,000', true, 10 ** 15]) {
      await refusedWith(cancel(paid, { cancelTotalAmt }), 'SIMULATED_BAD_FIELD');
    }
    assert.equal(await cancelledMinor(paid.orderId), 1000n);
  });

  test('is refused when it is not the documented JSON', async () => {
    const paid = await desk.paid('point');
    const body = JSON.stringify(fieldsOf(paid));
    await refusedWith(post('/outseller/order/cancel', body, { 'content-type': 'text/plain' }), 'SIMULATED_BAD_FIELD');
    for (const parts of [{ orderNo: 7 }, { requestMemo: [] }, { orderProducts: {} }, { orderProducts: [7] }]) {
      await refusedWith(cancel(paid, parts), 'SIMULATED_BAD_FIELD');
    }
    assert.equal(await cancelledMinor(paid.orderId), 0n);
  });

  test('is refused when it is nothing, more than is left, or when nothing is left', async () => {
    const paid = await desk.paid('point');
    await refusedWith(cancel(paid, { cancelTotalAmt: 0 }), 'SIMULATED_ZERO_AMOUNT');
    await refusedWith(cancel(paid, { cancelTotalAmt: 10_001 }), 'SIMULATED_OVER_BALANCE');
    await done(cancel(paid, part(paid, 4000)));
    await refusedWith(cancel(paid, part(paid, 6001)), 'SIMULATED_OVER_BALANCE');
    await done(cancel(paid, { cancelTotalAmt: 6000 }));
    await refusedWith(cancel(paid, part(paid, 1)), 1301);
    assert.equal(await cancelledMinor(paid.orderId), 10_000n);
  });

  test('is refused when another balance was there than it states, which it need not state', async () => {
    const paid = await desk.paid('point');
    const guarded = (totalCancelPossibleAmt: unknown) => cancel(paid, part(paid, 2000, { totalCancelPossibleAmt }));
    for (const stale of [9999, 10_001, 8000, 0]) await refusedWith(guarded(stale), 'SIMULATED_BALANCE_MOVED');
    await done(guarded(10_000));
    await refusedWith(guarded(10_000), 'SIMULATED_BALANCE_MOVED');
    await done(guarded('8000'));
    await done(guarded(undefined));
    assert.equal(await cancelledMinor(paid.orderId), 6000n);
  });

  test('of a part names the products, which are the order’s own and come to the amount', async () => {
    const paid = await desk.paid('point');
    await refusedWith(cancel(paid, { cancelTotalAmt: 1000 }), 'SIMULATED_NO_PRODUCTS');
    for (const orderProducts of [
      productsOf(paid, 999),
      [...productsOf(paid, 1000), ...productsOf(paid, 1)],
      productsOf(paid, 1000, { sellerOrderProductReferenceKey: 'other' }),
      productsOf(paid, 1000, { cpId: 'other' }),
      productsOf(paid, 1000, { productId: 'other' }),
      [],
    ]) {
      await refusedWith(cancel(paid, { cancelTotalAmt: 1000, orderProducts }), 'SIMULATED_WRONG_PRODUCTS');
    }
    const orderProducts = [...productsOf(paid, 400), ...productsOf(paid, 600)];
    await done(cancel(paid, { cancelTotalAmt: 1000, orderProducts }));
    assert.equal(await cancelledMinor(paid.orderId), 1000n);
  });

  test('may state its tax, which then must come to the amount and be there', async () => {
    const paid = await desk.paid('point', { taxFreeMinor: 3000n });
    const taxed = (totalCancelTaxfreeAmt: number, totalCancelTaxableAmt: number, totalCancelVatAmt: number) =>
      cancel(paid, part(paid, 4100, { totalCancelTaxfreeAmt, totalCancelTaxableAmt, totalCancelVatAmt }));
    await refusedWith(taxed(3000, 1000, 99), 'SIMULATED_WRONG_TAX');
    await refusedWith(taxed(3001, 999, 100), 'SIMULATED_WRONG_TAX');
    const result = await done(taxed(3000, 1000, 100));
    const [detail] = result.cancelPaymentDetails as Fields[];
    assert.deepEqual([detail?.cancelTaxfreeAmt, detail?.cancelTaxableAmt, detail?.cancelVatAmt], [3000, 1000, 100]);
    await refusedWith(taxed(1, 4000, 99), 'SIMULATED_WRONG_TAX');
    await done(taxed(0, 3727, 373));
  });

  test('that says nothing of tax takes the taxed part first', async () => {
    const paid = await desk.paid('point', { taxFreeMinor: 3000n });
    const taxFree = async (amount: number) =>
      ((await done(cancel(paid, part(paid, amount)))).cancelPaymentDetails as Fields[])[0]?.cancelTaxfreeAmt;
    assert.deepEqual([await taxFree(5000), await taxFree(3000), await taxFree(2000)], [0, 1000, 2000]);
  });

  test('that only states more taxed money than was taxed is refused', async () => {
    const paid = await desk.paid('point', { taxFreeMinor: 3000n });
    const parts = { totalCancelTaxfreeAmt: 0, totalCancelTaxableAmt: 6600, totalCancelVatAmt: 660 };
    await refusedWith(cancel(paid, part(paid, 7260, parts)), 'SIMULATED_WRONG_TAX');
  });
});

describe('a check', () => {
  test('says what can be cancelled, and why not what was asked for, and moves nothing', async () => {
    const paid = await desk.paid('point');
    const { orderNo } = fieldsOf(paid);
    const possible = { partCancelPossibleYn: 'Y', pgCancelPossibleAmt: 10_000, orderNo };
    assert.deepEqual(await done(check(paid)), { cancelPossibleYn: 'Y', ...possible });
    assert.deepEqual(await done(check(paid, { cancelTotalAmt: 10_001 })), {
      cancelPossibleYn: 'N',
      ...possible,
      cancelImpossibleReason: paycoRefusals.SIMULATED_OVER_BALANCE,
    });
    assert.equal(await cancelledMinor(paid.orderId), 0n);
    await done(cancel(paid, part(paid, 4000)));
    assert.equal((await done(check(paid, part(paid, 1)))).pgCancelPossibleAmt, 6000);
    await done(cancel(paid, { cancelTotalAmt: 6000 }));
    const nothing = await done(check(paid));
    assert.deepEqual(
      [nothing.cancelPossibleYn, nothing.partCancelPossibleYn, nothing.pgCancelPossibleAmt],
      ['N', 'N', 0],
    );
  });
});

test('what was cancelled outlives the process, with the book', async () => {
  const paid = await desk.paid('point');
  const guarded = part(paid, 4000, { totalCancelPossibleAmt: 10_000 });
  await done(cancel(paid, guarded));
  await rig.restart();
  await refusedWith(cancel(paid, guarded), 'SIMULATED_BALANCE_MOVED');
  await done(cancel(paid, { cancelTotalAmt: 6000, totalCancelPossibleAmt: 6000 }));
  const [transaction] = (await rig.control.book({ orderId: paid.orderId })).transactions;
  assert.deepEqual([transaction?.cancels.length, transaction?.cancelledMinor], [2, 10_000n]);
});

test('a window takes what PAYCO can take', async () => {
  for (const parts of [
    { payMethod: 'vbank' },
    { currency: 'USD' },
    { amountMinor: 0n },
    { taxFreeMinor: 9000n, vatMinor: 1001n },
    { orderId: 'x'.repeat(101) },
  ] as const) {
    const made = await inWindow('card', parts);
    assert.equal(made.kind, 'refused', Object.keys(parts).join());
  }
});

test('a fault may be any code, a number or a word', async () => {
  const paid = await desk.paid('point');
  await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'reject', code: '1301' });
  await refusedWith(cancel(paid), 1301);
  await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'reject', message: '점검 중입니다.' });
  const { body } = await cancel(paid);
  assert.deepEqual(body, { code: 'SIMULATED_REFUSAL', message: '점검 중입니다.' });
  assert.equal(await cancelledMinor(paid.orderId), 0n);
});
