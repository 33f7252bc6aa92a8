import type { Book } from '../../../simulators/book.ts';
import {
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorCaller,
  type SimulatorContext,
  SimulatorRefusal,
  type SimulatorRequest,
} from '../../../simulators/definition.ts';
import { merchantByCredential } from '../../../simulators/merchants.ts';
import { attempt, jsonOf, type RequestFields, requestFields, textIn } from '../../../simulators/request-fields.ts';
import { unknownKey } from '../../../simulators/signature-check.ts';
import { isTossPayErrorCode, type TossPayErrorCode, tossPayErrors } from '../wire/errors.ts';

/** Thrown by a handler; what the handler wrote before is taken back. */
export function refusal(code: TossPayErrorCode): SimulatorRefusal {
  return new SimulatorRefusal(code, tossPayErrors[code].message);
}

/** What the guide says of HTTP 400 and 401 no public client has seen: all failures come with HTTP 200. */
export function refusalAnswer(code: string, message: string | null = null): SimulatorAnswer {
  const msg = message ?? (isTossPayErrorCode(code) ? tossPayErrors[code].message : code);
  return { ...jsonAnswer(200, { code: -1, msg, errorCode: code }), result: code };
}

/** The API key in the body is all that Toss Pay knows a caller by, apart from the address. */
export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const given = textIn(jsonOf(request), 'apiKey');
  const merchant = given === '' ? undefined : merchantByCredential(book, 'apiKey', given);
  return (
    merchant ?? {
      ...refusalAnswer('COMMON_INVALID_API_KEY'),
      why: unknownKey(book, 'apiKey', 'API key (apiKey)', given),
    }
  );
}

export interface PayFields extends RequestFields {
  /** Absent: `null`. */
  optionalAmount(name: string): bigint | null;
  /** Absent: what is usual. */
  flag(name: string, usual: boolean): boolean;
}

/** Reads the body, and answers in Toss Pay's form: what was done stands beside the code. */
export function payOperation(
  work: (context: SimulatorContext, fields: PayFields) => object,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) =>
    attempt(
      context,
      () => jsonAnswer(200, { code: 0, ...work(context, fieldsOf(context.request)) }),
      ({ code, message }) => refusalAnswer(code, message),
    );
}

function fieldsOf(request: SimulatorRequest): PayFields {
  const isJson = /^application\/json\b/i.test(request.headers['content-type'] ?? '');
  const values = isJson ? jsonOf(request) : {};
  const malformed = () => refusal('COMMON_INVALID_PARAMETER');
  const fields = requestFields(values, malformed);
  const given = (name: string) => (Object.hasOwn(values, name) ? (values[name] ?? null) : null);
  return {
    ...fields,
    optionalAmount: (name) => (given(name) === null ? null : fields.amount(name)),
    flag(name, usual) {
      const value = given(name) ?? usual;
      if (typeof value !== 'boolean') throw malformed();
      return value;
    },
  };
}
