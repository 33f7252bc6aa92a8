import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { naverpay } from '../../../src/gateways/naverpay/module.ts';
import { naverResults } from '../../../src/gateways/naverpay/wire/codes.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { formOf, type NaverAnswer, naverClientOf } from './kit.ts';

const desk = await openDesk(naverpay, { clock: movingClock('2024-03-06T12:00:00+09:00') });
const { rig, paid } = desk;
const { post, cancel, history } = naverClientOf(rig);

async function answeredWith(answer: Promise<NaverAnswer>, code: string): Promise<void> {
  const { status, body } = await answer;
  assert.deepEqual([status, body.code], [200, code]);
  assert.equal(body.message, (naverResults as Record<string, { message: string }>)[code]?.message);
}

async function cancelledMinor(orderId: string): Promise<bigint | undefined> {
  return (await rig.control.book({ orderId })).transactions[0]?.cancelledMinor;
}

test('every result code stands in the README, and the README names no other', () => {
  const readme = readFileSync(new URL('../../../src/gateways/naverpay/README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `([A-Z][A-Za-z]+)` +\| (\w+) +\|$/gm)].map(([, code, category]) => [
    code,
    category,
  ]);
  assert.deepEqual(
    rows,
    Object.entries(naverResults).map(([code, { category }]) => [code, category]),
  );
});

describe('who calls', () => {
  test('must show all three headers, and only its own partner id', async () => {
    const { gatewayTid: tid, orderId } = await paid('point');
    for (const name of ['X-Naver-Client-Id', 'X-Naver-Client-Secret', 'X-NaverPay-Chain-Id']) {
      await answeredWith(cancel(tid, {}, { [name]: 'wrong' }), 'InvalidMerchant');
      await answeredWith(cancel(tid, {}, { [name]: '' }), 'InvalidMerchant');
    }
    await answeredWith(post('/np_other/naverpay/payments/v1/cancel', formOf(tid)), 'InvalidMerchant');
    assert.equal(await cancelledMinor(orderId), 0n);
  });

  test("may have naverpay-partner in the address, as the guide's samples do, in the place of its id", async () => {
    const { gatewayTid: tid, orderId } = await paid('point');
    const headers = { 'X-NaverPay-Idempotency-Key': 'either-address' };
    const path = '/naverpay-partner/naverpay/payments';
    const first = await post(`${path}/v1/cancel`, formOf(tid), headers);
    assert.equal(first.body.code, 'Success');
    assert.equal((await cancel(tid, {}, headers)).text, first.text);
    assert.equal(await cancelledMinor(orderId), 1000n);
    const { body } = await post(`${path}/v2.2/list/history/${tid}`, '{}', { 'content-type': 'application/json' });
    assert.equal(body.body?.totalCount, 2);
    await answeredWith(post(`${path}/v1/cancel`, formOf(tid), { 'X-Naver-Client-Id': 'other' }), 'InvalidMerchant');
  });
});

