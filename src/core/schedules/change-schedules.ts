import { unixSeconds } from '../../platform/clock/clock.ts';
import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { isRunning, type Schedule } from '../records/schedule.ts';
import { findSchedule, findSchedules } from './find-schedules.ts';

export interface ChangeScheduleParts {
  readonly database: Database;
  readonly clocks: MerchantClocks;
}

/** Of what is given, all have to be so. */
export interface RevokedSchedules {
  readonly customerUid: string | undefined;
  readonly merchantUids: readonly string[] | undefined;
}

/**
 * Takes back what has not been run yet: the others of those that are asked for are left as they are. One that a process is just
 * about to charge is decided by its row: either it is revoked, or it is charged.
 */
export async function revokeSchedules(
  { database, clocks }: ChangeScheduleParts,
  merchantId: bigint,
  { customerUid, merchantUids }: RevokedSchedules,
): Promise<readonly Schedule[]> {
  const revoked = await database.query<{ merchant_uid: string; schedule_at: Date }>(
    `update schedules set status = 'revoked', revoked_at = $4, version = version + 1
     where merchant_id = $1 and status = 'scheduled' and ($2::text is null or customer_uid = $2)
       and ($3::text[] is null or merchant_uid = any($3))
     returning merchant_uid, schedule_at`,
    [merchantId, customerUid ?? null, merchantUids ?? null, clocks.of(merchantId).now()],
  );
  if (revoked.length === 0) throw new Refusal('schedule_nothing_to_revoke');
  const found = new Set(revoked.map(({ merchant_uid: uid }) => uid));
  const inOrder = merchantUids
    ? [...new Set(merchantUids)].filter((uid) => found.has(uid))
    : revoked
        .sort((one, other) => one.schedule_at.getTime() - other.schedule_at.getTime())
        .map(({ merchant_uid: uid }) => uid);
  return findSchedules(database, merchantId, inOrder);
}

/** PUT: another time for what has not been run yet. */
export async function moveSchedule(
  parts: ChangeScheduleParts,
  merchantId: bigint,
  merchantUid: string,
  at: Date,
): Promise<Schedule> {
  refusePast(parts, merchantId, at);
  const moved = await parts.database.query(
    `update schedules set schedule_at = $3, version = version + 1, lease_of = null, lease_until = '-infinity'
     where merchant_id = $1 and merchant_uid = $2 and status = 'scheduled' returning id`,
    [merchantId, merchantUid, at],
  );
  const schedule = await findSchedule(parts.database, merchantId, merchantUid);
  if (moved.length > 0) return schedule;
  if (isRunning(schedule)) throw new Refusal('schedule_running');
  throw new Refusal(schedule.schedule_status === 'revoked' ? 'schedule_revoked' : 'schedule_executed');
}

/** POST …/reschedule: a new time for what has failed or was revoked. The failed payment stays, and is no longer the schedule's. */
export async function reschedule(
  parts: ChangeScheduleParts,
  merchantId: bigint,
  merchantUid: string,
  at: Date,
): Promise<Schedule> {
  refusePast(parts, merchantId, at);
  const again = await parts.database.query(
    `update schedules s set status = 'scheduled', schedule_at = $3, payment_id = null, revoked_at = null, version = s.version + 1,
       lease_of = null, lease_until = '-infinity'
     where s.merchant_id = $1 and s.merchant_uid = $2 and (s.status = 'revoked' or exists (
       select from payments p where p.merchant_id = $1 and p.id = s.payment_id and p.status = 'failed'))
     returning s.id`,
    [merchantId, merchantUid, at],
  );
  const schedule = await findSchedule(parts.database, merchantId, merchantUid);
  if (again.length > 0) return schedule;
  if (isRunning(schedule)) throw new Refusal('schedule_running');
  throw new Refusal(schedule.schedule_status === 'scheduled' ? 'schedule_not_run' : 'schedule_paid');
}

/** The API shows whole seconds: the one that has begun is no past. */
function refusePast({ clocks }: ChangeScheduleParts, merchantId: bigint, at: Date): void {
  if (unixSeconds(at) < unixSeconds(clocks.of(merchantId).now())) throw new Refusal('schedule_time_past');
}
