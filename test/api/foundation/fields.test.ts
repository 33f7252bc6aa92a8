import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type TSchema, Type } from 'typebox';
import { compileFields } from '../../../src/api/foundation/field-decoder.ts';
import {
  AmountField,
  BooleanField,
  ChoiceField,
  DigitsField,
  IntegerField,
  JsonTextField,
  ObjectField,
  StringListField,
  TelephoneField,
  TextField,
} from '../../../src/api/foundation/fields.ts';
import { Refusal } from '../../../src/platform/errors/refusal.ts';
import type { ErrorCode } from '../../../src/platform/errors/registry.ts';

/** Decodes one optional parameter; `undefined` means that it counts as absent. */
function decode(schema: TSchema, value: unknown): unknown {
  return compileFields(Type.Object({ field: Type.Optional(schema) }))({ field: value }).field;
}

function assertRefused(schema: TSchema, value: unknown, code: ErrorCode = 'parameter_invalid'): void {
  assert.throws(
    () => decode(schema, value),
    (error) => error instanceof Refusal && error.errorCode === code && error.message.includes('field'),
    `${JSON.stringify(value)} should be ${code}`,
  );
}

test('a text takes numbers as their text, but none whose digits JSON has lost', () => {
  assert.equal(decode(TextField(), 'a'), 'a');
  assert.equal(decode(TextField(), 1234), '1234');
  assert.equal(decode(TextField(), 0.5), '0.5');
  assert.equal(decode(TextField(), 0), '0');
  for (const value of [2 ** 53, 1e21, 1e-7, true, ['a'], { a: 1 }]) assertRefused(TextField(), value);
});

test('the length of a text is counted in code points, not in UTF-16 units', () => {
  const limited = TextField({ maxLength: 3 });
  assert.equal(decode(limited, '😀😀😀'), '😀😀😀');
  assert.equal(decode(limited, '환불금'), '환불금');
  assertRefused(limited, 'abcd', 'parameter_too_long');
  assertRefused(limited, '😀😀😀😀', 'parameter_too_long');
  assertRefused(limited, 1234, 'parameter_too_long');
});

test('text that PostgreSQL can not hold is refused wherever it stands', () => {
  for (const bad of ['a\0b', '\ud800', 'a\udc00']) {
    assertRefused(TextField(), bad);
    assertRefused(StringListField(), ['ok', bad]);
    assertRefused(ObjectField(), { deep: [{ text: bad }] });
    assertRefused(ObjectField(), { [bad]: 1 });
  }
});

test('an integer is taken as a number or as its text, within its bounds', () => {
  const page = IntegerField({ minimum: 1, maximum: 1000 });
  assert.equal(decode(page, 5), 5);
  assert.equal(decode(page, ' 1000 '), 1000);
  assert.equal(decode(page, 1.0), 1);
  assert.ok(Object.is(decode(IntegerField(), '-0'), 0));
  assert.equal(decode(IntegerField(), '-12'), -12);
  // As JSON numbers these are whole, and so they are as the texts that a form has for them.
  for (const value of ['1e3', '1.0E3', '1000.0', 1e3]) assert.equal(decode(page, value), 1000);
  assert.equal(decode(IntegerField(), '1.7E9'), 1_700_000_000);
  for (const value of [0, 1001, 1.5, '1.5', '1e-3', '1e', '0x10', 'a', true, [], {}, Number.NaN]) {
    assertRefused(page, value);
  }
  for (const value of ['9007199254740993', '1.00000000000000000001', '1e999']) assertRefused(IntegerField(), value);
});

test('a boolean is taken in the words that clients have for it, and in no other', () => {
  for (const value of [true, 'true', 1, '1', 'Y', 'y', 'yes', 'True', 'TRUE', 'on', 't', ' true ']) {
    assert.equal(decode(BooleanField(), value), true);
  }
  for (const value of [false, 'false', 0, '0', 'N', 'n', 'no', 'False', 'off', 'f']) {
    assert.equal(decode(BooleanField(), value), false);
  }
  for (const value of ['yep', '-', 2, '2', [], {}, ['true'], { toString: 1, valueOf: 1 }]) {
    assertRefused(BooleanField(), value);
  }
});

test('an amount stays as it was given, because its currency is not known yet', () => {
  for (const value of [1000, '1000', 12.5, '12.50', -1, 'abc', 1e21]) assert.equal(decode(AmountField(), value), value);
  for (const value of [true, [1], { amount: 1 }]) assertRefused(AmountField(), value);
});

