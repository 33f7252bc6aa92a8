import type { Book } from '../../../simulators/book.ts';
import {
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorCaller,
  type SimulatorContext,
  type SimulatorRequest,
} from '../../../simulators/definition.ts';
import { merchantByCredential } from '../../../simulators/merchants.ts';
import { type AnswerKey, storeAnswer, storedAnswer } from '../../../simulators/stored-answers.ts';
import { isNaverResultCode, type NaverResultCode, naverResults } from '../wire/codes.ts';

/** Thrown by a handler; what the handler wrote before is taken back. */
export class NaverRefusal extends Error {
  readonly code: NaverResultCode;
  constructor(code: NaverResultCode) {
    super(code);
    this.name = 'NaverRefusal';
    this.code = code;
  }
}

/** Naver Pay says what became of a request in the answer's code, with HTTP 200. */
export function resultAnswer(code: string, body?: unknown, message: string | null = null): SimulatorAnswer {
  const text = message ?? (isNaverResultCode(code) ? naverResults[code].message : code);
  return jsonAnswer(200, { code, message: text, ...(body !== undefined && { body }) });
}

/** All three headers must go together, and with the partner's id in the address. */
export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const { headers, params } = request;
  const merchant = merchantByCredential(book, 'clientId', headers['x-naver-client-id'] ?? '');
  const isKnown =
    merchant &&
    merchant.credentials.clientSecret === headers['x-naver-client-secret'] &&
    merchant.credentials.chainId === headers['x-naverpay-chain-id'] &&
    (params.partnerId === undefined || params.partnerId === merchant.mid);
  return isKnown ? merchant : resultAnswer('InvalidMerchant');
}

export function naverOperation(
  work: (context: SimulatorContext) => unknown,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    try {
      return resultAnswer(
        'Success',
        context.book.undoable(() => work(context)),
      );
    } catch (error) {
      if (error instanceof NaverRefusal) return resultAnswer(error.code);
      throw error;
    }
  };
}

/** The answer of a cancellation that was carried out comes again for its key; that refusals do not is inferred. */
export function replayed(
  handle: (context: SimulatorContext) => SimulatorAnswer,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    const { request, caller, book, now } = context;
    const key = answerKeyOf(request, caller);
    const stored = key && storedAnswer(book, key, new Date(0));
    if (stored) return { ...jsonAnswer(stored.status, null), body: stored.body };
    const answer = handle(context);
    const body = answer.body as string;
    if (key && (JSON.parse(body) as { code: string }).code === 'Success') {
      storeAnswer(book, key, { status: answer.status, body }, now);
    }
    return answer;
  };
}

function answerKeyOf(request: SimulatorRequest, { mid }: SimulatorCaller): AnswerKey | null {
  const key = request.headers['x-naverpay-idempotency-key'];
  return key ? { mid, scope: request.path, key } : null;
}

export function formOf(request: SimulatorRequest): URLSearchParams {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
  return new URLSearchParams(isForm ? request.body.toString('utf8') : '');
}

/** An amount in digits; `null` where it is missing. Which code stands for a malformed field is not public. */
export function amountIn(form: URLSearchParams, name: string): bigint | null {
  const text = form.get(name);
  if (text === null || text === '') return null;
  if (!/^\d{1,15}$/.test(text)) throw new NaverRefusal('Fail');
  return BigInt(text);
}
