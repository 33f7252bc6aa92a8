import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { dueFields } from '../../../src/gateways/inicis/adapter/accounts.ts';
import { readAnswer } from '../../../src/gateways/inicis/adapter/answers.ts';
import { memberText } from '../../../src/gateways/inicis/simulator/json.ts';
import { inicisCodes } from '../../../src/gateways/inicis/wire/codes.ts';
import { decryptField, encryptField } from '../../../src/gateways/inicis/wire/encryption.ts';
import { inicisErrors } from '../../../src/gateways/inicis/wire/errors.ts';
import { v1Hash, v1HashFields, v2Hash } from '../../../src/gateways/inicis/wire/hash.ts';
import { wireText } from '../../../src/gateways/inicis/wire/texts.ts';
import { seoulDigits } from '../../../src/platform/clock/seoul-time.ts';
import { banks } from '../../../src/platform/codes/banks.ts';
import { cards } from '../../../src/platform/codes/cards.ts';
import { sha512 } from './kit.ts';

/** Published by INICIS for its MID INIpayTest. */
const keys = { iniapiKey: 'ItEQKi3rY7uvDS8l', iniapiIv: 'HYb3yQ4f65QL89==' };
const characters = fc.string({ unit: 'binary' });

describe('encrypted fields', () => {
  test("are INICIS's published vector", () => {
    assert.equal(encryptField('123456789', keys), 'qwMHVJqsmXKoR+d8wQTS4g==');
    assert.equal(decryptField('qwMHVJqsmXKoR+d8wQTS4g==', keys), '123456789');
  });

  test('come back as they were, whatever is in them', () => {
    fc.assert(
      fc.property(characters, (text) => {
        assert.equal(decryptField(encryptField(text, keys), keys), text.toWellFormed());
      }),
    );
  });

  test('that are no base64, are cut, or were made under another key or IV do not come back', () => {
    const encrypted = encryptField('110123456789', keys);
    assert.equal(decryptField('', keys), undefined);
    assert.equal(decryptField('110123456789', keys), undefined);
    assert.equal(decryptField(encrypted.slice(0, 12), keys), undefined);
    assert.notEqual(decryptField(encrypted, { ...keys, iniapiKey: 'AtEQKi3rY7uvDS8l' }), '110123456789');
    assert.notEqual(decryptField(encrypted, { ...keys, iniapiIv: 'AYb3yQ4f65QL89==' }), '110123456789');
  });
});

