import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { tellGateway } from '../../core/order-services/tell-gateway.ts';
import { findPayment } from '../../core/payments/find-payment.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { defineRoute } from '../foundation/route.ts';

export function paycoOrderRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'POST',
    url: '/payco/orders/status/:imp_uid',
    operationId: 'changeOrderStatus',
    tag: 'payco',
    summary: 'Tells PAYCO how an order goes on.',
    description:
      'PAYCO itself judges the status: DELIVERY_START, PURCHASE_DECISION and CANCELED are documented. CANCELED gives no money back; /payments/cancel does.',
    params: Type.Object({ imp_uid: Type.String() }),
    body: Type.Object({ status: Type.String({ maxLength: 100 }) }),
    response: Type.Object({ status: Type.String() }),
    refusals: [
      'payment_not_found',
      'payco_payment_only',
      'payco_order_not_paid',
      'payco_refused',
      'payco_unclear',
      'payco_unreachable',
    ],
    authenticate: true,
    example: { body: { status: 'DELIVERY_START' }, response: { status: 'DELIVERY_START' } },
    async handler({ params, body, merchant }) {
      const payment = await findPayment(services.database, merchant.id, params.imp_uid);
      const channel = await services.channels.byId(payment.channel_id);
      const change = channel.gateway.orderServices?.changeOrderStatus;
      if (!change) throw new Refusal('payco_payment_only');
      if (payment.status !== 'paid' && payment.status !== 'cancelled') throw new Refusal('payco_order_not_paid');
      const { status } = body;
      const outcome = await tellGateway(services, payment, channel, services.requestDeadline(), (call, reference) =>
        change(call, reference, status),
      );
      switch (outcome.kind) {
        case 'confirmed':
        case 'accepted':
          return { status };
        case 'refused':
          throw new Refusal('payco_refused', { reason: outcome.message }, outcome.category);
        case 'never_sent':
          throw new Refusal('payco_unreachable');
        case 'unclear':
          throw new Refusal('payco_unclear');
      }
    },
  });
}
