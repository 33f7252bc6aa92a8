import type { GatewayCall } from './call.ts';
import type { Inquiry } from './operations.ts';
import type { Outcome } from './outcome.ts';
import type { PaymentReference } from './payment.ts';
import type { Told } from './question.ts';

/**
 * Orders that the gateway itself keeps (Naver Pay's order type): one payment is for one or more product orders, and each of
 * them is shipped, returned, exchanged and refunded by itself. The gateway's book is the only one that says how they stand;
 * ours has the money. What gives money back is a `cancel` that names the product order (`port/cancel.ts`).
 */
export interface ProductOrdersAt {
  /** Those of a payment, in the order in which they were ordered. */
  list(call: GatewayCall, payment: PaymentReference): Promise<Told<readonly ProductOrder[]>>;
  find(call: GatewayCall, productOrderId: string): Promise<Told<ProductOrder>>;
  /** Sends one request, under the call's key: the same key again gets the first answer. */
  change(call: GatewayCall, asked: ProductOrderQuestion, change: ProductOrderChange): Promise<Outcome<ProductOrder>>;
  /** What became of the change that was asked for under the call's key. */
  inquireChange(
    call: GatewayCall,
    asked: ProductOrderQuestion,
    change: ProductOrderChange,
  ): Promise<Inquiry<ProductOrder>>;
  listReviews(call: GatewayCall, asked: ReviewQuestion): Promise<Told<readonly ProductReview[]>>;
}

export interface ProductOrderQuestion {
  readonly payment: PaymentReference;
  readonly productOrderId: string;
}

/** Naver's names. */
export const productOrderStatuses = [
  'PAYMENT_WAITING',
  'PAYED',
  'DELIVERING',
  'DELIVERED',
  'PURCHASE_DECIDED',
  'EXCHANGED',
  'CANCELED',
  'RETURNED',
  'CANCELED_BY_NOPAYMENT',
] as const;
export type ProductOrderStatus = (typeof productOrderStatuses)[number];

/** Their money has gone back. */
export const refundedStatuses: ReadonlySet<ProductOrderStatus> = new Set(['CANCELED', 'RETURNED']);

export const claimTypes = ['CANCEL', 'RETURN', 'EXCHANGE', 'PURCHASE_DECISION_HOLDBACK', 'ADMIN_CANCEL'] as const;
export type ClaimType = (typeof claimTypes)[number];

export interface ProductOrder {
  readonly id: string;
  /** Ours: the payment's. */
  readonly orderId: string;
  readonly status: ProductOrderStatus;
  readonly claim: { readonly type: ClaimType; readonly status: string } | null;
  readonly productId: string;
  readonly productName: string;
  /** Empty without an option. */
  readonly optionId: string;
  readonly optionName: string;
  /** What it cost in all, without the delivery. */
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly deliveryMinor: bigint;
  readonly quantity: number;
  readonly orderer: { readonly name: string; readonly id: string; readonly tel: string };
  readonly shippingAddress: {
    readonly base: string;
    readonly detail: string | null;
    readonly postcode: string;
    readonly tel1: string;
    readonly tel2: string | null;
    readonly name: string;
  };
  readonly shippingMemo: string | null;
  readonly shippingDueAt: Date | null;
  readonly individualCode: string | null;
  /** What was given back for it, and the gateway's id of that. */
  readonly refund: {
    readonly gatewayTid: string;
    readonly amountMinor: bigint;
    readonly taxFreeMinor: bigint;
    readonly refundedAt: Date;
    readonly reason: string;
  } | null;
}

export interface Shipment<Method extends string = string> {
  readonly method: Method;
  readonly company: string | null;
  readonly trackingNumber: string | null;
}

/** What is done to a product order and moves no money. */
export type ProductOrderChange =
  | { readonly kind: 'place' }
  | { readonly kind: 'ship'; readonly shipment: Shipment; readonly dispatchedAt: Date }
  | { readonly kind: 'ship_exchanged'; readonly shipment: Shipment }
  | { readonly kind: 'collect_exchanged' }
  | { readonly kind: 'request_return'; readonly reason: string; readonly shipment: Shipment }
  | { readonly kind: 'reject_return'; readonly memo: string }
  | {
      readonly kind: 'withhold_return';
      readonly reason: string;
      readonly memo: string;
      readonly extraChargeMinor: bigint;
    }
  | { readonly kind: 'resolve_return' };

export const reviewTypes = ['general', 'premium'] as const;
export type ReviewType = (typeof reviewTypes)[number];

/** By the time at which they were written; `until` no longer belongs to it. */
export interface ReviewQuestion {
  readonly from: Date;
  readonly until: Date;
  readonly type: ReviewType;
}

export interface ProductReview {
  readonly id: string;
  readonly score: string;
  readonly title: string;
  /** `null` for a general one. */
  readonly content: string | null;
  readonly productOrderId: string;
  readonly productId: string;
  readonly productName: string;
  readonly optionName: string;
  /** The writer's id, encrypted by the gateway. */
  readonly writer: string;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}