describe('hashes', () => {
  const request = {
    type: 'Refund',
    paymethod: 'Card',
    timestamp: '20210101111111',
    clientIp: '192.0.0.1',
    mid: 'INIpayTest',
    tid: 'StdpayCARDINIpayTest20210101111111111111',
  };

  test('of a v1 cancel are what another implementation made of the same fields', () => {
    assert.equal(
      v1Hash(keys.iniapiKey, v1HashFields('Refund', 'Card') ?? [], request),
      'c3e6836768af96b8c2033f5d221f5d1e60b1ecacce771e0b7227cc01f8d70c5ca62bced71ba7692e2f90fa8b91b757d5f114331d7baeb2b70aa5019a57bc3811',
    );
  });

  test('of a v2 cancel with Korean text are what another implementation made of the same text', () => {
    const data =
      '{"tid":"StdpayCARDINIpayTest20210101111111111111","msg":"부분취소 테스트","price":"700","confirmPrice":"300","currency":"WON","tax":"0","taxFree":"0"}';
    assert.equal(
      v2Hash(keys.iniapiKey, { mid: 'INIpayTest', type: 'partialRefund', timestamp: '20240306194748' }, data),
      'c6c77e2de9d5e4aba5940bab59003492717e8df578c6773384605777c7877ddd744c46222b3d321575020885e312475995a923ac7e8466e87dab722b35a17234',
    );
  });

  const billing = { iniapiKey: 'rKnPljRn5m6J9Mzz', iniapiIv: 'W2KLNKra6Wxc1P==' };
  const billed = {
    paymethod: 'Card',
    timestamp: '20260101120000',
    clientIp: '127.0.0.1',
    mid: 'INIBillTst',
    moid: 'TEST_1',
  };

  test('of a registration are over the card number as it was encrypted, by what OpenSSL makes of both', () => {
    const cardNumber = encryptField('4330123412341239', billing);
    assert.equal(cardNumber, 'mVZ2FENDtOHmKrUV81/bTwdxJNDZ3Qr6FlXxf2X/KCA=');
    assert.equal(
      v1Hash(billing.iniapiKey, v1HashFields('Auth', 'Card') ?? [], {
        ...billed,
        type: 'Auth',
        price: '0',
        cardNumber,
      }),
      '5e6a1f6f02ffe2a2b28c45d111e18705200b22de99ee256ea131285612410c76e548a961f905885df99bcf4842b692920c3d42e7d0d2d2b87da5db09ab5c412f',
    );
  });

  test('of a charge by key are what another implementation made of the same fields, in both versions', () => {
    const billKey = '0123456789abcdef0123456789abcdef01234567';
    const fields = { ...billed, type: 'Billing', price: '1000', billKey };
    assert.equal(
      v1Hash(billing.iniapiKey, v1HashFields('Billing', 'Card') ?? [], fields),
      'd0081f8684756ac4170201713688e320c914a102510c8ac09bfafc058287a46662c75a26cab5f3b4ecc7cf4e1e0902651adfa59c1a4a5e80f4996721e7d32c6f',
    );
    const data =
      '{"url":"www.inicis.com","moid":"INIBillTst_20260101120000","goodName":"테스트상품","buyerName":"홍길동","buyerEmail":"test@test.com","buyerTel":"01012345678","price":"1000","billKey":"734f880246ece4ffdba841c1436399c9968d32cc","authentification":"00","cardQuota":"00","quotaInterest":"0"}';
    assert.equal(
      v2Hash(billing.iniapiKey, { mid: 'INIBillTst', type: 'billing', timestamp: '20260101120000' }, data),
      '485ed8d730642e1b84ead76914c9a6c669466c44ab3b2fd7d6760af6e51102a063f64a5e7f746a3ee7296f92c1fa4926fbbfd29ef4dbb89f353c818944afea7a',
    );
  });

  const envelope = 'type paymethod timestamp clientIp mid';
  const orders: readonly (readonly [string, string])[] = [
    ['Refund Card', 'tid'],
    ['Refund Acct', 'tid'],
    ['Refund DirectBank', 'tid'],
    ['Refund HPP', 'tid'],
    ['Refund GVacct', 'tid'],
    ['Refund Receipt', 'tid'],
    ['Refund Vacct', 'tid refundAcctNum'],
    ['PartialRefund Card', 'tid price confirmPrice'],
    ['PartialRefund Acct', 'tid price confirmPrice'],
    ['PartialRefund HPP', 'tid price confirmPrice'],
    ['PartialRefund Vacct', 'tid price confirmPrice refundAcctNum'],
    ['Pay Vacct', 'moid price'],
    ['Auth Card', 'moid price cardNumber'],
    ['Billing Card', 'moid price billKey'],
    ['Billing HPP', 'moid price billKey'],
    ['Issue Receipt', 'crPrice supPrice srcvPrice regNum'],
    ['Extra Inquiry', ''],
  ];
  for (const [request, rest] of orders) {
    test(`of ${request} are made over the fields that INICIS names, in its order`, () => {
      const [type = '', paymethod = ''] = request.split(' ');
      const order = `${envelope} ${rest}`.trim().split(' ');
      assert.deepEqual(v1HashFields(type, paymethod), order);
      fc.assert(
        fc.property(fc.array(characters, { minLength: order.length, maxLength: order.length }), (values) => {
          const fields = Object.fromEntries(order.map((name, at) => [name, values[at] ?? '']));
          const shuffled = Object.fromEntries(Object.entries(fields).reverse());
          const expected = sha512(`key${values.join('')}`);
          assert.equal(v1Hash('key', order, { ...shuffled, msg: 'not hashed' }), expected);
        }),
        { numRuns: 20 },
      );
    });
  }

  test('of requests that INIAPI v1 does not have are not made', () => {
    for (const [type, paymethod] of [
      ['refund', 'Card'],
      ['Refund', 'card'],
      ['PartialRefund', 'GVacct'],
      ['Pay', 'Card'],
    ] as const) {
      assert.equal(v1HashFields(type, paymethod), undefined);
    }
  });
});

describe('texts on the wire', () => {
  test('are no longer than allowed, whole characters, and the same in JSON as they are', () => {
    fc.assert(
      fc.property(characters, fc.integer({ min: 1, max: 90 }), (text, bytesMax) => {
        const wire = wireText(text, bytesMax);
        assert.ok(Buffer.byteLength(wire) <= bytesMax);
        assert.ok(wire.isWellFormed());
        assert.equal(JSON.stringify(wire), `"${wire}"`);
        assert.equal(wire, wire.trim());
      }),
    );
  });

  test('that fit and need no escape are left as they are', () => {
    assert.equal(wireText('단순 변심', 80), '단순 변심');
    assert.equal(wireText('a/b "c" \\d\r\n\te', 80), "a/b 'c' /d e");
    assert.equal(wireText('가'.repeat(30), 80), '가'.repeat(26));
    assert.equal(wireText('a😀', 4), 'a');
  });
});

describe('the deadline of an account', () => {
  test('is to the minute, never after the one that was asked for, and never 0000', () => {
    const times = fc.date({ min: new Date('2020-01-01'), max: new Date('2049-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(times, (dueAt) => {
        const { dtInput, tmInput } = dueFields(dueAt);
        assert.notEqual(tmInput, '0000');
        const sent = new Date(
          `${dtInput.slice(0, 4)}-${dtInput.slice(4, 6)}-${dtInput.slice(6)}T${tmInput.slice(0, 2)}:${tmInput.slice(2)}:00+09:00`,
        );
        const earlierMs = dueAt.getTime() - sent.getTime();
        assert.ok(earlierMs >= 0 && earlierMs < 120_000, String(earlierMs));
      }),
    );
    assert.deepEqual(dueFields(new Date('2024-03-07T00:00:59+09:00')), { dtInput: '20240306', tmInput: '2359' });
    assert.deepEqual(dueFields(new Date('2024-03-07T00:01:00+09:00')), { dtInput: '20240307', tmInput: '0001' });
  });
});

