import type { WindowResult } from '../../../port/window.ts';
import { withKeysOfWindow } from '../../stand-in/adapter/window-approval.ts';
import { amountOf, type NicePayment, readPayment } from '../wire/wire.ts';
import { gatewayPaymentOf, outcomeOf } from './answers.ts';
import { isRepeatable, unknown } from './inquiry.ts';
import { fetchPayment } from './lookup.ts';
import { paths, post, secretKeyOf } from './requests.ts';

/**
 * POST /v1/payments/{tid} with the TID that the browser brought back, signed over TID and amount. NICE's manual wants a net-cancel
 * after a lost answer; its book of orders tells what became of the request, and takes nothing back, so it is asked instead.
 */
export const niceV2WindowApproval = withKeysOfWindow({
  async send(call, { token, orderId, amountMinor }) {
    const amount = Number(amountMinor);
    const result = await post(call, paths.payment(token), [token, String(amount)], { amount });
    return outcomeOf(call, result, (text) => {
      const payment = readPayment(text, secretKeyOf(call));
      const isOurs = payment?.tid === token && payment.orderId === orderId;
      return isOurs && amountOf(payment.amount) === amountMinor ? resultOf(payment) : undefined;
    });
  },

  async inquire(call, { orderId, token, paymentAmountMinor, madeAt }, sentAt) {
    const found = await fetchPayment(call, { orderId, gatewayTid: null, madeAt });
    if (found.kind === 'unknown') return found;
    if (found.kind === 'not_found') return { kind: 'not_done', repeatIsSafe: isRepeatable(call, sentAt) };
    const { payment } = found;
    if (payment.tid !== token || amountOf(payment.amount) !== paymentAmountMinor) {
      return unknown('NICE has this order with another TID or amount');
    }
    if (payment.status === 'failed') {
      const { resultCode: code, resultMsg } = payment;
      return { kind: 'refused', code, message: resultMsg || '결제 승인에 실패했습니다.', category: 'other' };
    }
    const result = resultOf(payment);
    return result ? { kind: 'done', result } : unknown(`the payment is ${payment.status}`);
  },
});

/** A payment, or an account that waits. */
function resultOf(payment: NicePayment): WindowResult | undefined {
  const found = gatewayPaymentOf(payment);
  if (!found || (!found.approval && !found.virtualAccount)) return undefined;
  const { gatewayTid, approval, virtualAccount } = found;
  return { gatewayTid, receiptUrl: approval?.receiptUrl ?? null, approval, virtualAccount, key: null };
}
