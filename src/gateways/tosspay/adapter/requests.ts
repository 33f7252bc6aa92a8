import { createHash } from 'node:crypto';
import { amountNumber } from '../../../platform/money/currency.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import { postJson } from '../../../port/post.ts';
import { wireReason } from '../../../port/texts.ts';
import { readDecided } from '../../answers/decided-answer.ts';
import { reasonRule } from '../wire/text.ts';
import { readAnswer } from '../wire/wire.ts';

/**
 * The API key stands in the body. The guide's list of HTTP statuses has 400 for malformed requests and 401 for a wrong key:
 * a failure in the usual form is read with them, too, a success is not.
 */
export async function ask(call: GatewayCall, path: string, fields: Readonly<Record<string, unknown>>) {
  const { apiKey = '' } = call.channel.credentials;
  const result = await postJson(call, path, { apiKey, ...fields });
  const isTurnedAway = result.kind === 'answered' && (result.status === 400 || result.status === 401);
  return readDecided(isTurnedAway ? { ...result, status: 200 } : result, (text) => {
    const answer = readAnswer(text);
    return isTurnedAway && answer?.code === 0 ? undefined : answer;
  });
}

const refundNoLengthMax = 36;

/** Ours: one per cancellation, and the same on its repeats. A key that is too long is not cut, which could make two the same. */
export function refundNoOf({ idempotencyKey }: GatewayCall): string {
  if (idempotencyKey.length <= refundNoLengthMax) return idempotencyKey;
  return createHash('sha256').update(idempotencyKey).digest('hex').slice(0, refundNoLengthMax);
}

/**
 * `idempotent`: the same `refundNo` again brings the same success and moves nothing (documented; it is what Toss Pay does
 * where nothing is said). VAT that is not stated is left to Toss Pay, which takes an eleventh of what is taxed.
 */
export function refundFields(call: GatewayCall, request: Cancel): Record<string, unknown> {
  const amount = (minor: bigint) => amountNumber(minor, request.currency);
  return {
    payToken: request.gatewayTid,
    refundNo: refundNoOf(call),
    idempotent: true,
    reason: wireReason(request.reason, reasonRule),
    amount: amount(request.amountMinor),
    amountTaxFree: amount(request.taxFreeMinor),
    ...(request.vatMinor > 0n && { amountVat: amount(request.vatMinor) }),
  };
}
