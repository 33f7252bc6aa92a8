import Type from 'typebox';
import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import { createGatewayCodes } from '../../../port/codes.ts';
import type { Gateway } from '../../../port/gateway.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { lookUpNothing } from '../../answers/no-inquiry.ts';
import { outcomeOfRefusalText } from '../../answers/refusal-texts.ts';
import { paycoCapabilities } from '../capabilities.ts';
import { paycoPaths } from '../wire/paths.ts';
import { type PaycoOrder, readTransactionId } from '../wire/transaction-id.ts';
import { type PaycoAnswer, readAnswer, readCancelResult } from '../wire/wire.ts';
import { inquirePayco } from './inquiry.ts';
import { cancelFields, send } from './requests.ts';

/**
 * PAYCO, simple payment (EASYPAY). The MID is the `cpId`. Our order id is `sellerOrderReferenceKey`. See the README of
 * this folder for the protocol, its sources and what is inferred.
 */
export const paycoGateway = {
  provider: 'payco',
  capabilities: paycoCapabilities,
  credentialsSchema: Type.Object({
    sellerKey: Type.String({ pattern: '^[A-Za-z0-9_-]{4,100}$', description: 'Seller key (sellerKey)' }),
    productId: Type.String({ pattern: '^[A-Za-z0-9_-]{1,50}$', description: 'Product id (productId)' }),
  }),
  liveBaseUrl: 'https://api-bill.payco.com',
  codes: createGatewayCodes({ banks: [], cards: [] }),

  async cancel(call, request): Promise<Outcome<Cancelled>> {
    const order = readTransactionId(request.gatewayTid);
    if (!order) return { kind: 'never_sent', why: 'the transaction id is not one of PAYCO' };
    const result = await send(call, paycoPaths.cancel, cancelFields(call, request, order));
    if (result.kind === 'never_sent') return result;
    if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
    return outcomeOf(call, request, order, result);
  },

  inquire: inquirePayco,
  lookUp: lookUpNothing,
} as const satisfies Gateway;

/** A public client knows this code as "has been cancelled before". */
const alreadyCancelled = '1301';

/** PAYCO's samples take every status but 200 for a failed connection. */
function outcomeOf(
  call: GatewayCall,
  request: Cancel,
  order: PaycoOrder,
  { status, text }: Extract<GatewayHttpResult, { kind: 'answered' }>,
): Outcome<Cancelled> {
  const answer = readAnswer(text);
  if (!answer || status !== 200) return { kind: 'unclear', why: `HTTP ${status} without a readable answer` };
  if (answer.code !== '0') return refusalOf(call, request, answer);
  const cancelled = cancelledOf(request, order, answer.result);
  return cancelled
    ? { kind: 'confirmed', result: cancelled }
    : { kind: 'unclear', why: 'the answer is not the one to this request' };
}

/** PAYCO publishes no list of codes: what a refusal means is read from its text. */
function refusalOf(call: GatewayCall, request: Cancel, { code, message }: PaycoAnswer): Outcome<Cancelled> {
  const { gatewayTid, amountMinor } = request;
  const isAll = amountMinor === request.balanceBeforeMinor;
  const whenDone = isAll ? { gatewayTid, amountMinor, cancelledAt: call.startedAt, receiptUrl: null } : null;
  if (code !== alreadyCancelled) return outcomeOfRefusalText(call, { code, message }, whenDone);
  if (!call.isRepeat) return { kind: 'refused', code, message: message || code, category: 'already_cancelled' };
  return whenDone
    ? { kind: 'confirmed', result: whenDone }
    : { kind: 'unclear', why: 'PAYCO has cancelled before, and does not say what', code, message };
}

/** Only an answer that is ours in every part, and leaves what this cancellation alone must leave, is a confirmation. */
function cancelledOf(request: Cancel, order: PaycoOrder, result: unknown): Cancelled | undefined {
  const answer = readCancelResult(result);
  const [detail] = answer?.cancelPaymentDetails ?? [];
  const cancelledAt = readSeoulDigits(answer?.cancelYmdt ?? detail?.cancelTradeYmdt ?? detail?.tradeYmdt ?? '');
  if (!answer || !cancelledAt) return undefined;
  const gatewayTid = String(answer.cancelTradeSeq);
  const leftMinor = request.balanceBeforeMinor - request.amountMinor;
  const isOurs =
    String(answer.orderNo) === order.orderNo &&
    !request.earlierTids.includes(gatewayTid) &&
    BigInt(answer.totalCancelPaymentAmt) === request.amountMinor &&
    (answer.remainCancelPossibleAmt == null || BigInt(answer.remainCancelPossibleAmt) === leftMinor);
  return isOurs ? { gatewayTid, amountMinor: request.amountMinor, cancelledAt, receiptUrl: null } : undefined;
}
