import type { Database } from '../../platform/database/pool.ts';
import type { BillingKeyRow } from '../records/billing-key.ts';

/** Newest name first, with those whose key was taken back where they are wanted; `beforeId` goes on where a page ended. */
export function listKeys(
  database: Database,
  merchantId: bigint,
  filter: {
    readonly state: 'live' | 'deleted' | undefined;
    readonly customerUid: string | undefined;
    readonly beforeId: bigint | undefined;
    readonly limit: number;
  },
): Promise<readonly BillingKeyRow[]> {
  return database.query<BillingKeyRow>(
    `select * from billing_keys
     where merchant_id = $1 and inserted_at is not null and ($2::boolean is null or (gateway_key is not null) = $2)
       and ($3::bigint is null or id < $3) and ($4::text is null or customer_uid = $4)
     order by id desc limit $5`,
    [
      merchantId,
      filter.state === undefined ? null : filter.state === 'live',
      filter.beforeId ?? null,
      filter.customerUid ?? null,
      filter.limit,
    ],
  );
}
