import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { nice } from '../../../src/gateways/nice/module.ts';
import { cardCompanyOf, niceCodes, virtualAccountBanks } from '../../../src/gateways/nice/wire/codes.ts';
import { niceErrors, niceMeaning } from '../../../src/gateways/nice/wire/errors.ts';
import { isSameSignature, niceSignature } from '../../../src/gateways/nice/wire/signature.ts';
import { isMerchantTid, merchantTid, tidOf } from '../../../src/gateways/nice/wire/transaction-id.ts';
import { isSignedCancel, paddedAmount, readNiceAmount, readNiceAnswer } from '../../../src/gateways/nice/wire/wire.ts';
import { encodeEucKr } from '../../../src/platform/charset/euc-kr.ts';

const sandbox = await nice.sandbox();

/** NICE's public test merchant. */
const testMid = 'nicepay00m';
const testKey = 'EYzu8jGGMfqaDEp76gSckuvnaHHu+bC4opsSN6lHv3b2lurNYkVXrZ7Z1AoqQnXI3eLuaUFyoRNC6FkrzVjceg==';

const times = fc.date({ min: new Date('2000-01-02'), max: new Date('2099-12-30'), noInvalidDate: true });
const keys = fc.string({ unit: fc.constantFrom(...'abcXYZ019_-'), minLength: 1, maxLength: 64 });
const amounts = fc.bigInt({ min: 0n, max: 10n ** 12n - 1n });

describe('signatures', () => {
  test('come out as an edition of the manual prints one, for the public test merchant', () => {
    assert.equal(
      niceSignature('20200622131021', testMid, '1004', testKey),
      '475979a5628498711052598c6d4a73a17f0e3f0ef45960eed2e1b1776e3146bd',
    );
  });

  test('cover all parts in their order, and nothing between them', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 6 }), (parts) => {
        const expected = createHash('sha256').update(parts.join(''), 'utf8').digest('hex');
        assert.equal(niceSignature(...parts), expected);
        const turned = [...parts].reverse();
        if (turned.join('') !== parts.join('')) assert.notEqual(niceSignature(...turned), expected);
      }),
    );
  });

  test('are compared as a whole: no other text, and none at all, is the same', () => {
    const signature = niceSignature('a');
    assert.ok(isSameSignature(signature, signature));
    for (const other of [signature.slice(1), `${signature} `, '', null, undefined]) {
      assert.ok(!isSameSignature(other, signature));
    }
  });

  test('of an answer are believed over the amount with and without zeros in front, and over no other amount', () => {
    fc.assert(
      fc.property(amounts, fc.boolean(), (amount, isPadded) => {
        const CancelAmt = paddedAmount(amount);
        const Signature = niceSignature('TID', testMid, isPadded ? CancelAmt : String(amount), testKey);
        const answer = { ResultCode: '2001', TID: 'TID', CancelAmt, Signature };
        assert.ok(isSignedCancel(answer, testMid, testKey));
        assert.ok(!isSignedCancel({ ...answer, CancelAmt: paddedAmount(amount + 1n) }, testMid, testKey));
        assert.ok(!isSignedCancel({ ...answer, TID: 'another' }, testMid, testKey));
        assert.ok(!isSignedCancel(answer, testMid, `${testKey}=`));
      }),
    );
  });
});

describe('transaction ids', () => {
  test('have the form of the manual: MID, service, medium, the time in Seoul, four digits', () => {
    const time = new Date('2025-05-21T13:22:24+09:00');
    assert.equal(tidOf(testMid, 'vbank', time, '0123'), 'nicepay00m03012505211322240123');
    // Half an hour after midnight in Seoul is the day before in London.
    assert.match(
      tidOf(testMid, 'receipt', new Date('2025-01-01T00:30:00+09:00'), '0000'),
      /^nicepay00m0401250101003000/,
    );
  });

  test('are the same on every repeat of an operation, of 30 characters, and others for other operations', () => {
    fc.assert(
      fc.property(times, keys, (startedAt, idempotencyKey) => {
        const operation = { startedAt, idempotencyKey };
        const tid = merchantTid(testMid, 'vbank', operation);
        assert.equal(tid, merchantTid(testMid, 'vbank', { ...operation }));
        assert.equal(tid.length, 30);
        assert.ok(isMerchantTid(tid, testMid, 'vbank') && !isMerchantTid(tid, testMid, 'receipt'));
      }),
    );
    // One after the other: a millisecond apart, and by the same key.
    const oneSecond = Array.from({ length: 1_000 }, (_, ms) => new Date(Date.UTC(2025, 4, 21, 4, 22, 24, ms)));
    const tids = oneSecond.map((startedAt) => merchantTid(testMid, 'vbank', { startedAt, idempotencyKey: 'key' }));
    assert.equal(new Set(tids).size, 1_000);
    const sameInstant = ['a', 'b', 'c', 'd', 'e'].map((idempotencyKey) =>
      merchantTid(testMid, 'vbank', { startedAt: new Date(0), idempotencyKey }),
    );
    assert.ok(new Set(sameInstant).size > 1, 'the key counts, too');
  });
});

