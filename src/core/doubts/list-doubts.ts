import type { Database } from '../../platform/database/pool.ts';
import type { Operation } from '../records/operation.ts';
import { operationsWithPaymentSql } from '../records/operation-payment-sql.ts';

/** An operation of which it is not known whether the gateway carried it out, with what a person needs to look for it there. */
export interface Doubt extends Operation {
  readonly imp_uid: string;
  readonly merchant_uid: string;
  readonly currency: string;
  readonly provider: string;
  readonly mid: string;
  readonly pg_tid: string | null;
  readonly changed_why: string;
}

const columns =
  'o.*, p.imp_uid, p.merchant_uid, p.currency, p.provider, p.mid, p.pg_tid as pg_tid, o.changed_why as changed_why';

/** Oldest first: the ones that have waited longest come first. `afterId` goes on where a page ended. */
export async function listDoubts(
  database: Database,
  merchantId: bigint,
  page: { readonly afterId: string | undefined; readonly limit: number },
): Promise<readonly Doubt[]> {
  return database.query<Doubt>(
    `select ${columns} from ${operationsWithPaymentSql}
     where o.merchant_id = $1 and o.state = 'in_doubt' and ($2::text is null or o.id > $2)
     order by o.id limit $3`,
    [merchantId, page.afterId ?? null, page.limit],
  );
}

/** Of any state: it may have been resolved since it was listed. */
export async function readDoubt(database: Database, merchantId: bigint, id: string): Promise<Doubt | undefined> {
  const [doubt] = await database.query<Doubt>(
    `select ${columns} from ${operationsWithPaymentSql} where o.id = $1 and o.merchant_id = $2`,
    [id, merchantId],
  );
  return doubt;
}
