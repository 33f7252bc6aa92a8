import type { WindowResult } from '../../../port/window.ts';
import { withKeysOfWindow } from '../../stand-in/adapter/window-approval.ts';
import { amountOf, readPayment, type TossPayment } from '../wire/wire.ts';
import { gatewayPaymentOf } from './answers.ts';
import { fetchPayment } from './lookup.ts';
import { keyIsKept, outcomeOf } from './outcome.ts';
import { inquiryOf, unlessFound } from './payments.ts';
import { post } from './requests.ts';

/**
 * POST /v1/payments/confirm with the payment key that the browser brought back. Another request for the same order, or for a key that
 * was used, says that an earlier one arrived.
 */
export const tossWindowApproval = withKeysOfWindow({
  async send(call, request) {
    const { orderId, token, amountMinor } = request;
    const body = { paymentKey: token, orderId, amount: Number(amountMinor) };
    const outcome = outcomeOf(await post(call, '/v1/payments/confirm', body), (text) => {
      const payment = readPayment(text);
      if (payment?.orderId !== orderId || payment.paymentKey !== token) return undefined;
      return amountOf(payment.totalAmount) === amountMinor ? resultOf(payment) : undefined;
    });
    const isThere =
      outcome.kind === 'refused' && ['ALREADY_PROCESSED_PAYMENT', 'DUPLICATED_ORDER_ID'].includes(outcome.code);
    return isThere ? { kind: 'unclear', why: outcome.code } : outcome;
  },

  async inquire(call, asked, sentAt) {
    const found = await fetchPayment(call, { orderId: asked.orderId, gatewayTid: null });
    if (found.kind !== 'found') return unlessFound(found, keyIsKept(call, sentAt));
    return inquiryOf(found.payment, asked.paymentAmountMinor, resultOf(found.payment));
  },
});

function resultOf(payment: TossPayment): WindowResult | undefined {
  const found = gatewayPaymentOf(payment);
  if (!found || (!found.approval && !found.virtualAccount)) return undefined;
  const { gatewayTid, approval, virtualAccount } = found;
  return { gatewayTid, receiptUrl: approval?.receiptUrl ?? null, approval, virtualAccount, key: null };
}
