import type { TObject } from 'typebox';
import { readDecimal } from '../../platform/decimal.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { withoutSeparators } from '../../platform/separators.ts';
import { nestingMax } from './form-text.ts';
import { parseJson } from './json-text.ts';

/**
 * Turns the parameters of a request into what the schema says, or refuses; unknown parameters are left out. `within` is the
 * name of the parameter that holds these, for messages.
 */
export type ObjectDecoder = (given: Readonly<Record<string, unknown>>, within?: string) => Record<string, unknown>;

/** Decodes a value that was given: never undefined, null, or an empty text (which only texts may be). */
type ValueDecoder = (name: string, value: unknown) => unknown;

interface Field {
  readonly name: string;
  readonly decode: ValueDecoder;
  readonly isText: boolean;
  readonly isRequired: boolean;
  readonly defaultValue: unknown;
}

/** The keywords of JSON Schema that parameters use. One that is not decoded here must not be promised in a description. */
interface FieldSchema {
  readonly type?: unknown;
  readonly format?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly FieldSchema[];
  readonly maxLength?: number;
  readonly 'x-digits-max'?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly items?: FieldSchema;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
}

const decodedKeywords = new Set([
  ...[
    'type',
    'format',
    'enum',
    'const',
    'anyOf',
    'maxLength',
    'x-digits-max',
    'minimum',
    'maximum',
    'default',
    'items',
    'properties',
    'required',
  ],
  ...['additionalProperties', 'description', 'examples', 'title', 'deprecated'],
]);

/** Compiled once per route. Throws for a schema that it can't decode, so that such a route does not start. */
export function compileFields(schema: TObject): ObjectDecoder {
  return compileObject(schema as FieldSchema);
}

function compileObject(schema: FieldSchema): ObjectDecoder {
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => compileField(schema, name, field));
  return (given, within) => {
    const decoded: Record<string, unknown> = {};
    for (const field of fields) {
      const value = decodeField(field, given[field.name], within);
      if (value !== undefined) decoded[field.name] = value;
    }
    return decoded;
  };
}

function decodeField(field: Field, given: unknown, within: string | undefined): unknown {
  const name = within === undefined ? field.name : `${within}[${field.name}]`;
  const isAbsent = given === undefined || given === null || (given === '' && (field.isRequired || !field.isText));
  const value = isAbsent ? undefined : field.decode(name, given);
  const isNothing = value === undefined || (Array.isArray(value) && value.length === 0);
  if (field.isRequired && isNothing) throw new Refusal('parameter_missing', { name });
  return isAbsent ? field.defaultValue : value;
}

function compileField(parent: FieldSchema, name: string, schema: FieldSchema): Field {
  // A lookup of such a name finds something in every object.
  if (name in Object.prototype) throw new Error(`a parameter can't have the name ${name}`);
  return {
    name,
    decode: compileValue(schema),
    isText: (schema.type === 'string' && choicesOf(schema) === undefined) || isJsonText(schema),
    isRequired: parent.required?.includes(name) ?? false,
    defaultValue: schema.default,
  };
}

function compileValue(schema: FieldSchema): ValueDecoder {
  const unknown = Object.keys(schema).find((keyword) => !decodedKeywords.has(keyword));
  if (unknown !== undefined) throw new Error(`parameters with the keyword ${unknown} are not decoded`);
  const choices = choicesOf(schema);
  if (choices) return choiceDecoder(choices);
  if (isJsonText(schema)) return jsonTextDecoder(schema.maxLength);
  if (schema.type === 'string' && schema.format === 'digits') return digitsDecoder(schema['x-digits-max']);
  if (schema.type === 'string' && schema.format === 'telephone') return telephoneDecoder(schema.maxLength);
  if (schema.type === 'string') return textDecoder(schema.maxLength);
  if (schema.type === 'integer') return integerDecoder(schema.minimum, schema.maximum);
  if (schema.type === 'boolean') return decodeBoolean;
  if (schema.type === 'number' && schema.format === 'decimal') return decodeAmount;
  if (schema.type === 'array' && schema.items) return listDecoder(schema.items);
  if (schema.type === 'object') return objectDecoder(schema);
  throw new Error(`parameters of the type ${String(schema.type)} are not decoded`);
}

function invalid(name: string, expected: string): Refusal {
  return new Refusal('parameter_invalid', { name, expected });
}

function textDecoder(maxLength: number | undefined): ValueDecoder {
  return (name, value) => withinLength(name, storableText(name, textOf(name, value)), maxLength);
}

function withinLength(name: string, text: string, maxLength: number | undefined): string {
  // There are never more code points than UTF-16 units, so most texts need no counting.
  if (maxLength !== undefined && text.length > maxLength && codePoints(text) > maxLength) {
    throw new Refusal('parameter_too_long', { name, max: String(maxLength) });
  }
  return text;
}

function digitsDecoder(digitsMax: number | undefined): ValueDecoder {
  return (name, value) => {
    const written = storableText(name, textOf(name, value));
    withinLength(name, withoutSeparators(written), digitsMax);
    return written;
  };
}

/** As it was written where it fits; else without blanks, and then without any separator, before it is refused. */
function telephoneDecoder(maxLength = Number.POSITIVE_INFINITY): ValueDecoder {
  return (name, value) => {
    const written = storableText(name, textOf(name, value));
    const forms = [written, written.replace(/\s/g, ''), withoutSeparators(written.replace(/[().]/g, ''))];
    return withinLength(name, forms.find((text) => text.length <= maxLength) ?? written, maxLength);
  };
}

/** What has a meaning for its sender only: a text as it is, anything else as its JSON. */
function isJsonText(schema: FieldSchema): boolean {
  return Array.isArray(schema.type) && schema.type.includes('string') && schema.type.includes('object');
}

