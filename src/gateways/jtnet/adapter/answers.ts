import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import type { Approval, KeyInApproval } from '../../../port/approval.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { notOurs, readDecided } from '../../answers/decided-answer.ts';
import { readTexts } from '../../answers/read-json.ts';
import { meaningOfRefusal, outcomeOfRefusalText } from '../../answers/refusal-texts.ts';
import { approved, cancelledBefore, cancelledCodes } from '../wire/codes.ts';

/** A cancel has no id of its own: the payment's stands for it. Its time is the first request's in every repeat. */
export function cancelOutcome(call: GatewayCall, request: Cancel, result: GatewayHttpResult): Outcome<Cancelled> {
  const decided = readDecided(result, readTexts);
  if ('outcome' in decided) return decided.outcome;
  const { result_cd: code, result_msg: text = '', tid, moid, CancelDate = '', CancelTime = '' } = decided.answer;
  if (!code) return notOurs;
  const { gatewayTid, orderId, amountMinor } = request;
  const cancelled = (cancelledAt: Date): Cancelled => ({ gatewayTid, amountMinor, cancelledAt, receiptUrl: null });
  if (cancelledCodes(request.payMethod).includes(code)) {
    const at = call.isRepeat ? call.startedAt : (readSeoulDigits(CancelDate + CancelTime) ?? call.now);
    return tid === gatewayTid && moid === orderId ? { kind: 'confirmed', result: cancelled(at) } : notOurs;
  }
  const isAll = amountMinor === request.balanceBeforeMinor;
  if (code !== cancelledBefore) {
    return outcomeOfRefusalText(call, { code, message: text }, isAll ? cancelled(call.startedAt) : null);
  }
  const message = text || code;
  if (!call.isRepeat) return { kind: 'refused', code, message, category: 'already_cancelled' };
  return isAll
    ? { kind: 'confirmed', result: cancelled(call.startedAt) }
    : { kind: 'unclear', why: 'tPay has cancelled before, and does not say what', code, message };
}

/** tPay publishes no list of codes: what a refusal means is read from its text. */
export function approvalOutcome(
  call: GatewayCall,
  request: KeyInApproval,
  result: GatewayHttpResult,
): Outcome<Approval> {
  const decided = readDecided(result, readTexts);
  if ('outcome' in decided) return decided.outcome;
  const { result_cd: code, result_msg: message = '', tid, moid, paid_amt, app_no } = decided.answer;
  if (!code) return notOurs;
  if (!approved.includes(code)) {
    // Our order ids are used once: one that was used before was used by an earlier request of ours.
    return meaningOfRefusal(message) === 'duplicate_order'
      ? { kind: 'unclear', why: `the order is known already (${code})`, code, message }
      : outcomeOfRefusalText<Approval>({ isRepeat: false }, { code, message }, null);
  }
  if (!tid || moid !== request.orderId || paid_amt !== String(request.amountMinor)) return notOurs;
  return {
    kind: 'confirmed',
    result: {
      gatewayTid: tid,
      approvalNumber: app_no || null,
      approvedAt: call.now,
      receiptUrl: null,
      card: {
        maskedNumber: maskCardNumber(request.card.number),
        // Whose codes `app_co` are is not known.
        code: null,
        name: null,
        issuerCode: null,
        issuerName: null,
        installmentMonths: request.installmentMonths,
        type: null,
      },
      bank: null,
    },
  };
}
