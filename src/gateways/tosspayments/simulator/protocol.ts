import type { Book } from '../../../simulators/book.ts';
import {
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorCaller,
  type SimulatorContext,
  type SimulatorRequest,
} from '../../../simulators/definition.ts';
import { merchantByCredential } from '../../../simulators/merchants.ts';
import { unknownKey } from '../../../simulators/signature-check.ts';
import { type AnswerKey, storeAnswer, storedAnswer } from '../../../simulators/stored-answers.ts';
import { isTossErrorCode, type TossErrorCode, tossErrors } from '../wire/errors.ts';

/** Thrown by a handler; what the handler wrote before is taken back. */
export class TossRefusal extends Error {
  readonly code: TossErrorCode;
  constructor(code: TossErrorCode) {
    super(code);
    this.name = 'TossRefusal';
    this.code = code;
  }
}

export function errorAnswer(code: TossErrorCode): SimulatorAnswer {
  const { status, message } = tossErrors[code];
  return jsonAnswer(status, { code, message, data: null });
}

/** Basic authentication: the secret key as the user, and an empty password. */
export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const match = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '');
  const refuse = (code: TossErrorCode, why: string) => ({ ...errorAnswer(code), why });
  if (!match?.[1])
    return refuse(
      'UNAUTHORIZED_KEY',
      'there is no Basic authentication, which is Base64 of the secret key and a colon',
    );
  const decoded = Buffer.from(match[1], 'base64').toString('utf8');
  if (!decoded.includes(':')) return refuse('INCORRECT_BASIC_AUTH_FORMAT', 'the colon after the secret key is missing');
  const key = decoded.slice(0, decoded.indexOf(':'));
  return (
    merchantByCredential(book, 'secretKey', key) ??
    refuse('UNAUTHORIZED_KEY', unknownKey(book, 'secretKey', 'secret key', key))
  );
}

const idempotencyKeyLengthMax = 300;
const keptMs = 15 * 24 * 3600_000;

/** Keys belong to a secret key and an API path (general knowledge); here: to a merchant and a path. */
export function answerKeyOf(request: SimulatorRequest, caller: SimulatorCaller): AnswerKey | null {
  const key = request.headers['idempotency-key'];
  if (request.method !== 'POST' || key === undefined || key.length > idempotencyKeyLengthMax) return null;
  return { mid: caller.mid, scope: `${request.method} ${request.path}`, key };
}

/**
 * What all of Toss's operations have in common: the test code header, the idempotency key (answers are kept for 15 days
 * and replayed, refusals too), and refusals in Toss's form.
 */
export function tossOperation(
  work: (context: SimulatorContext) => unknown,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    const { request, caller, book, now } = context;
    const testCode = request.headers['tosspayments-test-code'];
    if (testCode !== undefined && isTossErrorCode(testCode)) return errorAnswer(testCode);
    if ((request.headers['idempotency-key']?.length ?? 0) > idempotencyKeyLengthMax) {
      return errorAnswer('INVALID_IDEMPOTENCY_KEY');
    }
    const key = answerKeyOf(request, caller);
    const stored = key && storedAnswer(book, key, new Date(now.getTime() - keptMs));
    if (stored) return { ...jsonAnswer(stored.status, null), body: stored.body };
    const answer = attempt(work, context);
    if (key) storeAnswer(book, key, { status: answer.status, body: answer.body as string }, now);
    return answer;
  };
}

function attempt(work: (context: SimulatorContext) => unknown, context: SimulatorContext): SimulatorAnswer {
  try {
    return jsonAnswer(
      200,
      context.book.undoable(() => work(context)),
    );
  } catch (error) {
    if (error instanceof TossRefusal) return errorAnswer(error.code);
    throw error;
  }
}

/** Readers of a JSON body: what is not of the stated form is INVALID_REQUEST. */
export interface TossBody {
  text(name: string, lengthMax: number, pattern?: RegExp): string;
  optionalText(name: string, lengthMax: number, pattern?: RegExp): string | null;
  /** A positive integer amount. */
  amount(name: string): bigint;
  optionalAmount(name: string): bigint | null;
  /** Zero and more; absent: 0. */
  amountOrZero(name: string): bigint;
  optionalInteger(name: string, min: number, max: number): number | null;
  /** Absent: false. */
  flag(name: string): boolean;
  orderId(): string;
  object(name: string): TossBody | null;
}

export function bodyOf({ request }: SimulatorContext): TossBody {
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString('utf8'));
  } catch {
    throw new TossRefusal('INVALID_REQUEST');
  }
  return readerOf(value);
}

/** Toss takes a number where it wants a text, and digits in a text where it wants a number (seen in published requests). */
function scalarText(found: unknown): unknown {
  return typeof found === 'number' && Number.isSafeInteger(found) ? String(found) : found;
}

function readerOf(value: unknown): TossBody {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TossRefusal('INVALID_REQUEST');
  const fields = value as Readonly<Record<string, unknown>>;
  const field = (name: string): unknown => (Object.hasOwn(fields, name) ? (fields[name] ?? null) : null);

  const optionalText = (name: string, lengthMax: number, pattern?: RegExp): string | null => {
    const found = scalarText(field(name));
    if (found === null) return null;
    const isFit = typeof found === 'string' && found.length <= lengthMax && (pattern?.test(found) ?? true);
    if (!isFit) throw new TossRefusal('INVALID_REQUEST');
    return found;
  };
  const optionalInteger = (name: string, min: number, max: number): number | null => {
    const given = field(name);
    if (given === null) return null;
    const found = typeof given === 'string' && /^\d{1,16}$/.test(given) ? Number(given) : given;
    if (typeof found !== 'number' || !Number.isSafeInteger(found) || found < min || found > max) {
      throw new TossRefusal('INVALID_REQUEST');
    }
    return found;
  };
  const required = <T>(found: T | null): T => {
    if (found === null || found === '') throw new TossRefusal('INVALID_REQUEST');
    return found;
  };
  const optionalAmount = (name: string, min = 1): bigint | null => {
    const found = optionalInteger(name, min, Number.MAX_SAFE_INTEGER);
    return found === null ? null : BigInt(found);
  };

  return {
    text: (name, lengthMax, pattern) => required(optionalText(name, lengthMax, pattern)),
    optionalText,
    amount: (name) => required(optionalAmount(name)),
    optionalAmount: (name) => optionalAmount(name),
    amountOrZero: (name) => optionalAmount(name, 0) ?? 0n,
    optionalInteger,
    flag(name) {
      const found = field(name) ?? false;
      if (typeof found !== 'boolean') throw new TossRefusal('INVALID_REQUEST');
      return found;
    },
    orderId() {
      const orderId = scalarText(field('orderId'));
      if (typeof orderId !== 'string' || !/^[A-Za-z0-9_=.-]{6,64}$/.test(orderId))
        throw new TossRefusal('INVALID_ORDER_ID');
      return orderId;
    },
    object(name) {
      const found = field(name);
      return found === null ? null : readerOf(found);
    },
  };
}
