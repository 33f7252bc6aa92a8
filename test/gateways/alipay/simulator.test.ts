import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { alipay } from '../../../src/gateways/alipay/module.ts';
import { alipayErrors, meaningOf } from '../../../src/gateways/alipay/wire/errors.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { type AlipayReply, alipayClientOf, type Fields, md5SignOf } from './kit.ts';

const desk = await openDesk(alipay, { clock: movingClock('2024-03-06T12:00:00+09:00') });
const { rig, paid, inWindow } = desk;
const { post, refund, queryRefund, queryTrade } = alipayClientOf(rig);
const dollars = () => paid('alipay', { currency: 'USD', orderName: '생수 & <물>' });

async function refusedWith(answer: Promise<AlipayReply>, code: string): Promise<void> {
  const { status, xml, at } = await answer;
  assert.deepEqual([status, at('is_success'), at('error')], [200, 'F', code], xml);
}

async function taken(answer: Promise<AlipayReply>): Promise<AlipayReply> {
  const reply = await answer;
  assert.deepEqual([reply.status, reply.at('is_success')], [200, 'T'], reply.xml);
  return reply;
}

async function cancelled(orderId: string): Promise<readonly [number | undefined, bigint | undefined]> {
  const [transaction] = (await rig.control.book({ orderId })).transactions;
  return [transaction?.cancels.length, transaction?.cancelledMinor];
}

test('every code stands in the README with what it means, and the README names no other', () => {
  const readme = readFileSync(new URL('../../../src/gateways/alipay/README.md', import.meta.url), 'utf8');
  const table = readme.slice(readme.indexOf('## Errors'));
  const rows = [...table.matchAll(/^\| `(\w+)` +\| (\w+) +\|/gm)].map(([, code, meaning]) => [code, meaning]);
  const codes = [...Object.keys(alipayErrors), 'SIMULATED_TOO_SOON', 'SIMULATED_REFUSAL'];
  assert.deepEqual(
    rows,
    codes.map((code) => [code, meaningOf(code)]),
  );
});

test('only a partner that signs everything, with the charset in the address, is let in', async () => {
  const { orderId } = await dollars();
  await refusedWith(refund(orderId, { sign: '0'.repeat(32) }), 'ILLEGAL_SIGN');
  assert.match(rig.answered.at(-1)?.why ?? '', /^sign does not match/);
  await refusedWith(refund(orderId, { sign_type: 'RSA2' }), 'ILLEGAL_SIGN_TYPE');
  await refusedWith(refund(orderId, { partner: '2088000000000000' }), 'ILLEGAL_PARTNER');
  const fields = { service: 'single_trade_query', partner: rig.mid, out_trade_no: orderId };
  for (const query of ['', '?_input_charset=GBK']) await refusedWith(post(fields, query), 'ILLEGAL_CHARSET');
  await taken(post(fields, '?_input_charset=utf-8'));
  await refusedWith(post({ ...fields, service: 'create_forex_trade' }), 'ILLEGAL_SERVICE');
  assert.deepEqual(await cancelled(orderId), [0, 0n]);
});

test('what is wrong with a signature is told to the log, without the key', async () => {
  const { orderId } = await dollars();
  const { md5Key = '' } = rig.call().channel.credentials;
  const sent = { service: 'single_trade_query', partner: rig.mid, out_trade_no: orderId };
  await refusedWith(post({ ...sent, sign: md5SignOf(md5Key.toUpperCase(), sent) }), 'ILLEGAL_SIGN');
  const why = rig.answered.at(-1)?.why ?? '';
  assert.match(why, /another md5Key/);
  assert.ok(!why.includes(md5Key));
});

test('a refund is to the cent, in the currency of the payment, and not of more than is left', async () => {
  const { orderId } = await dollars();
  for (const parts of [
    { return_amount: '1.001' },
    { return_amount: '0.00' },
    { return_amount: '-1.00' },
    { return_amount: '' },
    { return_amount: '1e1' },
    { return_amount: '1000000.01' },
    { gmt_return: '2024-03-06' },
    { is_sync: 'X' },
    { out_return_no: '' },
    { out_return_no: 'x'.repeat(65) },
    { out_trade_no: '' },
    { reason: 'a "quotation"' },
    { reason: '가'.repeat(34) },
  ] as readonly Fields[]) {
    await refusedWith(refund(orderId, parts), 'ILLEGAL_ARGUMENT');
  }
  await refusedWith(refund(orderId, { currency: 'EUR' }), 'CURRENCY_NOT_SAME');
  await refusedWith(refund('imp_9'), 'PURCHASE_TRADE_NOT_EXIST');
  await taken(refund(orderId, { return_amount: '12.34', out_return_no: 'c1', gmt_return: '2024-03-06 11:00:00' }));
  await refusedWith(refund(orderId, { return_amount: '87.67', out_return_no: 'c2' }), 'RETURN_AMOUNT_EXCEED');
  await taken(refund(orderId, { return_amount: '87.66', out_return_no: 'c2' }));
  await refusedWith(refund(orderId, { return_amount: '0.01', out_return_no: 'c3' }), 'TRADE_HAS_CLOSE');
  assert.deepEqual(await cancelled(orderId), [2, 10_000n]);
  const yen = await paid('alipay', { currency: 'JPY', amountMinor: 500n });
  const parts = { currency: 'JPY', out_return_no: 'y1' };
  await refusedWith(refund(yen.orderId, { ...parts, return_amount: '200.00' }), 'ILLEGAL_ARGUMENT');
  await taken(refund(yen.orderId, { ...parts, return_amount: '200' }));
  assert.deepEqual(await cancelled(yen.orderId), [1, 200n]);
});

