import type { ProductOrder, ProductReview } from '../../../port/product-orders.ts';
import type { ProductOrderState, ReviewState } from '../wire/protocol.ts';

/** What the gateway says of a product order, in the words of the port. */
export function productOrderOf(state: ProductOrderState): ProductOrder {
  const { claimType, claimStatus, refund } = state;
  return {
    id: state.productOrderId,
    orderId: state.orderId,
    status: state.status,
    claim: claimType === null ? null : { type: claimType, status: claimStatus ?? '' },
    productId: state.productId,
    productName: state.productName,
    optionId: state.optionId,
    optionName: state.optionName,
    amountMinor: BigInt(state.amount),
    taxFreeMinor: BigInt(state.taxFree),
    deliveryMinor: BigInt(state.delivery),
    quantity: state.quantity,
    orderer: state.orderer,
    shippingAddress: state.shippingAddress,
    shippingMemo: state.shippingMemo,
    shippingDueAt: state.shippingDue === null ? null : time(state.shippingDue),
    individualCode: state.individualCode,
    refund: refund && {
      gatewayTid: refund.cancelId,
      amountMinor: BigInt(refund.amount),
      taxFreeMinor: BigInt(refund.taxFree),
      refundedAt: time(refund.refundedAt),
      reason: refund.reason,
    },
  };
}

export function reviewOf({ reviewId, createdAt, modifiedAt, ...review }: ReviewState): ProductReview {
  return { id: reviewId, ...review, createdAt: time(createdAt), modifiedAt: time(modifiedAt) };
}

function time(seconds: number): Date {
  return new Date(seconds * 1000);
}
