import Type from 'typebox';
import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import { createGatewayCodes } from '../../../port/codes.ts';
import type { Gateway } from '../../../port/gateway.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Lookup } from '../../../port/lookup.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { outcomeOfRefusal } from '../../answers/refused-repeat.ts';
import { naverCapabilities } from '../capabilities.ts';
import { isNaverResultCode, naverResults } from '../wire/codes.ts';
import { readAnswer, readCancelBody } from '../wire/wire.ts';
import { fetchHistory, gatewayPaymentOf } from './history.ts';
import { inquireNaver } from './inquiry.ts';
import { sendCancel } from './requests.ts';

/**
 * Naver Pay, payments of the order-less kind (결제형). The MID is the partner id. Our order id is `merchantPayKey`. See
 * the README of this folder for the protocol, its sources and what is inferred.
 */
export const naverGateway = {
  provider: 'naverpay',
  capabilities: naverCapabilities,
  credentialsSchema: Type.Object({
    clientId: Type.String({ pattern: '^[A-Za-z0-9_-]{4,100}$', description: 'Client ID' }),
    clientSecret: Type.String({ pattern: '^[A-Za-z0-9_-]{4,100}$', description: 'Client secret' }),
    chainId: Type.String({ pattern: '^[A-Za-z0-9_-]{4,100}$', description: 'Chain ID' }),
  }),
  liveBaseUrl: 'https://pay.paygate.naver.com',
  codes: createGatewayCodes({ banks: [], cards: [] }),

  async cancel(call, request): Promise<Outcome<Cancelled>> {
    const result = await sendCancel(call, request);
    if (result.kind === 'never_sent') return result;
    if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
    return outcomeOf(call, request, result);
  },

  inquire: inquireNaver,

  async lookUp(call, reference): Promise<Lookup> {
    const fetched = await fetchHistory(call, reference);
    if (fetched.kind !== 'found') return fetched;
    const payment = gatewayPaymentOf(fetched.history);
    return payment ? { kind: 'found', payment } : { kind: 'unknown', why: 'a time in the history is none' };
  },
} as const satisfies Gateway;

/**
 * What became of it is said by the code in the answer, whatever the status is: one public client takes a Success with
 * HTTP 409. A code that is not known decides nothing, nor does a failure of Naver Pay's own (5xx); the repeat does.
 */
function outcomeOf(
  call: GatewayCall,
  request: Cancel,
  { status, text }: Extract<GatewayHttpResult, { kind: 'answered' }>,
): Outcome<Cancelled> {
  const answer = readAnswer(text);
  // Naver's front door turns strangers away in a form of its own, before the payment API hears of them.
  if (!answer && (status === 401 || status === 403)) {
    return outcomeOfRefusal(call, { code: `HTTP_${status}`, message: `HTTP ${status}`, category: 'bad_credentials' });
  }
  if (!answer) return { kind: 'unclear', why: `HTTP ${status} without a readable answer` };
  const { code } = answer;
  const known = isNaverResultCode(code) ? naverResults[code] : undefined;
  if (known?.category === 'success') {
    const cancelled = cancelledOf(request, answer.body);
    return cancelled
      ? { kind: 'confirmed', result: cancelled }
      : { kind: 'unclear', why: 'the answer is not the one to this request' };
  }
  const message = answer.message || known?.message || code;
  if (!known || known.category === 'in_progress' || status >= 500) {
    return { kind: 'unclear', why: `HTTP ${status} ${code}`, code, message };
  }
  return outcomeOfRefusal(call, { code, message, category: known.category });
}

/** Only an answer that is ours in every part, and leaves what this cancellation alone must leave, is a confirmation. */
function cancelledOf(request: Cancel, body: unknown): Cancelled | undefined {
  const answer = readCancelBody(body);
  const cancelledAt = readSeoulDigits(answer?.cancelYmdt ?? '');
  if (!answer || !cancelledAt) return undefined;
  const parts = [
    answer.primaryPayCancelAmount,
    answer.npointCancelAmount,
    answer.giftCardCancelAmount,
    answer.discountCancelAmount,
  ];
  const amountMinor = parts.reduce<bigint>((sum, part) => sum + BigInt(part ?? 0), 0n);
  const isOurs =
    answer.paymentId === request.gatewayTid &&
    !request.earlierTids.includes(answer.payHistId) &&
    amountMinor === request.amountMinor &&
    BigInt(answer.totalRestAmount) === request.balanceBeforeMinor - request.amountMinor;
  return isOurs ? { gatewayTid: answer.payHistId, amountMinor, cancelledAt, receiptUrl: null } : undefined;
}