function jsonTextDecoder(maxLength: number | undefined): ValueDecoder {
  return (name, value) => {
    const isText = typeof value === 'string' || typeof value === 'number';
    const text = isText ? textOf(name, value) : JSON.stringify(plainCopy(name, value, 1));
    return withinLength(name, storableText(name, text), maxLength);
  };
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number' || Math.abs(value) > Number.MAX_SAFE_INTEGER) throw invalid(name, '문자열');
  // Beyond these bounds JSON has rounded the digits, or they get an exponent: no longer the text that its writer meant.
  const text = String(value);
  if (text.includes('e')) throw invalid(name, '문자열');
  return text;
}

/** PostgreSQL holds neither U+0000 nor half a surrogate pair. */
function storableText(name: string, text: string): string {
  if (text.includes('\0') || !text.isWellFormed()) throw invalid(name, '올바른 유니코드 문자열');
  return text;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _point of text) count++;
  return count;
}

/** The few texts that a schema allows, in any of the three ways to say so. */
function choicesOf({ enum: listed, const: only, anyOf }: FieldSchema): readonly string[] | undefined {
  const choices = listed ?? (only === undefined ? anyOf?.map((each) => each.const) : [only]);
  return choices?.every((choice) => typeof choice === 'string') ? choices : undefined;
}

function choiceDecoder(choices: readonly string[]): ValueDecoder {
  const expected = `${choices.join(', ')} 중 하나`;
  return (name, value) => {
    if (typeof value !== 'string' || !choices.includes(value)) throw invalid(name, expected);
    return value;
  };
}

function integerDecoder(minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER): ValueDecoder {
  const bounded = minimum !== Number.MIN_SAFE_INTEGER || maximum !== Number.MAX_SAFE_INTEGER;
  const expected = bounded ? `${minimum} 이상 ${maximum} 이하의 정수` : '정수';
  return (name, value) => {
    const integer = typeof value === 'string' ? wholeNumber(value) : value;
    if (typeof integer !== 'number' || !Number.isSafeInteger(integer)) throw invalid(name, expected);
    if (integer < minimum || integer > maximum) throw invalid(name, expected);
    // A minus zero would be written and compared differently.
    return integer === 0 ? 0 : integer;
  };
}

/** `5`, and what other languages make of it in a form: `5.0`, `5.0E0`. */
function wholeNumber(text: string): number | undefined {
  const decimal = readDecimal(text.trim());
  if (!decimal || decimal.scale > 0) return undefined;
  const { isNegative, digits } = decimal;
  return isNegative ? -Number(digits) : Number(digits);
}

const yes: ReadonlySet<string> = new Set(['true', '1', 'y', 'yes', 'on', 't']);
const no: ReadonlySet<string> = new Set(['false', '0', 'n', 'no', 'off', 'f']);

function decodeBoolean(name: string, value: unknown): boolean {
  const word = typeof value === 'object' ? '' : String(value).trim().toLowerCase();
  if (yes.has(word)) return true;
  if (no.has(word)) return false;
  throw invalid(name, 'true 또는 false');
}

function decodeAmount(name: string, value: unknown): number | string {
  if (typeof value === 'number' || typeof value === 'string') return value;
  throw invalid(name, '숫자');
}

function listDecoder(items: FieldSchema): ValueDecoder {
  const decodeItem = compileValue(items);
  return (name, value) =>
    elementsOf(name, value).flatMap((element) => {
      if (element === null || element === undefined) return [];
      return [decodeItem(`${name}[]`, element)];
    });
}

function elementsOf(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  // PHP writes a list with gaps as an object.
  const isNumbered =
    typeof value === 'object' && value !== null && Object.keys(value).every((key) => /^\d+$/.test(key));
  if (isNumbered) return Object.values(value);
  if (typeof value === 'object') throw invalid(name, '목록');
  if (typeof value !== 'string' || !value.trimStart().startsWith('[')) return [value];
  const parsed = jsonParameter(value);
  return Array.isArray(parsed) ? parsed : [value];
}

function objectDecoder(schema: FieldSchema): ValueDecoder {
  const decodeKnown = schema.properties === undefined ? undefined : compileObject(schema);
  return (name, value) => {
    const given = typeof value === 'string' ? jsonParameter(value) : value;
    // PHP writes an object without fields as an empty list. What has to be in one is missing all the same.
    const object = Array.isArray(given) && given.length === 0 ? {} : given;
    if (typeof object !== 'object' || object === null || Array.isArray(object)) throw invalid(name, '객체');
    return decodeKnown ? decodeKnown(object as Record<string, unknown>, name) : plainCopy(name, object, 1);
  };
}

/** JSON inside a parameter, as forms carry it; undefined when the text is not JSON. */
function jsonParameter(text: string): unknown {
  try {
    return parseJson(Buffer.from(text), text);
  } catch (error) {
    if (error instanceof Refusal && error.errorCode === 'malformed_body') return undefined;
    throw error;
  }
}

/**
 * A copy in which every text can be stored, every number has the digits that were written, and no key reaches a prototype. Its
 * depth is bounded by the readers of bodies.
 */
function plainCopy(name: string, value: unknown, depth: number): unknown {
  if (typeof value === 'string') return storableText(name, value);
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) throw invalid(name, '2^53보다 작은 숫자');
  if (typeof value !== 'object' || value === null) return value;
  if (depth > nestingMax * 2) throw new Refusal('body_too_deep');
  if (Array.isArray(value)) return value.map((element) => plainCopy(name, element, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [key, element] of Object.entries(value)) {
    if (key === '__proto__') continue;
    copy[storableText(name, key)] = plainCopy(name, element, depth + 1);
  }
  return copy;
}
