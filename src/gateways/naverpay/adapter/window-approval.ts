import type { Approval } from '../../../port/approval.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome } from '../../../port/outcome.ts';
import type { WindowApproval, WindowResult } from '../../../port/window.ts';
import { withKeysOfWindow } from '../../stand-in/adapter/window-approval.ts';
import { isNaverResultCode } from '../wire/codes.ts';
import { readApprovalBody } from '../wire/wire.ts';
import { decide, refusalOf } from './decided.ts';
import { approvalOf, fetchHistory, gatewayPaymentOf } from './history.ts';
import { sendApproval } from './requests.ts';

/**
 * POST …/v2.2/apply/payment with the `paymentId` that the browser brought back, under our idempotency key. The number is known before
 * the payment is made, so that its history settles a lost answer.
 */
export const naverWindowApproval = withKeysOfWindow({
  async send(call, request) {
    const result = await sendApproval(call, request.token);
    return result.kind === 'never_sent' ? result : outcomeOf(call, request, result);
  },

  async inquire(call, asked) {
    const fetched = await fetchHistory(call, { ...asked, gatewayTid: asked.token });
    if (fetched.kind === 'unknown') return fetched;
    if (fetched.kind === 'not_found') return { kind: 'not_done', repeatIsSafe: true };
    const payment = gatewayPaymentOf(fetched.history);
    return payment?.approval && payment.amountMinor === asked.paymentAmountMinor
      ? { kind: 'done', result: resultOf(payment.approval) }
      : { kind: 'unknown', why: 'the payment under this number is not the one that was asked for' };
  },
});

/** What a code that is not in the table must not speak of, to be a no: its codes of approvals are not public as a whole. */
const mayBeDone = /already|ongoing|complete|timeout|이미|진행|완료|처리|지연|재시도/i;

function outcomeOf(
  call: GatewayCall,
  request: WindowApproval,
  result: Exclude<GatewayHttpResult, { kind: 'never_sent' }>,
): Outcome<WindowResult> {
  const decided = decide(result);
  if ('outcome' in decided) return decided.outcome;
  const { code, message } = decided;
  if (code !== 'Success') {
    const isDecided = isNaverResultCode(code) || !mayBeDone.test(code + message);
    return isDecided ? refusalOf(call, decided) : { kind: 'unclear', why: `code ${code}`, code, message };
  }
  const detail = readApprovalBody(decided.body)?.detail;
  const isOurs =
    detail?.paymentId === request.token &&
    detail.merchantPayKey === request.orderId &&
    detail.admissionState === 'SUCCESS' &&
    BigInt(detail.totalPayAmount) === request.amountMinor;
  const approval = isOurs ? approvalOf(detail) : undefined;
  return approval
    ? { kind: 'confirmed', result: resultOf(approval) }
    : { kind: 'unclear', why: 'the answer is not the one to this request' };
}

function resultOf(approval: Approval): WindowResult {
  return { gatewayTid: approval.gatewayTid, receiptUrl: null, approval, virtualAccount: null, key: null };
}