describe('the text of a member of a JSON body', () => {
  test('is the one that stands there, whatever stands around it', () => {
    // Read back: JSON has no -0.
    const anything = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);
    const names = fc.string({ unit: 'binary' }).filter((name) => name !== 'data' && name !== '__proto__');
    const spaces = fc.constantFrom('', ' ', '\n\t', '\r\n  ');
    fc.assert(
      fc.property(
        fc.dictionary(names, anything),
        fc.dictionary(names, anything),
        anything,
        spaces,
        (before, behind, data, space) => {
          const text = JSON.stringify(data, null, space);
          const members = (fields: Record<string, unknown>) =>
            Object.entries(fields).map(([name, value]) => `${JSON.stringify(name)}${space}:${JSON.stringify(value)}`);
          const body = `${space}{${space}${[...members(before), `"data"${space}:${space}${text}`, ...members(behind)].join(`${space},${space}`)}${space}}`;
          assert.deepEqual(JSON.parse(body).data, data);
          assert.equal(memberText(body, 'data'), text);
        },
      ),
    );
  });

  test('is none where there is no such member, or where two make it ambiguous', () => {
    assert.equal(memberText('{"a":{"data":1}}', 'data'), undefined);
    assert.equal(memberText('[{"data":1}]', 'data'), undefined);
    assert.equal(memberText('{"data":1,"data":2}', 'data'), undefined);
    assert.equal(memberText('{"d\\u0061ta":{"x":"}"}}', 'data'), '{"x":"}"}');
  });
});

describe('an answer', () => {
  test('gives amounts as they were, as text or as numbers, and nothing else for one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (amount) => {
        for (const value of [amount, String(amount)]) {
          const answer = readAnswer(JSON.stringify({ resultCode: '00', price: value }));
          assert.equal(answer?.amount('price'), BigInt(amount));
        }
      }),
    );
    for (const price of ['1,000', '-1', '1.5', '', null, true, {}, '1e3']) {
      assert.equal(readAnswer(JSON.stringify({ resultCode: '00', price }))?.amount('price'), undefined);
    }
  });

  test('is read on the clock of Seoul', () => {
    const times = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(times, (time) => {
        const digits = seoulDigits(time);
        const answer = readAnswer(JSON.stringify({ resultCode: '00', day: digits.slice(0, 8), at: digits.slice(8) }));
        assert.equal(answer?.time('day', 'at')?.getTime(), Math.floor(time.getTime() / 1000) * 1000);
      }),
    );
  });

  test('that is no object with a result is none', () => {
    for (const body of ['', 'null', '[]', '"00"', '{}', '{"resultCode":null}', '<html>URL</html>']) {
      assert.equal(readAnswer(body), undefined, body);
    }
  });
});

describe('codes', () => {
  test('of banks are two digits and go both ways without loss', () => {
    const known = [...banks.keys()].filter((code) => inicisCodes.bankCode(code) !== undefined);
    assert.equal(known.length, 22);
    for (const code of known) {
      assert.match(inicisCodes.bankCode(code) ?? '', /^\d{2}$/);
      assert.equal(inicisCodes.kftcBankCode(inicisCodes.bankCode(code) ?? ''), code);
    }
    assert.equal(inicisCodes.bankCode('088'), '88');
    assert.equal(inicisCodes.bankCode('999'), undefined);
  });

  test("of card companies are i'mport's", () => {
    for (const code of ['03', '04', '06', '11', '12', '14', '15', '16', '17', '21', '22', '23', '24', '25']) {
      const standard = inicisCodes.standardCardCode(code) ?? '';
      assert.ok(cards.has(standard), code);
      assert.equal(inicisCodes.cardCode(standard), code);
    }
    assert.equal(inicisCodes.standardCardCode('14'), '366');
    assert.equal(inicisCodes.standardCardCode('01'), inicisCodes.standardCardCode('17'));
    assert.equal(inicisCodes.standardCardCode('99'), undefined);
  });
});

test('every error stands in the README with its category and source, and the README names no other', () => {
  const readme = readFileSync(new URL('../../../src/gateways/inicis/README.md', import.meta.url), 'utf8');
  const rows = [...readme.slice(readme.indexOf('## Errors')).matchAll(/^\| `(\w+)` +\| (\w+) +\| (\w+) +\|$/gm)];
  assert.deepEqual(
    rows.map(([, code, category, source]) => [code, category, source]),
    Object.entries(inicisErrors).map(([code, { category, source }]) => [code, category, source]),
  );
});
