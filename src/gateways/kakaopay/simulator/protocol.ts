import type { Book } from '../../../simulators/book.ts';
import {
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorCaller,
  type SimulatorContext,
  SimulatorRefusal,
  type SimulatorRequest,
} from '../../../simulators/definition.ts';
import { jsonAmount } from '../../../simulators/json-amount.ts';
import { merchantByCredential } from '../../../simulators/merchants.ts';
import { unknownKey } from '../../../simulators/signature-check.ts';
import { isKakaoErrorCode, isMethodErrorCode, type KakaoErrorCode, kakaoErrors, methodErrors } from '../wire/errors.ts';
import { readJson } from '../wire/wire.ts';

/** Thrown by a handler; what the handler wrote before is taken back. */
export class KakaoRefusal extends Error {
  readonly code: KakaoErrorCode;
  constructor(code: KakaoErrorCode) {
    super(code);
    this.name = 'KakaoRefusal';
    this.code = code;
  }
}

/** A code of Kakao Pay's own, or one of a card company, which comes below -781. */
export function errorAnswer(code: string, message: string | null = null): SimulatorAnswer {
  if (isKakaoErrorCode(code)) {
    return jsonAnswer(400, {
      error_code: /^-\d+$/.test(code) ? Number(code) : code,
      error_message: message ?? kakaoErrors[code].message,
    });
  }
  const known = isMethodErrorCode(code) ? methodErrors[code].message : code;
  return jsonAnswer(400, {
    error_code: -781,
    error_message: kakaoErrors['-781'].message,
    extras: { method_result_code: code, method_result_message: message ?? known },
  });
}

/** What Kakao Pay answers to an unknown secret key is not public; a CID that does not go with the key is the nearest. */
export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const secretKey = /^SECRET_KEY (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const merchant = secretKey === '' ? undefined : merchantByCredential(book, 'secretKey', secretKey);
  return merchant ?? { ...errorAnswer('-731'), why: unknownKey(book, 'secretKey', 'secret key', secretKey) };
}

/** Reads the body, checks whose it is, and answers refusals in Kakao Pay's form. */
export function kakaoOperation(
  work: (context: SimulatorContext, body: KakaoBody) => unknown,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    try {
      return jsonAnswer(
        200,
        context.book.undoable(() => work(context, bodyOf(context))),
      );
    } catch (error) {
      if (error instanceof KakaoRefusal) return errorAnswer(error.code);
      // What the window would refuse, too.
      if (error instanceof SimulatorRefusal) return errorAnswer(error.code, error.message);
      throw error;
    }
  };
}

export interface KakaoBody {
  /** Absent: `null`. Anything but a text of at most so many characters is refused. */
  text(name: string, lengthMax: number): string | null;
  /** Zero and more, as a number or its digits; absent: `null`. */
  amount(name: string): bigint | null;
}

/** Which code stands for a malformed field is not public; -722 is the nearest. */
function bodyOf({ request, caller }: SimulatorContext): KakaoBody {
  const isJson = /^application\/json\b/i.test(request.headers['content-type'] ?? '');
  const value = isJson ? readJson(request.body.toString('utf8')) : undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new KakaoRefusal('-722');
  const fields = value as Readonly<Record<string, unknown>>;
  const field = (name: string) => (Object.hasOwn(fields, name) ? (fields[name] ?? null) : null);

  if (field('cid') !== caller.mid) throw new KakaoRefusal('-731');
  const cidSecret = caller.credentials.cidSecret;
  if (cidSecret !== undefined && field('cid_secret') !== cidSecret) throw new KakaoRefusal('-733');
  return {
    text(name, lengthMax) {
      const found = field(name);
      if (found === null) return null;
      if (typeof found !== 'string' || found.length > lengthMax) throw new KakaoRefusal('-722');
      return found;
    },
    amount(name) {
      const found = field(name);
      if (found === null) return null;
      const amount = jsonAmount(found);
      if (amount === undefined) throw new KakaoRefusal('-722');
      return amount;
    },
  };
}