test('what only its sender understands is kept as text, and an object or a list as its JSON', () => {
  for (const [given, kept] of [
    ['{"user":399}', '{"user":399}'],
    ['', ''],
    [{ user: 399, 이름: '홍길동' }, '{"user":399,"이름":"홍길동"}'],
    [[1, 'a', null], '[1,"a",null]'],
    [{}, '{}'],
    [399, '399'],
    [true, 'true'],
  ]) {
    assert.equal(decode(JsonTextField(), given), kept);
  }
  for (const bad of ['a\0b', { deep: ['\ud800'] }, 2 ** 53, { id: 2 ** 53 }, { id: 1e21 }]) {
    assertRefused(JsonTextField(), bad);
  }
});

test('the digits of a number are counted without the hyphens and blanks between them', () => {
  const account = DigitsField({ digitsMax: 16 });
  for (const typed of ['056-076923-01-017', '056 076923 01 017', '056–076923－01−017', ' 05607692301017 ']) {
    assert.equal(decode(account, typed), typed);
  }
  assert.equal(decode(account, 5607692301017), '5607692301017');
  assert.equal(decode(account, '1234-5678-9012-3456'), '1234-5678-9012-3456');
  assertRefused(account, '1234-5678-9012-3456-7', 'parameter_too_long');
});

test('a telephone number is kept as it was written, and without separators where it would not fit otherwise', () => {
  const tel = TelephoneField({ maxLength: 16 });
  for (const [written, kept] of [
    ['010-1234-5678', '010-1234-5678'],
    ['(02) 123-4567', '(02) 123-4567'],
    ['010 - 1234 - 5678', '010-1234-5678'],
    ['+82 (0)10-1234-5678', '+8201012345678'],
    ['', ''],
  ]) {
    assert.equal(decode(tel, written), kept);
  }
  assertRefused(tel, '02-123-4567 ext. 12345', 'parameter_too_long');
});

test('null counts as absent for every kind, and an empty text for every kind but texts', () => {
  const kinds = [AmountField(), IntegerField(), BooleanField(), StringListField(), ObjectField(), ChoiceField(['a'])];
  for (const schema of [...kinds, TextField(), JsonTextField()]) assert.equal(decode(schema, null), undefined);
  for (const schema of kinds) assert.equal(decode(schema, ''), undefined);
  assert.equal(decode(TextField(), ''), '');
});

test('a required parameter is missing when it is absent, null, empty or an empty list', () => {
  const decodeRequired = compileFields(Type.Object({ field: TextField() }));
  const decodeList = compileFields(Type.Object({ field: StringListField() }));
  const isMissing = (error: unknown) => error instanceof Refusal && error.errorCode === 'parameter_missing';
  for (const given of [{}, { field: null }, { field: '' }]) assert.throws(() => decodeRequired(given), isMissing);
  for (const given of [{}, { field: [] }, { field: '[]' }, { field: [null] }]) {
    assert.throws(() => decodeList(given), isMissing);
  }
});

test('a list is taken as a list, as one text, or as the JSON of a list', () => {
  assert.deepEqual(decode(StringListField(), ['a', 1]), ['a', '1']);
  assert.deepEqual(decode(StringListField(), 'a,b'), ['a,b']);
  assert.deepEqual(decode(StringListField(), '["a","b"]'), ['a', 'b']);
  assert.deepEqual(decode(StringListField(), '[not json'), ['[not json']);
  assert.deepEqual(decode(StringListField(), 7), ['7']);
  assert.deepEqual(decode(StringListField(), { 0: 'a', 2: 'b' }), ['a', 'b'], 'as PHP writes a list with gaps');
  assertRefused(StringListField(), { a: 'b' });
  assertRefused(StringListField(), ['a', { b: 1 }]);
  assertRefused(StringListField({ maxLength: 2 }), ['abc'], 'parameter_too_long');
});

test('an object passes with its contents, also as JSON text, and an empty PHP array is an empty object', () => {
  assert.deepEqual(decode(ObjectField(), { requester: 'customer', n: 1 }), { requester: 'customer', n: 1 });
  assert.deepEqual(decode(ObjectField(), '{"requester":"customer"}'), { requester: 'customer' });
  assert.deepEqual(decode(ObjectField(), []), {});
  for (const value of ['text', '[1]', [1], 5, true]) assertRefused(ObjectField(), value);
});

