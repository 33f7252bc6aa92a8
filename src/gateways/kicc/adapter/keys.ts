import { randomUUID } from 'node:crypto';
import { amountNumber } from '../../../platform/money/currency.ts';
import type { Approval } from '../../../port/approval.ts';
import type { KeyCharge } from '../../../port/billing-key.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { OperationAt } from '../../../port/operations.ts';
import { inquireByRepeating } from '../../answers/no-inquiry.ts';
import { kiccDay } from '../wire/day.ts';
import { saysKeyIsGone } from '../wire/errors.ts';
import { paths } from '../wire/paths.ts';
import { kiccText, lengthMax } from '../wire/text.ts';
import { readAnswer, succeeded } from '../wire/wire.ts';
import { outcomeOf } from './answers.ts';
import { approvalOf, isAuthentic, isOfMall } from './approvals.ts';
import { post, requestId } from './requests.ts';
import { type Read, refusedBefore, settle } from './status.ts';

/**
 * A payment by a key that was registered in the window. The request is not signed, its answer is. KICC takes a request's id once a
 * day, so that a repeat of the same day charges nothing twice; on another day it would. The status query tells what became of it.
 */
export const chargeKey: OperationAt<'charge_key'> = {
  async send(call, request) {
    return outcomeOf(call, await post(call, paths.charge, chargeBody(call, request)), (answer) => {
      const approval = isAuthentic(call, answer)
        ? approvalOf(call, request.orderId, request.amountMinor, answer)
        : undefined;
      return approval && { kind: 'confirmed', result: approval };
    });
  },

  inquire(call, { orderId, paymentAmountMinor }, sentAt) {
    const read: Read<Approval> = (answer) => {
      if (answer.resCd !== succeeded) {
        const isOurs = answer.shopTransactionId === requestId(call) && answer.shopOrderNo === orderId;
        return isOurs ? refusedBefore(answer) : undefined;
      }
      const approval = approvalOf(call, orderId, paymentAmountMinor, answer);
      return approval && { kind: 'done', result: approval };
    };
    return settle(call, sentAt, read, { onlyToday: true });
  },
};

/**
 * A key can't be deleted twice, so that a repeat tells what became of a deletion whose answer was lost. Each repeat has an id of its own:
 * under the first one KICC would only say that it was used. That the key is gone is read in KICC's text, since it has no public code.
 */
export const revokeKey: OperationAt<'revoke_key'> = {
  async send(call, { billingKey }) {
    const { mid: mallId } = call.channel;
    const shopTransactionId = call.isRepeat ? idOfRepeat(call) : requestId(call);
    const body = { mallId, shopTransactionId, batchKey: billingKey.key, removeReqDate: kiccDay(call.now) };
    const result = await post(call, paths.removeKey, body);
    const revoked = { kind: 'confirmed', result: { gatewayTid: null, revokedAt: call.now } } as const;
    if (result.kind === 'answered' && result.status === 200) {
      const answer = readAnswer(result.text);
      if (answer && answer.resCd !== succeeded && saysKeyIsGone(answer.resMsg)) return revoked;
    }
    return outcomeOf(call, result, (answer) => {
      const isOurs = (answer.shopTransactionId ?? shopTransactionId) === shopTransactionId;
      return isOurs && isOfMall(call, answer) ? revoked : undefined;
    });
  },
  inquire: inquireByRepeating,
};

function idOfRepeat({ idempotencyKey }: GatewayCall): string {
  return requestId({ idempotencyKey: `${idempotencyKey}-${randomUUID()}` });
}

function chargeBody(call: GatewayCall, request: KeyCharge): Record<string, unknown> {
  const { amountMinor, taxFreeMinor, vatMinor, currency } = request;
  const goodsName = kiccText(request.orderName, lengthMax.goodsName);
  return {
    mallId: call.channel.mid,
    shopTransactionId: requestId(call),
    shopOrderNo: request.orderId,
    approvalReqDate: kiccDay(call.now),
    amount: amountNumber(amountMinor, currency),
    currency: '00',
    orderInfo: { goodsName },
    payMethodInfo: {
      billKeyMethodInfo: { batchKey: request.billingKey.key },
      cardMethodInfo: { installmentMonth: String(request.installmentMonths).padStart(2, '0') },
    },
    // Only where something of it is free of tax; that the three add up to the amount is inferred.
    ...(taxFreeMinor > 0n && {
      taxInfo: {
        taxAmount: amountNumber(amountMinor - taxFreeMinor - vatMinor, currency),
        freeAmount: amountNumber(taxFreeMinor, currency),
        vatAmount: amountNumber(vatMinor, currency),
      },
    }),
  };
}
