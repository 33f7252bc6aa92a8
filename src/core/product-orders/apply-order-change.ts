import { Refusal } from '../../platform/errors/refusal.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import type { Channel } from '../merchants/channels.ts';
import type { NoticeResult } from '../notices/apply-notice.ts';
import { createDeadline } from '../operations/deadline.ts';
import type { Payment } from '../records/payment.ts';
import { listProductOrders, productOrdersAt } from './read.ts';
import type { RefundParts } from './refund.ts';
import { takeOverRefunds } from './take-over-refunds.ts';

export interface OrderChangeParts extends RefundParts {
  readonly settings: Settings;
}

/**
 * The gateway has told that something about an order is not as it was. Its book says what; the shop is told by a webhook, and
 * reads the product orders again.
 */
export async function applyOrderChange(
  parts: OrderChangeParts,
  payment: Payment,
  channel: Channel,
): Promise<NoticeResult> {
  const at = productOrdersAt(channel);
  if (!at) return { state: 'unmatched', why: 'this gateway keeps no orders' };
  const deadline = createDeadline(parts.clock, parts.settings.requestDeadlineMs);
  try {
    const orders = await listProductOrders(parts, payment, at, channel, deadline);
    const current = await takeOverRefunds(parts, payment, channel, orders, deadline);
    // A refund has announced itself.
    if (current.cancelled_minor === payment.cancelled_minor) await announceChange(parts, payment);
    return { state: 'applied', why: 'the gateway’s book was read' };
  } catch (error) {
    if (error instanceof Refusal) return { state: 'waiting', why: `it could not be read: ${error.errorCode}` };
    throw error;
  }
}

async function announceChange({ database, clocks }: OrderChangeParts, { merchant_id, id }: Payment): Promise<void> {
  await database.query(
    `insert into outbox (merchant_id, payment_id, event, body, created_at)
     select merchant_id, id, 'order_changed',
       jsonb_build_object('imp_uid', imp_uid, 'merchant_uid', merchant_uid, 'status', status), $3
     from payments where merchant_id = $1 and id = $2`,
    [merchant_id, id, clocks.of(merchant_id).now()],
  );
}