test('a refund’s id is one refund: the same again does nothing, another under it is refused', async () => {
  const [first, second] = [await dollars(), await dollars()];
  for (const _ of [1, 2, 3]) await taken(refund(first.orderId, { out_return_no: 'once' }));
  const other = { out_return_no: 'once', return_amount: '30.01' };
  await refusedWith(refund(first.orderId, other), 'REPEATED_REFUNDMENT_REQUEST');
  await refusedWith(refund(second.orderId, { out_return_no: 'once' }), 'REPEATED_REFUNDMENT_REQUEST');
  assert.deepEqual(await cancelled(first.orderId), [1, 3000n]);
  assert.deepEqual(await cancelled(second.orderId), [0, 0n]);
});

test('a refund is asked for by its id and its order, with how it stands', async (t) => {
  const setRefunds = (refunds: string) => rig.control.changeSettings({ mid: rig.mid, settings: { refunds } });
  t.after(() => setRefunds('done'));
  const { orderId, gatewayTid } = await dollars();
  const state = async (refundId: string) => {
    const { at } = await taken(queryRefund(orderId, refundId));
    return [at('response_code'), at('refund_result_code'), at('refund_error_code')];
  };
  assert.deepEqual(await state('q1'), ['NOT_FOUND', undefined, undefined]);
  await taken(refund(orderId, { out_return_no: 'q1' }));
  assert.deepEqual(await state('q1'), ['SUCCESS', 'SUCCESS', undefined]);
  const { at, xml } = await queryRefund(orderId, 'q1');
  assert.deepEqual(
    [at('out_return_no'), at('out_trade_no'), at('trade_no'), at('gmt_create')],
    ['q1', orderId, gatewayTid, '2024-03-06 11:00:00'],
  );
  assert.match(xml, /<request>.*<param name="out_return_no">q1<\/param>.*<\/request><response><alipay>/);
  assert.equal((await queryRefund('imp_9', 'q1')).at('response_code'), 'TRADE_NOT_EXIST');
  const other = await dollars();
  assert.equal((await queryRefund(other.orderId, 'q1')).at('response_code'), 'NOT_FOUND');

  await setRefunds('processing');
  await taken(refund(orderId, { out_return_no: 'q2' }));
  assert.deepEqual(await state('q2'), ['SUCCESS', 'PROCESSING', undefined]);
  await rig.control.completeRefund({ mid: rig.mid, orderId, succeeded: false });
  assert.deepEqual(await state('q2'), ['SUCCESS', 'FAILED', 'MERCHANT_BALANCE_NOT_ENOUGH']);
  await refusedWith(refund(orderId, { out_return_no: 'q2' }), 'MERCHANT_BALANCE_NOT_ENOUGH');
});

test('a trade is told of in yuan, and stays finished when it is refunded', async () => {
  const { orderId, gatewayTid } = await dollars();
  assert.match(gatewayTid, /^20240306\d{20}$/);
  const state = async (named: Fields) => {
    const { at } = await taken(queryTrade(named));
    return [at('out_trade_no'), at('trade_no'), at('trade_status'), at('total_fee'), at('to_buyer_fee')];
  };
  const told = (refunded: string) => [orderId, gatewayTid, 'TRADE_FINISHED', '700.00', refunded];
  assert.deepEqual(await state({ out_trade_no: orderId }), told('0.00'));
  assert.deepEqual(await state({ trade_no: gatewayTid, out_trade_no: 'imp_9' }), told('0.00'));
  assert.match((await queryTrade({ out_trade_no: orderId })).xml, /<subject>생수 &amp; &lt;물&gt;<\/subject>/);
  await taken(refund(orderId, { out_return_no: 't1' }));
  assert.deepEqual(await state({ out_trade_no: orderId }), told('210.00'));
  await refusedWith(queryTrade({ out_trade_no: 'imp_9' }), 'TRADE_NOT_EXIST');
  await refusedWith(queryTrade({}), 'ILLEGAL_ARGUMENT');
});

test('another merchant neither sees nor refunds it', async () => {
  const mid = rig.sandbox.mid('another');
  const credentials = rig.sandbox.credentials(mid);
  await rig.control.registerMerchant({ mid, credentials });
  const { orderId } = await dollars();
  const sent = { partner: mid, service: 'single_trade_query', out_trade_no: orderId };
  await refusedWith(post({ ...sent, sign: md5SignOf(credentials.md5Key ?? '', sent) }), 'TRADE_NOT_EXIST');
});

test('the window takes the currencies that merchants are settled in, for an order once', async () => {
  const { orderId } = await dollars();
  for (const parts of [
    { orderId },
    { currency: 'CNY' },
    { currency: 'TWD' },
    { payMethod: 'card' as const },
    { amountMinor: 0n },
    { orderId: 'x'.repeat(65) },
  ]) {
    assert.equal((await inWindow('alipay', parts)).kind, 'refused', JSON.stringify(Object.keys(parts)));
  }
});

test('a fault has the simulator’s own code, or any', async () => {
  const { orderId } = await dollars();
  await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'reject' });
  await refusedWith(refund(orderId, { out_return_no: 'f1' }), 'SIMULATED_REFUSAL');
  const code = 'REFUNDMENT_VALID_DATE_EXCEED';
  await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'reject', code });
  await refusedWith(refund(orderId, { out_return_no: 'f1' }), code);
  assert.deepEqual(await cancelled(orderId), [0, 0n]);
});
