import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { hectoCodes, virtualAccountBanks } from '../../../src/gateways/settle/wire/codes.ts';
import { decryptField, encryptField, isSameHash, packetHash } from '../../../src/gateways/settle/wire/crypto.ts';
import { hectoErrorRows, hectoErrors } from '../../../src/gateways/settle/wire/errors.ts';
import { wireText } from '../../../src/gateways/settle/wire/text.ts';
import { readAmountText, readAnswer } from '../../../src/gateways/settle/wire/wire.ts';
import { banks } from '../../../src/platform/codes/banks.ts';
import { cards } from '../../../src/platform/codes/cards.ts';

/** Published with the document, for its test environment. */
const testAesKey = 'pgSettle30y739r82jtd709yOfZ2yK5K';
const testLicenseKey = 'ST1009281328226982205';

describe('published values', () => {
  test('are what amounts become under the test key, and back', () => {
    const printed = {
      '1000': 'AntV/eDpxIaKF0hJiePDKA==',
      '500': 'vqIWIiimsJ5efjSJpfnnTw==',
      '5000': 'tn9WoAL/HaPf+NKFjza//g==',
    };
    for (const [plain, encrypted] of Object.entries(printed)) {
      assert.equal(encryptField(testAesKey, plain), encrypted);
      assert.equal(decryptField(testAesKey, encrypted), plain);
    }
  });

  test('are the hash of the sample cancel', () => {
    const parts = ['20211231', '100000', 'nxca_jt_il', 'ORDER20211231100000', '1000'];
    const printed = 'a2d6d597d55d7c9b689baa2e08c1ddf0ce71f4248c5b9b59fe61bfbf949543e1';
    assert.equal(packetHash(testLicenseKey, parts), printed);
    assert.ok(isSameHash(printed.toUpperCase(), packetHash(testLicenseKey, parts)));
  });
});

const key = fc.stringMatching(/^[!-~]{32}$/);

describe('encrypted fields', () => {
  test('come back as they were, whatever the text and the key', () => {
    fc.assert(
      fc.property(key, fc.string({ unit: 'binary' }), (aesKey, plain) => {
        assert.equal(decryptField(aesKey, encryptField(aesKey, plain)), plain);
      }),
    );
  });

  test('are not read under another key, or when cut, and never throw', () => {
    fc.assert(
      fc.property(key, key, fc.stringMatching(/^\d{1,15}$/), fc.nat(), (aesKey, otherKey, plain, at) => {
        fc.pre(aesKey !== otherKey);
        const encrypted = encryptField(aesKey, plain);
        // By chance another key may leave a valid padding; the digits do not come out of it.
        assert.notEqual(decryptField(otherKey, encrypted), plain);
        assert.notEqual(decryptField(aesKey, encrypted.slice(0, at % encrypted.length)), plain);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        decryptField(testAesKey, text);
      }),
    );
  });
});

describe('the hash', () => {
  test('depends on every part, their order and the licence key', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 5, maxLength: 5 }), part, fc.nat(4), (parts, licenseKey, at) => {
        const hash = packetHash(licenseKey, parts);
        assert.match(hash, /^[0-9a-f]{64}$/);
        assert.ok(isSameHash(hash.toUpperCase(), hash));
        assert.ok(!isSameHash(hash.slice(1), hash));
        assert.notEqual(packetHash(licenseKey, parts.with(at, `${parts[at]}x`)), hash);
        assert.notEqual(packetHash(`${licenseKey}x`, parts), hash);
        if (parts.join('') !== parts.toReversed().join('')) {
          assert.notEqual(packetHash(licenseKey, parts.toReversed()), hash);
        }
      }),
    );
  });
});

