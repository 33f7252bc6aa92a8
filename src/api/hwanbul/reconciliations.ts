import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { listTransactionsOf, lookUpAll } from '../../core/reconciliation/ask-gateway.ts';
import { keptDaysWithin, readKeptDay } from '../../core/reconciliation/days.ts';
import { ourBook, ownOrders } from '../../core/reconciliation/our-book.ts';
import type { Services } from '../../core/services.ts';
import { dayAfter, type Period, readDayInSeoul } from '../../platform/clock/seoul-day.ts';
import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { channelTypeOf } from '../../port/gateway.ts';
import type { TransactionList } from '../../port/lookup.ts';
import { defineRoute } from '../foundation/route.ts';
import {
  BookedPageView,
  ReconciledDayDetailView,
  ReconciledDayView,
  ReconciledMonthView,
  TransactionPageView,
  viewBooked,
  viewReconciledDay,
  viewReconciledDayDetail,
  viewReconciledMonth,
  viewTransactionPage,
} from '../views/reconciliation.ts';

const Params = Type.Object({ pg_provider: Type.String() });
const DayParams = Type.Object({
  pg_provider: Type.String(),
  date: Type.String({ description: 'YYYY-MM-DD, a day in Seoul.' }),
});
const date = Type.String({ description: 'YYYY-MM-DD, a day in Seoul.' });
const bookPageMax = 1000;
const lookupPageMax = 100;

