import Type, { type Static } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';

/**
 * Hecto's answers: the same envelope as a request. Only the fields that we rely on are named, and Hecto announces that it
 * may add others. Numbers come as text; a number in JSON is taken too.
 */
const Text = Type.Union([Type.String(), Type.Number(), Type.Null()]);
const AnswerMessage = Type.Object({
  params: Type.Intersect([
    Type.Object({ outStatCd: Type.String(), outRsltCd: Type.String() }),
    Type.Record(Type.String(), Text),
  ]),
  data: Type.Optional(Type.Union([Type.Record(Type.String(), Text), Type.Null()])),
});
const answerReader = validatorOf(AnswerMessage);

export interface HectoAnswer {
  /** `0021` success, `0031` failure, `0051` waiting for the deposit. */
  readonly status: string;
  readonly code: string;
  readonly message: string;
  /** Of the header; `''` where it is missing. */
  param(name: string): string;
  /** Of the body; `''` where it is missing. */
  field(name: string): string;
}

/** `undefined`: this is no answer of Hecto's. */
export function readAnswer(text: string): HectoAnswer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!answerReader.Check(value)) return undefined;
  const { params, data } = value as Static<typeof AnswerMessage>;
  const fieldOf = (fields: unknown, name: string): string => {
    const found = (fields ?? {}) as Readonly<Record<string, unknown>>;
    return Object.hasOwn(found, name) ? String(found[name] ?? '') : '';
  };
  return {
    status: params.outStatCd,
    code: params.outRsltCd,
    message: plainMessage(fieldOf(params, 'outRsltMsg')),
    param: (name) => fieldOf(params, name),
    field: (name) => fieldOf(data, name),
  };
}

/** The document calls the message URL-encoded and prints it plain; both forms are taken. */
function plainMessage(message: string): string {
  if (!/%[0-9A-Fa-f]{2}/.test(message)) return message;
  try {
    return decodeURIComponent(message.replaceAll('+', ' '));
  } catch {
    return message;
  }
}

/** The answer of Hecto's that came with HTTP 200, or why there is none. */
export function answerOf(
  result: Exclude<GatewayHttpResult, { kind: 'never_sent' }>,
): HectoAnswer | { readonly why: string } {
  if (result.kind === 'no_answer') return { why: result.why };
  const answer = result.status === 200 ? readAnswer(result.text) : undefined;
  return answer ?? { why: `HTTP ${result.status} without a readable answer` };
}

/** An amount as Hecto writes it: digits, in the minor unit. */
export function readAmountText(text: string | undefined): bigint | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? BigInt(text) : undefined;
}
