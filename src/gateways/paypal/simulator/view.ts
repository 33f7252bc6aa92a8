import type { SimulatorContext, WindowPayment } from '../../../simulators/definition.ts';
import { type BookCancel, type BookPayment, cancelsOf } from '../../../simulators/payments.ts';
import { moneyOf } from '../wire/money.ts';
import { paths } from '../wire/paths.ts';

type Site = Pick<SimulatorContext, 'book' | 'url'>;

/** The id of the order that the capture belongs to. */
export function orderIdOf({ detail }: BookPayment): string {
  return String(detail.paypalOrder);
}

export function refundView({ url }: Pick<Site, 'url'>, payment: BookPayment, cancel: BookCancel) {
  const customId = cancel.detail.customId;
  const money = (minor: bigint) => moneyOf(minor, payment.currency);
  return {
    id: cancel.cancelTid,
    amount: money(cancel.amountMinor),
    ...(customId !== '' && { custom_id: customId }),
    ...(cancel.reason !== '' && { note_to_payer: cancel.reason }),
    seller_payable_breakdown: {
      gross_amount: money(cancel.amountMinor),
      total_refunded_amount: money(payment.amountMinor - cancel.balanceAfterMinor),
    },
    status: { done: 'COMPLETED', pending: 'PENDING', failed: 'FAILED' }[cancel.state],
    ...(cancel.state === 'pending' && { status_details: { reason: 'ECHECK' } }),
    create_time: timeOf(cancel.cancelledAt),
    update_time: timeOf(cancel.completesAt ?? cancel.cancelledAt),
    links: [
      { href: `${url}/v2/payments/refunds/${cancel.cancelTid}`, rel: 'self', method: 'GET' },
      { href: url + paths.capture(payment.tid), rel: 'up', method: 'GET' },
    ],
  };
}

export function captureView({ url }: Pick<Site, 'url'>, payment: BookPayment) {
  return {
    id: payment.tid,
    status:
      payment.status === 'paid' ? 'COMPLETED' : payment.status === 'cancelled' ? 'REFUNDED' : 'PARTIALLY_REFUNDED',
    amount: moneyOf(payment.amountMinor, payment.currency),
    invoice_id: payment.orderId,
    final_capture: true,
    create_time: timeOf(payment.requestedAt),
    supplementary_data: { related_ids: { order_id: orderIdOf(payment) } },
    links: [
      { href: url + paths.capture(payment.tid), rel: 'self', method: 'GET' },
      { href: url + paths.refund(payment.tid), rel: 'refund', method: 'POST' },
      { href: url + paths.order(orderIdOf(payment)), rel: 'up', method: 'GET' },
    ],
  };
}

export function orderView(site: Site, payment: BookPayment) {
  const refunds = cancelsOf(site.book, payment.tid).map((cancel) => refundView(site, payment, cancel));
  return {
    id: orderIdOf(payment),
    intent: 'CAPTURE',
    status: 'COMPLETED',
    purchase_units: [
      {
        reference_id: 'default',
        invoice_id: payment.orderId,
        description: payment.orderName,
        payments: { captures: [captureView(site, payment)], ...(refunds.length > 0 && { refunds }) },
      },
    ],
  };
}

/** An order that the buyer has approved, and nobody has captured. */
export function approvedOrderView(id: string, { orderId, orderName, amountMinor, currency }: WindowPayment) {
  const unit = { reference_id: 'default', invoice_id: orderId, description: orderName };
  const amount = moneyOf(amountMinor, currency);
  return { id, intent: 'CAPTURE', status: 'APPROVED', purchase_units: [{ ...unit, amount }] };
}

function timeOf(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
