import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { meaningOfRefusal } from '../../../src/gateways/answers/refusal-texts.ts';
import { eximbay } from '../../../src/gateways/eximbay/module.ts';
import { refusals } from '../../../src/gateways/eximbay/simulator/protocol.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { noticeKeysOf } from '../kit/raw-notice.ts';
import { eximbayClientOf, type Fields } from './kit.ts';

const desk = await openDesk(eximbay, { clock: movingClock('2024-03-06T12:00:00+09:00') });
const { rig, paid } = desk;
const { fgkeyOf, post, refund, query } = eximbayClientOf(rig);
const dollars = () => paid('card', { currency: 'USD' });

async function refusedAs(answer: Promise<Fields>, code: keyof typeof refusals): Promise<void> {
  const { rescode, resmsg } = await answer;
  assert.deepEqual([rescode, resmsg], [code, refusals[code]]);
}

test('every code stands in the README with what its text means, and the README names no other', () => {
  const readme = readFileSync(new URL('../../../src/gateways/eximbay/README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `(SIM\d\d)` +\| (\w+) +\|/gm)].map(([, code, category]) => [code, category]);
  assert.deepEqual(
    rows,
    Object.entries(refusals).map(([code, text]) => [code, meaningOfRefusal(text)]),
  );
});

test('every field is signed, and so is the answer, in capitals', async () => {
  const payment = await dollars();
  const answer = await query(payment);
  assert.equal(answer.fgkey, fgkeyOf(answer).toUpperCase());
  assert.deepEqual(
    [answer.rescode, answer.status, answer.cur, answer.amt, answer.balance, answer.cardno1, answer.cardno4],
    ['0000', 'SALE', 'USD', '100.00', '100.00', '4111', '1111'],
  );
  await refusedAs(query(payment, { fgkey: '0'.repeat(64) }), 'SIM02');
  await refusedAs(post({ mid: 'nobody', txntype: 'QUERY' }), 'SIM03');
  await refusedAs(post({ mid: rig.mid, txntype: 'SOMETHING' }), 'SIM01');
  assert.equal((await query({ ...payment, orderId: 'other' })).status, 'NONE');
});

test('a refund is to the cent, once under its id, and only of the balance that is stated', async () => {
  const payment = await dollars();
  const first = await refund(payment, { refundid: 'r1', refundamt: '12.34', balance: '100.00' });
  assert.deepEqual(
    [first.rescode, first.refundid, first.refundamt, first.balance, first.resdt],
    ['0000', 'r1', '12.34', '87.66', '20240306120000'],
  );
  await refusedAs(refund(payment, { refundid: 'r1', refundamt: '12.34' }), 'SIM08');
  await refusedAs(refund(payment, { refundid: 'r2', refundamt: '12.34', balance: '100.00' }), 'SIM07');
  await refusedAs(refund(payment, { refundid: 'r2', refundamt: '87.67' }), 'SIM06');
  for (const parts of [
    { refundamt: '1.001' },
    { refundamt: '0' },
    { refundamt: '' },
    { refundtype: 'X' },
    { refundtype: 'F', refundamt: '87.66' },
    { reason: '' },
    { refundid: '' },
  ] as readonly Fields[]) {
    await refusedAs(refund(payment, { refundid: 'r3', ...parts }), 'SIM01');
  }
  for (const parts of [{ amt: '99.00' }, { cur: 'EUR' }]) {
    await refusedAs(refund(payment, { refundid: 'r3', ...parts }), 'SIM09');
  }
  await refusedAs(refund({ ...payment, gatewayTid: 'x' }, { refundid: 'r3' }), 'SIM04');
  assert.equal((await refund(payment, { refundid: 'r4', refundamt: '87.66' })).rescode, '0000');
  await refusedAs(refund(payment, { refundid: 'r5', refundamt: '0.01' }), 'SIM05');
  assert.equal((await query(payment)).balance, '0.00');
});

test('a payment is told of by a signed notice, of which every change shows', async () => {
  const before = rig.notices.length;
  const payment = await paid('alipay', { currency: 'JPY', amountMinor: 500n });
  const raw = rig.notices[before];
  assert.ok(raw);
  const { identify, open, answer } = desk.gateway.notices;
  const keys = noticeKeysOf(rig);
  assert.deepEqual(identify(raw), { mid: rig.mid, orderId: payment.orderId, gatewayTid: payment.gatewayTid });
  const opened = open(raw, keys);
  assert.equal(opened.kind === 'notice' && opened.trust, 'authentic');
  assert.equal(opened.kind === 'notice' && opened.event.kind, 'nothing_to_do');
  const text = raw.body.toString('utf8');
  assert.match(text, /amt=500&/);
  for (const changed of [text.replace('amt=500', 'amt=501'), text.replace(/fgkey=\w+/, 'fgkey='), '', 'x=1']) {
    assert.equal(open({ ...raw, body: Buffer.from(changed) }, keys).kind, 'forged');
  }
  assert.equal(open(raw, { ...keys, mid: 'OTHER' }).kind, 'forged');
  assert.equal(answer('taken').body, 'rescode=0000&resmsg=Success');
});

test('the window takes the currencies of Eximbay’s list, for an order once', async () => {
  const { orderId } = await dollars();
  for (const parts of [{ orderId }, { currency: 'CNY' }, { payMethod: 'vbank' as const }]) {
    assert.equal((await desk.inWindow('card', parts)).kind, 'refused', JSON.stringify(parts));
  }
});
