import { amountNumber } from '../../../platform/money/currency.ts';
import type { Approval } from '../../../port/approval.ts';
import type { KeyCharge } from '../../../port/billing-key.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { OperationAt } from '../../../port/operations.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { wireReason, wireText } from '../../../port/texts.ts';
import { inquireByRepeating } from '../../answers/no-inquiry.ts';
import { isNaverResultCode } from '../wire/codes.ts';
import { productNameRule, reasonRule } from '../wire/text.ts';
import { readChargeBody, readExpiredKey, readReservedPaymentId } from '../wire/wire.ts';
import { type Answered, decide, refusalOf } from './decided.ts';
import { approvalOf, fetchApproval } from './history.ts';
import { sendKeyForm } from './requests.ts';

/**
 * Naver Pay charges a key (`recurrentId`) in two steps: the first reserves a `paymentId`, the second one approves it. The
 * first moves nothing: whatever becomes of it, the charge itself has then not been sent, and that is no doubt.
 */
export const chargeKey: OperationAt<'charge_key'> = {
  async send(call, request) {
    if (request.installmentMonths > 1) return notSent('a key of Naver Pay has no field for instalments');
    const startedMs = performance.now();
    // The second step is the one whose answer must not be lost: it has at least half of the time.
    const halfMs = Math.floor(call.timeLimitMs / 2);
    const reserved = paymentIdOf(call, await sendKeyForm(call, 'reserve', reservationFields(request), halfMs));
    if (typeof reserved !== 'string') return reserved;
    const leftMs = Math.floor(call.timeLimitMs - (performance.now() - startedMs));
    if (leftMs < 1) return notSent('no time was left for it');
    const fields = { recurrentId: request.billingKey.key, paymentId: reserved };
    const result = await sendKeyForm(call, 'approve', fields, leftMs);
    return result.kind === 'never_sent' ? result : chargeOutcome(call, request, reserved, result);
  },

  /**
   * The payment is looked for by our order among the approvals of that hour. That a second reservation under the same key names
   * the first one's payment is not documented, so that nothing is repeated.
   */
  async inquire(call, asked, sentAt) {
    const fetched = await fetchApproval(call, asked, sentAt);
    if (fetched.kind === 'not_found') return { kind: 'not_done', repeatIsSafe: false };
    if (fetched.kind === 'unknown') return fetched;
    const approval = approvalOf(fetched.entry);
    return approval && BigInt(fetched.entry.totalPayAmount) === asked.paymentAmountMinor
      ? { kind: 'done', result: approval }
      : { kind: 'unknown', why: 'the payment of this order is not the one that was asked for' };
  },
};

/** The same request under its key brings the first answer back, and a key can't end twice. */
export const revokeKey: OperationAt<'revoke_key'> = {
  async send(call, { billingKey, reason, requester }) {
    const fields = {
      recurrentId: billingKey.key,
      expireRequester: requester === 'customer' ? '1' : '2',
      expireReason: wireReason(reason, reasonRule),
    };
    const result = await sendKeyForm(call, 'expire', fields, call.timeLimitMs);
    if (result.kind === 'never_sent') return result;
    const decided = decide(result);
    if ('outcome' in decided) return decided.outcome;
    if (decided.code === 'Success') {
      return readExpiredKey(decided.body) === billingKey.key
        ? { kind: 'confirmed', result: { gatewayTid: null, revokedAt: call.now } }
        : { kind: 'unclear', why: 'the answer is not the one to this request' };
    }
    return refusalOf(call, decided);
  },
  inquire: inquireByRepeating,
};

/**
 * Clients name the order and the user in two ways, older ones `merchantPayId` and `merchantUserId`. Both are sent, since by our
 * order the payment is found again.
 */
function reservationFields(request: KeyCharge): Record<string, string> {
  const { billingKey, orderId, orderName } = request;
  const amount = (minor: bigint) => String(amountNumber(minor, request.currency));
  const userKey = billingKey.boundTo.merchantUserKey ?? '';
  return {
    recurrentId: billingKey.key,
    totalPayAmount: amount(request.amountMinor),
    taxScopeAmount: amount(request.amountMinor - request.taxFreeMinor),
    taxExScopeAmount: amount(request.taxFreeMinor),
    productName: wireText(orderName, productNameRule) || orderId,
    productCount: '1',
    merchantPayKey: orderId,
    merchantPayId: orderId,
    merchantUserKey: userKey,
    merchantUserId: userKey,
  };
}

/** The number of the payment, or what came of the reservation: every clear code is a no, since nothing was charged yet. */
function paymentIdOf(call: GatewayCall, result: GatewayHttpResult): string | Outcome<never> {
  if (result.kind === 'never_sent') return result;
  const decided = decide(result);
  if ('outcome' in decided) {
    const { outcome } = decided;
    return outcome.kind === 'unclear' ? notSent(`the reservation failed: ${outcome.why}`) : outcome;
  }
  if (decided.code !== 'Success') return refusalOf(call, decided);
  return readReservedPaymentId(decided.body) ?? notSent('the reservation named no payment');
}

/** A code that is not in the table decides nothing here: the history does. */
function chargeOutcome(call: GatewayCall, request: KeyCharge, paymentId: string, result: Answered): Outcome<Approval> {
  const decided = decide(result);
  if ('outcome' in decided) return decided.outcome;
  const { code, message } = decided;
  if (code !== 'Success') {
    return isNaverResultCode(code) ? refusalOf(call, decided) : { kind: 'unclear', why: `code ${code}`, code, message };
  }
  const body = readChargeBody(decided.body);
  const detail = body?.detail;
  const isOurs =
    body?.paymentId === paymentId &&
    detail?.paymentId === paymentId &&
    (detail.merchantPayKey ?? request.orderId) === request.orderId &&
    detail.admissionState === 'SUCCESS' &&
    BigInt(detail.totalPayAmount) === request.amountMinor;
  const approval = isOurs && detail ? approvalOf(detail) : undefined;
  return approval
    ? { kind: 'confirmed', result: approval }
    : { kind: 'unclear', why: 'the answer is not the one to this request' };
}

function notSent(why: string): Outcome<never> {
  return { kind: 'never_sent', why: `the charge was not sent: ${why}` };
}
