import type { PaymentReference } from '../../../port/payment.ts';

/** INICIS's page of slips, as i'mport was seen to answer it for cards; that it is the same for other pay methods is inferred. */
export function inicisReceiptUrl({ gatewayTid }: PaymentReference): string | null {
  if (gatewayTid === null) return null;
  return `https://iniweb.inicis.com/receipt/iniReceipt.jsp?${new URLSearchParams({ noTid: gatewayTid })}`;
}
