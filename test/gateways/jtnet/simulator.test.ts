import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { meaningOfRefusal } from '../../../src/gateways/answers/refusal-texts.ts';
import { jtnet } from '../../../src/gateways/jtnet/module.ts';
import { refusals } from '../../../src/gateways/jtnet/simulator/protocol.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { assertNotKept } from '../kit/not-kept.ts';
import { type Fields, tpayClientOf } from './kit.ts';

const desk = await openDesk(jtnet, { clock: movingClock('2024-03-06T12:00:00+09:00') });
const { rig, paid } = desk;
const { refund, pay } = tpayClientOf(rig);

async function refusedAs(answer: Promise<Fields>, code: keyof typeof refusals): Promise<void> {
  assert.deepEqual(await answer, { result_cd: String(code), result_msg: refusals[code] });
}

async function cancelledMinor(orderId: string): Promise<bigint | undefined> {
  return (await rig.control.book({ orderId })).transactions[0]?.cancelledMinor;
}

test('every code stands in the README with what it means, and the README names no other', () => {
  const readme = readFileSync(new URL('../../../src/gateways/jtnet/README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `(2013|SIM\d\d)` +\| (\w+) +\|/gm)].map(([, code, category]) => [
    code,
    category,
  ]);
  const meant = Object.entries(refusals).map(([code, text]) => [
    code,
    code === '2013' ? 'already_cancelled' : meaningOfRefusal(text),
  ]);
  assert.deepEqual(rows, meant);
});

test('who calls is told by the key, and who may cancel by the password', async () => {
  const { gatewayTid, orderId } = await paid('card');
  for (const fields of [{ mid: 'nobody' }, { api_key: '' }, { api_key: 'x' }] as readonly Fields[]) {
    await refusedAs(refund(gatewayTid, fields), 'SIM02');
  }
  await refusedAs(refund(gatewayTid, { cancel_pw: 'x' }), 'SIM03');
  assert.equal(await cancelledMinor(orderId), 0n);
});

test('a cancel is answered with its day and time, a transfer’s with another code', async () => {
  for (const [payMethod, code, shown] of [
    ['card', '2001', 'CARD'],
    ['trans', '2211', 'BANK'],
  ] as const) {
    const { gatewayTid, orderId } = await paid(payMethod);
    assert.deepEqual(await refund(gatewayTid, { partial_cancel: '1', cancel_amt: '3000', moid: orderId }), {
      result_cd: code,
      result_msg: '취소 성공',
      PayMethod: shown,
      CancelDate: '20240306',
      CancelTime: '120000',
      tid: gatewayTid,
      moid: orderId,
    });
    await refusedAs(refund(gatewayTid, { cancel_amt: '7000' }), 'SIM08');
    await refusedAs(refund(gatewayTid, { cancel_amt: '7001', partial_cancel: '1' }), 'SIM06');
    // Nothing guards a part: the same request once more takes as much again.
    for (const cancel_amt of ['3000', '4000']) {
      assert.equal((await refund(gatewayTid, { cancel_amt, partial_cancel: '1' })).result_cd, code);
    }
    await refusedAs(refund(gatewayTid), 2013);
    assert.equal(await cancelledMinor(orderId), 10_000n);
  }
});

test('what is malformed, or about another payment, is refused', async () => {
  const { gatewayTid, orderId } = await paid('card');
  for (const fields of [
    { cancel_amt: '' },
    { cancel_amt: '1,000' },
    { cancel_amt: '0', partial_cancel: '1' },
    { partial_cancel: '2' },
    { cancel_msg: '가'.repeat(101) },
  ] as readonly Fields[]) {
    await refusedAs(refund(gatewayTid, fields), 'SIM01');
  }
  await refusedAs(refund('x'), 'SIM04');
  await refusedAs(refund(gatewayTid, { moid: 'other' }), 'SIM04');
  assert.equal(await cancelledMinor(orderId), 0n);
});

test('a card number is approved once per order, and not kept', async () => {
  const answer = await pay({ moid: 'order-1' });
  const { tid, app_no: approval, ...rest } = answer;
  const company = { app_co: '03', app_co_name: '삼성카드' };
  assert.deepEqual(rest, { result_cd: '0000', result_msg: '정상처리', moid: 'order-1', paid_amt: '10000', ...company });
  assert.match(`${tid} ${approval}`, /^\S+ \d{8}$/);
  await refusedAs(pay({ moid: 'order-1' }), 'SIM22');
  await refusedAs(pay({ moid: 'order-2', card_num: '123' }), 'SIM31');
  await refusedAs(pay({ moid: 'order-2', card_num: '4000000000000002' }), 'SIM32');
  await refusedAs(pay({ moid: 'order-2', card_num: '4000000000000010' }), 'SIM33');
  for (const fields of [
    { card_exp: '4913' },
    { amt: '0' },
    { card_quota: 'x' },
    { buyer_auth_num: '1' },
  ] as readonly Fields[]) {
    await refusedAs(pay({ moid: 'order-2', ...fields }), 'SIM01');
  }
  assertNotKept(rig, 'order-1', ['4330123412341239']);
});

test('the window takes cards and transfers in won, for an order once', async () => {
  const { orderId } = await paid('card');
  assert.equal((await desk.inWindow('card', { orderId })).kind, 'refused');
  for (const parts of [
    { currency: 'USD' },
    { payMethod: 'phone' as const },
    { payMethod: 'trans' as const, bankCode: '999' },
  ]) {
    assert.equal((await desk.inWindow('card', parts)).kind, 'refused', JSON.stringify(parts));
  }
});
