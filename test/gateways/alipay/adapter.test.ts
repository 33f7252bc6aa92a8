import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { alipay } from '../../../src/gateways/alipay/module.ts';
import { alipayErrors, meaningOf } from '../../../src/gateways/alipay/wire/errors.ts';
import { readXml } from '../../../src/gateways/alipay/wire/xml.ts';
import type { Cancel, Cancelled } from '../../../src/port/cancel.ts';
import type { PaymentReference } from '../../../src/port/payment.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { confirmed } from '../kit/scenarios.ts';
import { type Fields, md5SignOf } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const startedAt = new Date('2024-03-06T02:59:30Z');
const desk = await openDesk(alipay, {
  clock,
  payment: {
    orderId: 'imp_1',
    gatewayTid: '2024030600000000000000000001',
    payMethod: 'alipay',
    currency: 'USD',
    paymentAmountMinor: 1234n,
  },
  call: { idempotencyKey: 'our-key', startedAt },
});
const { gateway, rig, server, payment, cancelOf } = desk;
const { cancel } = gateway.operations;
const { md5Key = '' } = rig.call().channel.credentials;
const part = cancelOf(payment, { amountMinor: 321n, reason: '변심 & "반품"' });

const alipayOf = (inner: string) => `<?xml version="1.0" encoding="utf-8"?>\n<alipay>${inner}</alipay>\n`;
const taken = alipayOf('<is_success>T</is_success>');
const refusedWith = (code: string) => alipayOf(`<is_success>F</is_success><error>${code}</error>`);
const elements = (fields: Fields) => Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`);
const params = (fields: Fields) =>
  Object.entries(fields).map(([name, value]) => `<param name="${name}">${value}</param>`);
function tells(element: string, fields: Fields, asked: Fields = {}): string {
  const request = `<request>${params(asked).join('')}</request>`;
  const response = `<response><${element}>${elements(fields).join('\n')}</${element}></response>`;
  return alipayOf(`<is_success>T</is_success>${request}${response}<sign>x</sign><sign_type>MD5</sign_type>`);
}

type Parts = NonNullable<Parameters<typeof desk.answered>[1]>;
const answered = (body: string, parts: Parts = {}, request: Cancel = part) =>
  desk.answered(body, { request, ...parts });
const sent = () => Object.fromEntries(new URLSearchParams(server.last().text()));

const sentAt = new Date('2024-03-06T02:58:00Z');
const result: Cancelled = {
  gatewayTid: 'our-key',
  amountMinor: 321n,
  cancelledAt: new Date('2024-03-06T03:00:00Z'),
  receiptUrl: null,
};

describe('a refund', () => {
  test('is a signed form with the charset in its address, and the same to the letter when it is repeated', async () => {
    await answered(taken);
    assert.equal(server.last().path, '/gateway.do?_input_charset=UTF-8');
    const first = sent();
    const { sign, ...fields } = first;
    assert.equal(sign, md5SignOf(md5Key, fields));
    assert.deepEqual(fields, {
      service: 'forex_refund',
      partner: rig.mid,
      _input_charset: 'UTF-8',
      out_return_no: 'our-key',
      out_trade_no: 'imp_1',
      return_amount: '3.21',
      currency: 'USD',
      gmt_return: '20240306105930',
      reason: '변심 & 반품',
      is_sync: 'Y',
      sign_type: 'MD5',
    });
    await answered(taken, { isRepeat: true, now: new Date('2024-03-08T03:00:00Z') });
    assert.deepEqual(sent(), first);
  });

  test('has the decimals of its currency, and none in yen and won', async () => {
    for (const [currency, amountMinor, wire] of [
      ['JPY', 500n, '500'],
      ['KRW', 10_000n, '10000'],
      ['EUR', 5n, '0.05'],
      ['USD', 100_000_000n, '1000000.00'],
      ['HKD', 9_007_199_254_740_993n, '90071992547409.93'],
    ] as const) {
      await answered(taken, {}, cancelOf({ ...payment, currency, paymentAmountMinor: amountMinor }));
      assert.deepEqual([sent().return_amount, sent().currency], [wire, currency]);
    }
  });

  test('that was taken is accepted, and not yet done', async () => {
    assert.deepEqual(await answered(taken), { kind: 'accepted', result });
    const repeat = await answered(taken, { isRepeat: true });
    assert.deepEqual(repeat, { kind: 'accepted', result: { ...result, cancelledAt: startedAt } });
    const echo = { out_return_no: 'our-key', out_trade_no: 'imp_1', _input_charset: 'utf-8', more: 'x' };
    assert.equal((await answered(tells('alipay', {}, echo))).kind, 'accepted');
  });

  test('that is refused is so by its code, and a repeat’s only where it speaks against the first one, too', async () => {
    for (const [code, category] of Object.entries({ ...alipayErrors, NOT_IN_THE_TABLE: 'other' })) {
      const outcome = await answered(refusedWith(code));
      if (category === 'in_doubt') assert.equal(outcome.kind === 'unclear' && outcome.code, code);
      else assert.deepEqual(outcome, { kind: 'refused', code, message: code, category });
    }
    for (const code of ['ILLEGAL_SIGN', 'RETURN_AMOUNT_EXCEED', 'TRADE_HAS_CLOSE', 'MERCHANT_BALANCE_NOT_ENOUGH']) {
      assert.equal((await answered(refusedWith(code), { isRepeat: true })).kind, 'unclear', code);
    }
    assert.equal((await answered(refusedWith('CURRENCY_NOT_SAME'), { isRepeat: true })).kind, 'refused');
  });

  test('that is turned away for its haste may be tried again', () => {
    for (const code of ['REFUND_TOO_FREQUENT', 'REQUEST_FREQUENCY_LIMIT', 'TOO_MANY_REQUESTS', 'SIMULATED_TOO_SOON']) {
      assert.equal(meaningOf(code), 'temporarily_unavailable', code);
    }
    for (const code of ['SYSTEM_BUSY', 'REQUEST_TIMEOUT', 'UNKNOWN_ERROR', 'REPEAT_REQUEST']) {
      assert.equal(meaningOf(code), 'in_doubt', code);
    }
  });

  test('of whose answer nothing is sure is unclear', async () => {
    for (const body of [
      '',
      'T',
      '<html></html>',
      taken.replace('T', 'X'),
      taken.replace('T', ''),
      alipayOf('<is_success>F</is_success>'),
      alipayOf('<is_success>T</is_success><is_success>F</is_success>'),
      `<!DOCTYPE alipay>${taken}`,
      taken.slice(0, -10),
      tells('alipay', {}, { out_return_no: 'another' }),
      tells('alipay', {}, { out_trade_no: 'imp_2' }),
      tells('alipay', {}, { partner: '2088000000000000' }),
      tells('alipay', {}, { service: 'single_trade_query' }),
      alipayOf('<is_success>T</is_success><response><alipay></alipay><trade></trade></response>'),
    ]) {
      assert.equal((await answered(body)).kind, 'unclear', body);
    }
    for (const status of [201, 302, 400, 500]) {
      assert.equal((await answered(taken, { status })).kind, 'unclear');
      assert.equal((await answered(refusedWith('ILLEGAL_SIGN'), { status })).kind, 'unclear');
    }
  });
});

describe('an inquiry', () => {
  const ours = { response_code: 'SUCCESS', out_return_no: 'our-key', out_trade_no: 'imp_1' };
  const inquired = (fields: Fields, status = 200) =>
    cancel.inquire(desk.answering(tells('alipay', fields), { status }), part, sentAt);
  const gmt_create = '2024-03-06 10:59:59';
  const created = { ...result, cancelledAt: new Date('2024-03-06T02:59:59Z') };

  test('asks by our own id of the refund', async () => {
    await inquired(ours);
    const { sign, sign_type, ...fields } = sent();
    assert.equal(sign, md5SignOf(md5Key, fields));
    assert.deepEqual(fields, {
      service: 'alipay.acquire.refund.query',
      partner: rig.mid,
      _input_charset: 'UTF-8',
      out_trade_no: 'imp_1',
      out_return_no: 'our-key',
    });
  });

  test('says done, taken, refused or not done, as Alipay does', async () => {
    const state = (refund_result_code: string, more: Fields = {}) =>
      inquired({ ...ours, refund_result_code, gmt_create, ...more });
    const low = { refund_error_code: 'MERCHANT_BALANCE_NOT_ENOUGH' };
    assert.deepEqual(await state('SUCCESS'), { kind: 'done', result: created });
    assert.deepEqual(await state('SUCCESS', { gmt_create: '?' }), {
      kind: 'done',
      result: { ...result, cancelledAt: sentAt },
    });
    assert.deepEqual(await state('PROCESSING', low), { kind: 'accepted', result: created });
    const code = 'MERCHANT_BALANCE_NOT_ENOUGH';
    assert.deepEqual(await state('FAILED', low), {
      kind: 'refused',
      code,
      message: code,
      category: 'temporarily_unavailable',
    });
    const ended = await state('FAILED', { refund_error_code: 'SYSTEM_ERROR' });
    assert.equal(ended.kind === 'refused' && ended.category, 'other');
    const cancelled = await state('CANCELED');
    assert.deepEqual(cancelled, { kind: 'refused', code: 'CANCELED', message: 'CANCELED', category: 'other' });
    assert.deepEqual(await inquired({ response_code: 'NOT_FOUND' }), { kind: 'not_done', repeatIsSafe: true });
  });

  test('claims nothing otherwise', async () => {
    const done = { ...ours, refund_result_code: 'SUCCESS' };
    for (const fields of [
      ours,
      { ...ours, refund_result_code: 'SOMETHING' },
      { ...done, out_return_no: 'another' },
      { ...done, out_trade_no: 'imp_2' },
      { ...done, response_code: 'QUERY_FAILED' },
      { ...done, response_code: 'ACCESS_FORBIDDEN' },
      { response_code: 'TRADE_NOT_EXIST' },
      {},
    ] as readonly Fields[]) {
      assert.equal((await inquired(fields)).kind, 'unknown', JSON.stringify(fields));
    }
    assert.equal((await inquired(done, 500)).kind, 'unknown');
    for (const body of [taken, refusedWith('ILLEGAL_SIGN'), refusedWith('NOT_FOUND'), '']) {
      assert.equal((await cancel.inquire(desk.answering(body), part, sentAt)).kind, 'unknown', body);
    }
  });
});

describe('a lookup', () => {
  const trade = {
    out_trade_no: 'imp_1',
    trade_no: payment.gatewayTid,
    trade_status: 'TRADE_FINISHED',
    total_fee: '86.38',
    to_buyer_fee: '0.00',
    to_seller_fee: '86.38',
    gmt_payment: '2024-03-06 10:30:00',
  };
  const look = (fields: Fields, reference: PaymentReference = payment) =>
    gateway.lookUp(desk.answering(tells('trade', { ...trade, ...fields })), reference);

  test('tells whether all is there or all was given back, of the order that it asks for', async () => {
    for (const [fields, status, balanceMinor, paidAt] of [
      [{}, 'paid', 1234n, new Date('2024-03-06T02:30:00Z')],
      [{ trade_status: 'TRADE_SUCCESS' }, 'paid', 1234n, new Date('2024-03-06T02:30:00Z')],
      [{ to_buyer_fee: '86.38' }, 'cancelled', 0n, new Date('2024-03-06T02:30:00Z')],
      [{ trade_status: 'TRADE_CLOSED', to_seller_fee: '0.00' }, 'failed', 1234n, null],
      [{ gmt_payment: '' }, 'paid', 1234n, null],
    ] as const) {
      const found = await look(fields as Fields);
      assert.ok(found.kind === 'found', JSON.stringify(fields));
      assert.deepEqual(
        [found.payment.status, found.payment.balanceMinor, found.payment.paidAt, found.payment.amountMinor],
        [status, balanceMinor, paidAt, 1234n],
      );
      assert.deepEqual([found.payment.gatewayTid, found.payment.cancels], [payment.gatewayTid, null]);
      assert.deepEqual(found.payment.approval?.approvedAt ?? null, paidAt);
    }
    assert.deepEqual([sent().out_trade_no, sent().trade_no], ['imp_1', undefined]);
    assert.equal((await look({}, { ...payment, gatewayTid: null })).kind, 'found');
  });

  test('is unknown where a part was given back, and where it is not told; not found only where Alipay says so', async () => {
    for (const fields of [
      { to_buyer_fee: '10.00' },
      { to_buyer_fee: '' },
      { to_buyer_fee: '86.381' },
      { to_buyer_fee: '90.00' },
      { total_fee: '0.00' },
      { trade_status: 'WAIT_BUYER_PAY' },
      { trade_status: 'TRADE_CLOSED', to_buyer_fee: '1.00' },
      { trade_status: 'SOMETHING' },
      { out_trade_no: 'imp_2' },
      { trade_no: '2024030600000000000000000002' },
    ] as readonly Fields[]) {
      assert.equal((await look(fields)).kind, 'unknown', JSON.stringify(fields));
    }
    const answer = async (body: string) => (await gateway.lookUp(desk.answering(body), payment)).kind;
    assert.equal(await answer(refusedWith('TRADE_NOT_EXIST')), 'not_found');
    for (const body of [refusedWith('ILLEGAL_SIGN'), taken, '']) assert.equal(await answer(body), 'unknown');
  });
});

test('of XML as much is read as answers have, and nothing else', () => {
  const read = (inner: string) => readXml(`<a>${inner}</a>`);
  assert.equal(read('x &amp; &#x4e2d;&#25991; &lt;y&gt; &quot;z&apos;')?.text, `x & 中文 <y> "z'`);
  assert.equal(read('<![CDATA[1 < 2 & 3]]>')?.text, '1 < 2 & 3');
  assert.deepEqual(read('\n <b c="1 &amp; 2" d="">3</b>\n <e/>')?.children, [
    { name: 'b', attributes: { c: '1 & 2', d: '' }, children: [], text: '3' },
    { name: 'e', attributes: {}, children: [], text: '' },
  ]);
  for (const inner of [
    '<b>',
    '</b>',
    '<b></c>',
    '<b/>text',
    '<!-- x -->',
    '<b c=1/>',
    '<b c="&x;"/>',
    '&nbsp;',
    '& ',
    '&#x110000;',
    '<b></b d="1">',
    '<?x?>',
    '<b>'.repeat(9) + '</b>'.repeat(9),
  ]) {
    assert.equal(read(inner), undefined, inner);
  }
  for (const document of ['', 'x', '<a/><b/>', '<a/>x', 'x<a/>', '<!DOCTYPE a><a/>', '<a', '<a></a>\0']) {
    assert.equal(readXml(document), undefined, document);
  }
});

