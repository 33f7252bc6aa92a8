import type { Database } from '../../platform/database/pool.ts';
import { countHours, hourMs } from './count-hours.ts';

export interface StatisticsPeriod {
  readonly from: Date;
  readonly to: Date;
}

export const statisticsSteps = ['hour', 'day'] as const;
export type StatisticsStep = (typeof statisticsSteps)[number];

/** The longest period, by what it is divided into: 744 entries, or 92, of each gateway. */
export const longestDays: Readonly<Record<StatisticsStep, number>> = Object.freeze({ hour: 31, day: 92 });

/** One step of one gateway, of one currency; operations have none, since most look at no amount. */
export interface StatisticsEntry {
  readonly at: Date;
  readonly provider: string;
  readonly currency: string;
  readonly begun: number;
  readonly paid: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly paid_minor: bigint;
  readonly cancelled_minor: bigint;
  readonly refunds: number;
  readonly refunds_refused: number;
  readonly doubts: number;
  readonly paid_out: number;
  readonly paid_out_seconds: bigint;
  readonly paid_out_longest: number;
}

export interface Statistics {
  readonly entries: readonly StatisticsEntry[];
  /** Hours of the period that have not been counted yet: whoever asks again gets more of them. */
  readonly missingHours: number;
}

/** So many hours are counted for one who asks, so that nobody waits for a year of them. */
const countedAtOnce = 168;
const shortestMs = 30_000;

/**
 * What was counted of a period, by hours or by days of Seoul. Hours that have not been counted are counted now, and so are those whose count is older
 * than a tenth of the age that the hour had then: what was begun a moment ago changes soon, what was begun last month seldom does.
 */
export async function readStatistics(
  database: Database,
  merchantId: bigint,
  period: StatisticsPeriod,
  step: StatisticsStep,
  now: Date,
): Promise<Statistics> {
  const stale = await staleHours(database, merchantId, period, now);
  await countHours(
    database,
    merchantId,
    stale.slice(0, countedAtOnce).map(({ hour }) => hour),
    now,
  );
  const entries = await database.query<StatisticsEntry>(
    `select date_trunc($4, s.hour, 'Asia/Seoul') as at, s.provider, s.currency, sum(s.begun)::integer as begun,
       sum(s.paid)::integer as paid, sum(s.failed)::integer as failed, sum(s.cancelled)::integer as cancelled,
       sum(s.paid_minor)::bigint as paid_minor, sum(s.cancelled_minor)::bigint as cancelled_minor,
       sum(s.refunds)::integer as refunds, sum(s.refunds_refused)::integer as refunds_refused, sum(s.doubts)::integer as doubts,
       sum(s.paid_out)::integer as paid_out, sum(s.paid_out_seconds)::bigint as paid_out_seconds,
       max(s.paid_out_longest) as paid_out_longest
     from statistics_hours s
     where s.merchant_id = $1 and s.hour >= $2 and s.hour <= $3 and s.provider <> ''
     group by 1, 2, 3 order by 1, 2, 3`,
    [merchantId, startOfHour(period.from), period.to, step],
  );
  return { entries, missingHours: Math.max(0, stale.filter(({ isMissing }) => isMissing).length - countedAtOnce) };
}

function startOfHour(time: Date): Date {
  return new Date(Math.floor(time.getTime() / hourMs) * hourMs);
}

interface StaleHour {
  readonly hour: Date;
  readonly isMissing: boolean;
}

/** Newest first; those that were never counted stand before the others. */
async function staleHours(
  database: Database,
  merchantId: bigint,
  period: StatisticsPeriod,
  now: Date,
): Promise<readonly StaleHour[]> {
  const first = startOfHour(period.from);
  const last = startOfHour(period.to < now ? period.to : now);
  const rows = await database.query<{ hour: Date; counted_at: Date }>(
    `select hour, counted_at from statistics_hours
     where merchant_id = $1 and hour >= $2 and hour <= $3 and provider = ''`,
    [merchantId, first, last],
  );
  const counted = new Map(rows.map(({ hour, counted_at }) => [hour.getTime(), counted_at.getTime()]));
  const stale: StaleHour[] = [];
  for (let hour = last.getTime(); hour >= first.getTime(); hour -= hourMs) {
    const at = counted.get(hour);
    if (at === undefined) stale.push({ hour: new Date(hour), isMissing: true });
    else if (!isFresh(hour, at, now.getTime())) stale.push({ hour: new Date(hour), isMissing: false });
  }
  return [...stale.filter(({ isMissing }) => isMissing), ...stale.filter(({ isMissing }) => !isMissing)];
}

function isFresh(hour: number, countedAt: number, now: number): boolean {
  // A sandbox may have moved its clock back.
  return countedAt <= now && now - countedAt <= Math.max(shortestMs, (countedAt - hour) / 10);
}
