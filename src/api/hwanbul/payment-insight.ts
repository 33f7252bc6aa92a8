import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { readPaymentLimits } from '../../core/cancellation/read-limits.ts';
import { mostWithoutApproval } from '../../core/members/console-settings.ts';
import { findPayment } from '../../core/payments/find-payment.ts';
import { lookUp } from '../../core/reconciliation/ask-gateway.ts';
import { withOpen } from '../../core/reconciliation/our-book.ts';
import type { Services } from '../../core/services.ts';
import { readTimeline } from '../../core/timeline/timeline.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { lookupOf } from '../../port/capabilities.ts';
import { defineRoute } from '../foundation/route.ts';
import { CancelLimitsView, viewCancelLimits } from '../views/cancel-limits.ts';
import { GatewayBookView, viewGatewayBook } from '../views/gateway-book.ts';
import { viewBooked } from '../views/reconciliation.ts';
import { TimelineView, viewTimeline } from '../views/timeline.ts';

const Params = Type.Object({ imp_uid: Type.String() });
const pageMax = 500;

/** What a person has to see of a payment before giving any of it back. All of it reads only. */
export function paymentInsightRoutes(app: FastifyInstance, services: Services): void {
  const { database, channels, clocks } = services;

  defineRoute(app, {
    method: 'GET',
    url: '/payments/:imp_uid/timeline',
    operationId: 'getPaymentTimeline',
    tag: 'payments',
    summary:
      'What a payment has been through, oldest first: operations, refund requests, receipts, notices of the gateway, webhooks and people.',
    params: Params,
    query: Type.Object({
      after: Type.Optional(Type.String({ maxLength: 80, description: '`next` of the page before.' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: pageMax, description: 'Default 100.' })),
    }),
    response: TimelineView,
    refusals: ['payment_not_found'],
    authenticate: true,
    async handler({ params, query, merchant }) {
      const payment = await findPayment(database, merchant.id, params.imp_uid);
      const limit = query.limit ?? 100;
      const entries = await readTimeline(database, payment, { after: query.after, limit: limit + 1 });
      return viewTimeline(entries.slice(0, limit), {
        currency: payment.currency,
        hasMore: entries.length > limit,
      });
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/payments/:imp_uid/gateway-book',
    operationId: 'getGatewayBook',
    tag: 'reconciliation',
    summary: "One payment in the gateway's own book, as it is now, beside ours, and where the two differ.",
    description: 'The gateway is asked, once. It moves nothing, and begins no operation.',
    params: Params,
    response: GatewayBookView,
    refusals: ['payment_not_found'],
    authenticate: true,
    async handler({ params, merchant }) {
      const deadline = services.requestDeadline();
      const payment = await findPayment(database, merchant.id, params.imp_uid);
      const { gateway } = await channels.byId(payment.channel_id);
      const lookup = await lookUp(services, payment, deadline);
      // Read afterwards: what has been settled meanwhile is no difference.
      const current = await findPayment(database, merchant.id, params.imp_uid);
      const [booked = { payment: current, open: [] }] = await withOpen(database, [merchant.id], [current]);
      return viewGatewayBook(viewBooked(booked, lookup), {
        canBeAsked: lookupOf(gateway.capabilities, payment.pay_method) !== 'none',
        askedAt: unixSeconds(clocks.of(merchant.id).now()),
      });
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/payments/:imp_uid/cancel-limits',
    operationId: 'getCancelLimits',
    tag: 'payments',
    summary: 'What can be cancelled of a payment, and how: by what is left, and by the rules of its gateway.',
    description: 'Decided as POST /payments/cancel decides, on no request.',
    params: Params,
    response: CancelLimitsView,
    refusals: ['payment_not_found'],
    authenticate: true,
    async handler({ params, merchant, member }) {
      const found = await readPaymentLimits(services, merchant.id, params.imp_uid);
      const settings = member && (await services.consoleSettings.read(member.merchantId));
      const { currency, amount_minor: paidMinor } = found.payment;
      const mostMinor = settings ? mostWithoutApproval(settings, member.role, currency) : null;
      const givenBackMinor = paidMinor - found.limits.balanceMinor;
      const restMinor = mostMinor === null ? null : mostMinor - givenBackMinor;
      return viewCancelLimits(found, restMinor !== null && restMinor < 0n ? 0n : restMinor);
    },
  });
}
