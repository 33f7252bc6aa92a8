import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { listTransactionsOf, lookUpAll } from '../../core/reconciliation/ask-gateway.ts';
import { type BookedPayment, ourBook } from '../../core/reconciliation/our-book.ts';
import type { Payment } from '../../core/records/payment.ts';
import type { Services } from '../../core/services.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { type Period, readDayInSeoul } from '../../platform/clock/seoul-day.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { Cancelled } from '../../port/cancel.ts';
import type { GatewayTransaction, Lookup } from '../../port/lookup.ts';
import { defineRoute } from '../foundation/route.ts';
import type { MoneyState } from '../views/compared.ts';

const text = Type.Union([Type.String(), Type.Null()]);
const amountOrNull = Type.Union([Type.Number(), Type.Null()]);
const unixTime = Type.Integer({ description: 'Seconds since 1970; 0 when it has not happened.' });
const State = Type.Enum(['waiting_for_deposit', 'paid', 'partially_cancelled', 'cancelled', 'expired', 'failed']);
const CancellationView = Type.Object({ pg_tid: Type.String(), amount: Type.Number(), cancelled_at: unixTime });

const LookupView = Type.Object({
  answer: Type.Enum(['found', 'not_found', 'unknown']),
  why: text,
  state: Type.Union([State, Type.Null()]),
  amount: amountOrNull,
  balance: amountOrNull,
  pg_tid: text,
  paid_at: unixTime,
  cancellations: Type.Union([Type.Array(CancellationView), Type.Null()], {
    description: 'null: the gateway tells the balance only.',
  }),
});

const BookedView = Type.Object({
  imp_uid: Type.String(),
  merchant_uid: Type.String(),
  pg_id: Type.String(),
  pg_tid: text,
  pay_method: Type.String(),
  currency: Type.String(),
  state: State,
  amount: Type.Number(),
  cancelled: Type.Number(),
  paid_at: unixTime,
  cancellations: Type.Array(CancellationView),
  open: Type.Array(
    Type.Object({ cancellation_id: Type.String(), kind: Type.String(), state: Type.String(), amount: Type.Number() }),
    { description: 'What is not settled here yet.' },
  ),
  gateway: Type.Union([LookupView, Type.Null()], { description: 'null: it was not looked up.' }),
});

const TransactionView = Type.Object({
  type: Type.Enum(['payment', 'cancellation']),
  transaction_id: Type.String(),
  order_id: Type.String(),
  currency: Type.String(),
  amount: Type.Number(),
  at: unixTime,
});

const Params = Type.Object({ pg_provider: Type.String() });
const date = Type.String({ description: 'YYYY-MM-DD, a day in Seoul.' });
const bookPageMax = 1000;
const lookupPageMax = 100;

/** Hwanbul's own operations: what stands in both books for a day. They move nothing and change nothing. */
export function reconciliationRoutes(app: FastifyInstance, services: Services): void {
  const { database, channels } = services;

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
    response: Type.Object({ list: Type.Array(BookedView), next: text }),
    refusals: ['channel_not_found'],
    authenticate: true,
    async handler({ params, query, merchant }) {
      const deadline = services.requestDeadline();
      await channels.choose(merchant.id, { provider: params.pg_provider });
      const limit = Math.min(query.limit ?? lookupPageMax, query.look_up ? lookupPageMax : bookPageMax);
      const booked = await ourBook(database, {
        merchantId: merchant.id,
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
    response: Type.Object({
      answer: Type.Enum(['listed', 'unknown', 'unsupported']),
      why: text,
      list: Type.Array(TransactionView),
      next: text,
    }),
    refusals: ['channel_not_found'],
    authenticate: true,
    async handler({ params, query, merchant }) {
      const { pg_provider: provider } = params;
      const choice = query.pg_id === undefined ? { provider } : { pg: `${provider}.${query.pg_id}` };
      const channel = await channels.choose(merchant.id, choice);
      const asked = { period: periodOf(query.date), after: query.after, deadline: services.requestDeadline() };
      const listed = await listTransactionsOf(services, channel, asked);
      if (!listed) return { answer: 'unsupported' as const, why: null, list: [], next: null };
      if (listed.kind === 'unknown') return { answer: 'unknown' as const, why: listed.why, list: [], next: null };
      return {
        answer: 'listed' as const,
        why: null,
        list: listed.transactions.map(viewTransaction),
        next: listed.next,
      };
    },
  });
}

function periodOf(day: string): Period {
  const period = readDayInSeoul(day);
  if (!period) throw new Refusal('parameter_invalid', { name: 'date', expected: 'YYYY-MM-DD' });
  return period;
}

function viewBooked({ payment, open }: BookedPayment, lookup: Lookup | undefined): Static<typeof BookedView> {
  const { currency } = payment;
  return {
    imp_uid: payment.imp_uid,
    merchant_uid: payment.merchant_uid,
    pg_id: payment.mid,
    pg_tid: payment.pg_tid,
    pay_method: payment.pay_method,
    currency,
    state: stateOf(payment),
    amount: amountNumber(payment.amount_minor, currency),
    cancelled: amountNumber(payment.cancelled_minor, currency),
    paid_at: unixSeconds(payment.paid_at),
    cancellations: payment.cancel_history.map((entry) => ({
      pg_tid: entry.pg_tid,
      amount: amountNumber(BigInt(entry.amount_minor), currency),
      cancelled_at: entry.cancelled_at,
    })),
    open: open.map(({ id, kind, state, amount_minor }) => ({
      cancellation_id: id,
      kind,
      state,
      amount: amountNumber(amount_minor, currency),
    })),
    gateway: lookup ? viewLookup(lookup, currency) : null,
  };
}

/** Our states in the words of the port, so that the two can be compared. */
function stateOf({ status, cancelled_minor, amount_minor }: Payment): MoneyState {
  if (status === 'ready') return 'waiting_for_deposit';
  if (status === 'cancelled') return cancelled_minor === amount_minor ? 'cancelled' : 'partially_cancelled';
  return status;
}

function viewLookup(lookup: Lookup, currency: string): Static<typeof LookupView> {
  if (lookup.kind !== 'found') {
    const why = lookup.kind === 'unknown' ? lookup.why : null;
    const nothing = { state: null, amount: null, balance: null, pg_tid: null, paid_at: 0, cancellations: null };
    return { answer: lookup.kind, why, ...nothing };
  }
  const { payment } = lookup;
  return {
    answer: 'found',
    why: null,
    state: payment.status,
    amount: amountNumber(payment.amountMinor, currency),
    balance: amountNumber(payment.balanceMinor, currency),
    pg_tid: payment.gatewayTid,
    paid_at: unixSeconds(payment.paidAt),
    cancellations: payment.cancels?.map((cancel) => viewCancel(cancel, currency)) ?? null,
  };
}

function viewCancel(cancel: Cancelled, currency: string): Static<typeof CancellationView> {
  return {
    pg_tid: cancel.gatewayTid,
    amount: amountNumber(cancel.amountMinor, currency),
    cancelled_at: unixSeconds(cancel.cancelledAt),
  };
}

function viewTransaction(transaction: GatewayTransaction): Static<typeof TransactionView> {
  return {
    type: transaction.type,
    transaction_id: transaction.gatewayTid,
    order_id: transaction.orderId,
    currency: transaction.currency,
    amount: amountNumber(transaction.amountMinor, transaction.currency),
    at: unixSeconds(transaction.at),
  };
}
