/**
 * INVENTED: how a request is sent, which HTTP statuses a refusal has, and that a request can be asked about by its key,
 * which makes a repeat safe. Replace it before anything else; what the outcomes mean stays.
 */

import { outcomeOfRefusal } from '../../../../../src/gateways/answers/refused-repeat.ts';
import type { GatewayCall } from '../../../../../src/port/call.ts';
import type { GatewayHttpResult } from '../../../../../src/port/http-client.ts';
import type { Inquiry } from '../../../../../src/port/operations.ts';
import type { Outcome } from '../../../../../src/port/outcome.ts';
import { type ExamplePayError, examplePayErrors, isExamplePayErrorCode } from '../wire/errors.ts';
import { paths } from '../wire/paths.ts';
import { type Answer, headerNames, parseJson, readAnswer, signatureOf, successCode } from '../wire/protocol.ts';

type Message = Readonly<Record<string, unknown>>;
/** Finds in an answer what was asked for; `undefined`: it is not the answer to this request. */
export type Read<T> = (result: unknown) => T | undefined;

/** Sends what moves something. It is done only where `read` finds in the answer exactly what was asked for. */
export async function carryOut<T>(
  call: GatewayCall,
  path: string,
  message: Message,
  read: Read<T>,
): Promise<Outcome<T>> {
  const result = await send(call, path, message, call.idempotencyKey);
  if (result.kind === 'never_sent') return result;
  if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
  const { status } = result;
  const answer = readAnswer(parseJson(result.text));
  if (!answer) return { kind: 'unclear', why: `HTTP ${status} without a readable answer` };
  if (status === 200 && answer.code === successCode) {
    const done = read(answer.result);
    return done
      ? { kind: 'confirmed', result: done }
      : { kind: 'unclear', why: 'the answer is not the one to this request' };
  }
  const { category, ...failure } = failureOf(answer);
  if (category === 'in_doubt' || (status !== 400 && status !== 401)) {
    return { kind: 'unclear', why: `HTTP ${status} ${answer.code}`, ...failure };
  }
  return outcomeOfRefusal(call, { ...failure, category });
}

/**
 * Asks for the first answer to the request that had this call's key. A request that has not arrived may be sent again:
 * whatever its key was seen with before is answered, and not done a second time.
 */
export async function inquireByKey<T>(call: GatewayCall, path: string, read: Read<T>): Promise<Inquiry<T>> {
  const found = await ask(call, paths.findRequest, { path, key: call.idempotencyKey });
  if ('why' in found) return { kind: 'unknown', why: found.why };
  if (found.result === null) return { kind: 'not_done', repeatIsSafe: true };
  const first = readAnswer(found.result);
  if (!first) return { kind: 'unknown', why: 'the first answer is not readable' };
  if (first.code === successCode) {
    const done = read(first.result);
    return done
      ? { kind: 'done', result: done }
      : { kind: 'unknown', why: 'the first answer is not the one to this request' };
  }
  const { category, ...failure } = failureOf(first);
  return category === 'in_doubt'
    ? { kind: 'unknown', why: `the first answer is no clear one (${failure.code})` }
    : { kind: 'refused', ...failure, category };
}

/** Sends what moves nothing. `why`: no answer came that can be relied on. */
export async function ask(
  call: GatewayCall,
  path: string,
  message: Message,
): Promise<{ readonly result: unknown } | { readonly why: string; readonly code?: string }> {
  const result = await send(call, path, message, '');
  if (result.kind !== 'answered') return { why: result.why };
  const answer = readAnswer(parseJson(result.text));
  if (!answer) return { why: `HTTP ${result.status} without a readable answer` };
  if (result.status === 200 && answer.code === successCode) return { result: answer.result };
  return { why: `HTTP ${result.status} ${answer.code}`, code: answer.code };
}

function send(call: GatewayCall, path: string, message: Message, key: string): Promise<GatewayHttpResult> {
  const { mid, credentials, baseUrl } = call.channel;
  const body = JSON.stringify(message);
  return call.http.send({
    method: 'POST',
    url: baseUrl + path,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      [headerNames.mid]: mid,
      ...(key !== '' && { [headerNames.key]: key }),
      [headerNames.signature]: signatureOf(credentials.secretKey ?? '', path, key, body),
    },
    body,
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}

/** A code that is not in the table is a no as well: only the gateway's own form gets here. */
function failureOf({ code, message }: Answer): ExamplePayError & { readonly code: string } {
  const known = isExamplePayErrorCode(code) ? examplePayErrors[code] : undefined;
  return { code, message: message || known?.message || code, category: known?.category ?? 'other' };
}
