import { Refusal } from '../../platform/errors/refusal.ts';
import type { ProductOrderRefund } from '../../port/product-order-refund.ts';
import type { ProductOrder, ProductOrdersAt } from '../../port/product-orders.ts';
import type { Channel } from '../merchants/channels.ts';
import type { Caller } from '../operations/carry-out.ts';
import type { OperationReport } from '../operations/report.ts';
import type { Payment } from '../records/payment.ts';
import { type Done, eachProductOrder } from './each.ts';
import { type RefundParts, readProductOrders, refundProductOrder } from './refund.ts';

export interface RefundSite {
  readonly payment: Payment;
  readonly at: ProductOrdersAt;
  readonly channel: Channel;
}

/** Refunds each of these product orders, one after the other: each takes the payment's turn. */
export async function refundEach(
  parts: RefundParts,
  caller: Caller,
  { payment, at, channel }: RefundSite,
  ids: readonly string[],
  way: Omit<ProductOrderRefund, 'id'>,
  reason: string,
): Promise<Done> {
  // Also brings in what the gateway has refunded by itself, which the balances must have in common.
  const before = await readProductOrders(parts, payment, at, channel, caller.deadline);
  const { productOrders, failures } = await eachProductOrder(ids, caller.deadline, async (id) => {
    const known = before.find((order) => order.id === id);
    if (!known) throw new Refusal('naver_order_unknown');
    const report = await refundProductOrder(parts, caller, payment.imp_uid, at, { refund: { id, ...way }, reason });
    refuseUnlessDone(report);
    return afterRefund(known, way);
  });
  return { productOrders: await asTheyAreNow(parts, caller, { payment, at, channel }, productOrders), failures };
}

function refuseUnlessDone({ state, operationId, message, category }: OperationReport): void {
  const operation = { id: operationId, state };
  switch (state) {
    case 'confirmed':
    case 'accepted':
      return;
    case 'refused':
      throw new Refusal('naver_refused', { reason: message ?? '' }, category, operation);
    case 'unsent':
      throw new Refusal('naver_unreachable', {}, null, operation);
    case 'requested':
    case 'sent':
    case 'in_doubt':
      throw new Refusal('naver_in_doubt', { id: operationId }, null, { ...operation, state: 'in_doubt' });
  }
}

/** What a confirmed refund makes of a product order. */
function afterRefund(order: ProductOrder, { by }: Omit<ProductOrderRefund, 'id'>): ProductOrder {
  return by === 'approve_return'
    ? { ...order, status: 'RETURNED', claim: { type: 'RETURN', status: 'RETURN_DONE' } }
    : { ...order, status: 'CANCELED', claim: { type: 'CANCEL', status: 'CANCEL_DONE' } };
}

/** They are refunded, whatever the gateway says to one more question. */
async function asTheyAreNow(
  parts: RefundParts,
  { deadline }: Caller,
  { payment, at, channel }: RefundSite,
  refunded: readonly ProductOrder[],
): Promise<readonly ProductOrder[]> {
  if (refunded.length === 0) return refunded;
  const now = await readProductOrders(parts, payment, at, channel, deadline).catch((error: unknown) => {
    if (error instanceof Refusal) return [];
    throw error;
  });
  return refunded.map((order) => now.find(({ id }) => id === order.id) ?? order);
}
