import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome, RefusalCategory } from '../../../port/outcome.ts';
import { isStandInCode, standInCodes } from '../wire/codes.ts';
import {
  type DoneAnswer,
  type FoundAnswer,
  isDone,
  isFound,
  isRefusal,
  parseJson,
  type RefusalAnswer,
  type SecretOf,
  type StandInOperation,
  signatureHeader,
  signStandIn,
  standInPaths,
} from '../wire/protocol.ts';

export interface StandInOptions {
  readonly secretOf: SecretOf;
  /** Of the gateway's own codes, where its simulator refuses by its own rules; the stand-in's codes are known. */
  categoryOf?(code: string, message: string): RefusalCategory | undefined;
}

/** What the simulator's book has, or `why` no readable answer came. */
export type Found = FoundAnswer | { readonly why: string };

/** The category of a refusal, and its words. */
export type ReadRefusal = (answer: RefusalAnswer) => Extract<Outcome<never>, { kind: 'refused' }>;

export interface Exchange {
  readonly refusalOf: ReadRefusal;
  /** A success only when `read` finds in the answer exactly what was asked for. */
  carryOut<T>(
    call: GatewayCall,
    operation: StandInOperation,
    message: Readonly<Record<string, unknown>>,
    read: (answer: DoneAnswer) => Outcome<T> | undefined,
  ): Promise<Outcome<T>>;
  /** Asks for the request that had this call's key, too, where an operation is named. */
  find(
    call: GatewayCall,
    operation: StandInOperation | null,
    ids: { readonly orderId: string; readonly receiptOrderId?: string },
  ): Promise<Found>;
}

/** Requests and answers in the stand-in's form. On a live channel nothing is sent. */
export function createExchange(options: StandInOptions): Exchange {
  const send = (
    call: GatewayCall,
    operation: StandInOperation | 'inquire',
    message: Readonly<Record<string, unknown>>,
  ): Promise<GatewayHttpResult> => {
    if (call.channel.mode === 'live') return Promise.resolve(notPublic);
    const path = standInPaths[operation];
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

    async carryOut(call, operation, message, read) {
      const result = await send(call, operation, { requestId: call.idempotencyKey, ...message });
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
      const outcome = result.status === 200 && isDone(answer) ? read(answer) : undefined;
      return outcome ?? { kind: 'unclear', why: `HTTP ${result.status} without a readable answer` };
    },

    async find(call, operation, { orderId, receiptOrderId = null }) {
      const requestId = operation === null ? null : call.idempotencyKey;
      const result = await send(call, 'inquire', { operation, requestId, orderId, receiptOrderId });
      if (result.kind !== 'answered') return { why: result.why };
      const answer = result.status === 200 ? parseJson(result.text) : undefined;
      return isFound(answer) ? answer : { why: `no readable answer (HTTP ${result.status})` };
    },
  };
}

const notPublic = { kind: 'never_sent', why: "the gateway's protocol of this operation is not public" } as const;
