import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { phpJson } from '../../src/platform/json/php-json.ts';

interface FieldFact {
  readonly type: string | Readonly<Record<string, string>>;
  readonly maxLength?: number;
}

interface Definition {
  readonly fields: Readonly<Record<string, FieldFact | string>>;
  readonly required?: readonly string[];
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly responses: Readonly<Record<string, string | null>>;
}

interface Contract {
  readonly operations: readonly Operation[];
  readonly definitions: Readonly<Record<string, Definition>>;
}

const contract = JSON.parse(readFileSync(new URL('./imp-v1.json', import.meta.url), 'utf8')) as Contract;

/** What any operation may answer: the contract lists these nowhere, or only here and there. 409 and 422 are Idempotency-Key's. */
const generalStatuses: ReadonlySet<number> = new Set([400, 401, 405, 408, 409, 413, 415, 422, 431, 500, 503]);

/** The contract is silent on an unknown id here; the real server answers lookups by id with 404 everywhere else. */
const inferredStatuses: Readonly<Record<string, readonly number[]>> = {
  'DELETE /cvs/{imp_uid}': [404],
  'POST /receipts/{imp_uid}': [404],
  'DELETE /receipts/{imp_uid}': [404],
};

/** The order of keys that was seen on the wire. For definitions that are not named here none is known. */
const keyOrders: Readonly<Record<string, readonly string[]>> = {
  AuthAnnotation: ['access_token', 'now', 'expired_at'],
  PaymentAnnotation: Object.keys(contract.definitions.PaymentAnnotation?.fields ?? {}).sort(),
  PaymentCancelAnnotation: ['pg_tid', 'amount', 'cancelled_at', 'reason', 'receipt_url', 'cancellation_id'],
};

/** Unset texts and objects are null; unset numbers and times 0, lists empty, booleans false. This one number is the exception. */
const nullableNumbers: ReadonlySet<string> = new Set(['PaymentAnnotation.card_type']);

/** The operations of the surface, as `METHOD /path/{parameter}`. */
export const contractOperations: readonly string[] = contract.operations.map(({ method, path }) => `${method} ${path}`);

/** What the contract calls the operation `METHOD /path/{parameter}`; `undefined`: it has none like that. */
export function contractNameOf(name: string): string | undefined {
  const operation = operationOf(name);
  return operation && `${operation.method} ${operation.path}`;
}

/**
 * Throws an `AssertionError` that names the field when an answer breaks the facts of the contract. `body` is the text as
 * it was received, of which the bytes are looked at too, or what was parsed from it.
 */
export function assertMatchesContract(
  method: string,
  pathTemplate: string,
  status: number,
  body: string | object,
): void {
  const operation = operationOf(`${method} ${pathTemplate}`);
  assert.ok(operation, `${method} ${pathTemplate} is not in the contract`);
  const name = `${operation.method} ${operation.path}`;
  const parsed: unknown = typeof body === 'string' ? JSON.parse(body) : body;
  if (typeof body === 'string')
    assert.equal(body, phpJson(parsed), `${name}: the body is not written as PHP writes it`);
  assert.ok(isObject(parsed), `${name}: the body is not an object`);
  assert.deepEqual(Object.keys(parsed), ['code', 'message', 'response'], `${name}: the keys of the envelope`);
  const known = status in operation.responses || generalStatuses.has(status);
  assert.ok(
    known || inferredStatuses[name]?.includes(status),
    `${name}: the HTTP status ${status} is not in the contract`,
  );
  if (parsed.code === 0) assertSuccess(operation, name, status, parsed);
  else assertRefusal(name, parsed);
}

/** The contract has the optional status at the end of a path only in its long form. */
function operationOf(name: string): Operation | undefined {
  const position = contractOperations.findIndex((each) => each === name || each === `${name}/{payment_status}`);
  return contract.operations[position];
}

function assertSuccess(operation: Operation, name: string, status: number, body: Record<string, unknown>): void {
  const envelope = operation.responses[status];
  assert.ok(envelope, `${name}: code 0 with the HTTP status ${status}`);
  assert.equal(body.message, null, `${name}: message of a success`);
  const type = contract.definitions[envelope]?.fields.response;
  assert.ok(typeof type === 'string', `the definition ${envelope} has no response`);
  assertType(`${name}: response`, type, body.response);
}

function assertRefusal(name: string, body: Record<string, unknown>): void {
  assert.ok(body.code === 1 || body.code === -1, `${name}: code ${String(body.code)}`);
  assert.ok(typeof body.message === 'string' && body.message !== '', `${name}: message of a refusal`);
  // Messages that send the caller to another operation name its path, with `{imp_uid}` in it.
  assert.doesNotMatch(body.message, /\{(?!imp_uid\})\w+\}/, `${name}: the message has a name that was not filled in`);
  assert.equal(body.response, null, `${name}: response of a refusal`);
}

function assertType(at: string, type: string, value: unknown): void {
  const element = /^array<(\w+)>$/.exec(type)?.[1];
  if (element !== undefined) {
    assert.ok(Array.isArray(value), `${at} is not a list`);
    value.forEach((each, index) => {
      assertType(`${at}[${index}]`, element, each);
    });
  } else if (type in contract.definitions) {
    assertDefinition(at, type, value);
  } else if (type === 'integer') {
    assert.ok(Number.isSafeInteger(value), `${at} is not an integer but ${JSON.stringify(value)}`);
  } else {
    const isRight = typeof value === type && !Number.isNaN(value);
    assert.ok(isRight, `${at} is not of the type ${type} but ${JSON.stringify(value)}`);
  }
}

function assertDefinition(at: string, definitionName: string, value: unknown): void {
  const { fields, required = [] } = contract.definitions[definitionName] as Definition;
  assert.ok(isObject(value), `${at} is not an object`);
  for (const field of Object.keys(value)) assert.ok(field in fields, `${at}.${field} is not in ${definitionName}`);
  for (const [field, fact] of Object.entries(fields)) {
    assert.ok(field in value, `${at}.${field} is missing`);
    const { type, maxLength } = typeof fact === 'string' ? { type: fact, maxLength: undefined } : fact;
    const given = value[field];
    if (given === null) {
      const mayBeNull = !required.includes(field) && isNullable(`${definitionName}.${field}`, type);
      assert.ok(mayBeNull, `${at}.${field} is null`);
    } else if (typeof type === 'string') {
      assertType(`${at}.${field}`, type, given);
      const length = typeof given === 'string' ? [...given].length : 0;
      assert.ok(length <= (maxLength ?? Infinity), `${at}.${field} is longer than ${maxLength}`);
    } else {
      assertInline(`${at}.${field}`, type, given);
    }
  }
  const order = keyOrders[definitionName];
  if (order) assert.deepEqual(Object.keys(value), order, `${at}: the order of the keys`);
}

function assertInline(at: string, types: Readonly<Record<string, string>>, value: unknown): void {
  assert.ok(isObject(value), `${at} is not an object`);
  assert.deepEqual(Object.keys(value).sort(), Object.keys(types).sort(), `${at}: its fields`);
  for (const [field, type] of Object.entries(types)) assertType(`${at}.${field}`, type, value[field]);
}

function isNullable(name: string, type: FieldFact['type']): boolean {
  if (typeof type !== 'string' || type === 'string') return true;
  return nullableNumbers.has(name);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
