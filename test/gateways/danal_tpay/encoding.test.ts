import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { type DanalError, danalErrors } from '../../../src/gateways/danal_tpay/wire/errors.ts';
import {
  cardService,
  serviceUrl,
  transferService,
  virtualAccountService,
} from '../../../src/gateways/danal_tpay/wire/services.ts';
import { cleanText, openData, readAnswer, requestBody, sealData } from '../../../src/gateways/danal_tpay/wire/wire.ts';

const services = [cardService, transferService, virtualAccountService];
const keys = {
  cryptoKey: 'a1'.repeat(32),
  transferCryptoKey: 'b2'.repeat(32),
  virtualAccountCryptoKey: 'c3'.repeat(32),
};
const ivs = {
  card: 'd7d02c92cb930b661f107cb92690fc83',
  transfer: '31363032313523404542616e6b456e63',
  virtualAccount: '45b913a44d61353d20402a2518de592a',
};

const name = fc.stringMatching(/^[A-Z][A-Z_]{0,11}$/);
/** Text that EUC-KR has characters for. */
const text = fc
  .string({ unit: fc.constantFrom(...'가힣환불카드趙ABCabc019 _-.*()[]{}@#$%^=;:/?~!') })
  .filter((each) => each === iconv.decode(iconv.encode(each, 'euc-kr'), 'euc-kr'));

describe('DATA', () => {
  test('is AES-256-CBC under the hexadecimal key and the IV of its service, over a form of EUC-KR, as Base64', () => {
    for (const service of services) {
      const key = Buffer.from(keys[service.keyName], 'hex');
      const decipher = createDecipheriv('aes-256-cbc', key, Buffer.from(ivs[service.name], 'hex'));
      const sealed = Buffer.from(sealData({ TID: '1', CANCELDESC: '환불 요청' }, service, keys), 'base64');
      const plain = Buffer.concat([decipher.update(sealed), decipher.final()]).toString('latin1');
      assert.equal(plain, 'TID=1&CANCELDESC=%C8%AF%BA%D2+%BF%E4%C3%BB');
    }
  });

  test('opens to the fields that were sealed, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.dictionary(name, text, { minKeys: 1, maxKeys: 8 }),
        fc.constantFrom(...services),
        (fields, service) => {
          assert.deepEqual({ ...openData(sealData(fields, service, keys), service, keys) }, { ...fields });
        },
      ),
    );
  });

  test('does not open under another key, cut, or as anything else, and never throws', () => {
    const sealed = sealData({ TXTYPE: 'CANCEL', TID: '1'.repeat(24) }, cardService, keys);
    for (const cryptoKey of ['a2'.repeat(32), 'a1'.repeat(31), '', 'zz'.repeat(32)]) {
      assert.equal(openData(sealed, cardService, { cryptoKey }), undefined);
    }
    assert.equal(openData(sealed.slice(0, -8), cardService, keys), undefined);
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (garbage) => {
        assert.equal(openData(garbage, cardService, keys), undefined);
      }),
    );
  });

  test('goes out in a form beside the CPID, with nothing that a form would change', () => {
    fc.assert(
      fc.property(fc.dictionary(name, text, { minKeys: 1 }), (fields) => {
        const body = requestBody('A000000001', fields, cardService, keys);
        const sent = new URLSearchParams(body);
        assert.deepEqual([...sent.keys()], ['CPID', 'DATA']);
        assert.equal(sent.get('CPID'), 'A000000001');
        assert.deepEqual({ ...openData(sent.get('DATA') ?? '', cardService, keys) }, { ...fields });
      }),
    );
  });
});

describe('an answer', () => {
  test('is read sealed, and in plain text whether that is escaped or raw', () => {
    const sealed = encodeURIComponent(sealData({ RETURNCODE: '0000', RETURNMSG: '성공' }, cardService, keys));
    const read = readAnswer(`DATA=${sealed}\r\n`, cardService, keys);
    assert.deepEqual([read?.isSealed, read?.fields.RETURNCODE, read?.fields.RETURNMSG], [true, '0000', '성공']);
    for (const message of ['%C3%EB%BC%D2+%BA%D2%B0%A1', '취소 불가']) {
      const plain = readAnswer(`RETURNCODE=1116&RETURNMSG=${message}`, cardService, keys);
      assert.deepEqual([plain?.isSealed, plain?.fields.RETURNMSG], [false, '취소 불가']);
    }
  });

  test('that has no RETURNCODE, or is sealed with another key, is none', () => {
    const other = createCipheriv('aes-256-cbc', Buffer.alloc(32, 9), cardService.iv);
    const sealed = Buffer.concat([other.update('RETURNCODE=0000'), other.final()]).toString('base64');
    for (const text of ['', '<html>', 'RETURNMSG=OK', 'DATA=', `DATA=${encodeURIComponent(sealed)}`]) {
      assert.equal(readAnswer(text, cardService, keys), undefined, text);
    }
  });
});

describe('a text', () => {
  test('loses what Danal forbids, and is cut by bytes of EUC-KR, never within a character', () => {
    assert.equal(cleanText('a&b\'c"d\\e<f>g|h\ni,j+k', 255), 'a b c d e f g h i j k');
    assert.equal(cleanText('가'.repeat(200), 255), '가'.repeat(127));
    assert.equal(cleanText('환불 😀', 255), '환불 ?');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.nat({ max: 255 }), (input, bytesMax) => {
        const cleaned = cleanText(input, bytesMax);
        const bytes = iconv.encode(cleaned, 'euc-kr');
        assert.ok(bytes.length <= bytesMax);
        assert.equal(iconv.decode(bytes, 'euc-kr'), cleaned);
        assert.doesNotMatch(cleaned, /[&'"\\<>|\r\n,+]/);
      }),
    );
  });
});

test("each service has its own host on a live channel, and its path below a sandbox's", () => {
  const live = { baseUrl: 'https://tx-creditcard.danalpay.com' };
  assert.deepEqual(
    services.map((service) => serviceUrl(service, live)),
    [
      'https://tx-creditcard.danalpay.com/credit/',
      'https://tx-wiretransfer.danalpay.com/bank/',
      'https://tx-vaccount.danalpay.com/vaccount/',
    ],
  );
  assert.equal(serviceUrl(transferService, { baseUrl: 'http://127.0.0.1:9' }), 'http://127.0.0.1:9/bank/');
});

test('the same number means different things at different services', () => {
  assert.equal(danalErrors.card['1128'].category, 'over_balance');
  assert.equal(danalErrors.virtualAccount['1128'].category, 'contract_missing');
  assert.equal(danalErrors.transfer['1131'].category, 'partial_not_supported');
  assert.equal(danalErrors.virtualAccount['1131'].category, 'bad_refund_account');
});

test('every error stands in the README with its category, and no other', () => {
  const readme = readFileSync(new URL('../../../src/gateways/danal_tpay/README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| (\w+) +\| `(\w+)` +\| (.+?) +\| (\w+) +\|$/gm)].map((match) => match.slice(1));
  const errors = Object.entries(danalErrors).flatMap(([service, codes]) =>
    Object.entries(codes as Record<string, DanalError>).map(([code, { message, category, provesNothing }]) => [
      service,
      code,
      message,
      provesNothing ? 'doubt' : category,
    ]),
  );
  assert.deepEqual(rows, errors);
});
