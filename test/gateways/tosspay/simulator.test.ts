import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { tosspay } from '../../../src/gateways/tosspay/module.ts';
import { tossPayErrors } from '../../../src/gateways/tosspay/wire/errors.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import type { WindowParts } from '../kit/scenarios.ts';
import { tossPayClientOf } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const { rig, paid, inWindow } = await openDesk(tosspay, { clock });
const { post, refund, refused } = tossPayClientOf(rig);
const statusOf = (name: Record<string, unknown>) => post('/api/v2/status', name);

async function cancelledMinor(orderId: string): Promise<bigint | undefined> {
  return (await rig.control.book({ orderId })).transactions[0]?.cancelledMinor;
}

test('every error stands in the README, and the README names no other', () => {
  const readme = readFileSync(new URL('../../../src/gateways/tosspay/README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `(\w+)` +\| (\w+) +\|$/gm)].map(([, code, category]) => [code, category]);
  assert.deepEqual(
    rows,
    Object.entries(tossPayErrors).map(([code, { category }]) => [code, category]),
  );
});

describe('who calls', () => {
  test('is known by the API key in the body alone', async () => {
    const { gatewayTid, orderId } = await paid('point');
    for (const apiKey of ['sk_test_nobody', '', undefined, 1]) {
      await refused(refund(gatewayTid, { apiKey }), 'COMMON_INVALID_API_KEY');
    }
    await refused(post('/api/v2/refunds', 'no JSON'), 'COMMON_INVALID_API_KEY');
    assert.equal(await cancelledMinor(orderId), 0n);
  });

  test("sees no payment of another merchant's", async () => {
    const other = 'tosspay_other';
    const { apiKey } = rig.sandbox.credentials(other);
    await rig.control.registerMerchant({ mid: other, credentials: rig.sandbox.credentials(other) });
    const { gatewayTid, orderId } = await paid('point');
    await refused(refund(gatewayTid, { apiKey }), 'TRANSACTION_NOT_FOUND');
    await refused(statusOf({ payToken: gatewayTid, apiKey }), 'TRANSACTION_NOT_FOUND');
    await refused(statusOf({ orderNo: orderId, apiKey }), 'TRANSACTION_NOT_FOUND');
  });
});

describe('a refund', () => {
  test('answers with its number, what it gave back, and what is left', async () => {
    const { gatewayTid } = await paid('card');
    const { status, body } = await refund(gatewayTid, { refundNo: 'first', reason: '단순 변심', amountVat: 90 });
    assert.equal(status, 200);
    assert.match(String(body.transactionId), /^[0-9a-f-]{36}$/);
    assert.deepEqual(body, {
      code: 0,
      refundNo: 'first',
      approvalTime: '2024-03-06 12:00:00',
      refundableAmount: 9000,
      discountedAmount: 0,
      refundedAmount: 1000,
      refundedDiscountAmount: 0,
      refundedPaidAmount: 1000,
      payToken: gatewayTid,
      transactionId: body.transactionId,
    });
  });

  test('without an amount gives back all that is left, and amounts may be texts, as public clients send them', async () => {
    const { gatewayTid, orderId } = await paid('point', { amountMinor: 10_000n, taxFreeMinor: 3000n });
    assert.equal((await refund(gatewayTid, { amount: '1000', amountTaxFree: '1000' })).body.refundableAmount, 9000);
    const rest = await refund(gatewayTid, { amount: undefined, amountTaxFree: undefined });
    assert.deepEqual([rest.body.refundedAmount, rest.body.refundableAmount], [9000, 0]);
    assert.equal(await cancelledMinor(orderId), 10_000n);
  });

  test('is refused when what is asked for is not of the documented form, and nothing is done', async () => {
    const { gatewayTid, orderId } = await paid('point');
    const { transactions } = (await statusOf({ orderNo: orderId })).body;
    const [own] = transactions as { transactionId: string }[];
    for (const parts of [
      { amount: 0 },
      { amount: -1 },
      { amount: 1.5 },
      { amount: '1,000' },
      { amountTaxFree: 1001 },
      { amountVat: 1001 },
      { payToken: undefined },
      { refundNo: undefined },
      { refundNo: '' },
      { refundNo: 'x'.repeat(37) },
      { refundNo: own?.transactionId },
      { reason: 'x'.repeat(51) },
      { reason: 1.5, amount: true },
      { idempotent: 'true' },
    ]) {
      await refused(refund(gatewayTid, parts), 'COMMON_INVALID_PARAMETER');
    }
    const { apiKey } = rig.call().channel.credentials;
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    await refused(
      post('/api/v2/refunds', JSON.stringify({ apiKey, payToken: gatewayTid, refundNo: 'form' }), form),
      'COMMON_INVALID_PARAMETER',
    );
    await refused(refund('nobody'), 'TRANSACTION_NOT_FOUND');
    assert.equal(await cancelledMinor(orderId), 0n);
  });

  test('is refused when it is more than is left, when nothing is left, and after a year', async () => {
    const { gatewayTid, orderId } = await paid('point');
    await refused(refund(gatewayTid, { amount: 10_001 }), 'SIM01');
    assert.equal((await refund(gatewayTid, { amount: 4000 })).body.code, 0);
    await refused(refund(gatewayTid, { amount: 6001 }), 'SIM01');
    assert.equal((await refund(gatewayTid, { amount: 6000 })).body.refundableAmount, 0);
    await refused(refund(gatewayTid, { amount: 1 }), 'REFUND_ALREADY_REFUNDED');
    assert.equal(await cancelledMinor(orderId), 10_000n);

    const { gatewayTid: old } = await paid('point');
    clock.set('2025-03-06T12:00:00+09:00');
    assert.equal((await refund(old)).body.code, 0);
    clock.set('2025-03-06T12:00:01+09:00');
    await refused(refund(old), 'COMMON_REFUND_ERROR');
    clock.set('2024-03-06T12:00:00+09:00');
  });

  test('keeps the taxed and the tax-free part of a mixed payment apart', async () => {
    const { gatewayTid } = await paid('point', { amountMinor: 10_000n, taxFreeMinor: 3000n });
    await refused(refund(gatewayTid, { amount: 4000, amountTaxFree: 3001 }), 'SIM01');
    await refused(refund(gatewayTid, { amount: 7001 }), 'SIM01');
    assert.equal((await refund(gatewayTid, { amount: 3500, amountTaxFree: 3000 })).body.code, 0);
    await refused(refund(gatewayTid, { amount: 10, amountTaxFree: 1 }), 'SIM01');
    assert.equal((await refund(gatewayTid, { amount: 6500 })).body.refundableAmount, 0);
  });

  test('under a number that was used is answered as the first time, or refused, and never carried out again', async () => {
    const { gatewayTid, orderId } = await paid('point');
    const first = await refund(gatewayTid, { refundNo: 'once' });
    await refund(gatewayTid, { refundNo: 'another' });
    assert.deepEqual(await refund(gatewayTid, { refundNo: 'once' }), first);
    assert.deepEqual(await refund(gatewayTid, { refundNo: 'once', idempotent: true }), first);
    for (const parts of [{ idempotent: false }, { amount: 999 }, { amountTaxFree: 1 }, { payToken: 'nobody' }]) {
      await refused(refund(gatewayTid, { refundNo: 'once', ...parts }), 'REFUND_REFUND_NO_DUPLICATE');
    }
    assert.equal(await cancelledMinor(orderId), 2000n);
    // What was refused has not used its number up.
    await refused(refund(gatewayTid, { refundNo: 'later', amount: 10_000 }), 'SIM01');
    assert.equal((await refund(gatewayTid, { refundNo: 'later' })).body.code, 0);
  });
});

describe('a status', () => {
  test('lists the payment and its refunds, by token and by order number', async () => {
    const { gatewayTid: payToken, orderId } = await paid('point');
    assert.equal((await statusOf({ payToken })).body.payStatus, 'PAY_COMPLETE');
    const { body: first } = await refund(payToken);
    const { status, body } = await statusOf({ orderNo: orderId });
    assert.equal(status, 200);
    assert.deepEqual(
      [body.payStatus, body.payMethod, body.amount, body.refundableAmount, body.paidTs],
      ['REFUND_SUCCESS', 'TOSS_MONEY', 10_000, 9000, '2024-03-06 12:00:00'],
    );
    const transactions = body.transactions as Record<string, unknown>[];
    assert.deepEqual(
      transactions.map(({ stepType, transactionAmount }) => [stepType, transactionAmount]),
      [
        ['PAY', 10_000],
        ['REFUND', -1000],
      ],
    );
    assert.equal(transactions[1]?.transactionId, first.transactionId);
    assert.deepEqual((await statusOf({ payToken, orderNo: 'another' })).body, body, 'the token goes first');
  });

  test("of nobody's payment does not exist, and one must be named", async () => {
    await refused(statusOf({ payToken: 'nobody' }), 'TRANSACTION_NOT_FOUND');
    await refused(statusOf({ orderNo: 'nobody' }), 'TRANSACTION_NOT_FOUND');
    await refused(statusOf({}), 'COMMON_INVALID_PARAMETER');
  });
});

describe('the window', () => {
  test('takes what Toss Pay takes, and an order number once', async () => {
    const { orderId } = await paid('point');
    const pay = (parts: WindowParts) => inWindow('card', { amountMinor: 1000n, ...parts });
    for (const parts of [
      { orderId },
      { payMethod: 'vbank' as const },
      { currency: 'USD' },
      { amountMinor: 0n },
      { taxFreeMinor: 1001n },
      { orderId: 'x'.repeat(51) },
      { orderId: '주문' },
    ]) {
      assert.equal((await pay(parts)).kind, 'refused', JSON.stringify(Object.keys(parts)));
    }
    assert.equal((await pay({})).kind, 'done');
  });
});

test('a fault may be a code of Toss Pay, with another text', async () => {
  const { gatewayTid } = await paid('point');
  await rig.control.addFault({
    mid: rig.mid,
    operation: 'cancel',
    kind: 'reject',
    code: 'COMMON_BREAK_TIME_OF_BANK',
    message: '점검 중',
  });
  const { body } = await refund(gatewayTid);
  assert.deepEqual(body, { code: -1, msg: '점검 중', errorCode: 'COMMON_BREAK_TIME_OF_BANK' });
  await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'reject' });
  await refused(refund(gatewayTid), 'COMMON_REFUND_ERROR');
});
