import { createRound, type Round } from '../../platform/rounds/rounds.ts';
import { tracedAlone } from '../../platform/tracing/tracing.ts';
import { databaseTimeSql, databaseTimeToCompareSql } from '../operations/leases.ts';
import type { RefundRequestRow } from '../records/refund-request.ts';
import { carryOutRefundRequest } from './carry-out-request.ts';
import type { RefundRequestParts } from './parts.ts';

const claimedAtOnceMax = 20;

const claimSql = `
update refund_requests set lease_of = $3, lease_until = ${databaseTimeSql('$1')}
where (merchant_id, id) in (
  select merchant_id, id from refund_requests
  where state = 'approved' and lease_until <= ${databaseTimeToCompareSql('$2')}
  order by lease_until
  limit ${claimedAtOnceMax}
  for update skip locked
)
returning *`;

/** Takes up what was approved and whose process has died since, and ends what nobody has decided on. */
export function createRefundRequestRound(parts: RefundRequestParts & { readonly intervalMs: number }): Round {
  const { database, leases, log } = parts;

  async function work(stopping: AbortSignal): Promise<void> {
    await database.query(
      `update refund_requests set state = 'expired', ended_at = ${databaseTimeSql('$1')}
       where state = 'waiting' and expires_at <= ${databaseTimeToCompareSql('$1')}`,
      [leases.until(0)],
    );
    while (!stopping.aborted) {
      const claimed = await database.query<RefundRequestRow>(claimSql, [
        leases.until(parts.leaseMs),
        leases.until(0),
        leases.owner,
      ]);
      if (claimed.length === 0) return;
      await Promise.all(
        claimed.map((row) =>
          tracedAlone(
            {
              name: 'carry out refund request',
              kind: 'internal',
              attributes: { 'hwanbul.refund_request': String(row.id) },
            },
            () => carryOutRefundRequest(parts, row),
          ).catch((error: unknown) => {
            // The lease runs out by itself, and another round takes it up again.
            log.warn({ err: error, refund_request: row.id }, 'an approved refund request was not carried out');
          }),
        ),
      );
    }
  }

  return createRound({ name: 'refund requests', intervalMs: parts.intervalMs, clock: parts.clock, log, work });
}
