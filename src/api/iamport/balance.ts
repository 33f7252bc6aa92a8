import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { balanceOf } from '../../core/payments/balance.ts';
import { findPayment } from '../../core/payments/find-payment.ts';
import type { Services } from '../../core/services.ts';
import { defineRoute } from '../foundation/route.ts';
import { PaymentBalanceView, viewBalance } from '../views/payment-balance.ts';

export function balanceRoutes(app: FastifyInstance, { database }: Services): void {
  defineRoute(app, {
    method: 'GET',
    url: '/payments/:imp_uid/balance',
    operationId: 'getPaymentBalance',
    tag: 'payments',
    summary: 'What was paid by which means and is not given back. For payments through PAYCO and KCP only.',
    description:
      'Made of our own book: neither gateway documents a call that tells it. So `secondary` (points) and `discount` are 0, and `primary` is all of it.',
    params: Type.Object({ imp_uid: Type.String() }),
    response: PaymentBalanceView,
    refusals: ['payment_not_found', 'balance_unavailable'],
    authenticate: true,
    async handler({ params, merchant }) {
      const payment = await findPayment(database, merchant.id, params.imp_uid);
      return viewBalance(await balanceOf(database, payment));
    },
  });
}
