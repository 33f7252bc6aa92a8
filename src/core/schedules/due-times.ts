import type { Database } from '../../platform/database/pool.ts';

/** Times of one merchant by its clock: after `since`, up to `until`. */
interface SchedulePeriod {
  readonly merchantId: bigint;
  readonly since: Date;
  readonly until: Date;
}

/** When the next schedule falls due in this time. */
export async function nextScheduleAt(
  database: Database,
  { merchantId, since, until }: SchedulePeriod,
): Promise<Date | null> {
  const [row] = await database.query<{ at: Date | null }>(
    `select min(schedule_at) as at from schedules
     where merchant_id = $1 and status = 'scheduled' and schedule_at > $2 and schedule_at <= $3`,
    [merchantId, since, until],
  );
  return row?.at ?? null;
}

/**
 * How many are due by this time and have not ended: those that nobody has taken yet, and those whose charge has just begun. One in
 * doubt is not among them: it has other ways to end.
 */
export async function countUnfinished(database: Database, merchantId: bigint, at: Date): Promise<number> {
  const [row] = await database.query<{ count: bigint }>(
    `select count(*) as count from schedules s
     left join payments p on p.merchant_id = $1 and p.id = s.payment_id
     left join operations o on o.merchant_id = $1 and o.id = p.turn_of
     where s.merchant_id = $1 and s.schedule_at <= $2
       and (s.status = 'scheduled' or (s.status = 'taken' and p.status = 'ready' and o.state = 'requested'))`,
    [merchantId, at],
  );
  return Number(row?.count ?? 0n);
}

export interface ScheduleAttempt {
  readonly at: Date;
  readonly imp_uid: string;
  readonly provider: string;
}

/** The charges of schedules that were begun in this time. */
export function attemptsWithin(
  database: Database,
  { merchantId, since, until }: SchedulePeriod,
): Promise<readonly ScheduleAttempt[]> {
  return database.query<ScheduleAttempt>(
    `select started_at as at, imp_uid, provider from payments
     where merchant_id = $1 and customer_uid_usage = 'payment.scheduled' and started_at > $2 and started_at <= $3
     order by started_at, id`,
    [merchantId, since, until],
  );
}
