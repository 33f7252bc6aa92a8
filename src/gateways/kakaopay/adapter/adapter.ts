import Type from 'typebox';
import { readTime } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import { createGatewayCodes } from '../../../port/codes.ts';
import type { Gateway } from '../../../port/gateway.ts';
import type { Lookup } from '../../../port/lookup.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { kakaoCapabilities } from '../capabilities.ts';
import { failureOf } from '../wire/errors.ts';
import { kakaoPaths } from '../wire/paths.ts';
import { readCancel } from '../wire/wire.ts';
import { inquireKakao } from './inquiry.ts';
import { fetchOrder, gatewayPaymentOf } from './lookup.ts';
import { cancelFields, send } from './requests.ts';

/**
 * Kakao Pay, online payments over the open API. The MID is the CID. Our order id is `partner_order_id`. See the README of
 * this folder for the protocol, its sources and what is inferred.
 */
export const kakaoGateway = {
  provider: 'kakaopay',
  capabilities: kakaoCapabilities,
  credentialsSchema: Type.Object({
    secretKey: Type.String({ pattern: '^[A-Za-z0-9]{8,100}$', description: 'Secret key' }),
    cidSecret: Type.Optional(Type.String({ pattern: '^[0-9a-z]{24}$', description: 'Key of the CID, if it has one' })),
  }),
  liveBaseUrl: 'https://open-api.kakaopay.com',
  codes: createGatewayCodes({ banks: [], cards: [] }),

  async cancel(call, request): Promise<Outcome<Cancelled>> {
    const result = await send(call, kakaoPaths.cancel, cancelFields(call, request));
    if (result.kind === 'never_sent') return result;
    if (result.kind !== 'answered' || result.status !== 200) return failureOf(call, result);
    const cancelled = cancelledOf(call, request, result.text);
    return cancelled
      ? { kind: 'confirmed', result: cancelled }
      : { kind: 'unclear', why: 'the answer is not the one to this request' };
  },

  inquire: inquireKakao,

  async lookUp(call, reference): Promise<Lookup> {
    const fetched = await fetchOrder(call, reference);
    if (fetched.kind !== 'found') return fetched;
    const payment = gatewayPaymentOf(fetched.order);
    return payment
      ? { kind: 'found', payment }
      : { kind: 'unknown', why: `the payment is ${fetched.order.status.slice(0, 40)}` };
  },
} as const satisfies Gateway;

/** Only an answer that is ours in every part, and leaves what this cancellation alone must leave, is a confirmation. */
function cancelledOf(call: GatewayCall, request: Cancel, text: string): Cancelled | undefined {
  const answer = readCancel(text);
  const cancelledAt = readTime(answer?.canceled_at ?? '');
  if (!answer || !cancelledAt) return undefined;
  const leftMinor = request.balanceBeforeMinor - request.amountMinor;
  const isOurs =
    answer.tid === request.gatewayTid &&
    answer.cid === call.channel.mid &&
    answer.partner_order_id === request.orderId &&
    !request.earlierTids.includes(answer.aid) &&
    BigInt(answer.approved_cancel_amount.total) === request.amountMinor &&
    BigInt(answer.cancel_available_amount.total) === leftMinor &&
    (answer.status === 'CANCEL_PAYMENT') === (leftMinor === 0n);
  return isOurs
    ? { gatewayTid: answer.aid, amountMinor: request.amountMinor, cancelledAt, receiptUrl: null }
    : undefined;
}
