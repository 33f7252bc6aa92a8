import type { GatewayCall } from './call.ts';
import type { Outcome } from './outcome.ts';
import type { PaymentReference } from './payment.ts';
import type { Told } from './question.ts';

/**
 * What some wallets want to be told about an order after it was paid, and what they tell about it. None of it moves money of the
 * payment. Each of the requests may be sent again under the same key without being carried out twice.
 */
export interface OrderServices {
  /** The gateway credits the buyer with points. */
  creditPoints?(call: GatewayCall, payment: PaymentReference): Promise<Outcome<null>>;
  /** The purchase is confirmed, which releases the money of an escrow order. */
  confirmPurchase?(call: GatewayCall, payment: PaymentReference, requester: PurchaseConfirmer): Promise<Outcome<null>>;
  /** Of what may a cash receipt be issued? */
  cashReceiptAmounts?(call: GatewayCall, payment: PaymentReference): Promise<Told<CashReceiptAmounts>>;
  /** How the order goes on, in the gateway's own word, which it judges itself. */
  changeOrderStatus?(call: GatewayCall, payment: PaymentReference, status: string): Promise<Outcome<null>>;
}

export const purchaseConfirmers = ['customer', 'admin'] as const;
export type PurchaseConfirmer = (typeof purchaseConfirmers)[number];

export interface CashReceiptAmounts {
  readonly totalMinor: bigint;
  readonly byPointsMinor: bigint;
  readonly byPrimaryMinor: bigint;
  readonly supplyMinor: bigint;
  readonly vatMinor: bigint;
}
