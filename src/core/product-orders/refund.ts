import { Refusal } from '../../platform/errors/refusal.ts';
import type { ProductOrderRefund } from '../../port/product-order-refund.ts';
import { type ProductOrder, type ProductOrdersAt, refundedStatuses } from '../../port/product-orders.ts';
import type { CancelPaymentParts } from '../cancellation/cancel-payment.ts';
import type { CancelPlan } from '../cancellation/request.ts';
import type { Channel } from '../merchants/channels.ts';
import { type Caller, carryOut } from '../operations/carry-out.ts';
import type { Deadline } from '../operations/deadline.ts';
import type { OperationReport } from '../operations/report.ts';
import { refuseUnsupported } from '../operations/support.ts';
import { findPayment } from '../payments/find-payment.ts';
import { cancellableMinor, type Payment } from '../records/payment.ts';
import { listProductOrders, type ReadParts } from './read.ts';
import { takeOverRefunds } from './take-over-refunds.ts';

export interface RefundParts extends CancelPaymentParts, ReadParts {}

export interface RefundRequest {
  readonly refund: ProductOrderRefund;
  /** For the history: a text that people read. */
  readonly reason: string;
}

/**
 * Gives back what a product order cost: a cancellation like any other, of an amount that the gateway's book says. That book is
 * read in the payment's turn, and what is reserved is conditional on our balance being the one from before the reading, so that
 * the amount is right however many are asked for at once; the gateway compares it once more.
 */
export function refundProductOrder(
  parts: RefundParts,
  caller: Caller,
  impUid: string,
  at: ProductOrdersAt,
  { refund, reason }: RefundRequest,
): Promise<OperationReport> {
  return carryOut<CancelPlan>(parts, caller, {
    find: () => findPayment(parts.database, caller.merchantId, impUid),
    async decide(payment, channel) {
      refuseUnsupported(channel, payment.pay_method, 'cancel');
      const orders = await listProductOrders(parts, payment, at, channel, caller.deadline);
      return planOf(payment, orders, refund, reason);
    },
    reserve: (payment, plan, operationId) =>
      parts.reserveCancel({
        operationId,
        merchantId: payment.merchant_id,
        paymentId: payment.id,
        plan,
        secrets: null,
        idempotencyId: caller.idempotencyId,
        by: 'api',
        requestedAt: parts.clocks.of(caller.merchantId).now(),
      }),
  });
}

/** Pure. What was paid for the delivery goes back with the last product order. */
function planOf(
  payment: Payment,
  orders: readonly ProductOrder[],
  refund: ProductOrderRefund,
  reason: string,
): CancelPlan {
  const order = orders.find(({ id }) => id === refund.id);
  if (!order) throw new Refusal('naver_order_unknown');
  const balanceMinor = cancellableMinor(payment);
  if (order.refund !== null || balanceMinor === 0n) throw new Refusal('naver_order_refunded');
  const isLast = orders.every((each) => each.id === order.id || refundedStatuses.has(each.status));
  const taxFreeLeft = payment.tax_free_minor - payment.cancelled_tax_free_minor - payment.reserved_tax_free_minor;
  const amountMinor = isLast ? balanceMinor : order.amountMinor;
  const taxFreeMinor = isLast ? taxFreeLeft : order.taxFreeMinor;
  // Our book has given back more than the gateway's: a person has to look, and nothing more goes out.
  if (amountMinor > balanceMinor || taxFreeMinor > taxFreeLeft) throw new Refusal('naver_order_books_differ');
  return {
    amountMinor,
    checksumMinor: balanceMinor,
    taxFreeMinor,
    vatMinor: null,
    reason,
    refundAccount: null,
    // i'mport's clients wait for the webhook of such a refund.
    details: { product_order: refund, enable_webhook: true },
  };
}

/** The product orders of a payment, and in our book what the gateway has refunded of them by itself. */
export async function readProductOrders(
  parts: RefundParts,
  payment: Payment,
  at: ProductOrdersAt,
  channel: Channel,
  deadline: Deadline,
): Promise<readonly ProductOrder[]> {
  const orders = await listProductOrders(parts, payment, at, channel, deadline);
  await takeOverRefunds(parts, payment, channel, orders, deadline).catch((error: unknown) => {
    // The payment is busy: the next reading, or the gateway's notice, does it.
    if (!(error instanceof Refusal)) throw error;
  });
  return orders;
}