describe('a text on the wire', () => {
  test('fits its bytes, has none of the characters that Hecto asks to leave out, and is never cut within a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 60 }), (text, bytesMax) => {
        const wire = wireText(text, bytesMax);
        assert.ok(Buffer.byteLength(wire) <= bytesMax);
        assert.doesNotMatch(
          wire,
          /[:&?'"<>\p{Cc}\p{Cs}\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]/u,
        );
        assert.equal(wire, wire.trim());
        assert.ok(!wire.includes('\ufffd') || text.includes('\ufffd'));
      }),
    );
  });

  test('keeps what fits as it is, and cuts Korean by three bytes', () => {
    assert.equal(wireText('단순 변심, 100% (환불)', 255), '단순 변심, 100% (환불)');
    assert.equal(wireText('환불환불', 10), '환불환');
    assert.equal(wireText("  <b>환불</b> \n & '끝' 👍🏽 🇰🇷", 255), 'b 환불 /b 끝');
  });
});

describe('amounts as text', () => {
  test('are digits in the minor unit, and nothing else is an amount', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 999_999_999_999n }), (amount) => {
        assert.equal(readAmountText(String(amount)), amount);
      }),
    );
    for (const text of ['', '-1', '1.0', '1,000', ' 1', '0x1', '1e3', '1'.repeat(16), undefined]) {
      assert.equal(readAmountText(text), undefined);
    }
  });
});

describe('an answer', () => {
  test('has its message in either form, and fields that are missing or null as empty texts', () => {
    const read = (outRsltMsg: string) =>
      readAnswer(
        JSON.stringify({ params: { outStatCd: '0031', outRsltCd: 'ST06', outRsltMsg, trdNo: null }, data: null }),
      );
    assert.equal(read('%EA%B1%B0%EB%9E%98+%EC%97%86%EC%9D%8C')?.message, '거래 없음');
    assert.equal(read('거래 없음 100%')?.message, '거래 없음 100%');
    assert.equal(read('%E0%A4%A')?.message, '%E0%A4%A');
    assert.equal(read('')?.param('trdNo'), '');
    assert.equal(read('')?.field('cnclAmt'), '');
    assert.equal(read('')?.param('toString'), '');
  });

  test('is none without a header of texts, and reading never throws', () => {
    for (const text of ['', 'null', '[]', '{}', '{"params":{}}', '{"params":{"outStatCd":21,"outRsltCd":"0"}}']) {
      assert.equal(readAnswer(text), undefined);
    }
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readAnswer(text)));
  });
});

describe('tables', () => {
  test('of banks and cards go both ways, and name only those that are known here', () => {
    for (const [code] of banks) {
      const own = hectoCodes.bankCode(code);
      if (own !== undefined) assert.equal(hectoCodes.kftcBankCode(own), code);
    }
    for (const [code] of cards) {
      const own = hectoCodes.cardCode(code);
      if (own !== undefined) assert.equal(hectoCodes.standardCardCode(own), code);
    }
    assert.equal(hectoCodes.bankCode('088'), '088');
    assert.equal(hectoCodes.bankCode('999'), undefined);
    assert.deepEqual(
      ['366', '361', '041', '374'].map((code) => hectoCodes.cardCode(code)),
      ['SHN', 'BCC', 'WRI', 'HNC'],
    );
    assert.equal(hectoCodes.standardCardCode('KBP'), undefined);
    for (const bank of virtualAccountBanks) assert.ok(banks.has(bank));
  });

  test('of errors: the README names each with the category that the code gives it', () => {
    const readme = readFileSync(new URL('../../../src/gateways/settle/README.md', import.meta.url), 'utf8');
    const documented = [...readme.matchAll(/^\| `([A-Z0-9~]+)` +\| (.+?) +\| (\S+) +\|$/gm)].map(
      ([, codes, message, category]) => ({ codes, message, meaning: category === '_doubt_' ? 'unclear' : category }),
    );
    assert.deepEqual(documented, [...hectoErrorRows]);
  });

  test('of errors: a range stands for each code between its ends', () => {
    assert.equal(hectoErrors.CA13?.message, '요청정보 오류');
    assert.equal(hectoErrors.CA16?.message, '요청정보 오류');
    assert.equal(hectoErrors.CA19?.message, '요청정보 오류');
    assert.equal(hectoErrors.MP35?.meaning, 'unclear');
    assert.equal(hectoErrors.CA56?.meaning, 'bad_card');
    assert.equal(hectoErrors.toString, undefined);
  });
});
