import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { BulkRefund, BulkRefundRow, BulkRefundRowState, BulkRefundState } from '../records/bulk-refund.ts';

export async function readBulkRefund(database: Database, merchantId: bigint, id: string): Promise<BulkRefund> {
  const [bulk] = await database.query<BulkRefund>('select * from bulk_refunds where merchant_id = $1 and id = $2', [
    merchantId,
    id,
  ]);
  if (!bulk) throw new Refusal('bulk_refund_not_found');
  return bulk;
}

/** Newest first; `beforeId` goes on where a page ended (ids grow with time). */
export function listBulkRefunds(
  database: Database,
  merchantId: bigint,
  filter: {
    readonly state: BulkRefundState | undefined;
    readonly beforeId: string | undefined;
    readonly limit: number;
  },
): Promise<readonly BulkRefund[]> {
  return database.query<BulkRefund>(
    `select * from bulk_refunds
     where merchant_id = $1 and ($2::text is null or state = $2) and ($3::text is null or id < $3)
     order by id desc limit $4`,
    [merchantId, filter.state ?? null, filter.beforeId ?? null, filter.limit],
  );
}

/** How many rows of a bulk refund are in a state, and how much that is, by currency. */
export interface StateCount {
  readonly state: BulkRefundRowState;
  readonly currency: string | null;
  readonly rows: number;
  readonly minor: bigint | null;
  /** Of those that wait: being sent now. */
  readonly under_way: number;
}

export function countRows(database: Database, merchantId: bigint, id: string): Promise<readonly StateCount[]> {
  return database.query<StateCount>(
    `select state, currency, count(*)::integer as rows, sum(amount_minor)::bigint as minor,
       (count(*) filter (where state = 'waiting' and lease_until > statement_timestamp()))::integer as under_way
     from bulk_refund_rows where merchant_id = $1 and bulk_id = $2 group by state, currency order by state, currency`,
    [merchantId, id],
  );
}

export interface ListedRow extends BulkRefundRow {
  readonly is_under_way: boolean;
  readonly buyer_name: string | null;
}

/** In the order of the file; `afterLine` goes on where a page ended. */
export function listRows(
  database: Database,
  merchantId: bigint,
  id: string,
  page: {
    readonly state: BulkRefundRowState | undefined;
    readonly afterRow: number | undefined;
    readonly limit: number;
  },
): Promise<readonly ListedRow[]> {
  return database.query<ListedRow>(
    `select r.*, r.state = 'waiting' and r.lease_until > statement_timestamp() as is_under_way, p.buyer_name
     from bulk_refund_rows r left join payments p on p.merchant_id = r.merchant_id and p.id = r.payment_id
     where r.merchant_id = $1 and r.bulk_id = $2 and ($3::text is null or r.state = $3) and ($4::integer is null or r.row > $4)
     order by r.row limit $5`,
    [merchantId, id, page.state ?? null, page.afterRow ?? null, page.limit],
  );
}
