import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { meaningOfRefusal } from '../../../src/gateways/answers/refusal-texts.ts';
import { mobilians } from '../../../src/gateways/mobilians/module.ts';
import { simulatedRefusals } from '../../../src/gateways/mobilians/simulator/refusals.ts';
import { phoneErrors } from '../../../src/gateways/mobilians/wire/errors.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { assertNotKept } from '../kit/not-kept.ts';
import { type Fields, mobiliansClientOf } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(mobilians, { clock });
const { rig, paid } = desk;
const { post, fieldsOf } = mobiliansClientOf(rig);

async function codeOf(body: unknown): Promise<unknown> {
  const answer = await post(body);
  assert.equal(answer.status, 200);
  return answer.body.code;
}

async function leftOf(orderId: string): Promise<bigint | undefined> {
  const [transaction] = (await rig.control.book({ orderId })).transactions;
  return transaction && transaction.amountMinor - transaction.cancelledMinor;
}

test('every code stands in the README with its category, and the README names no other', () => {
  const readme = readFileSync(new URL('../../../src/gateways/mobilians/README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `(\w+)` +\| (\w+) +\|/gm)].map(([, code, category]) => [code, category]);
  assert.deepEqual(rows, [
    ['6102', 'bad_credentials'],
    ...Object.entries(phoneErrors)
      .sort()
      .map(([code, { category }]) => [code, category]),
    ...Object.entries(simulatedRefusals).map(([code, text]) => [code, meaningOfRefusal(text)]),
  ]);
});

test('who calls is told by the service id and the HMAC over four values; another order of them is none', async () => {
  const payment = await paid('card');
  const right = fieldsOf(payment, 'CN');
  for (const wrong of [
    { ...right, hmac: '' },
    { ...right, hmac: String(right.hmac).toLowerCase() },
    { ...right, amount: '9999' },
    { ...right, hmac: mobiliansClientOf(rig).sign(`10000${payment.gatewayTid}`) },
  ]) {
    assert.equal(await codeOf(wrong), '6102');
  }
  assert.match(rig.answered.at(-1)?.why ?? '', /^hmac does not match/);
  assert.equal(await codeOf(fieldsOf(payment, 'CN', { sid: '999999999999' })), 'SIM02');
  assert.equal(await codeOf('{'), 'SIM02');
  assert.equal(await leftOf(payment.orderId), 10_000n);
});

test('an amount is what is cancelled, and of a part of a phone payment what remains', async () => {
  for (const [payMethod, cashCode, amount] of [
    ['card', 'CN', '3000'],
    ['trans', 'RA', '3000'],
    ['phone', 'MC', '7000'],
  ] as const) {
    const payment = await paid(payMethod);
    const answer = await post(fieldsOf(payment, cashCode, { amount, part_cancel: 'Y' }));
    const { transaction_id: transactionId, ...body } = answer.body;
    assert.deepEqual(body, {
      code: '0000',
      message: '정상처리',
      sid: rig.mid,
      cash_code: cashCode,
      pay_token: payment.gatewayTid,
      amount,
    });
    assert.equal(typeof transactionId, payMethod === 'phone' ? 'string' : 'undefined');
    assert.equal(await leftOf(payment.orderId), 7_000n);
    const rest = payMethod === 'phone' ? '0' : '7000';
    assert.equal(
      await codeOf(fieldsOf(payment, cashCode, { amount: '7000' })),
      payMethod === 'phone' ? '0045' : 'SIM06',
    );
    assert.equal(await codeOf(fieldsOf(payment, cashCode, { amount: rest, part_cancel: 'Y' })), '0000');
    assert.equal(await leftOf(payment.orderId), 0n);
    assert.equal(await codeOf(fieldsOf(payment, cashCode)), payMethod === 'phone' ? '0044' : 'SIM04');
  }
});

test('fields that are missing or wrong, and payments that are not meant, are refused, and nothing moves', async () => {
  const card = await paid('card');
  const phone = await paid('phone');
  const account = await desk.waiting('vbank');
  const cases: readonly (readonly [Fields, string])[] = [
    [fieldsOf(card, 'CN', { cancel_type: 'X' }), 'SIM01'],
    [fieldsOf(card, 'CN', { cancel_type: 'R' }), 'SIM01'],
    [fieldsOf(card, 'CN', { part_cancel: '' }), 'SIM01'],
    [fieldsOf(card, 'CN', { amount: '1,000' }), 'SIM01'],
    [fieldsOf(card, 'CN', { amount: '10001', part_cancel: 'Y' }), 'SIM05'],
    [fieldsOf(card, 'CN', { amount: '0', part_cancel: 'Y' }), 'SIM05'],
    [fieldsOf(card, 'RA'), 'SIM03'],
    [fieldsOf({ ...card, orderId: phone.orderId }, 'CN'), 'SIM03'],
    [fieldsOf({ ...phone, gatewayTid: '1' }, 'MC'), '0041'],
    [fieldsOf(phone, 'MC', { cancel_type: 'R' }), '0060'],
    [fieldsOf(phone, 'MC', { amount: '10000', part_cancel: 'Y' }), '0045'],
    [fieldsOf(account, 'VA', { cancel_type: 'R' }), 'SIM08'],
  ];
  for (const [fields, code] of cases) assert.equal(await codeOf(fields), code, JSON.stringify(fields));
  for (const { orderId } of [card, phone]) assert.equal(await leftOf(orderId), 10_000n);
  clock.set('2024-04-01T00:00:00+09:00');
  assert.equal(await codeOf(fieldsOf(phone, 'MC')), '0042');
  assert.equal(await codeOf(fieldsOf(card, 'CN')), '0000');
});

test('a refund wants an account, which it does not keep', async () => {
  const payment = await paid('vbank');
  const account = { bank_code: '088', account_no: '110123456789', account_name: '김환불', refund_amount: '10000' };
  const refund = (parts: Fields) => codeOf(fieldsOf(payment, 'VA', { cancel_type: 'R', ...account, ...parts }));
  for (const parts of [{ bank_code: '999' }, { account_no: '99990000000001' }]) {
    assert.equal(await refund(parts), 'SIM09');
  }
  for (const parts of [{ account_no: '' }, { account_name: '' }, { refund_amount: '9999' }, { cancel_type: 'C' }]) {
    assert.equal(await refund(parts), 'SIM01');
  }
  assert.equal(await refund({}), '0000');
  assert.equal(await leftOf(payment.orderId), 0n);
  assertNotKept(rig, payment.orderId, ['110123456789', '김환불']);
});

test('a mixed card payment wants all four tax fields, and no more of each than is left', async () => {
  const payment = await paid('card', { taxFreeMinor: 4_000n, vatMinor: 545n });
  const part = (parts: Fields) =>
    codeOf(fieldsOf(payment, 'CN', { amount: '3000', part_cancel: 'Y', cn_tax_ver: 'CPLX', ...parts }));
  assert.equal(await part({ cn_tax_ver: undefined }), 'SIM07');
  assert.equal(await part({ bill_type: '20', tax: '100', tax_free: '1900', tax_amount: '999' }), 'SIM07');
  assert.equal(await part({ bill_type: '00', tax: '100', tax_free: '1900', tax_amount: '1000' }), 'SIM07');
  assert.equal(await part({ bill_type: '20', tax: '100', tax_free: '1900' }), 'SIM01');
  assert.equal(await part({ bill_type: '20', tax: '100', tax_free: '1900', tax_amount: '1000' }), '0000');
  assert.equal(await part({ bill_type: '10', tax: '0', tax_free: '3000', tax_amount: '0' }), 'SIM07');
  assert.equal(await part({ bill_type: '00', tax: '272', tax_free: '0', tax_amount: '2728' }), '0000');
});

test('the window takes won, for an order once', async () => {
  const { orderId } = await paid('card');
  for (const parts of [
    { orderId },
    { currency: 'USD' },
    { payMethod: 'point' as const },
    { amountMinor: 10n ** 10n },
  ]) {
    const answer = await desk.inWindow('card', parts);
    assert.equal(answer.kind === 'refused' && answer.code, 'SIM01');
  }
});
