import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { endedPaymentSql, type Schedule, type ScheduleStatus, scheduleStatusSql } from '../records/schedule.ts';

const columnsSql = `s.*, ${scheduleStatusSql} as schedule_status, p.status as payment_status, p.imp_uid, p.fail_reason,
    p.provider, p.mid, coalesce(p.paid_at, p.failed_at) as executed_at`;

export interface SchedulePeriod {
  /** By the time that they are set for; `to` is not among it. */
  readonly from: Date;
  readonly to: Date;
  readonly customerUid: string | undefined;
  readonly status: ScheduleStatus | undefined;
  readonly page: number;
  readonly limit: number;
  readonly oldestFirst: boolean;
}

export interface SchedulePage {
  readonly total: number;
  readonly schedules: readonly Schedule[];
}

export async function findSchedule(database: Database, merchantId: bigint, merchantUid: string): Promise<Schedule> {
  const [schedule] = await findSchedules(database, merchantId, [merchantUid]);
  if (!schedule) throw new Refusal('schedule_not_found', { merchant_uid: merchantUid });
  return schedule;
}

/** In the order in which they are asked for. */
export async function findSchedules(
  database: Database,
  merchantId: bigint,
  merchantUids: readonly string[],
): Promise<readonly Schedule[]> {
  const rows = await database.query<Schedule>(
    `select ${columnsSql} from schedules s ${endedPaymentSql}
     where s.merchant_id = $1 and s.merchant_uid = any($2::text[])`,
    [merchantId, merchantUids],
  );
  const places = new Map(merchantUids.map((uid, place) => [uid, place] as const));
  return rows.sort((one, other) => (places.get(one.merchant_uid) ?? 0) - (places.get(other.merchant_uid) ?? 0));
}

/** Those that are set for a time within the period. */
export async function schedulesWithin(
  database: Database,
  merchantId: bigint,
  { from, to, customerUid, status, page, limit, oldestFirst }: SchedulePeriod,
): Promise<SchedulePage> {
  const chosenSql = `from schedules s ${endedPaymentSql}
    where s.merchant_id = $1 and s.schedule_at >= $2 and s.schedule_at < $3 and ($4::text is null or s.customer_uid = $4)
      and ($5::text is null or ${scheduleStatusSql} = $5)`;
  const chosen = [merchantId, from, to, customerUid ?? null, status ?? null];
  const direction = oldestFirst ? 'asc' : 'desc';
  const [[counted], schedules] = await Promise.all([
    database.query<{ total: bigint }>(`select count(*) as total ${chosenSql}`, chosen),
    database.query<Schedule>(
      `select ${columnsSql} ${chosenSql} order by s.schedule_at ${direction}, s.id ${direction} limit $6 offset $7`,
      [...chosen, limit, (page - 1) * limit],
    ),
  ]);
  return { total: Number(counted?.total ?? 0n), schedules };
}

/** The latest time first; `before` goes on where a page ended. */
export function listSchedules(
  database: Database,
  merchantId: bigint,
  filter: {
    readonly status: ScheduleStatus | undefined;
    readonly customerUid: string | undefined;
    readonly merchantUid: string | undefined;
    readonly before: { readonly at: Date; readonly id: bigint } | undefined;
    readonly limit: number;
  },
): Promise<readonly Schedule[]> {
  return database.query<Schedule>(
    `select ${columnsSql} from schedules s ${endedPaymentSql}
     where s.merchant_id = $1 and ($2::text is null or ${scheduleStatusSql} = $2) and ($3::text is null or s.customer_uid = $3)
       and ($4::text is null or s.merchant_uid = $4) and ($5::timestamptz is null or (s.schedule_at, s.id) < ($5, $6))
     order by s.schedule_at desc, s.id desc limit $7`,
    [
      merchantId,
      filter.status ?? null,
      filter.customerUid ?? null,
      filter.merchantUid ?? null,
      filter.before?.at ?? null,
      filter.before?.id ?? null,
      filter.limit,
    ],
  );
}