/** Hwanbul's own operations: what stands in both books for a day. They move nothing and change nothing. */
export function reconciliationRoutes(app: FastifyInstance, services: Services): void {
  const { database, channels, subStores } = services;

  defineRoute(app, {
    method: 'GET',
    url: '/reconciliations/:pg_provider/payments',
    operationId: 'reconcilePayments',
    tag: 'reconciliation',
    summary: 'Payments that were begun, paid or cancelled on a day, and what the gateway says of each.',
    params: Params,
    query: Type.Object({
      date,
      look_up: Type.Optional(Type.Boolean({ description: 'Asks the gateway about each. Default false.' })),
      after: Type.Optional(Type.String({ description: '`next` of the page before.' })),
      limit: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: bookPageMax,
          description: `Default ${lookupPageMax}, which is also the most with look_up. Slow lookups make a page shorter.`,
        }),
      ),
    }),
    response: BookedPageView,
    refusals: ['channel_not_found'],
    authenticate: true,
    async handler({ params, query, merchant }) {
      const deadline = services.requestDeadline();
      await channels.choose(merchant.id, { provider: params.pg_provider });
      const limit = Math.min(query.limit ?? lookupPageMax, query.look_up ? lookupPageMax : bookPageMax);
      const booked = await ourBook(database, {
        merchantIds: merchant.mainStoreId === undefined ? await subStores.wholeStore(merchant.id) : [merchant.id],
        provider: params.pg_provider,
        period: periodOf(query.date),
        afterImpUid: query.after,
        limit,
      });
      const lookups = query.look_up
        ? await lookUpAll(
            services,
            booked.map(({ payment }) => payment),
            deadline,
          )
        : undefined;
      const shown = booked.slice(0, lookups?.length);
      const isLast = booked.length < limit && shown.length === booked.length;
      return {
        list: shown.map((each, index) => viewBooked(each, lookups?.[index])),
        next: isLast ? null : (shown.at(-1)?.payment.imp_uid ?? null),
      };
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/reconciliations/days',
    operationId: 'listReconciledDays',
    tag: 'reconciliation',
    summary: 'A month, day by day: which were reconciled, and what came of it.',
    query: Type.Object({
      month: Type.String({ description: 'YYYY-MM, in Seoul.' }),
      pg_provider: Type.Optional(Type.String({ maxLength: 40 })),
    }),
    response: ReconciledMonthView,
    refusals: [],
    authenticate: true,
    async handler({ query, merchant }) {
      const days = daysOf(query.month);
      const [first = '', last = ''] = [days[0], days.at(-1)];
      const kept = await keptDaysWithin(database, merchant.id, first, last, query.pg_provider || undefined);
      const own = await channels.ofMerchant(merchant.id);
      const paying = own.filter(({ gateway }) => channelTypeOf(gateway) === 'payment');
      const providers = [...new Set(paying.map(({ provider }) => provider))].sort();
      return viewReconciledMonth(query.month, days, kept, providers);
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/reconciliations/:pg_provider/days/:date',
    operationId: 'reconcileDay',
    permission: 'reconcile',
    tag: 'reconciliation',
    summary:
      'Has a day compared, by lookups and by the list of the gateway, where it has one. What came of it is kept.',
    description: 'The answer does not wait for it: look the day up again. A day that is just being compared goes on.',
    params: DayParams,
    body: Type.Object({ actor: Type.Optional(Type.String({ maxLength: 80 })) }),
    response: ReconciledDayView,
    refusals: ['channel_not_found'],
    authenticate: true,
    example: { body: { actor: '김환불' } },
    async handler({ params, body, merchant, member }) {
      const { pg_provider: provider, date: day } = params;
      const { from } = periodOf(day);
      if (from > services.clocks.of(merchant.id).now()) {
        throw new Refusal('parameter_invalid', { name: 'date', expected: '오늘이나 지난 날' });
      }
      await channels.choose(merchant.id, { provider });
      await services.reconciledDays.ask(merchant, provider, day, member?.email ?? (body.actor || null));
      return viewReconciledDay(await readKeptDay(database, merchant.id, provider, day));
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/reconciliations/:pg_provider/days/:date',
    operationId: 'getReconciledDay',
    tag: 'reconciliation',
    summary: 'What came of reconciling a day, with its differences.',
    params: DayParams,
    response: ReconciledDayDetailView,
    refusals: ['reconciliation_not_done'],
    authenticate: true,
    async handler({ params, merchant }) {
      periodOf(params.date);
      return viewReconciledDayDetail(await readKeptDay(database, merchant.id, params.pg_provider, params.date));
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/reconciliations/:pg_provider/transactions',
    operationId: 'reconcileTransactions',
    tag: 'reconciliation',
    summary: 'What the gateway itself lists for a day, where it lists transactions.',
    params: Params,
    query: Type.Object({
      date,
      pg_id: Type.Optional(Type.String({ description: 'Which MID; without it the first channel of the gateway.' })),
      after: Type.Optional(Type.String({ description: '`next` of the page before.' })),
    }),
    response: TransactionPageView,
    refusals: ['channel_not_found'],
    authenticate: true,
    async handler({ params, query, merchant }) {
      const { pg_provider: provider } = params;
      const choice = query.pg_id === undefined ? { provider } : { pg: `${provider}.${query.pg_id}` };
      const channel = await channels.choose(merchant.id, choice);
      const asked = { period: periodOf(query.date), after: query.after, deadline: services.requestDeadline() };
      const listed = await listTransactionsOf(services, channel, asked);
      return viewTransactionPage(
        merchant.mainStoreId === undefined ? listed : await onlyOwn(database, merchant.id, listed),
      );
    },
  });
}

/** The gateway knows one merchant where we have a main store and its sub-stores. */
async function onlyOwn(
  database: Database,
  merchantId: bigint,
  listed: TransactionList | undefined,
): Promise<TransactionList | undefined> {
  if (listed?.kind !== 'listed') return listed;
  const own = await ownOrders(
    database,
    merchantId,
    listed.transactions.map(({ orderId }) => orderId),
  );
  return { ...listed, transactions: listed.transactions.filter(({ orderId }) => own.has(orderId)) };
}

/** Every day of a month. */
function daysOf(month: string): readonly string[] {
  const first = `${month}-01`;
  if (!readDayInSeoul(first)) throw new Refusal('parameter_invalid', { name: 'month', expected: 'YYYY-MM' });
  const days: string[] = [];
  for (let day = first; day.startsWith(month); day = dayAfter(day, 1)) days.push(day);
  return days;
}

function periodOf(day: string): Period {
  const period = readDayInSeoul(day);
  if (!period) throw new Refusal('parameter_invalid', { name: 'date', expected: 'YYYY-MM-DD' });
  return period;
}
