import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { findPayment } from '../../core/payments/find-payment.ts';
import {
  paymentSortings,
  paymentsByIds,
  paymentsByOrder,
  paymentsByStatus,
} from '../../core/payments/find-payments.ts';
import { readPayments } from '../../core/payments/read-in-parts.ts';
import { type PaymentStatus, paymentStatuses } from '../../core/records/payment.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { ChoiceField, StringListField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { PaymentListView, PaymentPageView, PaymentView, viewPayment } from '../views/payment.ts';
import { answerList, answerPage } from './payment-lists.ts';

const Sorting = Type.Optional(ChoiceField(paymentSortings, { description: 'Default -started.' }));
const Paging = {
  page: Type.Optional(Type.Integer({ minimum: 1, description: 'From 1.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 20.' })),
  sorting: Sorting,
};

const idsMax = 100;
const periodMaxMs = 90 * 24 * 3_600_000;

/**
 * The status in a path. The official Node client writes the text `undefined` there when its caller gives none, so that
 * counts as none; `unknown` is for the caller to refuse.
 */
function statusInPath(text: string | undefined): PaymentStatus | undefined | 'unknown' {
  if (text === undefined || text === '' || text === 'undefined' || text === 'all') return undefined;
  return paymentStatuses.find((status) => status === text) ?? 'unknown';
}

const OrderParams = Type.Object({ merchant_uid: Type.String(), payment_status: Type.Optional(Type.String()) });

/** Whether the path ends with a status is the caller's choice, so each such operation is two routes. */
function pathVariants(url: string) {
  const { merchant_uid } = OrderParams.properties;
  return [
    { url, suffix: '', params: Type.Object({ merchant_uid }) as unknown as typeof OrderParams },
    { url: `${url}/:payment_status`, suffix: 'AndStatus', params: OrderParams },
  ];
}

