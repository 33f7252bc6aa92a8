import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { databaseTimeToCompareSql, type Leases } from '../operations/leases.ts';
import type { BulkRefund } from '../records/bulk-refund.ts';
import type { Actor } from './make-bulk-refund.ts';
import { readBulkRefund } from './records.ts';

export interface ChangeStateParts {
  readonly database: Database;
  readonly clocks: MerchantClocks;
  readonly leases: Leases;
}

/**
 * Whoever starts it has seen what is sent: `digest`. One that a person has made is started by another person. Of several who start
 * it at the same time one does; the others are told how it stands.
 */
export async function startBulkRefund(
  { database, clocks }: ChangeStateParts,
  merchantId: bigint,
  id: string,
  { digest, by }: { readonly digest: string | undefined; readonly by: Actor },
): Promise<void> {
  const rows = await database.query(
    `update bulk_refunds set state = 'running', started_at = $3, started_by = $4, changed_at = $3, changed_by = $4
     where merchant_id = $1 and id = $2 and state = 'planned' and invalid_rows = 0 and digest = coalesce($5, digest)
       and (created_by_member is null or created_by_member <> $6::text)
     returning id`,
    [merchantId, id, clocks.of(merchantId).now(), by.name, digest ?? null, by.memberId],
  );
  if (rows.length > 0) return;
  const bulk = await readBulkRefund(database, merchantId, id);
  if (bulk.state !== 'planned') throw notIn(bulk);
  if (bulk.invalid_rows > 0) throw new Refusal('bulk_refund_has_invalid_rows', { count: String(bulk.invalid_rows) });
  if (digest !== undefined && digest !== bulk.digest) throw new Refusal('bulk_refund_digest_mismatch');
  throw new Refusal('bulk_refund_needs_second_person');
}

/** No further row is begun from now on; those under way end. */
export async function stopBulkRefund(
  { database, clocks }: ChangeStateParts,
  merchantId: bigint,
  id: string,
  by: Actor,
): Promise<void> {
  const rows = await database.query(
    `update bulk_refunds set state = 'stopped', changed_at = $3, changed_by = $4
     where merchant_id = $1 and id = $2 and state = 'running' returning id`,
    [merchantId, id, clocks.of(merchantId).now(), by.name],
  );
  if (rows.length === 0) throw notIn(await readBulkRefund(database, merchantId, id));
}

/** Goes on with what was stopped, and tries again what was given up without anything having moved. */
export async function resumeBulkRefund(
  { database, clocks }: ChangeStateParts,
  merchantId: bigint,
  id: string,
  by: Actor,
): Promise<void> {
  const rows = await database.query(
    `with again as (
       update bulk_refunds b set state = 'running', ended_at = null, changed_at = $3, changed_by = $4
       where b.merchant_id = $1 and b.id = $2 and (b.state = 'stopped' or (b.state = 'ended' and exists (
         select from bulk_refund_rows r where r.merchant_id = $1 and r.bulk_id = $2 and r.state = 'not_done')))
       returning b.merchant_id, b.id
     ), rows_again as (
       update bulk_refund_rows r set state = 'waiting', tries = 0, next_try_at = '-infinity', changed_at = $3
       from again a where r.merchant_id = $1 and r.merchant_id = a.merchant_id and r.bulk_id = a.id and r.state = 'not_done'
     )
     select id from again`,
    [merchantId, id, clocks.of(merchantId).now(), by.name],
  );
  if (rows.length === 0) throw notIn(await readBulkRefund(database, merchantId, id));
}

/** What has not been sent is not going to be. Rows under way have to end first. */
export async function discardBulkRefund(
  { database, clocks, leases }: ChangeStateParts,
  merchantId: bigint,
  id: string,
  by: Actor,
): Promise<void> {
  const rows = await database.query(
    `update bulk_refunds b set state = 'discarded', ended_at = $3, changed_at = $3, changed_by = $4
     where b.merchant_id = $1 and b.id = $2 and b.state in ('planned', 'stopped') and not exists (
       select from bulk_refund_rows r
       where r.merchant_id = b.merchant_id and r.bulk_id = b.id and r.state = 'waiting' and r.lease_until > ${databaseTimeToCompareSql('$5')})
     returning b.id`,
    [merchantId, id, clocks.of(merchantId).now(), by.name, leases.until(0)],
  );
  if (rows.length === 0) throw notIn(await readBulkRefund(database, merchantId, id));
}

function notIn({ state }: BulkRefund): Refusal {
  return new Refusal('bulk_refund_state', { state });
}
