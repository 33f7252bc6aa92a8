/** How a product order (`product-orders.ts`) comes to be refunded. */
export const productOrderRefundWays = ['cancel', 'approve_cancel', 'approve_return'] as const;
export type ProductOrderRefundWay = (typeof productOrderRefundWays)[number];

export interface ProductOrderRefund {
  readonly id: string;
  readonly by: ProductOrderRefundWay;
  /** The gateway's word for it; `null` where it wants none. */
  readonly reason: string | null;
  readonly memo: string | null;
}
