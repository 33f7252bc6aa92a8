import type { Database } from '../../platform/database/pool.ts';
import { cancellationKinds } from '../records/operation.ts';
import { operationsWithPaymentSql } from '../records/operation-payment-sql.ts';
import type { OperationState } from '../records/operation-states.ts';

const kindsSql = cancellationKinds.map((kind) => `'${kind}'`).join(', ');

/** How many cancellations of a merchant's a list without a limit would have. */
export async function countCancellations(
  database: Database,
  merchantId: bigint,
  filter: { readonly state: OperationState | undefined; readonly impUid: string | undefined },
): Promise<number> {
  const [counted] = await database.query<{ count: number }>(
    `select count(*)::integer as count from ${operationsWithPaymentSql}
     where o.merchant_id = $1 and o.kind in (${kindsSql}) and ($2::text is null or o.state = $2)
       and ($3::text is null or p.imp_uid = $3)`,
    [merchantId, filter.state ?? null, filter.impUid ?? null],
  );
  return counted?.count ?? 0;
}
