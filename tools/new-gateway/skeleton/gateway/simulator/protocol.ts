/** INVENTED: who is let in, what a malformed field and a refusal are answered, and what an idempotency key does. */

import { readTime } from '../../../../../src/platform/clock/seoul-time.ts';
import type { Book } from '../../../../../src/simulators/book.ts';
import {
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorCaller,
  type SimulatorContext,
  SimulatorRefusal,
  type SimulatorRequest,
} from '../../../../../src/simulators/definition.ts';
import { merchantByMid } from '../../../../../src/simulators/merchants.ts';
import {
  explainSignature,
  type SignatureCheck,
  unknownMerchant,
} from '../../../../../src/simulators/signature-check.ts';
import { storeAnswer, storedAnswer } from '../../../../../src/simulators/stored-answers.ts';
import { type ExamplePayErrorCode, examplePayErrors, isExamplePayErrorCode } from '../wire/errors.ts';
import { lengthMax } from '../wire/fields.ts';
import { headerNames, isSigned, parseJson, signatureOf, successCode } from '../wire/protocol.ts';

/** Thrown by a handler; what the handler wrote before is taken back. */
export function refusal(code: ExamplePayErrorCode): SimulatorRefusal {
  return new SimulatorRefusal(code, examplePayErrors[code].message);
}

export function errorAnswer(code: string, message: string | null = null): SimulatorAnswer {
  const known = isExamplePayErrorCode(code) ? examplePayErrors[code].message : code;
  return jsonAnswer({ E401: 401, E900: 500 }[code] ?? 400, { code, message: message ?? known, result: null });
}

export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const { path, body, headers } = request;
  const mid = headers[headerNames.mid] ?? '';
  const merchant = merchantByMid(book, mid);
  const refuse = (why: string) => ({ ...errorAnswer('E401'), why });
  if (!merchant) return refuse(unknownMerchant(headerNames.mid, mid));
  const secretKey = merchant.credentials.secretKey ?? '';
  const key = headers[headerNames.key] ?? '';
  const signature = headers[headerNames.signature] ?? '';
  if (isSigned(secretKey, signatureOf(secretKey, path, key, body), signature)) return merchant;
  const check: SignatureCheck = {
    name: headerNames.signature,
    given: signature,
    inputs: [
      { name: 'secretKey', value: secretKey, shown: 'secret' },
      { name: 'path', value: path },
      { name: headerNames.key, value: key },
      { name: 'body', value: body.toString('utf8'), shown: 'hidden' },
    ],
    fits: ([secret = '', at = '', once = '', text = ''], given) =>
      isSigned(secret, signatureOf(secret, at, once, text), given),
  };
  return refuse(explainSignature(book, mid, check));
}

/** What a handler answers becomes `result`. */
type Work = (context: SimulatorContext, fields: Fields) => unknown;

/** An operation that moves nothing. */
export function readingOperation(work: Work): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => answerOf(context, work);
}

/** An operation that moves something: a key that was seen before gets the first answer, a refusal too, for ever. */
export function movingOperation(work: Work): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    const { request, book, caller, now } = context;
    const key = request.headers[headerNames.key] ?? '';
    if (key === '' || key.length > lengthMax.id) return errorAnswer('E102');
    const at = { mid: caller.mid, scope: request.path, key };
    const stored = storedAnswer(book, at, new Date(0));
    if (stored) return { ...jsonAnswer(stored.status, null), body: stored.body };
    const answer = answerOf(context, work);
    storeAnswer(book, at, { status: answer.status, body: String(answer.body) }, now);
    return answer;
  };
}

/** The first answer to the request that is asked about; `null`: it has not arrived. */
export function findRequest({ book, caller }: SimulatorContext, fields: Fields): unknown {
  const at = { mid: caller.mid, scope: fields.text('path', lengthMax.id), key: fields.text('key', lengthMax.id) };
  const stored = storedAnswer(book, at, new Date(0));
  return stored ? parseJson(stored.body) : null;
}

function answerOf(context: SimulatorContext, work: Work): SimulatorAnswer {
  try {
    const result = context.book.undoable(() =>
      work(context, fieldsOf(parseJson(context.request.body.toString('utf8')))),
    );
    return jsonAnswer(200, { code: successCode, message: '성공', result });
  } catch (error) {
    if (error instanceof SimulatorRefusal) return errorAnswer(error.code, error.message);
    throw error;
  }
}

/** The fields of a request. One that is not of the form that is asked for is refused (E102). */
export interface Fields {
  text(name: string, lengthMax: number): string;
  textOrNull(name: string, lengthMax: number): string | null;
  digits(name: string, lengthMax: number): string;
  /** Zero and more. */
  amount(name: string): bigint;
  time(name: string): Date;
  /** `null` where it is absent or `null`. */
  object(name: string): Fields | null;
}

function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refusal('E102');
  const given = value as Readonly<Record<string, unknown>>;
  const field = (name: string) => (Object.hasOwn(given, name) ? (given[name] ?? null) : null);
  const fields: Fields = {
    text: (name, most) => fields.textOrNull(name, most) || fail(),
    textOrNull(name, most) {
      const found = field(name);
      if (found === null) return null;
      return typeof found === 'string' && found.length <= most ? found : fail();
    },
    digits(name, most) {
      const found = fields.text(name, most);
      return /^\d+$/.test(found) ? found : fail();
    },
    amount(name) {
      const found = field(name);
      return typeof found === 'number' && Number.isSafeInteger(found) && found >= 0 ? BigInt(found) : fail();
    },
    time: (name) => readTime(fields.text(name, lengthMax.id)) ?? fail(),
    object(name) {
      const found = field(name);
      return found === null ? null : fieldsOf(found);
    },
  };
  return fields;
}

function fail(): never {
  throw refusal('E102');
}
