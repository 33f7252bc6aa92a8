import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { meaningOf } from '../wire/errors.ts';

/**
 * An answer of INIAPI: JSON with a `resultCode`. Values are text in the samples; numbers are taken too. Fields of a failure may
 * be null, and new ones may be added at any time.
 */
export interface IniapiAnswer {
  readonly resultCode: string;
  readonly resultMsg: string;
  /** `''` when it is absent, null, or no text. */
  text(name: string): string;
  /** `undefined` when it is no amount. */
  amount(name: string): bigint | undefined;
  /** A day and a time in two fields, or in one, on Seoul's clock. */
  time(day: string, time?: string): Date | undefined;
  object(name: string): IniapiAnswer | undefined;
  list(name: string): readonly IniapiAnswer[] | undefined;
}

/** `undefined`: not an answer of INIAPI at all. */
export function readAnswer(body: string): IniapiAnswer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  const answer = answerOf(value);
  return answer && answer.resultCode !== '' ? answer : undefined;
}

function answerOf(value: unknown): IniapiAnswer | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  const own = (name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);
  const text = (name: string): string => {
    const found = own(name);
    return typeof found === 'string' || typeof found === 'number' ? String(found).trim() : '';
  };
  return {
    resultCode: text('resultCode'),
    resultMsg: text('resultMsg'),
    text,
    amount: (name) => (/^\d{1,15}$/.test(text(name)) ? BigInt(text(name)) : undefined),
    time: (day, time) => readSeoulDigits(text(day) + (time === undefined ? '' : text(time))),
    object: (name) => answerOf(own(name)),
    list(name) {
      const found = own(name);
      if (!Array.isArray(found)) return undefined;
      const entries = found.map(answerOf);
      return entries.every((entry) => entry !== undefined) ? entries : undefined;
    },
  };
}

/** The answer of a request that moves something, or what came of it without one. */
export function answered(
  result: GatewayHttpResult,
): { readonly kind: 'answer'; readonly answer: IniapiAnswer } | Outcome<never> {
  if (result.kind === 'never_sent') return result;
  if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
  const answer = result.status === 200 ? readAnswer(result.text) : undefined;
  return answer
    ? { kind: 'answer', answer }
    : { kind: 'unclear', why: `HTTP ${result.status} without a readable answer` };
}

/** The detailed code of a failure stands apart in most answers, and in place of the plain `01` in others. */
function failureCodeOf(answer: IniapiAnswer): string {
  return answer.text('detailResultCode') || answer.resultCode;
}

/** INICIS's no, or a doubt where its code or its text leaves open whether anything was done. */
export function failureOf(answer: IniapiAnswer): Extract<Outcome<never>, { kind: 'refused' | 'unclear' }> {
  const code = failureCodeOf(answer);
  const message = answer.resultMsg;
  const { category, isUnclear } = meaningOf(code, message);
  return isUnclear
    ? { kind: 'unclear', why: `INICIS answered ${code}`, code, message }
    : refused(code, message, category);
}

function refused(
  code: string,
  message: string,
  category: Extract<Outcome<never>, { kind: 'refused' }>['category'],
): Extract<Outcome<never>, { kind: 'refused' }> {
  return { kind: 'refused', code, message, category };
}

export const mismatch = { kind: 'unclear', why: 'the answer is not the one to this request' } as const;
