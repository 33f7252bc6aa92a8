/** i'mport's names of pay methods, as far as a gateway of ours takes them. */
export const payMethods = [
  'card',
  'trans',
  'vbank',
  'phone',
  'cvs',
  'point',
  'paypal',
  'unionpay',
  'alipay',
  'cultureland',
  'booknlife',
  'smartculture',
] as const;
export type PayMethod = (typeof payMethods)[number];

/** How a payment is named at the gateway, and what gateways want to know of it when they are asked about it. */
export interface PaymentReference {
  /** Ours; always sent when the payment was made. */
  readonly orderId: string;
  /** The gateway's transaction id, once it is known. */
  readonly gatewayTid: string | null;
  readonly payMethod: PayMethod;
  readonly currency: string;
  /** Of the whole payment. */
  readonly paymentAmountMinor: bigint;
  /** When the payment was made here: some gateways look payments up by day. */
  readonly madeAt: Date;
  /** The number of its virtual account. */
  readonly accountNumber: string | null;
}

export interface Buyer {
  readonly name: string | null;
  readonly email: string | null;
  readonly tel: string | null;
}