export function paymentRoutes(app: FastifyInstance, services: Services): void {
  const { kysely, database, showsTestPayments } = services;

  defineRoute(app, {
    method: 'GET',
    url: '/payments/:imp_uid',
    operationId: 'getPaymentByImpUid',
    tag: 'payments',
    summary: 'One payment.',
    params: Type.Object({ imp_uid: Type.String() }),
    query: Type.Object({
      include_sandbox: Type.Optional(
        Type.Boolean({
          description:
            'The real server hides payments of test channels unless this is true. A sandbox has no others, so here they are hidden only when it is false.',
        }),
      ),
    }),
    response: PaymentView,
    refusals: ['payment_not_found'],
    authenticate: true,
    // A misspelt POST to another operation is no question about a payment.
    alsoByPost: ({ imp_uid }) => /^imps?_/.test(String(imp_uid)),
    async handler({ params, query, merchant }) {
      const payment = await findPayment(database, merchant.id, params.imp_uid);
      const shown = query.include_sandbox ?? showsTestPayments;
      if (payment.sandbox && !shown) throw new Refusal('payment_not_found');
      return viewPayment(payment);
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/payments',
    operationId: 'getPaymentListByImpUid',
    tag: 'payments',
    summary: 'Several payments by their ids, newest first; 207 if some are missing.',
    query: Type.Object({
      imp_uid: Type.Optional(StringListField({ description: 'Up to 100, as `imp_uid[]=…&imp_uid[]=…`.' })),
      merchant_uid: Type.Optional(StringListField({ description: 'Up to 100, as `merchant_uid[]=…`.' })),
    }),
    response: PaymentListView,
    otherStatuses: [207],
    refusals: ['payment_not_found', 'parameter_missing', 'too_many_ids'],
    authenticate: true,
    alsoByPost: true,
    async handler({ query, merchant }) {
      const impUids = [...new Set(query.imp_uid ?? [])];
      const merchantUids = [...new Set(query.merchant_uid ?? [])];
      if (impUids.length + merchantUids.length === 0) throw new Refusal('parameter_missing', { name: 'imp_uid[]' });
      if (impUids.length + merchantUids.length > idsMax) throw new Refusal('too_many_ids');
      const chosen = await paymentsByIds(kysely, merchant.id, impUids, merchantUids);
      if (chosen.length === 0) throw new Refusal('payment_not_found');
      const complete =
        impUids.every((id) => chosen.some((payment) => payment.imp_uid === id)) &&
        merchantUids.every((id) => chosen.some((payment) => payment.merchant_uid === id));
      return answerList(services, merchant.id, chosen, complete ? 200 : 207);
    },
  });

  for (const variant of pathVariants('/payments/find/:merchant_uid')) {
    defineRoute(app, {
      method: 'GET',
      url: variant.url,
      operationId: `getPaymentByMerchantUid${variant.suffix}`,
      tag: 'payments',
      summary: 'The first payment of a merchant_uid in the order asked for.',
      params: variant.params,
      query: Type.Object({ sorting: Sorting }),
      response: PaymentView,
      refusals: ['payment_not_found'],
      authenticate: true,
      alsoByPost: true,
      async handler({ params, query, merchant }) {
        const status = statusInPath(params.payment_status);
        if (status === 'unknown') throw new Refusal('payment_not_found');
        const choice = { page: 1, limit: 1, sorting: query.sorting ?? '-started' };
        const { chosen } = await paymentsByOrder(kysely, merchant.id, params.merchant_uid, status, choice);
        const [payment] = await readPayments(kysely, merchant.id, chosen);
        if (!payment) throw new Refusal('payment_not_found');
        return viewPayment(payment);
      },
    });
  }

  for (const variant of pathVariants('/payments/findAll/:merchant_uid')) {
    defineRoute(app, {
      method: 'GET',
      url: variant.url,
      operationId: `getAllPaymentsByMerchantUid${variant.suffix}`,
      tag: 'payments',
      summary: 'All payments of a merchant_uid.',
      params: variant.params,
      query: Type.Object(Paging),
      response: PaymentPageView,
      refusals: ['payment_not_found', 'payment_status_unknown'],
      authenticate: true,
      alsoByPost: true,
      async handler({ params, query, merchant }) {
        const status = statusInPath(params.payment_status);
        if (status === 'unknown') throw new Refusal('payment_status_unknown');
        const choice = { page: query.page ?? 1, limit: query.limit ?? 20, sorting: query.sorting ?? '-started' };
        const found = await paymentsByOrder(kysely, merchant.id, params.merchant_uid, status, choice);
        if (found.chosen.length === 0) throw new Refusal('payment_not_found');
        return answerPage(services, merchant.id, found, choice);
      },
    });
  }

  defineRoute(app, {
    method: 'GET',
    url: '/payments/status/:payment_status',
    operationId: 'getPaymentsByStatus',
    tag: 'payments',
    summary: 'The payments of a status within at most 90 days.',
    params: Type.Object({ payment_status: Type.String() }),
    query: Type.Object({
      ...Paging,
      from: Type.Optional(Type.Integer({ description: 'Seconds since 1970; 90 days before `to` by default.' })),
      to: Type.Optional(Type.Integer({ description: 'Seconds since 1970; now by default.' })),
    }),
    response: PaymentPageView,
    refusals: ['payment_status_unknown', 'page_out_of_range', 'period_too_long'],
    authenticate: true,
    alsoByPost: true,
    async handler({ params, query, merchant }) {
      const asked = params.payment_status;
      const status = asked === 'all' ? 'all' : paymentStatuses.find((known) => known === asked);
      if (!status) throw new Refusal('payment_status_unknown');
      const to = query.to === undefined ? services.clocks.of(merchant.id).now() : new Date(query.to * 1000 + 999);
      const from = query.from === undefined ? new Date(to.getTime() - periodMaxMs) : new Date(query.from * 1000);
      const length = to.getTime() - from.getTime();
      if (Number.isNaN(length))
        throw new Refusal('parameter_invalid', { name: 'from, to', expected: 'UNIX timestamp' });
      if (length < 0 || length > periodMaxMs + 1_000) throw new Refusal('period_too_long');
      const choice = { page: query.page ?? 1, limit: query.limit ?? 20, sorting: query.sorting ?? '-started' };
      const found = await paymentsByStatus(kysely, merchant.id, status, { from, to }, choice);
      if (choice.page > 1 && found.chosen.length === 0) throw new Refusal('page_out_of_range');
      return answerPage(services, merchant.id, found, choice);
    },
  });
}
