import type { TSchema } from 'typebox';
import { Check } from 'typebox/value';

/** Where something is wrong in a file: a JSON pointer, and what about it, as the end of a sentence that begins with it. */
export interface SchemaProblem {
  readonly path: string;
  readonly problem: string;
}

/** The parts of a JSON schema that files of ours are described by. */
interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly description?: string;
}

/**
 * Everything in which a value differs from its schema, in its order, with the values that are allowed. The validator's own
 * list stops after a few, and does not say what is allowed. Values are quoted only where the schema lists what may stand
 * there: everywhere else it may be a secret.
 */
export function schemaProblems(schema: TSchema, value: unknown): readonly SchemaProblem[] {
  return problemsAt(schema as Schema, value, '');
}

function problemsAt(schema: Schema, value: unknown, path: string): SchemaProblem[] {
  if (schema.properties) return problemsOfObject(schema, schema.properties, value, path);
  if (schema.patternProperties) return problemsOfRecord(schema.patternProperties, value, path);
  if (schema.items) return problemsOfList(schema, schema.items, value, path);
  return Check(schema as TSchema, value) ? [] : [{ path, problem: mustBe(schema, value) }];
}

function problemsOfObject(
  { required = [], additionalProperties }: Schema,
  properties: Readonly<Record<string, Schema>>,
  value: unknown,
  path: string,
): SchemaProblem[] {
  if (!isObject(value)) return [{ path, problem: `must be an object with ${required.join(', ') || 'fields'}` }];
  const known = Object.keys(properties);
  const missing = required
    .filter((name) => value[name] === undefined)
    .map((name) => ({ path, problem: `lacks ${name}${allowedOf(properties[name])}` }));
  const given = Object.entries(value).flatMap(([name, each]) => {
    const at = `${path}/${escaped(name)}`;
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (schema) return each === undefined ? [] : problemsAt(schema, each, at);
    return additionalProperties === false
      ? [{ path: at, problem: `is not a field here; there are ${known.join(', ')}` }]
      : [];
  });
  return [...missing, ...given];
}

function problemsOfRecord(
  patternProperties: Readonly<Record<string, Schema>>,
  value: unknown,
  path: string,
): SchemaProblem[] {
  if (!isObject(value)) return [{ path, problem: 'must be an object' }];
  return Object.entries(value).flatMap(([name, each]) => {
    const [, schema] = Object.entries(patternProperties).find(([pattern]) => new RegExp(pattern, 'u').test(name)) ?? [];
    return schema ? problemsAt(schema, each, `${path}/${escaped(name)}`) : [];
  });
}

function problemsOfList(schema: Schema, items: Schema, value: unknown, path: string): SchemaProblem[] {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  if (!Array.isArray(value)) return [{ path, problem: `must be a list, not ${kindOf(value)}` }];
  if (value.length < minItems) return [{ path, problem: `must have at least ${minItems}` }];
  if (value.length > maxItems) return [{ path, problem: `must have at most ${maxItems}, not ${value.length}` }];
  return value.flatMap((each, index) => problemsAt(items, each, `${path}/${index}`));
}

function mustBe(schema: Schema, value: unknown): string {
  if (schema.enum) return `must be one of ${schema.enum.join(', ')}, not ${quoted(value)}`;
  if (schema.description !== undefined) return `must be ${schema.description}`;
  switch (schema.type) {
    case 'string':
      return typeof value === 'string' ? `must be ${lengthOf(schema)}` : `must be a text, not ${kindOf(value)}`;
    case 'number':
    case 'integer':
      return typeof value === 'number' ? `must be ${rangeOf(schema)}` : `must be a number, not ${kindOf(value)}`;
    case 'boolean':
      return `must be true or false, not ${kindOf(value)}`;
    default:
      return 'is not as it has to be';
  }
}

function lengthOf({ minLength = 0, maxLength, pattern }: Schema): string {
  if (pattern !== undefined) return `a text of the form ${pattern}`;
  return maxLength === undefined ? `at least ${minLength} characters` : `${minLength} to ${maxLength} characters long`;
}

function rangeOf({ minimum, exclusiveMinimum, maximum }: Schema): string {
  const from = exclusiveMinimum === undefined ? `from ${minimum ?? 'any'}` : `above ${exclusiveMinimum}`;
  const to = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? '' : `, at most ${maximum}`;
  return `a number ${from}${to}`;
}

function allowedOf(schema: Schema | undefined): string {
  return schema?.enum ? ` (one of ${schema.enum.join(', ')})` : '';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return { string: 'a text', number: 'a number', boolean: 'true or false' }[typeof value as string] ?? 'an object';
}

function quoted(value: unknown): string {
  return typeof value === 'string'
    ? JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
    : kindOf(value);
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
