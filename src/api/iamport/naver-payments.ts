import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Channel } from '../../core/merchants/channels.ts';
import { callOutside } from '../../core/operations/question.ts';
import { tellGateway } from '../../core/order-services/tell-gateway.ts';
import { findPayment } from '../../core/payments/find-payment.ts';
import { referenceTo } from '../../core/payments/order.ts';
import { foundIn } from '../../core/product-orders/read.ts';
import type { Payment } from '../../core/records/payment.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import { purchaseConfirmers } from '../../port/order-services.ts';
import type { Outcome } from '../../port/outcome.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';

const ImpUid = Type.Object({ imp_uid: Type.String() });
const CashAmountView = Type.Object({
  amount_total: Type.Integer(),
  amount_by_npoint: Type.Integer({ description: 'With points and money of Naver Pay.' }),
  amount_by_primary: Type.Integer({ description: 'With the account that is the means of payment.' }),
  amount_supply: Type.Integer(),
  amount_vat: Type.Integer(),
});
const told = [
  'payment_not_found',
  'naver_payment_only',
  'naver_refused',
  'naver_unreachable',
  'naver_unclear',
] as const;

/** Services around a payment with Naver Pay's wallet (결제형). */
export function naverPaymentRoutes(app: FastifyInstance, services: Services): void {
  async function meant(merchantId: bigint, impUid: string): Promise<{ payment: Payment; channel: Channel }> {
    const payment = await findPayment(services.database, merchantId, impUid);
    return { payment, channel: await services.channels.byId(payment.channel_id) };
  }

  defineRoute(app, {
    method: 'POST',
    url: '/payments/:imp_uid/naver/point',
    operationId: 'naverDepositPoint',
    tag: 'naver',
    summary: 'Has Naver Pay credit the buyer with the points of a purchase.',
    params: ImpUid,
    response: Type.Null(),
    refusals: told,
    authenticate: true,
    async handler({ params, merchant }) {
      const { payment, channel } = await meant(merchant.id, params.imp_uid);
      const send = channel.gateway.orderServices?.creditPoints;
      if (!send) throw new Refusal('naver_payment_only');
      return nullOf(await tellGateway(services, payment, channel, services.requestDeadline(), send));
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/payments/:imp_uid/naver/confirm',
    operationId: 'naverConfirmPayment',
    tag: 'naver',
    summary: 'Confirms the purchase of an escrow order.',
    params: ImpUid,
    body: Type.Object({
      requester: Type.Optional(ChoiceField(purchaseConfirmers, { description: 'Who confirms it. Default admin.' })),
    }),
    response: Type.Null(),
    refusals: told,
    authenticate: true,
    example: { body: { requester: 'customer' } },
    async handler({ params, body, merchant }) {
      const { payment, channel } = await meant(merchant.id, params.imp_uid);
      const confirm = channel.gateway.orderServices?.confirmPurchase;
      if (!confirm) throw new Refusal('naver_payment_only');
      const requester = body.requester ?? 'admin';
      const deadline = services.requestDeadline();
      return nullOf(
        await tellGateway(services, payment, channel, deadline, (call, reference) =>
          confirm(call, reference, requester),
        ),
      );
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/payments/:imp_uid/naver/cash-amount',
    operationId: 'queryCashAmount',
    tag: 'naver',
    summary: 'The amount that a cash receipt may be issued for.',
    params: ImpUid,
    response: CashAmountView,
    refusals: ['payment_not_found', 'naver_payment_only', 'naver_refused', 'naver_unanswered'],
    authenticate: true,
    alsoByPost: true,
    async handler({ params, merchant }) {
      const { payment, channel } = await meant(merchant.id, params.imp_uid);
      const ask = channel.gateway.orderServices?.cashReceiptAmounts;
      if (!ask) throw new Refusal('naver_payment_only');
      const deadline = services.requestDeadline();
      const call = callOutside(services, channel, { key: `cash-amount-${payment.imp_uid}`, deadline });
      const found = foundIn(await ask(call, referenceTo(payment)));
      if (!found) throw new Refusal('naver_unanswered');
      const amount = (minor: bigint) => amountNumber(minor, payment.currency);
      return {
        amount_total: amount(found.totalMinor),
        amount_by_npoint: amount(found.byPointsMinor),
        amount_by_primary: amount(found.byPrimaryMinor),
        amount_supply: amount(found.supplyMinor),
        amount_vat: amount(found.vatMinor),
      };
    },
  });
}

function nullOf(outcome: Outcome<null>): null {
  switch (outcome.kind) {
    case 'confirmed':
    case 'accepted':
      return null;
    case 'refused':
      throw new Refusal('naver_refused', { reason: outcome.message }, outcome.category);
    case 'never_sent':
      throw new Refusal('naver_unreachable');
    case 'unclear':
      throw new Refusal('naver_unclear');
  }
}
