import assert from 'node:assert/strict';
import {
  type ContractOperation,
  type ContractType,
  contract,
  contractOperationOf,
  type Definition,
  factOf,
  nameOf,
  responseTypeOf,
} from '../../src/documents/surface/contract.ts';
import { phpJson } from '../../src/platform/json/php-json.ts';

/** What any operation may answer: the contract lists these nowhere, or only here and there. 409 and 422 are Idempotency-Key's. */
const generalStatuses: ReadonlySet<number> = new Set([400, 401, 405, 408, 409, 413, 415, 422, 431, 500, 503]);

/** The contract is silent on an unknown id here; the real server answers lookups by id with 404 everywhere else. */
const inferredStatuses: Readonly<Record<string, readonly number[]>> = {
  'DELETE /cvs/{imp_uid}': [404],
  'POST /receipts/{imp_uid}': [404],
  'DELETE /receipts/{imp_uid}': [404],
  'GET /payments/prepare/{merchant_uid}': [404],
  'POST /paymentwall/delivery': [404],
  'GET /payments/{imp_uid}/naver/cash-amount': [404],
  'POST /payco/orders/status/{imp_uid}': [404],
};

/**
 * The contract has a bare list where clients of two languages, and a third one's tests, read a page (facts: schedules.md): of what
 * the page's list is made.
 */
const pages: Readonly<Record<string, string>> = {
  'GET /subscribe/payments/schedule': 'ScheduleResultAnnotation',
  'GET /subscribe/payments/schedule/customers/{customer_uid}': 'ScheduleResultAnnotation',
  'GET /subscribe/customers/{customer_uid}/schedules': 'ScheduleResultAnnotation',
};

/** The order of keys that was seen on the wire, or that an official client decodes in. For other definitions none is known. */
const keyOrders: Readonly<Record<string, readonly string[]>> = {
  AuthAnnotation: ['access_token', 'now', 'expired_at'],
  PaymentAnnotation: Object.keys(contract.definitions.PaymentAnnotation?.fields ?? {}).sort(),
  NaverProductOrderAnnotation: Object.keys(contract.definitions.NaverProductOrderAnnotation?.fields ?? {}),
  CustomerAnnotation: Object.keys(contract.definitions.CustomerAnnotation?.fields ?? {}).sort(),
  CertificationAnnotation: ['birth', ...Object.keys(contract.definitions.CertificationAnnotation?.fields ?? {})].sort(),
  PaymentCancelAnnotation: ['pg_tid', 'amount', 'cancelled_at', 'reason', 'receipt_url', 'cancellation_id'],
};

/** Unset texts and objects are null; unset numbers and times 0, lists empty, booleans false. These are the exceptions. */
const nullableOthers: ReadonlySet<string> = new Set([
  'PaymentAnnotation.card_type',
  'CustomerAnnotation.card_type',
  'NaverProductOrderAnnotation.shipping_due',
  'CertificationAnnotation.foreigner_v2',
]);

/** Left out, and not null, where there is none. */
const mayBeLeftOut: ReadonlySet<string> = new Set([
  'CertificationAnnotation.phone',
  'CertificationAnnotation.carrier',
  // Paymentwall's answer, which says either that it has taken it, or why not.
  'PaymentwallDeliveryDetailAnnotation.success',
  'PaymentwallDeliveryDetailAnnotation.error_code',
  'PaymentwallDeliveryDetailAnnotation.error',
  'PaymentwallDeliveryDetailAnnotation.notices',
]);

/** Seen on the wire, or told of in a description, and in no schema. */
const observedFields: Readonly<Record<string, Definition['fields']>> = {
  CertificationAnnotation: { birth: 'integer' },
  PaymentwallDeliveryDetailAnnotation: { success: 'integer' },
};

/** The few whose success says something, by the documentation (the definition of the envelope has no word on it). */
const successMessages: Readonly<Record<string, string>> = {
  'DELETE /kcpquick/autopay/{customer_uid}': '자동결제 키가 정상적으로 삭제되었습니다.',
  'POST /kcpquick/members/{member_id}/fido/release': '생체인증 사용이 정상적으로 해제되었습니다.',
};

/** What KCP refuses has KCP's own code and text in the place of the response, by the documentation. */
const showsGatewayError: ReadonlySet<string> = new Set(['POST /kcpquick/members/{member_id}/fido/release']);

/** What Paymentwall refuses has its answer as the response, by the documentation. */
const showsGatewayAnswer: Readonly<Record<string, string>> = {
  'POST /paymentwall/delivery': 'PaymentwallDeliveryDetailAnnotation',
};

/** The operations of the surface, as `METHOD /path/{parameter}`. */
export const contractOperations: readonly string[] = contract.operations.map(nameOf);

