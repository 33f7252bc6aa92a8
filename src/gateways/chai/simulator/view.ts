import type { Book } from '../../../simulators/book.ts';
import { type BookPayment, cancelsOf } from '../../../simulators/payments.ts';

/** Nothing of these in the simulator: discounts, points, what was charged to the wallet, cashback, culture expenses, fees. */
const withoutExtras = {
  discountAmount: 0,
  pointAmount: 0,
  cashAmount: 0,
  chargingAmount: 0,
  cashbackAmount: 0,
  bookShowAmount: 0,
  serviceFeeAmount: 0,
  merchantDiscountAmount: 0,
  merchantCashbackAmount: 0,
  canceledPointAmount: 0,
  canceledCashAmount: 0,
  canceledDiscountAmount: 0,
  canceledCashbackAmount: 0,
} as const;

/** A payment, as an inquiry and a cancellation answer it. That `checkoutAmount` stays what was paid is inferred. */
export function paymentView(book: Book, payment: BookPayment): Record<string, unknown> {
  const amount = Number(payment.amountMinor);
  const canceled = Number(payment.amountMinor - payment.balanceMinor);
  const changedAt = cancelsOf(book, payment.tid).at(-1)?.cancelledAt ?? payment.requestedAt;
  return {
    paymentId: payment.tid,
    type: 'payment',
    status: payment.status === 'cancelled' ? 'canceled' : 'confirmed',
    displayStatus: displayStatusOf(payment),
    idempotencyKey: payment.orderId,
    currency: 'KRW',
    checkoutAmount: amount,
    billingAmount: amount,
    taxFreeAmount: Number(payment.taxFreeMinor),
    canceledAmount: canceled,
    canceledBillingAmount: canceled,
    ...withoutExtras,
    description: payment.orderName,
    createdAt: payment.requestedAt.toISOString(),
    updatedAt: changedAt.toISOString(),
  };
}

function displayStatusOf({ status }: BookPayment): string {
  if (status === 'cancelled') return 'canceled';
  return status === 'partially_cancelled' ? 'partial_confirmed' : 'confirmed';
}
