import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Merchant } from '../../core/merchants/merchants.ts';
import type { Services } from '../../core/services.ts';
import { longestDays, readStatistics, statisticsSteps } from '../../core/statistics/read-statistics.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import {
  PaymentStatisticsView,
  RefundStatisticsView,
  viewPaymentStatistics,
  viewRefundStatistics,
} from '../views/statistics.ts';

const dayMs = 24 * 3_600_000;
const usualDays = { hour: 2, day: 31 } as const;
const seconds = { minimum: 0, maximum: 253_402_300_799 };

const Query = Type.Object({
  from: Type.Optional(Type.Integer({ ...seconds, description: 'Seconds since 1970. By default 2 days ago, or 31.' })),
  to: Type.Optional(Type.Integer({ ...seconds, description: 'Now by default.' })),
  by: Type.Optional(
    ChoiceField(statisticsSteps, {
      description: `Hours (default; ${longestDays.hour} days of them at most), or days of Seoul (${longestDays.day} at most).`,
    }),
  ),
});

/** What came of payments and refunds, in numbers. Hours are counted when somebody looks, and kept. */
export function statisticsRoutes(app: FastifyInstance, services: Services): void {
  const counted = 'Counts are kept, and may be as old as a tenth of the age of their hour.';

  defineRoute(app, {
    method: 'GET',
    url: '/statistics/payments',
    operationId: 'readPaymentStatistics',
    tag: 'statistics',
    summary:
      'Volume, failures and what was given back, by gateway and by the hour or day in which a payment was begun.',
    description: counted,
    query: Query,
    response: PaymentStatisticsView,
    refusals: ['parameter_invalid'],
    authenticate: true,
    async handler({ query, merchant }) {
      const { entries, ...rest } = await read(services, merchant, query);
      return { ...rest, list: viewPaymentStatistics(entries) };
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/statistics/refunds',
    operationId: 'readRefundStatistics',
    tag: 'statistics',
    summary:
      'Refunds, refusals, doubts and the time until the money arrived, by gateway and by the hour or day of the request.',
    description: `${counted} These hours go by the server's clock, also where a sandbox has moved a merchant's.`,
    query: Query,
    response: RefundStatisticsView,
    refusals: ['parameter_invalid'],
    authenticate: true,
    async handler({ query, merchant }) {
      const { entries, ...rest } = await read(services, merchant, query);
      return { ...rest, list: viewRefundStatistics(entries) };
    },
  });
}

async function read({ database, clocks }: Services, merchant: Merchant, query: Static<typeof Query>) {
  const now = clocks.of(merchant.id).now();
  const by = query.by ?? 'hour';
  const to = query.to === undefined ? now : new Date(query.to * 1000);
  const from = query.from === undefined ? new Date(to.getTime() - usualDays[by] * dayMs) : new Date(query.from * 1000);
  if (from > to) throw new Refusal('parameter_invalid', { name: 'from, to', expected: 'from ≤ to' });
  if (to.getTime() - from.getTime() > longestDays[by] * dayMs) {
    throw new Refusal('parameter_invalid', { name: 'from, to', expected: `최대 ${longestDays[by]}일` });
  }
  const { entries, missingHours } = await readStatistics(database, merchant.id, { from, to }, by, now);
  return { entries, from: unixSeconds(from), to: unixSeconds(to), by, missing_hours: missingHours };
}
