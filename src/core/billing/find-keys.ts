import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { BillingKeyRow } from '../records/billing-key.ts';

/** The keys of a merchant that have these names, and can be charged. */
export async function liveKeys(
  database: Database,
  merchantId: bigint,
  customerUids: readonly string[],
): Promise<readonly BillingKeyRow[]> {
  return database.query<BillingKeyRow>(
    'select * from billing_keys where merchant_id = $1 and customer_uid = any($2::text[]) and gateway_key is not null',
    [merchantId, customerUids],
  );
}

/** `undefined`: nothing is registered under the name, or no more. */
export async function liveKey(
  database: Database,
  merchantId: bigint,
  customerUid: string,
): Promise<BillingKeyRow | undefined> {
  return (await liveKeys(database, merchantId, [customerUid]))[0];
}

export async function findKey(database: Database, merchantId: bigint, customerUid: string): Promise<BillingKeyRow> {
  const row = await liveKey(database, merchantId, customerUid);
  if (!row) throw new Refusal('billing_key_not_found', { customer_uid: customerUid });
  return row;
}

/** The row of the name, also when its key has been taken back. */
export async function keyOfName(
  database: Database,
  merchantId: bigint,
  customerUid: string,
): Promise<BillingKeyRow | undefined> {
  const [row] = await database.query<BillingKeyRow>(
    'select * from billing_keys where merchant_id = $1 and customer_uid = $2',
    [merchantId, customerUid],
  );
  return row;
}
