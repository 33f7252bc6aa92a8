import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signOf } from '../../../src/gateways/alipay/wire/sign.ts';
import { md5SignOf } from './kit.ts';

/** The key that the tests of a public client of mapi have (the gem `alipay`), and what it signs with it. */
const key = '1'.padEnd(32, '0');
const basic = { partner: '1000000000000000', _input_charset: 'utf-8' };
const refund = {
  ...basic,
  service: 'forex_refund',
  gmt_return: '20150101000000',
  out_return_no: '1',
  out_trade_no: '12345678980',
  return_amount: '0.01',
  currency: 'USD',
  reason: 'reason',
};
const trade = {
  ...basic,
  service: 'create_forex_trade',
  notify_url: 'https://example.com/notify',
  subject: 'test',
  out_trade_no: '1',
  currency: 'EUR',
  total_fee: '0.01',
};

test('the signature is the one that a public client of mapi has recorded', () => {
  for (const sign of [signOf, md5SignOf]) {
    assert.equal(sign(key, refund), 'c9681fff5505fe993d1b2b8141308d0d');
    assert.equal(sign(key, trade), 'f24fd4d76acabf860263a40805138380');
  }
});

test('what is empty, the signature and its type are not signed; everything else is', () => {
  const sign = signOf(key, refund);
  assert.equal(signOf(key, { ...refund, notify_url: '', sign: 'x', sign_type: 'MD5' }), sign);
  for (const name of Object.keys(refund)) assert.notEqual(signOf(key, { ...refund, [name]: 'x' }), sign, name);
  assert.notEqual(signOf(key, { ...refund, more: 'x' }), sign);
  assert.equal(
    signOf(key, { ...refund, reason: '변심 & 취소=?' }),
    md5SignOf(key, { ...refund, reason: '변심 & 취소=?' }),
  );
});
