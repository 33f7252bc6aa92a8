import { Type } from 'typebox';
import { type StatisticsEntry, statisticsSteps } from '../../core/statistics/read-statistics.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { Answer } from '../foundation/answer.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { UnixTime } from './fields.ts';

const period = {
  from: UnixTime,
  to: UnixTime,
  by: ChoiceField(statisticsSteps),
  missing_hours: Type.Integer({
    description: 'So many hours have not been counted yet; asked again, some of them will be. 0: all are here.',
  }),
};
const step = {
  at: Type.Integer({ description: 'When the hour, or the day in Seoul, begins.' }),
  pg_provider: Type.String(),
};

const PaymentStatisticsEntryView = Type.Object({
  ...step,
  currency: Type.String(),
  begun: Type.Integer({ description: 'Payments that were begun in that time.' }),
  paid: Type.Integer({ description: 'How many of these were paid, whenever that was.' }),
  failed: Type.Integer(),
  cancelled: Type.Integer({ description: 'How many of these were cancelled since, in part at least.' }),
  paid_amount: Type.Number(),
  cancelled_amount: Type.Number({ description: 'How much of that has been given back since.' }),
});

export const PaymentStatisticsView = Type.Object({ ...period, list: Type.Array(PaymentStatisticsEntryView) });

const RefundStatisticsEntryView = Type.Object({
  ...step,
  refunds: Type.Integer({ description: 'Cancellations of payments that were asked for in that time.' }),
  refused: Type.Integer({ description: 'How many of these the gateway refused.' }),
  doubts: Type.Integer({
    description: 'Requests of that time, payments as well, whose outcome was not known at first.',
  }),
  paid_out: Type.Integer({ description: 'Refunds that the gateway took first and paid out later.' }),
  paid_out_seconds: Type.Integer({ description: 'How long these took on average.' }),
  paid_out_longest: Type.Integer({ description: 'How long the slowest one took.' }),
});

export const RefundStatisticsView = Type.Object({ ...period, list: Type.Array(RefundStatisticsEntryView) });

export type PaymentStatisticsAnswer = Answer<typeof PaymentStatisticsView>;
export type RefundStatisticsAnswer = Answer<typeof RefundStatisticsView>;

/** Of payments: an entry of a gateway with a currency. */
export function viewPaymentStatistics(entries: readonly StatisticsEntry[]): PaymentStatisticsAnswer['list'] {
  return entries
    .filter(({ currency }) => currency !== '')
    .map((entry) => ({
      at: unixSeconds(entry.at),
      pg_provider: entry.provider,
      currency: entry.currency,
      begun: entry.begun,
      paid: entry.paid,
      failed: entry.failed,
      cancelled: entry.cancelled,
      paid_amount: amountNumber(entry.paid_minor, entry.currency),
      cancelled_amount: amountNumber(entry.cancelled_minor, entry.currency),
    }));
}

export function viewRefundStatistics(entries: readonly StatisticsEntry[]): RefundStatisticsAnswer['list'] {
  return entries
    .filter(({ currency, refunds, doubts }) => currency === '' && refunds + doubts > 0)
    .map((entry) => ({
      at: unixSeconds(entry.at),
      pg_provider: entry.provider,
      refunds: entry.refunds,
      refused: entry.refunds_refused,
      doubts: entry.doubts,
      paid_out: entry.paid_out,
      paid_out_seconds: entry.paid_out === 0 ? 0 : Math.round(Number(entry.paid_out_seconds) / entry.paid_out),
      paid_out_longest: entry.paid_out_longest,
    }));
}
