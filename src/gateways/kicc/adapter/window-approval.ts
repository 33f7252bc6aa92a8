import type { GatewayCall } from '../../../port/call.ts';
import type { WindowResult } from '../../../port/window.ts';
import { withKeysOfWindow } from '../../stand-in/adapter/window-approval.ts';
import { kiccDay } from '../wire/day.ts';
import { paths } from '../wire/paths.ts';
import { type KiccAnswer, succeeded } from '../wire/wire.ts';
import { outcomeOf } from './answers.ts';
import { accountOf, approvalOf, isAuthentic } from './approvals.ts';
import { post, requestId } from './requests.ts';
import { type Read, refusedBefore, settle } from './status.ts';

/**
 * POST /api/ep9/trades/approval with the authorization that the browser brought back. It names no amount and is not signed; the answer is
 * signed, and tells the amount. KICC takes a request's id once a day, and its status query tells what became of it.
 */
export const kiccWindowApproval = withKeysOfWindow({
  async send(call, { token, orderId, amountMinor }) {
    const body = {
      mallId: call.channel.mid,
      shopTransactionId: requestId(call),
      authorizationId: token,
      shopOrderNo: orderId,
      approvalReqDate: kiccDay(call.now),
    };
    const outcome = outcomeOf(call, await post(call, paths.approve, body), (answer) => {
      const result = isAuthentic(call, answer) ? resultOf(call, orderId, amountMinor, answer) : undefined;
      return result && { kind: 'confirmed', result };
    });
    if (outcome.kind !== 'refused' || !speaksOfEarlier(outcome.message)) return outcome;
    const { code, message } = outcome;
    return { kind: 'unclear', why: `it may have been approved before (${code})`, code, message };
  },

  inquire(call, { orderId, paymentAmountMinor }, sentAt) {
    const read: Read<WindowResult> = (answer) => {
      if (answer.resCd !== succeeded) {
        const isOurs = answer.shopTransactionId === requestId(call) && answer.shopOrderNo === orderId;
        return isOurs && !speaksOfEarlier(answer.resMsg) ? refusedBefore(answer) : undefined;
      }
      const result = resultOf(call, orderId, paymentAmountMinor, answer);
      return result && { kind: 'done', result };
    };
    // That an authorization pays once is not documented, so that a repeat relies on the request's id, which is taken once a day.
    return settle(call, sentAt, read, { onlyToday: true });
  },
});

/** What KICC says to an authorization that was used has no public code. */
function speaksOfEarlier(message: string): boolean {
  return /이미|중복|기\s*승인/.test(message);
}

function resultOf(
  call: GatewayCall,
  orderId: string,
  amountMinor: bigint,
  answer: KiccAnswer,
): WindowResult | undefined {
  const approval = approvalOf(call, orderId, amountMinor, answer) ?? null;
  const virtualAccount = approval ? null : (accountOf(call, orderId, amountMinor, answer) ?? null);
  const made = approval ?? virtualAccount;
  return made ? { gatewayTid: made.gatewayTid, receiptUrl: null, approval, virtualAccount, key: null } : undefined;
}