test('the fields of a described object are decoded and named by their path', () => {
  const schema = Type.Object({ requester: ChoiceField(['customer', 'admin']) });
  assert.deepEqual(decode(schema, { requester: 'admin', more: 1 }), { requester: 'admin' });
  assert.throws(() => decode(schema, { requester: 'x' }), { message: /field\[requester\].*customer, admin/ });
  assert.throws(() => decode(schema, { more: 1 }), { message: /field\[requester\]/ });
});

test('an empty PHP array has none of the fields that a described object needs', () => {
  const Order = Type.Object({ order_id: Type.String(), kind: Type.Optional(BooleanField({ default: true })) });
  const decode = compileFields(Type.Object({ list: Type.Array(Order) }));
  for (const list of [[[]], ['[]'], [{}]]) {
    assert.throws(() => decode({ list }, undefined), {
      errorCode: 'parameter_missing',
      message: /list\[\]\[order_id\]/,
    });
  }
  const Optional = Type.Object({ kind: Type.Optional(BooleanField({ default: true })) });
  assert.deepEqual(compileFields(Type.Object({ of: Optional }))({ of: [] }, undefined), { of: { kind: true } });
});

test('a choice is one of its texts, whichever way the schema lists them', () => {
  const union = Type.Union([Type.Literal('person'), Type.Literal('company')]);
  for (const schema of [union, ChoiceField(['person', 'company']), Type.Enum(['person', 'company'])]) {
    assert.equal(decode(schema, 'company'), 'company');
    for (const value of ['Company', 1, ['person'], { person: 1 }]) assertRefused(schema, value);
  }
  assertRefused(Type.Literal('person'), 'company');
});

test('a default stands in for what is absent', () => {
  assert.equal(decode(IntegerField({ default: 20 }), undefined), 20);
  assert.equal(decode(IntegerField({ default: 20 }), null), 20);
  assert.equal(decode(IntegerField({ default: 20 }), 5), 5);
});

test('no parameter reaches a prototype', () => {
  const given = JSON.parse(
    '{"field":{"__proto__":{"polluted":1},"a":{"__proto__":{"polluted":1}}},"__proto__":{"x":1}}',
  );
  const decoded = compileFields(Type.Object({ field: ObjectField() }))(given);
  assert.equal(Object.getPrototypeOf(decoded.field), Object.prototype);
  assert.deepEqual(decoded, { field: { a: {} } });
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
  assert.throws(() => compileFields(Type.Object({ constructor: TextField() })), /constructor/);
});

test('a schema that promises what is not checked does not start', () => {
  const promising = [
    Type.String({ pattern: '^a$' }),
    Type.String({ minLength: 1 }),
    Type.Number(),
    Type.Array(Type.String(), { maxItems: 2 }),
    Type.Union([Type.String(), Type.Integer()]),
  ];
  for (const schema of promising) assert.throws(() => compileFields(Type.Object({ field: schema })), /not decoded/);
});

test('whatever is given, what comes out has the described kind or is refused', () => {
  const decodeAll = compileFields(
    Type.Object({
      text: Type.Optional(TextField({ maxLength: 4 })),
      integer: Type.Optional(IntegerField()),
      boolean: Type.Optional(BooleanField()),
      list: Type.Optional(StringListField()),
      object: Type.Optional(ObjectField()),
      json: Type.Optional(JsonTextField()),
      digits: Type.Optional(DigitsField({ digitsMax: 16 })),
    }),
  );
  const kinds: Record<string, (value: unknown) => boolean> = {
    text: (value) => typeof value === 'string' && [...value].length <= 4,
    integer: Number.isSafeInteger,
    boolean: (value) => typeof value === 'boolean',
    list: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
    object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    json: (value) => typeof value === 'string',
    digits: (value) => typeof value === 'string' && [...value.replace(/[\s-]/g, '')].length <= 16,
  };
  const anything = fc.record(
    Object.fromEntries(Object.keys(kinds).map((name) => [name, fc.oneof(fc.jsonValue(), fc.string())])),
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(anything, (given) => {
      try {
        for (const [name, value] of Object.entries(decodeAll(given))) assert.ok(kinds[name]?.(value), name);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
    }),
  );
});
