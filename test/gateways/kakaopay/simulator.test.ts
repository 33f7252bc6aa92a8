import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { request } from 'undici';
import { kakaopay } from '../../../src/gateways/kakaopay/module.ts';
import { kakaoErrors, methodErrors } from '../../../src/gateways/kakaopay/wire/errors.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import type { WindowParts } from '../kit/scenarios.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const { rig, paid, inWindow } = await openDesk(kakaopay, { clock });

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Kakao Pay's API called as its clients do, without our adapter. */
async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const { secretKey } = rig.call().channel.credentials;
  const answer = await request(rig.url + path, {
    method: 'POST',
    headers: { authorization: `SECRET_KEY ${secretKey}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
}

const cancel = (tid: string, parts: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  post(
    '/online/v1/payment/cancel',
    { cid: rig.mid, tid, cancel_amount: 1000, cancel_tax_free_amount: 0, ...parts },
    headers,
  );
const order = (tid: string) => post('/online/v1/payment/order', { cid: rig.mid, tid });

async function refusedWith(answer: Promise<Answer>, code: number): Promise<void> {
  const { status, body } = await answer;
  assert.deepEqual([status, body.error_code], [400, code]);
  assert.equal(typeof body.error_message, 'string');
}

async function cancelledMinor(orderId: string): Promise<bigint | undefined> {
  return (await rig.control.book({ orderId })).transactions[0]?.cancelledMinor;
}

test('every error stands in the README, and the README names no other', () => {
  const readme = readFileSync(new URL('../../../src/gateways/kakaopay/README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `(-?\w+)` +\| (\w+) +\|$/gm)].map(([, code, category]) => [code, category]);
  const table = Object.entries({ ...kakaoErrors, ...methodErrors }).map(([code, { category }]) => [code, category]);
  assert.deepEqual(rows.sort(), table.sort());
});

describe('who calls', () => {
  test('is known by the secret key alone, in its own scheme', async () => {
    const { gatewayTid: tid } = await paid('point');
    for (const authorization of ['SECRET_KEY DEVnobody', 'KakaoAK x', 'Bearer x', '']) {
      await refusedWith(cancel(tid, {}, { authorization }), -731);
    }
  });

  test('must name the CID that goes with the key, and its own key where it has one', async () => {
    const { gatewayTid: tid } = await paid('point');
    await refusedWith(cancel(tid, { cid: 'TC0ONETIME' }), -731);
    await refusedWith(cancel(tid, { cid: undefined }), -731);
    const secretKey = 'DEVWITHCIDSECRET';
    const cidSecret = '0123456789abcdefghijklmn';
    await rig.control.registerMerchant({ mid: 'TCSECRET01', credentials: { secretKey, cidSecret } });
    const { gatewayTid } = await paid('point', { mid: 'TCSECRET01' });
    const headers = { authorization: `SECRET_KEY ${secretKey}` };
    await refusedWith(cancel(gatewayTid, { cid: 'TCSECRET01' }, headers), -733);
    await refusedWith(cancel(gatewayTid, { cid: 'TCSECRET01', cid_secret: 'wrong' }, headers), -733);
    assert.equal((await cancel(gatewayTid, { cid: 'TCSECRET01', cid_secret: cidSecret }, headers)).status, 200);
    await refusedWith(cancel(gatewayTid), -721);
  });
});

describe('a cancellation', () => {
  test('answers with this one, all of them, and what is left', async () => {
    const { gatewayTid: tid, orderId } = await paid('card', { orderName: '생수', amountMinor: 2200n });
    const { status, body } = await cancel(tid, { cancel_amount: 1100, payload: 'note' });
    assert.equal(status, 200);
    assert.match(String(body.aid), /^A[0-9a-f]{19}$/);
    assert.match(tid, /^T[0-9a-f]{19}$/);
    const amounts = (total: number, vat: number) => ({
      total,
      tax_free: 0,
      vat,
      point: 0,
      discount: 0,
      green_deposit: 0,
    });
    assert.deepEqual(body, {
      aid: body.aid,
      tid,
      cid: rig.mid,
      status: 'PART_CANCEL_PAYMENT',
      partner_order_id: orderId,
      partner_user_id: 'buyer',
      payment_method_type: 'CARD',
      item_name: '생수',
      quantity: 1,
      amount: amounts(2200, 200),
      approved_cancel_amount: amounts(1100, 100),
      canceled_amount: amounts(1100, 100),
      cancel_available_amount: amounts(1100, 100),
      created_at: '2024-03-06T12:00:00',
      approved_at: '2024-03-06T12:00:00',
      canceled_at: '2024-03-06T12:00:00',
      payload: 'note',
    });
  });

  test('is refused when what is asked for is not of the documented form, and nothing is done', async () => {
    const { gatewayTid: tid, orderId } = await paid('point');
    for (const parts of [
      { cancel_amount: 0 },
      { cancel_amount: -1 },
      { cancel_amount: 1.5 },
      { cancel_amount: '1,000' },
      { cancel_amount: '' },
      { cancel_amount: true },
      { cancel_amount: null },
      { cancel_tax_free_amount: undefined },
      { cancel_tax_free_amount: 1001 },
      { cancel_vat_amount: 1001 },
      { cancel_vat_amount: '-1' },
      { payload: 'x'.repeat(201) },
      { payload: 1 },
    ]) {
      await refusedWith(cancel(tid, parts), -722);
    }
    await refusedWith(post('/online/v1/payment/cancel', 'no JSON'), -722);
    await refusedWith(cancel(tid, {}, { 'content-type': 'application/x-www-form-urlencoded' }), -722);
    await refusedWith(cancel('T0000000000000000000'), -721);
    assert.equal(await cancelledMinor(orderId), 0n);
  });

  test('takes amounts as texts too, as public clients send them, and answers with numbers', async () => {
    const { gatewayTid: tid } = await paid('point');
    const { status, body } = await cancel(tid, {
      cancel_amount: '1100',
      cancel_tax_free_amount: '0',
      cancel_vat_amount: '100',
      cancel_available_amount: '10000',
    });
    const { total, vat } = body.approved_cancel_amount as Record<string, unknown>;
    assert.deepEqual([status, total, vat], [200, 1100, 100]);
    await refusedWith(cancel(tid, { cancel_amount: '8901' }), -710);
    await refusedWith(cancel(tid, { cancel_available_amount: '8899' }), -722);
  });

  test('is refused when it is more than is left, and when nothing is left', async () => {
    const { gatewayTid: tid, orderId } = await paid('point');
    await refusedWith(cancel(tid, { cancel_amount: 10_001 }), -710);
    assert.equal((await cancel(tid, { cancel_amount: 4000 })).status, 200);
    await refusedWith(cancel(tid, { cancel_amount: 6001 }), -710);
    assert.equal((await cancel(tid, { cancel_amount: 6000 })).body.status, 'CANCEL_PAYMENT');
    await refusedWith(cancel(tid, { cancel_amount: 1 }), -784);
    assert.equal(await cancelledMinor(orderId), 10_000n);
  });

  test('is refused when the balance is another than it says, and may say nothing of it', async () => {
    const { gatewayTid: tid, orderId } = await paid('point');
    await refusedWith(cancel(tid, { cancel_available_amount: 9999 }), -722);
    assert.equal((await cancel(tid, { cancel_available_amount: 10_000 })).status, 200);
    await refusedWith(cancel(tid, { cancel_available_amount: 10_000 }), -722);
    assert.equal((await cancel(tid)).status, 200);
    assert.equal(await cancelledMinor(orderId), 2000n);
  });

  test('keeps the taxed and the tax-free part of a mixed payment apart', async () => {
    const { gatewayTid: tid } = await paid('point', { amountMinor: 10_000n, taxFreeMinor: 3000n });
    await refusedWith(cancel(tid, { cancel_amount: 4000, cancel_tax_free_amount: 3001 }), -710);
    await refusedWith(cancel(tid, { cancel_amount: 7001 }), -710);
    assert.equal((await cancel(tid, { cancel_amount: 3500, cancel_tax_free_amount: 3000 })).status, 200);
    await refusedWith(cancel(tid, { cancel_amount: 10, cancel_tax_free_amount: 1 }), -710);
    assert.equal((await cancel(tid, { cancel_amount: 6500 })).body.status, 'CANCEL_PAYMENT');
  });

  test('that leaves its VAT to Kakao Pay may be refused for the VAT of the ones before', async () => {
    const { gatewayTid: tid } = await paid('point', { amountMinor: 100n });
    assert.equal((await cancel(tid, { cancel_amount: 50 })).status, 200);
    await refusedWith(cancel(tid, { cancel_amount: 50 }), -710);
    assert.equal((await cancel(tid, { cancel_amount: 50, cancel_vat_amount: 4 })).status, 200);
  });
});

describe('an order', () => {
  test('lists its payment and its cancellations with what was noted on them', async () => {
    const { gatewayTid: tid } = await paid('point');
    const first = await cancel(tid, { payload: 'first' });
    clock.set('2024-03-07T00:00:01+09:00');
    await cancel(tid);
    const { status, body } = await order(tid);
    clock.set('2024-03-06T12:00:00+09:00');
    assert.equal(status, 200);
    assert.deepEqual([body.status, body.payment_method_type], ['PART_CANCEL_PAYMENT', 'MONEY']);
    const actions = body.payment_action_details as Record<string, unknown>[];
    assert.deepEqual(
      actions.map((action) => [action.payment_action_type, action.amount, action.approved_at, action.payload]),
      [
        ['PAYMENT', 10_000, '2024-03-06T12:00:00', undefined],
        ['CANCEL', 1000, '2024-03-06T12:00:00', 'first'],
        ['CANCEL', 1000, '2024-03-07T00:00:01', undefined],
      ],
    );
    assert.equal(actions[1]?.aid, first.body.aid);
  });

  test("of another merchant's, or of nobody's, does not exist", async () => {
    await refusedWith(order('T0000000000000000000'), -721);
    await refusedWith(post('/online/v1/payment/order', { cid: rig.mid }), -721);
  });
});

describe('the window', () => {
  test('takes what Kakao Pay takes, and an order id once', async () => {
    const { orderId } = await paid('point');
    const pay = (parts: WindowParts) => inWindow('card', { amountMinor: 1000n, ...parts });
    for (const parts of [
      { orderId },
      { payMethod: 'vbank' as const },
      { currency: 'USD' },
      { amountMinor: 0n },
      { taxFreeMinor: 1001n },
      { orderId: 'x'.repeat(101) },
    ]) {
      assert.equal((await pay(parts)).kind, 'refused', JSON.stringify(Object.keys(parts)));
    }
    assert.equal((await pay({})).kind, 'done');
  });
});

test('a fault may be a code of Kakao Pay or one of a card company', async () => {
  const { gatewayTid: tid } = await paid('point');
  await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'reject', code: '-798' });
  await refusedWith(cancel(tid), -798);
  await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'reject', code: '1015' });
  const { status, body } = await cancel(tid);
  assert.deepEqual(
    [status, body.error_code, body.extras],
    [400, -781, { method_result_code: '1015', method_result_message: '부분취소불가거래' }],
  );
});
