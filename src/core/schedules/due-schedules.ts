import { isDatabaseOutage } from '../../platform/database/transient-errors.ts';
import type { Log } from '../../platform/logging/log.ts';
import { createRound, type Round } from '../../platform/rounds/rounds.ts';
import { withFields } from '../../platform/tracing/scope.ts';
import type { Span } from '../../platform/tracing/span.ts';
import { kindOfFailure, tracedAlone } from '../../platform/tracing/tracing.ts';
import type { Deadline } from '../operations/deadline.ts';
import { databaseTimeSql, databaseTimeToCompareSql } from '../operations/leases.ts';
import { ScheduleChanged } from '../payments/insert-payment.ts';
import type { ScheduleRow } from '../records/schedule.ts';
import { paymentIn } from '../records/subject.ts';
import { type ChargeScheduleParts, runSchedule } from './charge-schedule.ts';

export interface DueSchedulesParts extends ChargeScheduleParts {
  readonly log: Log;
  readonly intervalMs: number;
  readonly requestDeadline: () => Deadline;
  /** A webhook has been written that no settlement tells of. */
  readonly announced: () => void;
}

export interface DueSchedules {
  /** Begins what is due, and comes back before that has ended. */
  readonly round: Round;
  /** What has been begun has ended, in one way or another. */
  idle(): Promise<void>;
}

/** Charges of this process that are under way; each waits for its gateway most of the time. */
export const chargesAtATime = 64;
/** A claim is worth its statement. */
const claimedLeast = 16;

/**
 * Takes what is due by the merchant's clock, the oldest first: while a sandbox holds that clock it differs from real time;
 * elsewhere `sandbox_clocks` is empty. SKIP LOCKED and the lease keep processes from reading the same schedules; that none is
 * charged twice is the reservation's to see to, which takes a schedule only as it was read.
 */
const claimSql = `
update schedules set lease_of = $1, lease_until = ${databaseTimeSql('$2')}
where (merchant_id, id) in (
  select s.merchant_id, s.id from schedules s
  where s.status = 'scheduled' and s.lease_until <= ${databaseTimeToCompareSql('$5')}
    and s.schedule_at <= (select case when exists (select from sandbox_clocks) then 'infinity' else $3::timestamptz end)
    and coalesce(
      (select c.at >= s.schedule_at from sandbox_clocks c where c.merchant_id = s.merchant_id), s.schedule_at <= $3::timestamptz)
  order by s.schedule_at, s.id
  limit $4
  for update skip locked
)
returning *`;

/** Runs schedules at their time, those of one customer one after the other. */
export function createDueSchedules(parts: DueSchedulesParts): DueSchedules {
  const { database, leases, crashPoints, log } = parts;
  const underWay = new Set<Promise<void>>();
  /** The last one of each customer's. */
  const lanes = new Map<string, Promise<void>>();

  async function work(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const free = chargesAtATime - underWay.size;
      if (free < claimedLeast) {
        await Promise.race(underWay);
        continue;
      }
      const claimed = await claim(free);
      for (const schedule of claimed) begin(schedule);
      if (claimed.length < free) return;
    }
  }

  async function claim(claimedMax: number): Promise<readonly ScheduleRow[]> {
    const claimed = await database.query<ScheduleRow>(claimSql, [
      leases.owner,
      leases.until(parts.leaseMs),
      leases.now(),
      claimedMax,
      leases.until(0),
    ]);
    return claimed.sort(
      (one, other) => one.schedule_at.getTime() - other.schedule_at.getTime() || Number(one.id - other.id),
    );
  }

  function begin(schedule: ScheduleRow): void {
    const lane = `${schedule.merchant_id} ${schedule.customer_uid}`;
    const done = (lanes.get(lane) ?? Promise.resolve()).then(() => run(schedule));
    lanes.set(lane, done);
    underWay.add(done);
    void done.then(() => {
      underWay.delete(done);
      if (lanes.get(lane) === done) lanes.delete(lane);
    });
  }

  function run(schedule: ScheduleRow): Promise<void> {
    const { id, merchant_uid } = schedule;
    const attributes = { 'hwanbul.schedule': String(id) };
    return withFields({ merchant_uid }, () =>
      tracedAlone({ name: 'charge schedule', kind: 'internal', attributes }, (span) => runOnce(schedule, span)),
    );
  }

  /** Never fails. What could not be written down is taken again when its lease has run out, if it still is to be charged. */
  async function runOnce(schedule: ScheduleRow, span: Span | undefined): Promise<void> {
    try {
      await crashPoints.reach('after_claim');
      const caller = { merchantId: schedule.merchant_id, idempotencyId: null, deadline: parts.requestDeadline() };
      const report = await runSchedule(parts, caller, schedule);
      if (report === 'not_tried') parts.announced();
      span?.set(
        report === 'not_tried'
          ? { 'hwanbul.outcome': report }
          : {
              'hwanbul.operation': report.operationId,
              'hwanbul.imp_uid': paymentIn(report.subject)?.imp_uid,
              'hwanbul.outcome': report.state,
            },
      );
    } catch (error) {
      if (error instanceof ScheduleChanged) return;
      span?.set({ 'error.type': kindOfFailure(error) });
      if (isDatabaseOutage(error)) log.debug({ err: error }, 'a schedule met an outage of the database');
      else log.error({ err: error }, 'a schedule could not be run');
    }
  }

  async function idle(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay);
  }

  return Object.freeze({
    round: createRound({
      name: 'due schedules',
      intervalMs: parts.intervalMs,
      clock: parts.clock,
      log,
      work,
      drain: idle,
    }),
    idle,
  });
}
