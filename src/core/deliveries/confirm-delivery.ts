import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { refusingOutages } from '../../platform/errors/unavailable.ts';
import type { DeliveryConfirmation, DeliveryOutcome } from '../../port/delivery.ts';
import type { Channels } from '../merchants/channels.ts';
import type { Deadline } from '../operations/deadline.ts';
import { newOperationId } from '../operations/identifier.ts';
import { callOutside, type QuestionParts } from '../operations/question.ts';
import { findPayment } from '../payments/find-payment.ts';
import { referenceTo } from '../payments/order.ts';

export interface DeliveryParts extends QuestionParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly channels: Channels;
}

export interface DeliveryRequest extends Omit<DeliveryConfirmation, 'payment'> {
  readonly impUid: string;
}

export type DeliveryAnswer = Extract<DeliveryOutcome, { readonly kind: 'confirmed' | 'refused' }>;

/**
 * POST /paymentwall/delivery. Nothing is moved, nothing is kept, and of several the last one counts: so it is no operation, and
 * whoever hears nothing asks again.
 */
export async function confirmDelivery(
  parts: DeliveryParts,
  merchantId: bigint,
  deadline: Deadline,
  { impUid, ...request }: DeliveryRequest,
): Promise<DeliveryAnswer> {
  const { payment, channel } = await refusingOutages(async () => {
    const found = await findPayment(parts.database, merchantId, impUid);
    return { payment: found, channel: await parts.channels.byId(found.channel_id) };
  });
  // Both have to name the same payment; else neither does.
  if (payment.merchant_uid !== request.merchantUid) throw new Refusal('payment_not_found');
  const { deliveries } = channel.gateway;
  if (!deliveries) throw new Refusal('delivery_not_supported', { provider: payment.provider });
  const { pg_tid: gatewayTid } = payment;
  if (payment.status !== 'paid' || gatewayTid === null) throw new Refusal('delivery_not_paid');
  const outcome = await deliveries.confirm(
    callOutside(parts, channel, { key: newOperationId(parts.clock.now()), deadline }),
    { ...request, payment: { ...referenceTo(payment), gatewayTid } },
  );
  switch (outcome.kind) {
    case 'never_sent':
      throw new Refusal('gateway_unreachable');
    case 'unclear':
      throw new Refusal('delivery_unclear');
    default:
      return outcome;
  }
}