/** What the contract calls the operation `METHOD /path/{parameter}`; `undefined`: it has none like that. */
export function contractNameOf(name: string): string | undefined {
  const operation = contractOperationOf(name);
  return operation && nameOf(operation);
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
  const operation = contractOperationOf(`${method} ${pathTemplate}`);
  assert.ok(operation, `${method} ${pathTemplate} is not in the contract`);
  const name = nameOf(operation);
  const parsed: unknown = typeof body === 'string' ? JSON.parse(body) : body;
  if (typeof body === 'string')
    assert.equal(body, phpJson(parsed), `${name}: the body is not written as PHP writes it`);
  assert.ok(isObject(parsed), `${name}: the body is not an object`);
  const last = showsGatewayError.has(name) && 'error' in parsed ? 'error' : 'response';
  assert.deepEqual(Object.keys(parsed), ['code', 'message', last], `${name}: the keys of the envelope`);
  const known = status in operation.responses || generalStatuses.has(status);
  assert.ok(
    known || inferredStatuses[name]?.includes(status),
    `${name}: the HTTP status ${status} is not in the contract`,
  );
  if (parsed.code === 0) assertSuccess(operation, name, status, parsed);
  else assertRefusal(name, parsed);
}

function assertSuccess(
  operation: ContractOperation,
  name: string,
  status: number,
  body: Record<string, unknown>,
): void {
  const envelope = operation.responses[status];
  assert.ok(envelope || (envelope === null && status === 200), `${name}: code 0 with the HTTP status ${status}`);
  assert.equal(body.message, successMessages[name] ?? null, `${name}: message of a success`);
  const element = pages[name];
  if (element !== undefined) {
    assertPage(`${name}: response`, element, body.response);
    return;
  }
  const type = responseTypeOf(operation, status);
  if (type !== undefined) assertType(`${name}: response`, type, body.response);
}

function assertPage(at: string, element: string, value: unknown): void {
  assert.ok(isObject(value), `${at} is not an object`);
  assert.deepEqual(Object.keys(value), ['total', 'previous', 'next', 'list'], `${at}: the keys of a page`);
  for (const name of ['total', 'previous', 'next']) assertType(`${at}.${name}`, 'integer', value[name]);
  assertType(`${at}.list`, `array<${element}>`, value.list);
}

function assertRefusal(name: string, body: Record<string, unknown>): void {
  assert.ok(body.code === 1 || body.code === -1, `${name}: code ${String(body.code)}`);
  assert.ok(typeof body.message === 'string' && body.message !== '', `${name}: message of a refusal`);
  // Messages that send the caller to another operation name its path, with `{imp_uid}` in it.
  assert.doesNotMatch(body.message, /\{(?!imp_uid\})\w+\}/, `${name}: the message has a name that was not filled in`);
  const answered = body.response === null ? undefined : showsGatewayAnswer[name];
  if (answered !== undefined) assertDefinition(`${name}: response of a refusal`, answered, body.response);
  else if (!('error' in body)) assert.equal(body.response, null, `${name}: response of a refusal`);
  else assertInline(`${name}: error`, { code: 'string', message: 'string' }, body.error);
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
  } else if (type === 'any') {
    assert.notEqual(value, undefined, `${at} is missing`);
  } else if (type === 'integer') {
    assert.ok(Number.isSafeInteger(value), `${at} is not an integer but ${JSON.stringify(value)}`);
  } else {
    const isRight = typeof value === type && !Number.isNaN(value);
    assert.ok(isRight, `${at} is not of the type ${type} but ${JSON.stringify(value)}`);
  }
}

function assertDefinition(at: string, definitionName: string, value: unknown): void {
  const { fields: documented, required = [] } = contract.definitions[definitionName] as Definition;
  const fields = { ...documented, ...observedFields[definitionName] };
  assert.ok(isObject(value), `${at} is not an object`);
  for (const field of Object.keys(value)) assert.ok(field in fields, `${at}.${field} is not in ${definitionName}`);
  for (const [field, fact] of Object.entries(fields)) {
    if (mayBeLeftOut.has(`${definitionName}.${field}`) && !(field in value)) continue;
    assert.ok(field in value, `${at}.${field} is missing`);
    const { type, maxLength } = factOf(fact);
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
  const expected = order?.filter((field) => field in value);
  if (expected) assert.deepEqual(Object.keys(value), expected, `${at}: the order of the keys`);
}

function assertInline(at: string, types: Readonly<Record<string, string>>, value: unknown): void {
  assert.ok(isObject(value), `${at} is not an object`);
  assert.deepEqual(Object.keys(value).sort(), Object.keys(types).sort(), `${at}: its fields`);
  for (const [field, type] of Object.entries(types)) assertType(`${at}.${field}`, type, value[field]);
}

function isNullable(name: string, type: ContractType): boolean {
  if (typeof type !== 'string' || type === 'string') return true;
  return nullableOthers.has(name);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
