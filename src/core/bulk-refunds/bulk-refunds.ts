import { listedRowsSql } from '../../platform/database/listed-rows.ts';
import { isDatabaseOutage } from '../../platform/database/transient-errors.ts';
import type { Log } from '../../platform/logging/log.ts';
import { createRound, type Round } from '../../platform/rounds/rounds.ts';
import { withFields } from '../../platform/tracing/scope.ts';
import type { Span } from '../../platform/tracing/span.ts';
import { kindOfFailure, tracedAlone } from '../../platform/tracing/tracing.ts';
import { databaseTimeSql, databaseTimeToCompareSql } from '../operations/leases.ts';
import type { SendableRow } from '../records/bulk-refund.ts';
import { type CarryOutRowParts, carryOutRow, type RowEnd } from './carry-out-row.ts';

export interface BulkRefundsParts extends CarryOutRowParts {
  readonly log: Log;
  readonly intervalMs: number;
}

export interface BulkRefunds {
  readonly round: Round;
  /** There is something to send. */
  wake(): void;
}

/** Rows of this process that are under way at one gateway: single cancellations must not wait for files. */
export const rowsPerGateway = 4;
/** Tries of a row of which none moved anything; then a person decides whether it goes on. */
export const triesMax = 8;
const pauseMax = 300_000;

/**
 * Takes rows that may be sent, of every bulk refund that is running, so many of each gateway as are free: the first rows of each
 * file before the later ones, so that no file waits for another one's end. SKIP LOCKED and the lease keep processes apart; that
 * none is sent twice is the key's to see to. A stop waits for this statement, and this statement for a stop.
 */
const claimSql = `
with lanes as (
  select b.merchant_id, b.id, g.provider, g.free
  from bulk_refunds b join ${listedRowsSql('$4::text[], $5::integer[]')} as g(provider, free) on g.provider = any(b.providers)
  where b.state = 'running'
  for share of b
),
due as (
  select r.merchant_id, r.bulk_id, r.row, l.provider, l.free
  from lanes l cross join lateral (
    select w.merchant_id, w.bulk_id, w.row from bulk_refund_rows w
    where w.merchant_id = l.merchant_id and w.bulk_id = l.id and w.provider = l.provider and w.state = 'waiting'
      and w.next_try_at <= ${databaseTimeToCompareSql('$3')} and w.lease_until <= ${databaseTimeToCompareSql('$3')}
    order by w.next_try_at, w.row
    limit l.free
    for update skip locked
  ) r
),
placed as (
  select d.*, row_number() over (partition by d.provider order by d.row, d.bulk_id) as place from due d
)
update bulk_refund_rows r set lease_of = $1, lease_until = ${databaseTimeSql('$2')}, tries = r.tries + 1
from placed p
where p.place <= p.free and r.merchant_id = p.merchant_id and r.bulk_id = p.bulk_id and r.row = p.row
returning r.*`;

/** What became of doubts, and of what a gateway had only accepted: their operations say it. */
const followSql = `
update bulk_refund_rows r set
  state = o.state,
  error = case when o.state = 'refused' then 'cancellation_refused' end,
  message = case when o.state = 'refused' then o.gateway_message end,
  changed_at = coalesce(o.ended_at, o.accepted_at, r.changed_at)
from operations o
where r.state in ('in_doubt', 'accepted') and o.merchant_id = r.merchant_id and o.id = r.operation_id
  and o.state in ('confirmed', 'refused', 'accepted') and o.state <> r.state`;

const endSql = `
update bulk_refunds b set state = 'ended', ended_at = (
  select max(r.changed_at) from bulk_refund_rows r where r.merchant_id = b.merchant_id and r.bulk_id = b.id)
where b.state in ('running', 'stopped') and not exists (
  select from bulk_refund_rows r
  where r.merchant_id = b.merchant_id and r.bulk_id = b.id and r.state in ('waiting', 'in_doubt'))`;

/** Carries bulk refunds out, row by row, some of each gateway at a time. */
export function createBulkRefunds(parts: BulkRefundsParts, providers: readonly string[]): BulkRefunds {
  const { database, leases, crashPoints, log, clock, clocks } = parts;
  const underWay = new Map<string, Set<Promise<void>>>(providers.map((provider) => [provider, new Set()]));

  async function work(stopping: AbortSignal): Promise<void> {
    await database.query(followSql);
    const free = [...underWay].flatMap(([provider, rows]) =>
      rows.size < rowsPerGateway ? [{ provider, free: rowsPerGateway - rows.size }] : [],
    );
    if (!stopping.aborted && free.length > 0) {
      const claimed = await database.query<SendableRow>(claimSql, [
        leases.owner,
        leases.until(parts.leaseMs),
        leases.until(0),
        free.map(({ provider }) => provider),
        free.map((each) => each.free),
      ]);
      for (const row of claimed) begin(row);
    }
    await database.query(endSql);
  }

  function begin(row: SendableRow): void {
    const rows = underWay.get(row.provider);
    const done = run(row).then(() => {
      rows?.delete(done);
      round.wake();
    });
    rows?.add(done);
  }

  function run(row: SendableRow): Promise<void> {
    const bulk_refund = String(row.bulk_id);
    const attributes = { 'hwanbul.bulk_refund': bulk_refund, 'hwanbul.row': Number(row.row) };
    return withFields({ bulk_refund, row: String(row.row) }, () =>
      tracedAlone({ name: 'refund row', kind: 'internal', attributes }, (span) => runOnce(row, span)),
    );
  }

  /** Never fails. What could not be written down is taken again when its lease has run out. */
  async function runOnce(row: SendableRow, span: Span | undefined): Promise<void> {
    try {
      await crashPoints.reach('after_claim');
      const end = await carryOutRow(parts, row);
      span?.set({ 'hwanbul.operation': end.operationId ?? undefined, 'hwanbul.outcome': end.state });
      await write(row, end);
    } catch (error) {
      span?.set({ 'error.type': kindOfFailure(error) });
      if (isDatabaseOutage(error)) log.debug({ err: error }, 'a row of a bulk refund met an outage of the database');
      else log.error({ err: error }, 'a row of a bulk refund could not be carried out');
    }
  }

  async function write(row: SendableRow, { state, operationId, error, message }: RowEnd): Promise<void> {
    const isGivenUp = state === 'waiting' && row.tries >= triesMax;
    const pauseMs = state === 'waiting' ? Math.min(parts.intervalMs * 2 ** row.tries, pauseMax) : 0;
    await database.query(
      `update bulk_refund_rows set
         state = $5, operation_id = coalesce($6, operation_id), error = $7, message = $8, next_try_at = ${databaseTimeSql('$9')},
         lease_of = null, lease_until = '-infinity', changed_at = $10
       where merchant_id = $1 and bulk_id = $2 and row = $3 and lease_of = $4 and state = 'waiting'`,
      [
        row.merchant_id,
        row.bulk_id,
        row.row,
        row.lease_of,
        isGivenUp ? 'not_done' : state,
        operationId,
        error,
        message,
        leases.until(pauseMs),
        clocks.of(row.merchant_id).now(),
      ],
    );
  }

  async function drain(): Promise<void> {
    await Promise.all([...underWay.values()].flatMap((rows) => [...rows]));
  }

  const round = createRound({ name: 'bulk refunds', intervalMs: parts.intervalMs, clock, log, work, drain });
  return Object.freeze({ round, wake: () => round.wake() });
}
