import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome, RefusalCategory } from '../../../port/outcome.ts';
import { isStandInCode, standInCodes } from '../wire/codes.ts';
import {
  isRefusal,
  parseJson,
  type RefusalAnswer,
  type SecretOf,
  signatureHeader,
  signStandIn,
} from '../wire/protocol.ts';

export interface StandInOptions {
  readonly secretOf: SecretOf;
  /** Of the gateway's own codes, where its simulator refuses by its own rules; the stand-in's codes are known. */
  categoryOf?(code: string, message: string): RefusalCategory | undefined;
}

/** The category of a refusal, and its words. */
export type ReadRefusal = (answer: RefusalAnswer) => Extract<Outcome<never>, { kind: 'refused' }>;

/** What a question was answered, a refusal among others, or `why` there is no answer to read. */
export type Answered = { readonly answer: unknown } | { readonly why: string };

/** Signed messages and their answers, whatever they are about: a gateway's folder may have some of its own. */
export interface SignedCalls {
  readonly refusalOf: ReadRefusal;
  /** A success only when `read` finds in the answer exactly what was asked for. */
  carryOut<T>(
    call: GatewayCall,
    path: string,
    message: Readonly<Record<string, unknown>>,
    read: (answer: unknown) => Outcome<T> | undefined,
  ): Promise<Outcome<T>>;
  ask(call: GatewayCall, path: string, message: Readonly<Record<string, unknown>>): Promise<Answered>;
}

/** On a live channel nothing is sent. */
export function createSignedCalls(options: StandInOptions): SignedCalls {
  const send = (
    call: GatewayCall,
    path: string,
    message: Readonly<Record<string, unknown>>,
  ): Promise<GatewayHttpResult> => {
    if (call.channel.mode === 'live') return Promise.resolve(notPublic);
    const body = JSON.stringify({ mid: call.channel.mid, ...message });
    return call.http.send({
      method: 'POST',
      url: call.channel.baseUrl + path,
      headers: {
        'content-type': 'application/json',
        [signatureHeader]: signStandIn(options.secretOf(call.channel.credentials), path, body),
      },
      body,
      charset: 'utf-8',
      timeLimitMs: call.timeLimitMs,
    });
  };

  const refusalOf: ReadRefusal = ({ resultCode: code, resultMessage: message }) => ({
    kind: 'refused',
    code,
    message,
    category: isStandInCode(code) ? standInCodes[code].category : (options.categoryOf?.(code, message) ?? 'other'),
  });

  return {
    refusalOf,

    async carryOut(call, path, message, read) {
      const result = await send(call, path, { requestId: call.idempotencyKey, ...message });
      if (result.kind === 'never_sent') return result;
      if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
      const answer = parseJson(result.text);
      if (isRefusal(answer) && (result.status === 200 || result.status === 401)) {
        const refused = refusalOf(answer);
        // S101 says that an earlier request with this order id arrived: ours, since order ids are used once. And what
        // speaks against a repeat need not have spoken against the first request, which may be done or still on its way:
        // the inquiry by the key knows.
        return call.isRepeat || refused.code === 'S101' ? { ...refused, kind: 'unclear', why: refused.code } : refused;
      }
      const outcome = result.status === 200 ? read(answer) : undefined;
      return outcome ?? { kind: 'unclear', why: `HTTP ${result.status} without a readable answer` };
    },

    async ask(call, path, message) {
      const result = await send(call, path, message);
      if (result.kind !== 'answered') return { why: result.why };
      const answer = result.status === 200 || result.status === 401 ? parseJson(result.text) : undefined;
      return answer === undefined ? { why: `no readable answer (HTTP ${result.status})` } : { answer };
    },
  };
}

const notPublic = { kind: 'never_sent', why: "the gateway's protocol of this operation is not public" } as const;
