import type { Database } from '../../platform/database/pool.ts';

/** Times of one merchant by its clock: after `since`, up to `until`. */
interface RepeatPeriod {
  readonly merchantId: bigint;
  readonly since: Date;
  readonly until: Date;
}

/** When the next repeat falls due in this time. */
export async function nextRepeatAt(
  database: Database,
  { merchantId, since, until }: RepeatPeriod,
): Promise<Date | null> {
  const [row] = await database.query<{ at: Date | null }>(
    `select min(repeat_at) as at from webhook_deliveries
     where merchant_id = $1 and state = 'waiting' and repeat_at > $2 and repeat_at <= $3`,
    [merchantId, since, until],
  );
  return row?.at ?? null;
}

/** One attempt of a delivery: those before it are counted. */
export interface DueAttempt {
  readonly id: bigint;
  readonly attempts: number;
}

/**
 * What is due by this time, or being sent, and is a repeat or may be followed by one. What is tried once and never again does
 * not matter to anybody's clock.
 */
export function dueWithRepeats(database: Database, merchantId: bigint, at: Date): Promise<readonly DueAttempt[]> {
  return database.query<DueAttempt>(
    `select id, attempts from webhook_deliveries
     where merchant_id = $1 and state = 'waiting' and (attempts > 0 or attempts + 1 < attempts_max)
       and (lease_of is not null or (next_attempt_at < 'infinity' and (repeat_at is null or repeat_at <= $2)))`,
    [merchantId, at],
  );
}

export interface SentRepeat {
  readonly at: Date;
  readonly imp_uid: string;
  readonly provider: string;
}

/** The repeats that were sent in this time. */
export function sentRepeats(
  database: Database,
  { merchantId, since, until }: RepeatPeriod,
): Promise<readonly SentRepeat[]> {
  return database.query<SentRepeat>(
    `select a.at, p.imp_uid, p.provider
     from webhook_attempts a
     join webhook_deliveries d on d.merchant_id = a.merchant_id and d.id = a.delivery_id
     join payments p on p.merchant_id = d.merchant_id and p.id = d.payment_id
     where a.merchant_id = $1 and a.kind = 'repeat' and a.at > $2 and a.at <= $3
     order by a.id`,
    [merchantId, since, until],
  );
}
