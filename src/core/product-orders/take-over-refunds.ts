import type { ProductOrder } from '../../port/product-orders.ts';
import type { CancelPaymentParts } from '../cancellation/cancel-payment.ts';
import type { Channel } from '../merchants/channels.ts';
import { readPayment } from '../operations/context.ts';
import type { Deadline } from '../operations/deadline.ts';
import { newOperationId } from '../operations/identifier.ts';
import { reserveInTurn, turnsOfPayments } from '../operations/take-turn.ts';
import type { Operation } from '../records/operation.ts';
import { cancellableMinor, type Payment } from '../records/payment.ts';

type Refund = NonNullable<ProductOrder['refund']>;

/** Somebody else has brought our book up to date meanwhile, or there is nothing left that could be. */
class NothingToTakeOver extends Error {}

/**
 * Brings into our book what the gateway has refunded by itself: it cancels at once what a buyer no longer wants and the seller
 * has not placed. Each such refund becomes a confirmed cancellation, with its place in the history and its webhook, once: it is
 * looked for in the payment's turn, and what was reserved is conditional on the balance of just before. Answers the payment as
 * it is then.
 */
export async function takeOverRefunds(
  parts: CancelPaymentParts,
  payment: Payment,
  channel: Channel,
  orders: readonly ProductOrder[],
  deadline: Deadline,
): Promise<Payment> {
  const refunded = orders
    .flatMap(({ id, refund }) => (refund ? [{ id, refund }] : []))
    .sort((one, other) => one.refund.refundedAt.getTime() - other.refund.refundedAt.getTime());
  const sumMinor = refunded.reduce((sum, { refund }) => sum + refund.amountMinor, 0n);
  // Mostly there is nothing to take over, and then nothing is asked of the database.
  if (sumMinor <= payment.cancelled_minor) return payment;
  let isChanged = false;
  for (const each of refunded) {
    if (await takeOver(parts, payment, channel, each, deadline)) isChanged = true;
  }
  return isChanged ? ((await readPayment(parts.database, payment.merchant_id, payment.id)) ?? payment) : payment;
}

async function takeOver(
  parts: CancelPaymentParts,
  payment: Payment,
  channel: Channel,
  { id, refund }: { readonly id: string; readonly refund: Refund },
  deadline: Deadline,
): Promise<boolean> {
  // Without a turn for what is known: it would wait behind an operation that has nothing to do with it.
  if (await isKnown(parts, payment, id, refund)) return false;
  try {
    const turn = await reserveInTurn(parts, turnsOfPayments, payment, deadline, async (current) => {
      const known = await isKnown(parts, current, id, refund);
      if (known || refund.amountMinor > cancellableMinor(current)) throw new NothingToTakeOver();
      return reserve(parts, current, id, refund);
    });
    try {
      const { gatewayTid, amountMinor, refundedAt: cancelledAt } = refund;
      await parts.runner.endWith(
        {
          operation: turn.operation,
          subject: { type: 'payment', payment: turn.row },
          channel,
          secrets: {},
          card: null,
        },
        { kind: 'confirmed', result: { gatewayTid, amountMinor, cancelledAt, receiptUrl: null } },
        deadline,
        'gateway',
        'the gateway has refunded a product order by itself',
      );
      return true;
    } finally {
      turn.end();
    }
  } catch (error) {
    if (error instanceof NothingToTakeOver) return false;
    throw error;
  }
}

/** Is it a cancellation of ours, or one that was taken over before? */
async function isKnown(
  { database }: CancelPaymentParts,
  { merchant_id, id }: Payment,
  productOrderId: string,
  { gatewayTid }: Refund,
): Promise<boolean> {
  const rows = await database.query(
    `select from operations
     where merchant_id = $1 and payment_id = $2 and kind = 'cancel' and state not in ('refused', 'unsent')
       and (gateway_tid = $3 or details -> 'product_order' ->> 'id' = $4)
     limit 1`,
    [merchant_id, id, gatewayTid, productOrderId],
  );
  return rows.length > 0;
}

function reserve(
  parts: CancelPaymentParts,
  payment: Payment,
  id: string,
  { amountMinor, taxFreeMinor, reason }: Refund,
): Promise<Operation | undefined> {
  return parts.reserveCancel({
    operationId: newOperationId(parts.clock.now()),
    merchantId: payment.merchant_id,
    paymentId: payment.id,
    plan: {
      amountMinor,
      checksumMinor: cancellableMinor(payment),
      taxFreeMinor,
      vatMinor: null,
      reason,
      refundAccount: null,
      details: { product_order: { id, by: 'gateway', reason: null, memo: null }, enable_webhook: true },
    },
    secrets: null,
    idempotencyId: null,
    by: 'gateway',
    requestedAt: parts.clocks.of(payment.merchant_id).now(),
  });
}
