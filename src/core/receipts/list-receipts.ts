import type { Database } from '../../platform/database/pool.ts';
import type { ReceiptRow } from '../records/receipt.ts';

/** A receipt with its payment's names, or its order's. */
export type ListedReceipt = ReceiptRow & {
  readonly imp_uid: string | null;
  readonly listed_merchant_uid: string;
  readonly provider: string;
};

/** Newest first; `beforeId` goes on where a page ended. */
export function listReceipts(
  database: Database,
  merchantId: bigint,
  filter: {
    readonly state: ReceiptRow['state'] | undefined;
    readonly impUid: string | undefined;
    readonly merchantUid: string | undefined;
    readonly beforeId: bigint | undefined;
    readonly limit: number;
  },
): Promise<readonly ListedReceipt[]> {
  return database.query<ListedReceipt>(
    `select r.*, p.imp_uid, coalesce(p.merchant_uid, r.merchant_uid) as listed_merchant_uid, c.provider
     from receipts r left join payments p on p.merchant_id = r.merchant_id and p.id = r.payment_id
     join channels c on c.id = coalesce(r.channel_id, p.channel_id)
     where r.merchant_id = $1 and ($2::text is null or r.state = $2) and ($3::bigint is null or r.id < $3)
       and ($4::text is null or r.payment_id = (select id from payments where merchant_id = $1 and imp_uid = $4))
       and ($5::text is null or r.merchant_uid = $5
         or r.payment_id = any(array(select id from payments where merchant_id = $1 and merchant_uid = $5)))
     order by r.id desc limit $6`,
    [
      merchantId,
      filter.state ?? null,
      filter.beforeId ?? null,
      filter.impUid ?? null,
      filter.merchantUid ?? null,
      filter.limit,
    ],
  );
}
