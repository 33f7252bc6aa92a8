import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { bankCodesOfKftc, cancelMethodOf, kiwoomCodes } from '../../../src/gateways/daou/wire/codes.ts';
import { kiwoomErrors } from '../../../src/gateways/daou/wire/errors.ts';
import { asciiJson, kiwoomReason } from '../../../src/gateways/daou/wire/text.ts';
import { readAmountText, readAnswer } from '../../../src/gateways/daou/wire/wire.ts';
import { decodeEucKrForm, encodeEucKrForm } from '../../../src/platform/charset/euc-kr.ts';
import { banks } from '../../../src/platform/codes/banks.ts';
import { cards } from '../../../src/platform/codes/cards.ts';

describe('a reason on the wire', () => {
  test('has at most 20 characters, all of them in EUC-KR, and is never empty or a command', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (reason) => {
        const wire = kiwoomReason(reason);
        const bytes = iconv.encode(wire, 'euc-kr');
        assert.ok(wire.length >= 1 && wire.length <= 20);
        assert.equal(iconv.decode(bytes, 'euc-kr'), wire);
        assert.doesNotMatch(wire, /[|^[\]\p{Cc}]/u);
      }),
    );
  });

  test('keeps what it can', () => {
    assert.equal(kiwoomReason('단순 변심 (사이즈)'), '단순 변심 (사이즈)');
    assert.equal(kiwoomReason('[STOPREQ]해 ^[1] a|b 👍\n끝'), 'STOPREQ 해 1 a b 끝');
    assert.equal(kiwoomReason('가'.repeat(60)), '가'.repeat(20));
    for (const reason of ['', ' ', '👍👍', '||']) assert.equal(kiwoomReason(reason), '취소');
  });
});

describe('a body', () => {
  test('is ASCII, and the same JSON in EUC-KR as in UTF-8', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' })), (fields) => {
        const bytes = Buffer.from(asciiJson(fields));
        assert.ok(bytes.every((byte) => byte < 0x80));
        assert.deepEqual(JSON.parse(iconv.decode(bytes, 'euc-kr')), JSON.parse(JSON.stringify(fields)));
      }),
    );
    assert.equal(asciiJson({ CANCELREASON: '환불' }), '{"CANCELREASON":"\\ud658\\ubd88"}');
  });

  test('of a notice survives its form in EUC-KR', () => {
    const text = fc.string({ unit: fc.constantFrom(...'가힣똠방환불ABCabc019 _-.*&=%+?~') });
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[A-Z]{1,12}$/), text), (fields) => {
        assert.deepEqual({ ...decodeEucKrForm(encodeEucKrForm(fields)) }, { ...fields });
      }),
    );
  });
});

describe('an answer', () => {
  test('is a flat object of texts or numbers; everything else is none, and nothing throws', () => {
    const answer = readAnswer('{"RESULTCODE":"0000","AMOUNT":10000,"DAOUTRX":null}');
    assert.deepEqual(
      ['RESULTCODE', 'AMOUNT', 'DAOUTRX', 'TRXID', 'constructor'].map((name) => answer?.field(name)),
      ['0000', '10000', '', '', ''],
    );
    for (const text of ['', 'null', '[]', '"x"', '{"RESULTCODE":{}}', '{"TOKEN":true}']) {
      assert.equal(readAnswer(text), undefined);
    }
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readAnswer(text)));
  });

  test('has amounts as digits', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 999_999_999_999n), (amount) => assert.equal(readAmountText(`${amount}`), amount)),
    );
    for (const text of ['', '-1', '1.0', '1,000', ' 1', '1'.repeat(13)]) assert.equal(readAmountText(text), undefined);
  });
});

describe('tables', () => {
  test('of banks and cards go both ways, and name only those that are known here', () => {
    const given = ['004', '003', '023', '011', '032', '088', '005', '020', '071', '081'];
    assert.deepEqual(
      given.map((code) => kiwoomCodes.bankCode(code)),
      ['04', '03', '11', '08', '15', '10', '05', '09', '31', '12'],
    );
    assert.deepEqual([...bankCodesOfKftc].toSorted(), given.toSorted());
    for (const code of given) {
      assert.ok(banks.has(code));
      assert.equal(kiwoomCodes.kftcBankCode(kiwoomCodes.bankCode(code) ?? ''), code);
    }
    assert.equal(kiwoomCodes.bankCode('090'), undefined);
    for (const [code] of cards) {
      const own = kiwoomCodes.cardCode(code);
      if (own !== undefined) assert.equal(kiwoomCodes.standardCardCode(own), code);
    }
    assert.equal(kiwoomCodes.standardCardCode('CCLG'), '366');
    assert.equal(kiwoomCodes.standardCardCode('CCKE'), undefined);
  });

  test('of pay methods follow the contract', () => {
    assert.equal(cancelMethodOf('card', {}), 'CARD');
    assert.equal(cancelMethodOf('card', { cardService: 'CARDK' }), 'CARDK');
    assert.equal(cancelMethodOf('phone', { phoneService: 'PMOBILE' }), 'PMOBILE');
    assert.equal(cancelMethodOf('trans', { cardService: 'CARDK' }), 'BANK');
    assert.equal(cancelMethodOf('vbank', {}), 'BANK');
    assert.equal(cancelMethodOf('cvs', {}), undefined);
  });

  test('of errors: the README names each with the category that the code gives it', () => {
    const readme = readFileSync(new URL('../../../src/gateways/daou/README.md', import.meta.url), 'utf8');
    const words: Record<string, string> = { _doubt_: 'in_doubt', '_by its text_': 'read_text' };
    const documented = [...readme.matchAll(/^\| `([A-Z0-9]+)` +\| (.+?) +\| (.+?) +\|$/gm)].map(
      ([, code, message = '', category = '']) => [
        code,
        { message: message.replace('\\|', '|'), meaning: words[category] ?? category },
      ],
    );
    assert.deepEqual(Object.fromEntries(documented), { ...kiwoomErrors });
  });
});
