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
import { unknownKey } from '../../../simulators/signature-check.ts';
import { type AnswerKey, storeAnswer, storedAnswer } from '../../../simulators/stored-answers.ts';
import { isNaverResultCode, type NaverResultCode, naverResults } from '../wire/codes.ts';
import { cancelPath, samplePartner } from '../wire/paths.ts';

/**
 * What Naver Pay says when points are credited, a purchase is confirmed, or a key is used, that can't be: its codes of that are
 * not public.
 * These are words that can't be mistaken for its own.
 */
export const simulatedRefusals = {
  SIMULATED_POINTS_CREDITED: '이미 포인트 적립이 완료된 결제',
  SIMULATED_NOT_CONFIRMABLE: '거래완료 대상이 아닌 결제',
  SIMULATED_CONFIRMED: '이미 거래완료된 결제',
  SIMULATED_NO_KEY: '등록되지 않은 정기결제',
  SIMULATED_KEY_EXPIRED: '이미 해지된 정기결제',
  SIMULATED_NO_RESERVATION: '예약되지 않은 정기결제',
  SIMULATED_APPROVED: '이미 승인된 정기결제',
} as const;
type SimulatedCode = keyof typeof simulatedRefusals;

/** Thrown by a handler; what the handler wrote before is taken back. */
export class NaverRefusal extends Error {
  readonly code: NaverResultCode | SimulatedCode;
  constructor(code: NaverResultCode | SimulatedCode) {
    super(code);
    this.name = 'NaverRefusal';
    this.code = code;
  }
}

/** Naver Pay says what became of a request in the answer's code, with HTTP 200. */
export function resultAnswer(code: string, body?: unknown, message: string | null = null): SimulatorAnswer {
  const simulated = Object.hasOwn(simulatedRefusals, code) ? simulatedRefusals[code as SimulatedCode] : code;
  const text = message ?? (isNaverResultCode(code) ? naverResults[code].message : simulated);
  return jsonAnswer(200, { code, message: text, ...(body !== undefined && { body }) });
}

/** All three headers must go together, and with the partner's id in the address, or what the samples have there. */
export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const { headers, params } = request;
  const clientId = headers['x-naver-client-id'] ?? '';
  const merchant = merchantByCredential(book, 'clientId', clientId);
  const refuse = (why: string) => ({ ...resultAnswer('InvalidMerchant'), why });
  if (!merchant) return refuse(unknownKey(book, 'clientId', 'client id (X-Naver-Client-Id)', clientId));
  const wrong = [
    merchant.credentials.clientSecret !== headers['x-naver-client-secret'] && 'X-Naver-Client-Secret',
    merchant.credentials.chainId !== headers['x-naverpay-chain-id'] && 'X-NaverPay-Chain-Id',
    ![undefined, merchant.mid, samplePartner].includes(params.partnerId) && 'the partner id in the path',
  ].filter((name) => name !== false);
  if (wrong.length === 0) return merchant;
  return refuse(`not those of ${merchant.mid}, whose client id was sent: ${wrong.join(', ')}`);
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
      // What the window would refuse, too.
      if (error instanceof SimulatorRefusal) return resultAnswer(error.code, undefined, error.message);
      throw error;
    }
  };
}

/**
 * The answer of a cancellation that was carried out comes again for its key, with HTTP 409. That it names the key in a
 * header, that refusals do not come again, and that it is the same for what else is asked of a payment, is inferred.
 */
export function replayed(
  handle: (context: SimulatorContext) => SimulatorAnswer,
  scopeOf: (mid: string) => string = cancelPath,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    const { request, caller, book, now } = context;
    const key = answerKeyOf(request, caller, scopeOf);
    const stored = key && storedAnswer(book, key, new Date(0));
    if (stored) {
      const { headers, ...answer } = jsonAnswer(409, null);
      return { ...answer, headers: { ...headers, [keyHeader]: key.key }, body: stored.body };
    }
    const answer = handle(context);
    const body = answer.body as string;
    if (key && (JSON.parse(body) as { code: string }).code === 'Success') {
      storeAnswer(book, key, { status: answer.status, body }, now);
    }
    return answer;
  };
}

const keyHeader = 'x-naverpay-idempotency-key';

function answerKeyOf(
  request: SimulatorRequest,
  { mid }: SimulatorCaller,
  scopeOf: (mid: string) => string,
): AnswerKey | null {
  const key = request.headers[keyHeader];
  // One scope for both forms of the address.
  return key ? { mid, scope: scopeOf(mid), key } : null;
}

export function formOf(request: SimulatorRequest): URLSearchParams {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
  return new URLSearchParams(isForm ? request.body.toString('utf8') : '');
}

export function fieldIn(form: URLSearchParams, name: string): string {
  const text = form.get(name);
  if (!text) throw new NaverRefusal('RequireParameter');
  return text;
}

/** An amount in digits. */
export function amountIn(form: URLSearchParams, name: string): bigint {
  const text = fieldIn(form, name);
  if (!/^\d{1,15}$/.test(text)) throw new NaverRefusal('InvalidParameter');
  return BigInt(text);
}
