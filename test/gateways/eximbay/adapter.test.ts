import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eximbay } from '../../../src/gateways/eximbay/module.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { eximbayClientOf, type Fields } from './kit.ts';

const startedAt = new Date('2024-03-06T02:59:30Z');
const desk = await openDesk(eximbay, {
  clock: movingClock('2024-03-06T12:00:00+09:00'),
  payment: { orderId: 'imp_1', gatewayTid: 'TRANS', currency: 'USD', paymentAmountMinor: 1234n },
  call: { idempotencyKey: 'our-key', startedAt },
});
const { rig, server, payment, cancelOf } = desk;
const { cancel } = desk.gateway.operations;
const { fgkeyOf } = eximbayClientOf(rig);
const part = cancelOf(payment, { amountMinor: 321n });
const about = { mid: rig.mid, ref: 'imp_1', cur: 'USD', amt: '12.34', transid: 'TRANS' };

function signed(fields: Fields): string {
  const answer = { ...about, ...fields };
  return new URLSearchParams({ ...answer, fgkey: fgkeyOf(answer).toUpperCase() }).toString();
}

const answered = (body: string, parts: object = {}, request: Cancel = part) =>
  desk.answered(body, { request, ...parts });
const done = { rescode: '0000', resmsg: 'Success.', refundamt: '3.21', resdt: '20240306120000' };
const inquired = (fields: Fields) =>
  cancel.inquire(desk.answering(signed({ rescode: '0000', status: 'SALE', ...fields })), part, startedAt);

test('a refund states the payment, the part, and what can be refunded before it, all of it signed', async () => {
  await answered(signed(done));
  const sent = Object.fromEntries(new URLSearchParams(server.last().body));
  const { fgkey, refundid, reason, ...fields } = sent;
  assert.equal(server.last().path, '/Gateway/DirectProcessor.krp');
  assert.equal(fgkey, fgkeyOf(Object.fromEntries(new URLSearchParams(server.last().text()))));
  assert.match(refundid ?? '', /^[0-9a-f]{30}$/);
  assert.ok(reason);
  assert.deepEqual(fields, {
    ...about,
    ver: '230',
    txntype: 'REFUND',
    charset: 'UTF-8',
    lang: 'KR',
    refundtype: 'P',
    refundamt: '3.21',
    balance: '12.34',
  });
  const yen = cancelOf({ ...payment, currency: 'JPY', paymentAmountMinor: 500n });
  await answered(signed(done), {}, yen);
  const whole = new URLSearchParams(server.last().body);
  assert.deepEqual([whole.get('refundtype'), whole.get('amt'), whole.get('refundamt')], ['F', '500', '500']);
  assert.equal(whole.get('refundid'), refundid, 'the same key makes the same id');
});

test('an answer counts that Eximbay has signed, about this very refund', async () => {
  const outcome = await answered(signed(done));
  assert.ok(outcome.kind === 'confirmed');
  assert.deepEqual([outcome.result.amountMinor, outcome.result.cancelledAt], [321n, new Date('2024-03-06T03:00:00Z')]);
  assert.equal((await answered(`\r\n${signed({ rescode: '0000' })}`)).kind, 'confirmed');
  const repeat = await answered(signed(done), { isRepeat: true });
  assert.deepEqual(repeat.kind === 'confirmed' && repeat.result.cancelledAt, startedAt);
  for (const body of [
    new URLSearchParams({ ...about, ...done }).toString(),
    signed(done).replace('3.21', '3.22'),
    signed({ ...done, refundamt: '3.22' }),
    signed({ ...done, refundamt: '3.211' }),
    signed({ ...done, refundid: 'another' }),
    signed({ ...done, ref: 'imp_2' }),
    signed({ ...done, transid: 'OTHER' }),
    signed({ ...done, cur: 'EUR' }),
    '',
    '<html>',
  ]) {
    assert.equal((await answered(body)).kind, 'unclear', body);
  }
  assert.equal((await answered(signed(done), { status: 500 })).kind, 'unclear');
});

test('a refusal’s text tells why; a repeated one proves nothing, and an id that was used was ours', async () => {
  const refused = (resmsg: string, parts: object = {}) => answered(signed({ rescode: 'S999', resmsg }), parts);
  for (const [text, category] of [
    ['이미 취소된 거래입니다.', 'already_cancelled'],
    ['취소 요청 금액이 취소 가능 금액을 초과하였습니다.', 'over_balance'],
    ['거래가 존재하지 않습니다.', 'unknown_transaction'],
    ['Decline', 'other'],
  ] as const) {
    assert.deepEqual(await refused(text), { kind: 'refused', code: 'S999', message: text, category });
  }
  const unsigned = await answered('rescode=S001&resmsg=fgkey 검증에 실패하였습니다.');
  assert.equal(unsigned.kind === 'refused' && unsigned.category, 'bad_credentials');
  for (const text of ['refundid가 이미 사용되었습니다.', 'Duplicated refund_id', '처리 중입니다.']) {
    assert.equal((await refused(text)).kind, 'unclear', text);
  }
  assert.equal((await refused('잔액이 일치하지 않습니다.', { isRepeat: true })).kind, 'unclear');
});

test('an inquiry compares what is left, and claims nothing where that is another', async () => {
  const found = await inquired({ balance: '9.13' });
  assert.ok(found.kind === 'done' && found.result.amountMinor === 321n);
  assert.equal(new URLSearchParams(server.last().body).get('txntype'), 'QUERY');
  assert.deepEqual(await inquired({ balance: '12.34' }), { kind: 'not_done', repeatIsSafe: true });
  for (const fields of [
    { balance: '5.00' },
    { balance: '9.131' },
    { balance: '20.00' },
    { balance: '9.13', amt: '20.00' },
    { balance: '9.13', cur: 'EUR' },
    { balance: '9.13', status: 'AUTH' },
    { balance: '9.13', rescode: 'S001' },
    { status: 'NONE' },
    {},
  ] as readonly Fields[]) {
    assert.equal((await inquired(fields)).kind, 'unknown', JSON.stringify(fields));
  }
});

test('a lookup tells state, balance and card; the slip has its address', async () => {
  const card = { authcode: '949620', cardno1: '4111', cardno4: '1111', resdt: '20240306115900' };
  const body = signed({ rescode: '0000', status: 'SALE', balance: '9.13', ...card });
  const found = await desk.gateway.lookUp(desk.answering(body), payment);
  assert.ok(found.kind === 'found');
  const { status, amountMinor, balanceMinor, approval, cancels } = found.payment;
  assert.deepEqual([status, amountMinor, balanceMinor, cancels], ['partially_cancelled', 1234n, 913n, null]);
  assert.deepEqual([approval?.approvalNumber, approval?.card?.maskedNumber], ['949620', '4111********1111']);
  const none = signed({ rescode: '0000', status: 'NONE' });
  assert.equal((await desk.gateway.lookUp(desk.answering(none), payment)).kind, 'not_found');
  assert.equal((await desk.gateway.lookUp(rig.call(), { ...payment, gatewayTid: null })).kind, 'unknown');
  const slip = 'https://secureapi.eximbay.com/web/invoice/down.jsp?transid=TRANS&ref=imp_1';
  assert.equal(desk.gateway.receiptUrlOf(payment), slip);
  assert.equal(desk.gateway.receiptUrlOf({ ...payment, gatewayTid: null }), null);
});
