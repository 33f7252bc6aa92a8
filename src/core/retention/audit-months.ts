import type { Database } from '../../platform/database/pool.ts';
import type { Log } from '../../platform/logging/log.ts';
import { openStatesSql } from '../records/operation-states.ts';
import type { RetentionObserver } from './observer.ts';

/** Tables that stand ready: whatever keeps the round from making more, there is time to see to it. */
const monthsAhead = 3;

/** The lock could not be had in the short time that anybody may be made to wait for it. */
const lockNotAvailable = '55P03';

interface OldMonth {
  readonly part: string;
  /** An operation that has not ended has something in it. */
  readonly is_needed: boolean;
}

/** Months that are over for so long, the oldest first. */
const oldMonthsSql = `
select m.part, exists (
  select from operations o
  -- Operation by operation: those that are open are few, and all of the audit is much.
  cross join lateral (
    select from operation_audit a
    where a.merchant_id = o.merchant_id and a.operation_id = o.id
      and a.written_at < m.ends and (m.starts is null or a.written_at >= m.starts)
    limit 1
  ) then_written
  where o.state in ${openStatesSql}
) as is_needed
from audit_months() m
where m.ends <= (date_trunc('month', statement_timestamp() at time zone 'UTC') - make_interval(months => $1::integer)) at time zone 'UTC'
order by m.ends`;

/**
 * Sees to it that the audit has a table for this month and the next ones, and takes out of it, as tables of their own, the months that
 * are older than that. Nothing is deleted. Each step is one short statement that waits half a second at most for its lock; false: one could
 * not have it, and is to be tried again soon. Of several servers one does it, and the others find it done.
 */
export async function keepAuditMonths(
  { database, log }: { readonly database: Database; readonly log: Log },
  months: number | undefined,
  stopping: AbortSignal,
  observer: RetentionObserver,
): Promise<boolean> {
  try {
    const made = await database.query<{ part: string }>('select part from make_audit_months($1) as part', [
      monthsAhead,
    ]);
    if (made.length > 0) log.info({ tables: made.map(({ part }) => part) }, 'tables for months of the audit were made');
    if (months === undefined) return true;
    for (const { part, is_needed: isNeeded } of await database.query<OldMonth>(oldMonthsSql, [months])) {
      if (stopping.aborted) return true;
      if (isNeeded) {
        log.warn({ table: part }, 'a month of the audit stays, since an operation of then has not ended');
        continue;
      }
      const [detached] = await database.query<{ done: boolean }>('select detach_audit_month($1) as done', [part]);
      if (!detached?.done) continue;
      observer.detached();
      log.info({ table: part }, 'a month of the audit was taken out: it is a table of its own, to be kept or dropped');
    }
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code !== lockNotAvailable) throw error;
    log.info({ err: error }, 'the audit is being read by somebody for long: its months are seen to later');
    return false;
  }
}
