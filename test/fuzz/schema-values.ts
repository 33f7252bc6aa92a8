import fc from 'fast-check';

/** JSON Schema, as far as the server's own description uses it. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** Names of things that are there, by the fields that name them. */
export type Known = Readonly<Record<string, readonly string[]>>;

/** A value that the schema allows, mostly one that means something. */
export function fittingValue(name: string, schema: Schema, known: Known): fc.Arbitrary<unknown> {
  const names = known[name];
  if (names !== undefined && schema.type !== 'array') return fc.constantFrom(...names);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((each) => fittingValue(name, each, known)));
  switch ([schema.type].flat()[0]) {
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 2_000_000_000, 2_000_000_000) });
    case 'number':
      return fc.oneof(fc.integer({ min: 1, max: 2_000 }), fc.constantFrom('100', '1.0E3', 100.0, '10.50'));
    case 'boolean':
      return fc.oneof(fc.boolean(), fc.constantFrom('true', '0', 'Y'));
    case 'array':
      return fc.array(fittingValue(name.replace('[]', ''), schema.items ?? {}, known), { maxLength: 3 });
    case 'object':
      return schema.properties === undefined
        ? fc.dictionary(fc.string(), fc.jsonValue())
        : fittingFields(schema, known);
    default:
      return fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: Math.min(schema.maxLength ?? 40, 40) }),
        fc.constantFrom(
          '2030-12',
          '4330-1234-1234-1234',
          '010-1234-5678',
          '홍길동',
          'https://127.0.0.1:9/',
          'tosspayments',
        ),
      );
  }
}

function fittingFields(schema: Schema, known: Known): fc.Arbitrary<object> {
  return recordOf(schema, schema.required ?? [], (name, field) => fittingValue(name, field, known));
}

function recordOf(
  { properties = {} }: Schema,
  requiredKeys: readonly string[],
  valueFor: (name: string, field: Schema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.entries(properties).map(([name, field]) => [name, valueFor(name, field)] as const);
  const values: Record<string, fc.Arbitrary<unknown>> = Object.fromEntries(fields);
  return fc.record(values, { requiredKeys: [...requiredKeys], noNullPrototype: true });
}

/** What nobody in their right mind would send, and what some client will. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    ' ',
    true,
    [],
    {},
    [[]],
    [null],
    { 0: 'a' },
    '[]',
    '{}',
    '[1',
    'null',
    'undefined',
  ),
  fc.constantFrom<unknown>(
    0,
    -0,
    -1,
    0.1,
    1e21,
    1e308,
    -1e308,
    2 ** 53,
    2 ** 31,
    2 ** 63,
    5e-324,
    '9'.repeat(400),
    '-1',
    '1e999',
    'NaN',
  ),
  fc.constantFrom(
    '\u0000',
    '\ud800',
    '\udfff\ud800',
    '\ufeff',
    '\u202e',
    '가'.repeat(41),
    "'; drop table payments; --",
    '../..',
    '%00',
    '%',
  ),
  fc.constantFrom('x'.repeat(33), 'x'.repeat(257), 'x'.repeat(70_000), '😀'.repeat(40)),
  fc.constantFrom<unknown>(
    { constructor: 1 },
    { toString: null },
    { length: 1e9 },
    JSON.parse('{"__proto__":{"a":1},"then":"x"}'),
  ),
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ maxDepth: 4 }),
  fc.integer({ min: 1, max: 40 }).map((depth) => JSON.parse('['.repeat(depth) + ']'.repeat(depth))),
);

/** Fields of a schema: most of them fit, some are hostile, missing or not in the schema at all. */
export function fieldsOf(schema: Schema, known: Known): fc.Arbitrary<Record<string, unknown>> {
  const valueFor = (name: string, field: Schema) =>
    fc.oneof({ weight: 5, arbitrary: fittingValue(name, field, known) }, { weight: 1, arbitrary: hostileValue });
  const further = fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), hostileValue, { maxKeys: 2 });
  const required = fc.constantFrom(schema.required ?? [], []);
  return required.chain((requiredKeys) =>
    fc
      .tuple(
        recordOf(schema, requiredKeys, valueFor),
        fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: further }),
      )
      .map(([own, more]) => ({ ...more, ...own })),
  );
}
