import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { envelopeText } from '../../src/api/foundation/envelope.ts';
import { phpJson } from '../../src/platform/json/php-json.ts';

test('the written JSON means the same as the value, in ASCII alone and with every slash escaped', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = phpJson(value);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      assert.match(text, /^[\x20-\x7f]*$/);
      assert.doesNotMatch(text, /(?<!\\)\//);
      assert.doesNotMatch(text.replaceAll('\\\\', ''), /\\u(?![0-9a-f]{4})/);
    }),
  );
});

test('the bytes are those that PHP writes for the same values', () => {
  // By the rules of `json_encode` without flags; the slash and the Korean are as they were seen on the wire.
  const cases: [unknown, string][] = [
    ['https://a/b', '"https:\\/\\/a\\/b"'],
    ['당근 10kg', '"\\ub2f9\\uadfc 10kg"'],
    ['é', '"\\u00e9"'],
    ['😀', '"\\ud83d\\ude00"'],
    ['"\\\b\f\n\r\t', '"\\"\\\\\\b\\f\\n\\r\\t"'],
    ['\u0001\u001f\u007f', '"\\u0001\\u001f\u007f"'],
    ['\u2028', '"\\u2028"'],
    [{ a: [], b: null, c: 0, d: 12.5, e: true }, '{"a":[],"b":null,"c":0,"d":12.5,"e":true}'],
  ];
  for (const [value, text] of cases) assert.equal(phpJson(value), text);
});

test('the envelope has code, message, response in this order, and null for what a handler leaves out', () => {
  assert.equal(envelopeText(0, null, undefined), '{"code":0,"message":null,"response":null}');
  assert.equal(envelopeText(1, '이미', { url: '/' }), '{"code":1,"message":"\\uc774\\ubbf8","response":{"url":"\\/"}}');
});

test('a value that JSON has no form for is a defect, not an empty answer', () => {
  assert.throws(() => phpJson(10n));
  assert.throws(() => phpJson(undefined));
});
