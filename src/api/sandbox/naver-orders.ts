import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { findProductOrder } from '../../core/product-orders/read.ts';
import type { Payment } from '../../core/records/payment.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { reviewTypes } from '../../port/product-orders.ts';
import { actAsBuyer, orderOfProductOrder } from '../../sandbox/naver-buyers.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { ProductOrderView, viewProductOrder } from '../views/product-order.ts';
import type { ControlPlane } from './control-plane.ts';

const acts = [
  'request_cancel',
  'request_return',
  'request_exchange',
  'withdraw_claim',
  'collect',
  'deliver',
  'confirm_purchase',
  'change_address',
] as const;

const ProductOrderId = Type.Object({ product_order_id: Type.String({ maxLength: 80 }) });

/** What buyers of Naver Pay's order type do, and couriers with them. */
export function sandboxNaverOrderRoutes(app: FastifyInstance, plane: ControlPlane): void {
  const { services, simulators } = plane;

  async function paymentOf(request: FastifyRequest, productOrderId: string): Promise<Payment> {
    return plane.paymentFor(request, await orderOfProductOrder(simulators, productOrderId));
  }

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/naver/product-orders/:product_order_id',
    operationId: 'actOnProductOrder',
    tag: 'sandbox',
    summary: 'The buyer of a product order, or the courier, does something with it.',
    description:
      'request_cancel (before the seller has placed it, Naver refunds it at once), request_return, request_exchange, withdraw_claim, collect (the courier takes the goods back; again: they have arrived), deliver (they have arrived at the buyer), confirm_purchase, change_address (with `address`). The shop is told by a webhook.',
    params: ProductOrderId,
    body: Type.Object({
      act: ChoiceField(acts),
      address: Type.Optional(
        Type.Object({
          base: Type.String({ maxLength: 300 }),
          detail: Type.Optional(Type.String({ maxLength: 300 })),
          postcode: Type.String({ maxLength: 20 }),
          tel1: Type.String({ maxLength: 30 }),
          tel2: Type.Optional(Type.String({ maxLength: 30 })),
          name: Type.String({ maxLength: 100 }),
        }),
      ),
    }),
    response: ProductOrderView,
    refusals: [
      'naver_order_not_found',
      'payment_not_found',
      'naver_unanswered',
      'sandbox_payment_refused',
      'sandbox_simulator_unavailable',
    ],
    authenticate: false,
    permission: 'sandbox',
    readsToken: true,
    example: { body: { act: 'request_cancel' } },
    async handler({ params: { product_order_id: productOrderId }, body, request }) {
      const payment = await paymentOf(request, productOrderId);
      const { act, address } = body;
      if (act === 'change_address' && !address) throw new Refusal('parameter_missing', { name: 'address' });
      await actAsBuyer(simulators, payment.mid, 'act-on-product-order', {
        productOrderId,
        act,
        ...(address && { address: { ...address, detail: address.detail ?? null, tel2: address.tel2 ?? null } }),
      });
      services.webhooks.wake();
      const order = await findProductOrder(services, payment.merchant_id, productOrderId, services.requestDeadline());
      if (!order) throw new Refusal('naver_order_not_found');
      return viewProductOrder(order);
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/naver/product-orders/:product_order_id/reviews',
    operationId: 'reviewProductOrder',
    tag: 'sandbox',
    summary: 'The buyer writes a review of what has arrived; one for each product order.',
    params: ProductOrderId,
    body: Type.Object({
      review_type: ChoiceField(reviewTypes),
      score: Type.String({ maxLength: 2, description: 'general: 0 to 2; premium: 10 to 13.' }),
      title: Type.String({ maxLength: 500 }),
      content: Type.Optional(Type.String({ maxLength: 5_000, description: 'Of a premium one.' })),
    }),
    response: Type.Object({ review_id: Type.String() }),
    refusals: [
      'naver_order_not_found',
      'payment_not_found',
      'sandbox_payment_refused',
      'sandbox_simulator_unavailable',
    ],
    authenticate: false,
    permission: 'sandbox',
    readsToken: true,
    example: { body: { review_type: 'premium', score: '13', title: '좋아요', content: '색이 예뻐요.' } },
    async handler({ params: { product_order_id: productOrderId }, body, request }) {
      const payment = await paymentOf(request, productOrderId);
      const { review_type: type, score, title, content } = body;
      const written = await actAsBuyer<{ reviewId: string }>(simulators, payment.mid, 'write-review', {
        productOrderId,
        type,
        score,
        title,
        content: content ?? null,
      });
      return { review_id: written.reviewId };
    },
  });
}
