import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { niceSignature } from '../../../src/gateways/nice/wire/signature.ts';
import { niceV2 } from '../../../src/gateways/nice_v2/module.ts';
import { ediDateOf } from '../../../src/gateways/nice_v2/wire/edi-date.ts';
import { niceV2Errors, niceV2Meaning } from '../../../src/gateways/nice_v2/wire/errors.ts';
import { amountOf, isSignedPayment, readPayment, readReceipt } from '../../../src/gateways/nice_v2/wire/wire.ts';
import { readTime } from '../../../src/platform/clock/seoul-time.ts';

const sandbox = await niceV2.sandbox();

/** The keys of a sandbox that NICE's manual prints, inside the Basic header of its first example (common/test.md). */
const printedHeader = 'NThlM2I1Nzg1NTVlNDU3MzhkNmI1NjllNTNkNWFlNTQ6NGYxM2NhMjY3ZGZhNGZjNjk2NDE0OGJlZGNkYTE1ZWY=';
const [clientKey, secretKey] = Buffer.from(printedHeader, 'base64').toString('utf8').split(':') as [string, string];

/** The answer to an approval that follows it there. */
const printedAnswer = {
  resultCode: '0000',
  resultMsg: '정상 처리되었습니다.',
  tid: 'UT0000113m01012110051656331001',
  cancelledTid: null,
  orderId: 'b0980639-52db-4504-9e4d-97200827dc48',
  ediDate: '2021-10-05T16:56:34.447+0900',
  signature: '28c2e8bae912847541d4885db17648f963c7cc8e8249ff010097d6f1395df993',
  status: 'paid',
  paidAt: '2021-10-05T16:56:34.000+0900',
  failedAt: '0',
  cancelledAt: '0',
  payMethod: 'card',
  amount: 1004,
  balanceAmt: 1004,
  approveNo: '000000',
  receiptUrl: null,
  coupon: null,
  card: {
    cardCode: '04',
    cardName: '삼성',
    cardNum: '12341234****1234',
    cardQuota: 0,
    cardType: 'credit',
    canPartCancel: true,
    acquCardCode: '04',
  },
  vbank: null,
  cancels: null,
  cashReceipts: null,
};

describe("NICE's own examples", () => {
  test('the answer that the manual prints is read, and its signature is right', () => {
    const payment = readPayment(JSON.stringify(printedAnswer), secretKey);
    assert.deepEqual([payment?.tid, payment?.amount], [printedAnswer.tid, 1004]);
  });

  test('no field that the signature covers may differ, and no other key', () => {
    const changes = { tid: 'UT0000113m01012110051656331002', amount: 1005, ediDate: '2021-10-05T16:56:34.448+0900' };
    for (const [name, value] of Object.entries(changes)) {
      assert.equal(readPayment(JSON.stringify({ ...printedAnswer, [name]: value }), secretKey), undefined, name);
    }
    assert.equal(readPayment(JSON.stringify(printedAnswer), clientKey), undefined);
    assert.equal(readPayment(JSON.stringify({ ...printedAnswer, signature: null }), secretKey), undefined);
  });

  test('the signature of the window, which is made of other parts, comes out as it is printed', () => {
    const printed = '7cc95c592e2a12f0292e1a20d68dd9eb8132fd3c0af675b981a4c1c2ce63a93b';
    assert.equal(niceSignature('NICEUNTT9FBBD87FD2393AFEE45A7DCA61C194AA', clientKey, '1004', secretKey), printed);
  });

  test('the Basic credentials of common/api.md come out as they are printed', () => {
    const keys = 'af0d116236df437f831483ee9c500bc4:433a8421be754b34989048cf148a5ffc';
    const printed = 'YWYwZDExNjIzNmRmNDM3ZjgzMTQ4M2VlOWM1MDBiYzQ6NDMzYTg0MjFiZTc1NGIzNDk4OTA0OGNmMTQ4YTVmZmM=';
    assert.equal(Buffer.from(keys).toString('base64'), printed);
  });
});

test('times are written as NICE writes them, and read back to the millisecond', () => {
  assert.equal(ediDateOf(new Date('2021-07-20T06:28:26.882Z')), '2021-07-20T15:28:26.882+0900');
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('2099-12-30'), noInvalidDate: true }), (time) => {
      assert.equal(readTime(ediDateOf(time))?.getTime(), time.getTime());
    }),
  );
});

test('amounts are signed and read in the same digits, as numbers and as text', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 ** 12 - 1 }), fc.boolean(), (number, isText) => {
      const amount = isText ? String(number) : number;
      const { ediDate, tid } = printedAnswer;
      const signature = niceSignature(tid, String(number), ediDate, secretKey);
      const text = JSON.stringify({ ...printedAnswer, amount, signature });
      assert.equal(amountOf(readPayment(text, secretKey)?.amount ?? -1), BigInt(number));
    }),
  );
});

test('what is no answer is none, whatever it is', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      assert.equal(readPayment(text, secretKey), undefined);
      assert.equal(readReceipt(text, secretKey), undefined);
    }),
  );
  for (const broken of [
    { amount: 10.5 },
    { amount: -1 },
    { amount: '1e3' },
    { status: 'refunded' },
    { tid: '' },
    { cancels: [{ tid: 'a' }] },
  ]) {
    assert.equal(readPayment(JSON.stringify({ ...printedAnswer, ...broken }), secretKey), undefined);
  }
});

test('a receipt is signed over its TID, its order id and the date', () => {
  const receipt = { resultCode: '0000', tid: 'T', orderId: 'O', ediDate: printedAnswer.ediDate };
  const signed = (...parts: string[]) => JSON.stringify({ ...receipt, signature: niceSignature(...parts, secretKey) });
  assert.equal(readReceipt(signed('T', 'O', receipt.ediDate), secretKey)?.tid, 'T');
  assert.equal(readReceipt(signed('O', 'T', receipt.ediDate), secretKey), undefined);
  assert.ok(!isSignedPayment({ ...printedAnswer, status: 'paid', signature: niceSignature() }, secretKey));
});

describe('codes', () => {
  test('of results mean what the README says, and the README names no other', () => {
    const readme = readFileSync(new URL('../../../src/gateways/nice_v2/README.md', import.meta.url), 'utf8');
    const rows = [...readme.slice(readme.indexOf('## Errors')).matchAll(/^\| `(\w{4})` +\| (\w+) +\| (.+?) +\|$/gm)];
    assert.deepEqual(
      rows.map(([, code, meaning, text]) => [code, meaning, text]).sort(),
      Object.entries(niceV2Errors)
        .map(([code, { meaning, message }]) => [code, meaning, message])
        .sort(),
    );
  });

  test('that no table has are failures, as the manual says', () => {
    assert.equal(niceV2Meaning('U999', ''), 'other');
    assert.equal(niceV2Meaning('2026', '취소금액이 미정산 금액보다 큽니다.'), 'temporarily_unavailable');
  });
});

test('the keys of the sandbox fit what a live channel must have, and MIDs have ten characters', () => {
  const { clientKey: client = '', secretKey: secret = '' } = sandbox.credentials(sandbox.mid('seed'));
  assert.match(client, /^[0-9a-f]{32}$/);
  assert.match(secret, /^[0-9a-f]{32}$/);
  assert.notEqual(client, secret);
  fc.assert(fc.property(fc.string(), (seed) => assert.match(sandbox.mid(seed), /^nv[0-9a-z]{7}m$/)));
});
