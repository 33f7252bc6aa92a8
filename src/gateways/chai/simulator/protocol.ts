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
import { attempt } from '../../../simulators/request-fields.ts';
import { unknownKey } from '../../../simulators/signature-check.ts';
import { storeAnswer, storedAnswer } from '../../../simulators/stored-answers.ts';

/** Chai's codes are not public: these are the simulator's own, as are the texts, and words that nobody takes for Chai's. */
export const chaiRefusals = {
  SIMULATED_UNKNOWN_KEY: '가맹점 키가 유효하지 않습니다.',
  SIMULATED_UNKNOWN_PAYMENT: '결제 내역이 존재하지 않습니다.',
  SIMULATED_BAD_FIELD: '요청 값이 올바르지 않습니다.',
  SIMULATED_CANCELED: '이미 취소된 결제입니다.',
  SIMULATED_OVER_BALANCE: '취소 요청 금액이 취소가능금액을 초과하였습니다.',
  SIMULATED_BALANCE_MOVED: '결제 잔액이 일치하지 않습니다.',
  SIMULATED_REFUSAL: '취소할 수 없는 결제입니다.',
} as const;
export type ChaiRefusalCode = keyof typeof chaiRefusals;

export function refusal(code: ChaiRefusalCode): SimulatorRefusal {
  return new SimulatorRefusal(code, chaiRefusals[code]);
}

/** Code, type and text, as Chai has them. All that is known of the status is that it is not 200. */
export function refusalAnswer(code: string, message: string | null = null): SimulatorAnswer {
  const known = Object.hasOwn(chaiRefusals, code) ? chaiRefusals[code as ChaiRefusalCode] : code;
  const status = code === 'SIMULATED_UNKNOWN_KEY' ? 401 : 400;
  return jsonAnswer(status, { code, type: 'simulated', message: message ?? known });
}

/** The private key opens everything. Payments may be read by the public one as well, which clients know. */
export function authenticate({ method, headers }: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const isPublic = method === 'GET' && headers['private-api-key'] === undefined;
  const [credential, header] = isPublic ? ['publicKey', 'public-API-Key'] : ['privateKey', 'Private-API-Key'];
  const key = headers[header.toLowerCase()] ?? '';
  const why = () => unknownKey(book, credential, header, key);
  return merchantByCredential(book, credential, key) ?? { ...refusalAnswer('SIMULATED_UNKNOWN_KEY'), why: why() };
}

export function chaiOperation(
  work: (context: SimulatorContext) => unknown,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) =>
    attempt(
      context,
      () => jsonAnswer(200, work(context)),
      ({ code, message }) => refusalAnswer(code, message),
    );
}

/**
 * A key brings the first answer back. A shop sends one key with the creation, the confirmation and the cancellation of a payment, so
 * that it counts for one path only. That refusals are not kept, and that the fields are not compared, is inferred.
 */
export function replayed(
  handle: (context: SimulatorContext) => SimulatorAnswer,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    const { request, caller, book, now } = context;
    const key = request.headers['idempotency-key'];
    if (!key) return handle(context);
    const at = { mid: caller.mid, scope: `${request.method} ${request.path}`, key };
    const stored = storedAnswer(book, at, new Date(0));
    if (stored) return { ...jsonAnswer(stored.status, null), body: stored.body };
    const answer = handle(context);
    if (answer.status === 200) storeAnswer(book, at, { status: answer.status, body: answer.body as string }, now);
    return answer;
  };
}
