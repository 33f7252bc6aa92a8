import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { countAll, countByState, readPlace, searchPayments, writePlace } from '../../core/payments/search-payments.ts';
import { readStandings } from '../../core/payments/standings.ts';
import { lookedAtMax } from '../../core/records/bounded-look.ts';
import type { Services } from '../../core/services.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { defineRoute } from '../foundation/route.ts';
import { PaymentCountsView, PaymentSearchView, viewPayment, viewStanding } from '../views/payment.ts';
import { paymentFilterFields, readPaymentFilter } from './payment-filter.ts';

const asNumber = new Intl.NumberFormat('en');

/** How a person finds a payment who has a customer on the telephone. The real server's API can't; its console can. */
export function paymentSearchRoutes(app: FastifyInstance, services: Services): void {
  const { kysely, database } = services;

  defineRoute(app, {
    method: 'GET',
    url: '/search/payments',
    operationId: 'searchPayments',
    tag: 'payments',
    summary: 'Payments by state, method, gateway, buyer, amount, time or whatever was pasted, newest first.',
    description:
      'All that is given has to fit. Without `q` or an id it looks at 90 days unless `from` says more. `cursor` goes on after a page, stable while payments are added and changed.',
    query: Type.Object({
      ...paymentFilterFields,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100.' })),
      cursor: Type.Optional(
        Type.String({ maxLength: 200, description: '`next` of the page before, with the same filter.' }),
      ),
      before: Type.Optional(
        Type.String({ maxLength: 32, description: 'Goes on after this imp_uid. `cursor` is the better way.' }),
      ),
      bounded: Type.Optional(
        Type.Boolean({
          description: `Looks at ${asNumber.format(lookedAtMax)} payments at most, so that a page comes at once whatever the filter; it may then be short, or empty, with \`looked_until\` and \`next\`. Default false: looks until the page is full.`,
        }),
      ),
      with_total: Type.Optional(
        Type.Boolean({ description: 'Also counts them, which takes its time with many. Default false.' }),
      ),
    }),
    response: PaymentSearchView,
    refusals: ['parameter_invalid', 'amount_invalid', 'channel_not_found'],
    authenticate: true,
    async handler({ query, merchant }) {
      const { filter, readAs } = await readPaymentFilter(services, merchant, query);
      const after = query.cursor ? readPlace(filter.basis, query.cursor) : undefined;
      if (query.cursor && !after) throw new Refusal('parameter_invalid', { name: 'cursor', expected: 'next' });
      const [page, total] = await Promise.all([
        searchPayments(kysely, merchant.id, filter, {
          limit: query.limit ?? 100,
          after,
          beforeImpUid: query.before || undefined,
          isBounded: query.bounded === true,
        }),
        query.with_total ? countAll(kysely, merchant.id, filter) : null,
      ]);
      const { payments } = page;
      const standings = await readStandings(
        database,
        merchant.id,
        payments.map(({ id }) => id),
      );
      return {
        list: payments.map(viewPayment),
        total,
        from: unixSeconds(filter.from),
        time: filter.basis,
        next: page.next ? writePlace(filter.basis, page.next) : null,
        looked_until: unixSeconds(page.lookedUntil),
        read_as: readAs && [...readAs],
        standings: payments.map((payment) => viewStanding(payment, standings.get(payment.id))),
      };
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/search/payments/counts',
    operationId: 'countPayments',
    tag: 'payments',
    summary: 'How many payments of each state fit a filter.',
    description: `The filter is that of \`GET /search/payments\`, whose \`status\` counts for nothing but the time that it means. Looks at the newest ${asNumber.format(lookedAtMax)} payments at most, so that it takes the same time however many there are.`,
    query: Type.Object(paymentFilterFields),
    response: PaymentCountsView,
    refusals: ['parameter_invalid', 'amount_invalid', 'channel_not_found'],
    authenticate: true,
    async handler({ query, merchant }) {
      const { filter } = await readPaymentFilter(services, merchant, query);
      const { counts, countedFrom } = await countByState(kysely, merchant.id, filter);
      return {
        counts,
        is_complete: countedFrom === undefined,
        counted_from: unixSeconds(countedFrom ?? filter.from),
        time: filter.basis,
      };
    },
  });
}