describe('against the simulator', () => {
  const setSettings = (settings: Readonly<Record<string, string>>) =>
    rig.control.changeSettings({ mid: rig.mid, settings });
  const dollars = () => desk.paid('alipay', { currency: 'USD', amountMinor: 1234n });
  const lose = (kind: 'lost_answer' | 'disconnect') =>
    rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind });
  const cancels = async (orderId: string) => {
    const [transaction] = (await rig.control.book({ orderId })).transactions;
    return [transaction?.cancels.length, transaction?.cancelledMinor];
  };

  test('a part whose answer is lost is found by its id, and its repeat does nothing again', async () => {
    const booked = await dollars();
    const request = cancelOf(booked, { amountMinor: 321n });
    const call = rig.call();
    await lose('lost_answer');
    assert.equal((await cancel.send(call, request)).kind, 'unclear');
    const inquiry = await cancel.inquire(call, request, call.now);
    assert.equal(inquiry.kind === 'done' && inquiry.result.gatewayTid, call.idempotencyKey);
    confirmed(await cancel.send({ ...call, isRepeat: true }, request));
    assert.deepEqual(await cancels(booked.orderId), [1, 321n]);
  });

  test('one that never arrived is not done, and is carried out by its repeat; two of one amount are two', async () => {
    const booked = await desk.paid('alipay', { currency: 'JPY', amountMinor: 1000n });
    const request = cancelOf(booked, { amountMinor: 500n });
    const call = rig.call();
    await lose('disconnect');
    assert.equal((await cancel.send(call, request)).kind, 'unclear');
    assert.deepEqual(await cancel.inquire(call, request, call.now), { kind: 'not_done', repeatIsSafe: true });
    confirmed(await cancel.send({ ...call, isRepeat: true }, request));
    const second = { ...request, balanceBeforeMinor: 500n };
    confirmed(await cancel.send(rig.call(), second));
    assert.deepEqual(await cancels(booked.orderId), [2, 1000n]);
    const found = await gateway.lookUp(rig.call(), booked);
    assert.equal(found.kind === 'found' && found.payment.status, 'cancelled');
  });

  test('a refund is accepted as long as it is processing, and its end is told by the query', async (t) => {
    await setSettings({ refunds: 'processing' });
    t.after(() => setSettings({ refunds: 'done' }));
    for (const succeeded of [true, false]) {
      const booked = await dollars();
      const request = cancelOf(booked);
      const call = rig.call();
      assert.equal((await cancel.send(call, request)).kind, 'accepted');
      assert.equal((await cancel.inquire(call, request, call.now)).kind, 'accepted');
      const { kind } = await rig.control.completeRefund({ mid: rig.mid, orderId: booked.orderId, succeeded });
      assert.equal(kind, 'done');
      const end = await cancel.inquire(call, request, call.now);
      if (succeeded) assert.equal(end.kind, 'done');
      else assert.equal(end.kind === 'refused' && end.code, 'MERCHANT_BALANCE_NOT_ENOUGH');
    }
  });

  test('a refund too soon after another is turned away, and taken three seconds later', async (t) => {
    await setSettings({ refundPace: 'three_seconds' });
    t.after(() => setSettings({ refundPace: 'any' }));
    clock.set('2024-03-06T13:00:00+09:00');
    const [first, second] = [cancelOf(await dollars()), cancelOf(await dollars())];
    const [call, later] = [rig.call(), rig.call()];
    confirmed(await cancel.send(call, first));
    clock.set('2024-03-06T13:00:02+09:00');
    const outcome = await cancel.send(later, second);
    assert.equal(outcome.kind === 'refused' && outcome.category, 'temporarily_unavailable');
    confirmed(await cancel.send({ ...call, isRepeat: true }, first));
    clock.set('2024-03-06T13:00:03+09:00');
    confirmed(await cancel.send(later, second));
    assert.deepEqual(await cancels(second.orderId), [1, 1234n]);
  });
});