describe('a cancellation', () => {
  test('answers with what was cancelled, and what is left, of each means', async () => {
    const { gatewayTid: tid } = await paid('card');
    const { body } = await cancel(tid, { cancelAmount: '4000' });
    assert.match(tid, /^20240306NP\d{10}$/);
    assert.deepEqual(body, {
      code: 'Success',
      message: '성공',
      body: {
        paymentId: tid,
        payHistId: body.body?.payHistId,
        primaryPayMeans: 'CARD',
        primaryPayCancelAmount: 4000,
        primaryPayRestAmount: 6000,
        npointCancelAmount: 0,
        npointRestAmount: 0,
        taxScopeAmount: 4000,
        taxExScopeAmount: 0,
        cancelYmdt: '20240306120000',
        totalRestAmount: 6000,
      },
    });
    const points = await cancel((await paid('point')).gatewayTid);
    assert.deepEqual([points.body.body?.primaryPayMeans, points.body.body?.npointCancelAmount], ['', 1000]);
  });

  test('is refused when what is asked for is not of the documented form, and nothing is done', async () => {
    const { gatewayTid: tid, orderId } = await paid('point');
    for (const name of [
      'paymentId',
      'cancelAmount',
      'cancelReason',
      'cancelRequester',
      'taxScopeAmount',
      'taxExScopeAmount',
    ]) {
      await answeredWith(cancel(tid, { [name]: null }), 'RequireParameter');
    }
    for (const parts of [
      { cancelAmount: '0' },
      { cancelAmount: '-1' },
      { cancelAmount: '1,000' },
      { cancelReason: '가'.repeat(86) },
      { cancelRequester: '3' },
      { taxExScopeAmount: 'x' },
      { merchantPayTransactionKey: 'x'.repeat(129) },
    ]) {
      await answeredWith(cancel(tid, parts), 'InvalidParameter');
    }
    await answeredWith(cancel('x'.repeat(51)), 'InvalidParameter');
    await answeredWith(cancel('20240306NP0000000000'), 'InvalidPaymentId');
    await answeredWith(cancel(tid, {}, { 'content-type': 'application/json' }), 'RequireParameter');
    assert.equal(await cancelledMinor(orderId), 0n);
  });

  test('is refused when it is more than is left, and when nothing is left', async () => {
    const { gatewayTid: tid, orderId } = await paid('point');
    await answeredWith(cancel(tid, { cancelAmount: '10001' }), 'OverRemainAmount');
    await answeredWith(cancel(tid, { cancelAmount: '4000' }), 'Success');
    await answeredWith(cancel(tid, { cancelAmount: '6001' }), 'OverRemainAmount');
    await answeredWith(cancel(tid, { cancelAmount: '6000' }), 'Success');
    await answeredWith(cancel(tid, { cancelAmount: '1' }), 'AlreadyCanceled');
    assert.equal(await cancelledMinor(orderId), 10_000n);
  });

  test('is refused when another balance is left than it expects, if it wants that compared', async () => {
    const { gatewayTid: tid, orderId } = await paid('point');
    for (const expectedRestAmount of ['10000', '8999']) {
      await answeredWith(cancel(tid, { doCompareRest: '1', expectedRestAmount }), 'RestAmountDiff');
    }
    await answeredWith(cancel(tid, { doCompareRest: '1' }), 'RequireParameter');
    await answeredWith(cancel(tid, { doCompareRest: '1', expectedRestAmount: '9000' }), 'Success');
    await answeredWith(cancel(tid, { doCompareRest: '1', expectedRestAmount: '9000' }), 'RestAmountDiff');
    await answeredWith(cancel(tid, { doCompareRest: '0', expectedRestAmount: '1' }), 'Success');
    assert.equal(await cancelledMinor(orderId), 2000n);
  });

  test('must be divided into a taxed and a tax-free part that are there', async () => {
    const { gatewayTid: tid } = await paid('point', { taxFreeMinor: 3000n });
    const parts = (taxScopeAmount: string, taxExScopeAmount: string) => ({
      cancelAmount: '4000',
      taxScopeAmount,
      taxExScopeAmount,
    });
    await answeredWith(cancel(tid, parts('4000', '1')), 'TaxScopeAmountError');
    await answeredWith(cancel(tid, parts('999', '3001')), 'TaxScopeAmtGreaterThanRemainError');
    await answeredWith(cancel(tid, parts('1000', '3000')), 'Success');
    await answeredWith(cancel(tid, parts('3999', '1')), 'TaxScopeAmtGreaterThanRemainError');
    await answeredWith(cancel(tid, parts('4000', '0')), 'Success');
  });
});

