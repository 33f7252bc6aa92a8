import type { Book } from '../../../simulators/book.ts';
import type { ControlContext } from '../../../simulators/definition.ts';
import { type BookPayment, paymentByOrderId, recordCancel } from '../../../simulators/payments.ts';
import { newStandInId } from '../../stand-in/simulator/payments.ts';
import type { CancelMessage } from '../../stand-in/wire/protocol.ts';
import {
  type BookProductOrder,
  isRefunded,
  productOrderById,
  productOrdersOf,
  writeRefund,
  writeState,
} from './product-orders.ts';
import { cancelledWithAll, type OrderState, refunded, refuse } from './state.ts';

/**
 * What is given back for a product order: what it cost; with the last one of the payment also whatever else is left, which is
 * what was paid for the delivery.
 */
export function refundOf(book: Book, payment: BookPayment, order: BookProductOrder) {
  const others = productOrdersOf(book, payment.mid, payment.orderId).filter(({ id }) => id !== order.id);
  return others.every(isRefunded)
    ? { amountMinor: payment.balanceMinor, taxFreeMinor: payment.taxFreeBalanceMinor }
    : { amountMinor: order.amountMinor, taxFreeMinor: order.taxFreeMinor };
}

/** With a cancel that the merchant asked for: of one product order, or of all that are left. */
export function noteRefund(
  { productOrder, amount, taxFree, reason }: CancelMessage,
  payment: BookPayment,
  cancelTid: string,
  { book, now }: ControlContext,
): void {
  const asked = { amountMinor: BigInt(amount), taxFreeMinor: BigInt(taxFree) };
  const written = { cancelTid, reason, refundedAt: now };
  if (!productOrder) {
    const left = productOrdersOf(book, payment.mid, payment.orderId).filter((order) => !isRefunded(order));
    if (asked.amountMinor !== payment.balanceMinor) refuse('SIMULATED_WHOLE');
    for (const order of left) {
      writeState(book, order.id, cancelledWithAll(order.state));
      // The delivery goes back with the order as a whole, and stands at no product order.
      const { amountMinor, taxFreeMinor } = order;
      writeRefund(book, order.id, { ...written, amountMinor, taxFreeMinor });
    }
    return;
  }
  const order = productOrderById(book, payment.mid, productOrder.id);
  if (order?.orderId !== payment.orderId) refuse('SIMULATED_UNKNOWN');
  const state = refunded(order.state, productOrder.by);
  const due = refundOf(book, payment, order);
  if (asked.amountMinor !== due.amountMinor || asked.taxFreeMinor !== due.taxFreeMinor) refuse('SIMULATED_AMOUNT');
  writeState(book, order.id, state);
  writeRefund(book, order.id, { ...written, ...due });
}

/** Naver cancels by itself what the buyer no longer wants and the seller has not placed. */
export function refundByNaver(order: BookProductOrder, state: OrderState, { book, now }: ControlContext): void {
  const payment = paymentByOrderId(book, order.mid, order.orderId);
  if (!payment) throw new Error('a product order without its payment');
  const due = refundOf(book, payment, order);
  const cancelTid = newStandInId('c');
  const reason = '구매자 취소';
  const changed = recordCancel(book, { tid: payment.tid, cancelTid, ...due, reason, now });
  if (!changed) throw new Error('less is left of a payment than its product orders cost');
  writeState(book, order.id, state);
  writeRefund(book, order.id, { cancelTid, ...due, reason, refundedAt: now });
}
