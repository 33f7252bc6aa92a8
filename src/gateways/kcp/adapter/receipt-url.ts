import type { PaymentReference } from '../../../port/payment.ts';

/**
 * KCP's page of card slips (its public samples, and what i'mport was seen to answer, with our order number and for test sites as
 * well). That of other pay methods was not seen.
 */
export function kcpReceiptUrl({ payMethod, gatewayTid, orderId, paymentAmountMinor }: PaymentReference): string | null {
  if (payMethod !== 'card' || gatewayTid === null) return null;
  const query = new URLSearchParams({
    cmd: 'card_bill',
    tno: gatewayTid,
    order_no: orderId,
    trade_mony: String(paymentAmountMinor),
  });
  return `https://admin8.kcp.co.kr/assist/bill.BillActionNew.do?${query}`;
}
