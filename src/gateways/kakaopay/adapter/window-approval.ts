import { readTime } from '../../../platform/clock/seoul-time.ts';
import type { Approval, ApprovedCard } from '../../../port/approval.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { WindowApproval, WindowResult } from '../../../port/window.ts';
import { cardCompanyNamed } from '../../answers/card-company-named.ts';
import { withKeysOfWindow } from '../../stand-in/adapter/window-approval.ts';
import { failureOf } from '../wire/errors.ts';
import { kakaoPaths } from '../wire/paths.ts';
import { readWindowToken } from '../wire/window-token.ts';
import { type KakaoApproval, readApproval } from '../wire/wire.ts';
import { fetchOrder, gatewayPaymentOf, isWaiting } from './lookup.ts';
import { send } from './requests.ts';

/**
 * POST /online/v1/payment/approve. The TID is known before the payment is made, and the order under it tells whether it has been: a
 * TID becomes one payment, so that a repeat pays nothing twice.
 */
export const kakaoWindowApproval = withKeysOfWindow({
  async send(call, request) {
    const token = readWindowToken(request.token);
    if (!token) return { kind: 'never_sent', why: 'the token is not a TID and a pg_token' };
    const result = await send(call, kakaoPaths.approve, {
      tid: token.tid,
      partner_order_id: request.orderId,
      partner_user_id: request.orderId,
      pg_token: token.pgToken,
      total_amount: Number(request.amountMinor),
    });
    if (result.kind === 'never_sent') return result;
    if (result.kind !== 'answered' || result.status !== 200) return unlessDone(failureOf(call, result));
    const approval = approvalOf(call, request, token.tid, result.text);
    return approval
      ? { kind: 'confirmed', result: resultOf(approval) }
      : { kind: 'unclear', why: 'the answer is not the one to this request' };
  },

  async inquire(call, asked) {
    const token = readWindowToken(asked.token);
    if (!token) return { kind: 'unknown', why: 'the token is not a TID and a pg_token' };
    const fetched = await fetchOrder(call, { ...asked, gatewayTid: token.tid });
    if (fetched.kind === 'not_found') return { kind: 'unknown', why: 'Kakao Pay does not know the TID' };
    if (fetched.kind === 'unknown') return fetched;
    const { order } = fetched;
    if (BigInt(order.amount.total) !== asked.paymentAmountMinor) {
      return { kind: 'unknown', why: 'Kakao Pay has this order with another amount' };
    }
    if (isWaiting(order)) return { kind: 'not_done', repeatIsSafe: true };
    const payment = gatewayPaymentOf(order);
    if (payment?.approval && payment.status !== 'failed') return { kind: 'done', result: resultOf(payment.approval) };
    if (payment?.status === 'failed' || failed.includes(order.status)) {
      return { kind: 'refused', code: order.status, message: '결제가 이루어지지 않았습니다.', category: 'other' };
    }
    return { kind: 'unknown', why: `the payment is ${order.status.slice(0, 40)}` };
  },
});

/** What Kakao Pay answers to an approval that comes a second time is not public: whatever speaks of one is a doubt. */
function unlessDone(failure: ReturnType<typeof failureOf>): ReturnType<typeof failureOf> {
  if (failure.kind !== 'refused' || !/already|이미|중복/i.test(failure.message)) return failure;
  const { code, message } = failure;
  return { kind: 'unclear', why: `it may have been approved before (${code})`, code, message };
}

/** An order that ended without a payment need not have the amounts of one. */
const failed = ['FAIL_AUTH_PASSWORD', 'QUIT_PAYMENT', 'FAIL_PAYMENT'];

function resultOf(approval: Approval): WindowResult {
  return { gatewayTid: approval.gatewayTid, receiptUrl: null, approval, virtualAccount: null, key: null };
}

function approvalOf(call: GatewayCall, request: WindowApproval, tid: string, text: string): Approval | undefined {
  const answer = readApproval(text);
  const approvedAt = readTime(answer?.approved_at ?? '');
  if (!answer || !approvedAt) return undefined;
  const isOurs =
    answer.tid === tid &&
    answer.cid === call.channel.mid &&
    answer.partner_order_id === request.orderId &&
    BigInt(answer.amount.total) === request.amountMinor;
  if (!isOurs) return undefined;
  const card = cardOf(answer);
  return {
    gatewayTid: tid,
    approvalNumber: answer.card_info?.approved_id || null,
    approvedAt,
    receiptUrl: null,
    card,
    bank: null,
  };
}

/** A card is told when one has paid, by the names of its companies, and by the first six digits of its number. */
function cardOf({ card_info }: KakaoApproval): ApprovedCard | null {
  if (!card_info) return null;
  const issuer = cardCompanyNamed(card_info.kakaopay_issuer_corp ?? '');
  const acquirer = cardCompanyNamed(card_info.kakaopay_purchase_corp || (card_info.kakaopay_issuer_corp ?? ''));
  const type = card_info.card_type ?? '';
  return {
    maskedNumber: `${(card_info.bin ?? '').slice(0, 6)}`.padEnd(16, '*'),
    code: acquirer.code,
    name: acquirer.name,
    issuerCode: issuer.code,
    issuerName: issuer.name,
    installmentMonths: Number(card_info.install_month || 0),
    type: type === '신용' ? 0 : type === '체크' ? 1 : null,
  };
}
