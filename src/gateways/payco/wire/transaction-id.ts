/**
 * What names a payment at PAYCO, in one text: the order number, and the key that certifies the order, which PAYCO hands
 * out once, with the approval, wants kept, and wants back with every cancellation. Order numbers are digits, so that the
 * first point divides the two.
 */
export interface PaycoOrder {
  readonly orderNo: string;
  readonly orderCertifyKey: string;
}

export function transactionIdOf({ orderNo, orderCertifyKey }: PaycoOrder): string {
  return `${orderNo}.${orderCertifyKey}`;
}

export function readTransactionId(gatewayTid: string): PaycoOrder | undefined {
  const match = /^(\d{1,30})\.(\S{1,200})$/.exec(gatewayTid);
  return match?.[1] && match[2] ? { orderNo: match[1], orderCertifyKey: match[2] } : undefined;
}
