import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { BookCancel, BookPayment } from '../../../simulators/payments.ts';
import { readTransactionId } from '../wire/transaction-id.ts';
import { type PaycoRefusalCode, paycoRefusals } from './protocol.ts';

const orderNoOf = (payment: BookPayment) => readTransactionId(payment.tid)?.orderNo;

/** `31`: a card of the wallet. `98`: PAYCO points. */
export const methods = { card: { code: '31', name: '신용카드' }, point: { code: '98', name: 'PAYCO 포인트' } } as const;

/** The result of a cancellation, in the form of a recorded answer. */
export function cancelView(
  payment: BookPayment,
  cancel: BookCancel,
  tradeNo: { readonly payment: string; readonly cancel: string },
): Record<string, unknown> {
  const method = payment.payMethod === 'card' ? methods.card : methods.point;
  const taxedMinor = cancel.amountMinor - cancel.taxFreeMinor;
  const vatMinor = (taxedMinor + 5n) / 11n;
  const cancelledAt = seoulDigits(cancel.cancelledAt);
  return {
    orderNo: orderNoOf(payment),
    cancelTradeSeq: Number(cancel.cancelTid),
    totalCancelPaymentAmt: Number(cancel.amountMinor),
    remainCancelPossibleAmt: Number(payment.balanceMinor),
    cancelPaymentDetails: [
      {
        paymentTradeNo: tradeNo.payment,
        paymentMethodCode: method.code,
        paymentMethodName: method.name,
        cancelPaymentAmt: Number(cancel.amountMinor),
        tradeYmdt: cancelledAt,
        cancelPaymentTradeNo: tradeNo.cancel,
        cancelTaxableAmt: Number(taxedMinor - vatMinor),
        cancelTaxfreeAmt: Number(cancel.taxFreeMinor),
        cancelVatAmt: Number(vatMinor),
        cancelServiceAmt: 0,
      },
    ],
    cancelYmdt: cancelledAt,
  };
}

/** The result of a check: what could be cancelled, and why not what was asked for. */
export function checkView(payment: BookPayment, problem: PaycoRefusalCode | undefined): Record<string, unknown> {
  return {
    cancelPossibleYn: problem === undefined ? 'Y' : 'N',
    partCancelPossibleYn: payment.balanceMinor > 0n ? 'Y' : 'N',
    pgCancelPossibleAmt: Number(payment.balanceMinor),
    ...(problem !== undefined && { cancelImpossibleReason: paycoRefusals[problem] }),
    orderNo: orderNoOf(payment),
  };
}
