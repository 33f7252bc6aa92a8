import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decryptCardData, encryptCardData } from '../../../src/gateways/nice/wire/card-data.ts';

/** nicepay-manual, api/payment-subscribe.md: its worked example of encData without encMode. */
const printed = {
  key: '2dcc2a0d63bf469490bb19a201be3735',
  fields: { cardNo: '1234567890123456', expYear: '25', expMonth: '12', idNo: '800101', cardPw: '12' },
  encData:
    '7c4b12eb43324290bd0e522900a892343f57e0d176cdadae757132c7f3cd442f' +
    '023ef5c3ffa254ed04b6d47624d4c7847e8061f3be0d67adf1b463b46a542052' +
    'cf47a5206bfd23945fc1851d426468f4',
};

test('a card is encrypted as NICE printed it, and read back with the same key only', () => {
  assert.equal(encryptCardData(printed.fields, printed.key), printed.encData);
  assert.deepEqual({ ...decryptCardData(printed.encData, printed.key) }, printed.fields);
  assert.equal(decryptCardData(printed.encData, 'another key of the merchant.....')?.cardNo, undefined);
  assert.equal(decryptCardData('no hex', printed.key), undefined);
});
