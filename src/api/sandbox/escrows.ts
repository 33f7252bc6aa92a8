import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { orderIdOf } from '../../core/records/payment.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { escrowStatuses } from '../../port/escrow.ts';
import { withSimulator } from '../../sandbox/simulators.ts';
import { ChoiceField, TextField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { PaymentView, viewPayment } from '../views/payment.ts';
import type { ControlPlane } from './control-plane.ts';

export function sandboxEscrowRoutes(app: FastifyInstance, plane: ControlPlane): void {
  const { simulators } = plane;

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/escrows/:imp_uid/decision',
    operationId: 'decideEscrow',
    tag: 'sandbox',
    summary: 'The buyer of an escrow payment takes the goods or refuses them, or somebody decides for the buyer.',
    description:
      'refusal_acknowledged is the merchant in the pages of the gateway. KG INICIS, KSNET and Smartro tell this server of it; what happens at the others shows when the payment is cancelled.',
    params: Type.Object({ imp_uid: Type.String() }),
    body: Type.Object({
      decision: ChoiceField(escrowStatuses.filter((status) => status !== 'shipped' && status !== 'cancelled')),
      reason: Type.Optional(TextField({ maxLength: 100, description: "The buyer's own words." })),
    }),
    response: PaymentView,
    refusals: ['payment_not_found', 'sandbox_payment_refused', 'sandbox_simulator_unavailable'],
    authenticate: false,
    permission: 'sandbox',
    readsToken: true,
    example: { body: { decision: 'refused', reason: '상품 파손' } },
    async handler({ params, body, request }) {
      const payment = await plane.paymentFor(request, params.imp_uid);
      const answer = await withSimulator(simulators.of(payment.provider), (control) =>
        control.decideEscrow({
          mid: payment.mid,
          orderId: orderIdOf(payment),
          status: body.decision,
          ...(body.reason ? { reason: body.reason } : {}),
        }),
      );
      if (answer.kind === 'refused') throw new Refusal('sandbox_payment_refused', { reason: answer.message });
      plane.services.webhooks.wake();
      return viewPayment(payment);
    },
  });
}
