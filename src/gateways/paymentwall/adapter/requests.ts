import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { postForm } from '../../../port/post.ts';
import { type Charge, readCharge } from '../wire/charge.ts';
import { readError } from '../wire/errors.ts';
import { chargePath, refundPath } from '../wire/paths.ts';

/** A charge, Paymentwall's no, or neither. */
export type Read =
  | { readonly charge: Charge }
  | { readonly error: { readonly code: string; readonly message: string } }
  | { readonly outcome: Extract<Outcome<never>, { kind: 'never_sent' | 'unclear' }> };

/** 4xx that does not say that nothing was done: too late, at the same time as another one, too early, too many. */
const undecided: ReadonlySet<number> = new Set([408, 409, 425, 429]);

export function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && !undecided.has(status);
}

export function keyHeader({ channel }: GatewayCall): Readonly<Record<string, string>> {
  return { 'x-apikey': channel.credentials.privateKey ?? '', accept: 'application/json' };
}

/** It has no fields: a charge is refunded as a whole. */
export async function sendRefund(call: GatewayCall, chargeId: string): Promise<Read> {
  return readResult(await postForm(call, refundPath(chargeId), {}, keyHeader(call)));
}

export async function sendInquiry(call: GatewayCall, chargeId: string): Promise<Read> {
  const { http, channel, timeLimitMs } = call;
  const url = channel.baseUrl + chargePath(chargeId);
  return readResult(
    await http.send({ method: 'GET', url, headers: keyHeader(call), body: null, charset: 'utf-8', timeLimitMs }),
  );
}

function readResult(result: GatewayHttpResult): Read {
  if (result.kind === 'never_sent') return { outcome: result };
  if (result.kind === 'no_answer') return { outcome: { kind: 'unclear', why: result.why } };
  const { status, text } = result;
  const charge = status === 200 ? readCharge(text) : undefined;
  if (charge) return { charge };
  const error = readError(text);
  if (error && isRefusal(status)) return { error };
  return { outcome: { kind: 'unclear', why: `HTTP ${status} without a readable answer`, ...error } };
}