describe('answers', () => {
  test('have amounts of twelve digits that read back as they were', () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        assert.match(paddedAmount(amount), /^\d{12}$/);
        assert.equal(readNiceAmount(paddedAmount(amount)), amount);
        assert.equal(readNiceAmount(String(amount)), amount);
      }),
    );
    for (const none of [undefined, '', '-1', '1.5', '1e3', ' 1', '１'])
      assert.equal(readNiceAmount(none), undefined, String(none));
  });

  test('are read without the spaces that fill fields up; what is no object with a result code is no answer', () => {
    const answer = readNiceAnswer('{"ResultCode":"2001","TID":"T   ","CancelAmt":1000,"x":null,"y":[]}');
    assert.deepEqual({ ...answer }, { ResultCode: '2001', TID: 'T', CancelAmt: '1000' });
    for (const none of ['', 'null', '[]', '"2001"', '{}', '{"ResultCode":""}', '{"ResultCode":null}', '<html>']) {
      assert.equal(readNiceAnswer(none), undefined, none);
    }
    fc.assert(fc.property(fc.string(), (text) => void readNiceAnswer(text)));
  });
});

describe('codes', () => {
  test("of card companies become i'mport's, both of Hana's the same one, and wallets none", () => {
    assert.deepEqual(cardCompanyOf('06'), { code: '366', name: '신한카드' });
    assert.equal(cardCompanyOf('03').code, '374');
    assert.equal(niceCodes.cardCode('374'), '16');
    for (const none of ['24', '31', '33', '39', '40', '41', '42', '99', '', null]) {
      assert.deepEqual(cardCompanyOf(none), { code: null, name: null });
    }
  });

  test("of banks are KFTC's; securities firms have none, and accounts are issued by some only", () => {
    for (const bank of ['004', '088', '090', '092']) assert.equal(niceCodes.bankCode(bank), bank);
    for (const none of ['209', '271', '04', '001']) assert.equal(niceCodes.bankCode(none), undefined);
    assert.deepEqual(
      ['090', '045', '039'].filter((bank) => virtualAccountBanks.includes(bank)),
      [],
    );
  });

  test('of results mean what the README says, and the README names no other', () => {
    const readme = readFileSync(new URL('../../../src/gateways/nice/README.md', import.meta.url), 'utf8');
    const rows = [...readme.slice(readme.indexOf('## Errors')).matchAll(/^\| `(\w{4})` +\| (\w+) +\| (.+?) +\|$/gm)];
    assert.deepEqual(
      rows.map(([, code, meaning, text]) => [code, meaning, text]).sort(),
      Object.entries(niceErrors)
        .map(([code, { meaning, message }]) => [code, meaning, message])
        .sort(),
    );
  });

  test('that no table has are failures, as the manual says; what NICE owes is not what was paid', () => {
    assert.equal(niceMeaning('8888', ''), 'other');
    assert.equal(niceMeaning('2026', niceErrors['2026'].message), 'over_balance');
    assert.equal(niceMeaning('2026', '취소금액이 미정산 금액보다 큽니다.'), 'temporarily_unavailable');
  });
});

test('MIDs of the sandbox have ten characters of EUC-KR, as many as a TID has room for', () => {
  fc.assert(
    fc.property(fc.string(), (seed) => {
      const mid = sandbox.mid(seed);
      assert.equal(encodeEucKr(mid).length, 10);
      assert.match(mid, /^ns[0-9a-z]{7}m$/);
    }),
  );
});