describe('idempotency keys', () => {
  test('bring the first answer back with HTTP 409, byte for byte, and do nothing again', async () => {
    const { gatewayTid: tid, orderId } = await paid('point');
    const headers = { 'X-NaverPay-Idempotency-Key': 'replayed' };
    const first = await cancel(tid, {}, headers);
    assert.equal(first.status, 200);
    for (let repeat = 1; repeat <= 2; repeat++) {
      const again = await cancel(tid, {}, headers);
      assert.deepEqual(
        [again.status, again.headers['x-naverpay-idempotency-key'], again.text],
        [409, 'replayed', first.text],
      );
    }
    assert.equal(await cancelledMinor(orderId), 1000n);
    await answeredWith(cancel(tid, {}, { 'X-NaverPay-Idempotency-Key': 'another' }), 'Success');
    assert.equal(await cancelledMinor(orderId), 2000n);
  });

  test('do not bring a refusal back', async () => {
    const { gatewayTid: tid } = await paid('point');
    const headers = { 'X-NaverPay-Idempotency-Key': 'refused' };
    await answeredWith(cancel(tid, { cancelAmount: '10001' }, headers), 'OverRemainAmount');
    await answeredWith(cancel(tid, {}, headers), 'Success');
  });

  test('outlive the process, with the book', async () => {
    const headers = { 'X-NaverPay-Idempotency-Key': 'durable' };
    const { gatewayTid: tid, orderId } = await paid('point');
    const answer = await cancel(tid, {}, headers);
    assert.equal(answer.body.code, 'Success');
    await rig.restart();
    assert.equal((await cancel(tid, {}, headers)).text, answer.text);
    const [transaction] = (await rig.control.book({ orderId })).transactions;
    assert.equal(transaction?.cancels.length, 1);
  });

  test('a payment is cancelled by one request at a time', async () => {
    const { gatewayTid: tid, orderId } = await paid('point');
    await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'slow', delayMs: 1500 });
    const first = cancel(tid);
    // The fault is used up at the moment at which the first request has begun to run.
    while ((await rig.control.listFaults(rig.mid)).length > 0);
    await answeredWith(cancel(tid), 'AlreadyOnGoing');
    await answeredWith(cancel((await paid('point')).gatewayTid), 'Success');
    await answeredWith(first, 'Success');
    assert.equal(await cancelledMinor(orderId), 1000n);
  });
});

describe('a history', () => {
  test('has the payment and each cancellation, with the keys of the merchant', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    const part = await cancel(tid, { merchantPayTransactionKey: 'mine' });
    const { body } = await history(tid);
    const list = body.body?.list as Record<string, unknown>[];
    assert.deepEqual(
      list.map((row) => [row.admissionTypeCode, row.totalPayAmount, row.merchantPayTransactionKey, row.cardNo]),
      [
        ['01', 10_000, null, '9410-00**-****-1234'],
        ['04', 1000, 'mine', '9410-00**-****-1234'],
      ],
    );
    assert.equal(list[1]?.payHistId, part.body.body?.payHistId);
    assert.ok(list.every((row) => row.merchantPayKey === orderId && row.admissionState === 'SUCCESS'));
    const whole = await paid('point');
    await cancel(whole.gatewayTid, { cancelAmount: '10000' });
    const rows = (await history(whole.gatewayTid)).body.body?.list as Record<string, unknown>[];
    assert.deepEqual(
      rows.map((row) => row.admissionTypeCode),
      ['01', '03'],
    );
  });

  test('comes in pages', async () => {
    const { gatewayTid: tid } = await paid('point');
    await cancel(tid);
    await cancel(tid);
    const { body } = await history(tid, { pageNumber: 2, rowsPerPage: 2 });
    const { list, totalCount, totalPageCount } = body.body ?? {};
    assert.deepEqual([(list as unknown[]).length, totalCount, totalPageCount], [1, 3, 2]);
    await answeredWith(history(tid, { pageNumber: 0 }), 'InvalidParameter');
    await answeredWith(history(tid, { rowsPerPage: 101 }), 'InvalidParameter');
  });

  test("of another merchant's payment, or of none, is empty", async () => {
    assert.deepEqual((await history('20240306NP0000000000')).body.body?.list, []);
  });
});

test('a fault may be any result code', async () => {
  const { gatewayTid: tid } = await paid('point');
  for (const code of ['CancelNotComplete', 'BankCheckTime']) {
    await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'reject', code });
    await answeredWith(cancel(tid), code);
  }
});
