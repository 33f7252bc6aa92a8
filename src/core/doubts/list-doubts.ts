import type { Database } from '../../platform/database/pool.ts';
import type { AuditEntry } from '../cancellation/records.ts';
import type { Operation } from '../records/operation.ts';
import { movesMoneySql, operationNamesSql, operationsWithPaymentSql } from '../records/operation-payment-sql.ts';
import { openStatesSql } from '../records/operation-states.ts';

/** An operation of which it is not known whether the gateway carried it out, with what a person needs to look for it there. */
export interface Doubt extends Operation {
  /** `null`: it is about a receipt for cash that was taken elsewhere. */
  readonly imp_uid: string | null;
  readonly merchant_uid: string;
  readonly currency: string;
  readonly provider: string;
  readonly mid: string;
  /** The order's number at the gateway. */
  readonly gateway_order: string;
  readonly pg_tid: string | null;
  readonly has_barcode: boolean;
  /** How much of the payment can neither be cancelled nor counts as cancelled because of it. */
  readonly held_minor: bigint;
  readonly changed_why: string;
}

const columns = `o.*, ${operationNamesSql}, c.mid as mid,
       coalesce(r.order_id, p.imp_uid) as gateway_order, p.pg_tid as pg_tid,
       p.barcode is not null as has_barcode, o.changed_why as changed_why,
       case when o.kind = 'cancel' and o.state in ${openStatesSql} then o.amount_minor else 0 end as held_minor`;

export interface DoubtFilter {
  readonly impUid: string | undefined;
  /** Goes on where a page ended. */
  readonly afterId: string | undefined;
  readonly limit: number;
}

/** Oldest first: the ones that have waited longest come first. */
export async function listDoubts(
  database: Database,
  merchantId: bigint,
  { impUid, afterId, limit }: DoubtFilter,
): Promise<readonly Doubt[]> {
  return database.query<Doubt>(
    `select ${columns} from ${operationsWithPaymentSql}
     where o.merchant_id = $1 and o.state = 'in_doubt' and ${movesMoneySql} and ($2::text is null or o.id > $2)
       and ($3::text is null or p.imp_uid = $3)
     order by o.id limit $4`,
    [merchantId, afterId ?? null, impUid ?? null, limit],
  );
}

/** How many there are of a merchant's, or of one payment's. */
export async function countDoubts(database: Database, merchantId: bigint, impUid: string | undefined): Promise<number> {
  const [counted] = await database.query<{ count: number }>(
    `select count(*)::integer as count from ${operationsWithPaymentSql}
     where o.merchant_id = $1 and o.state = 'in_doubt' and ${movesMoneySql} and ($2::text is null or p.imp_uid = $2)`,
    [merchantId, impUid ?? null],
  );
  return counted?.count ?? 0;
}

/** Of any state: it may have been resolved since it was listed. With every change of its state, oldest first. */
export async function readDoubt(
  database: Database,
  merchantId: bigint,
  id: string,
): Promise<{ readonly doubt: Doubt; readonly audit: readonly AuditEntry[] } | undefined> {
  const [doubt] = await database.query<Doubt>(
    `select ${columns} from ${operationsWithPaymentSql} where o.id = $1 and o.merchant_id = $2 and ${movesMoneySql}`,
    [id, merchantId],
  );
  if (!doubt) return undefined;
  const audit = await database.query<AuditEntry>(
    'select * from operation_audit where merchant_id = $1 and operation_id = $2 order by id',
    [merchantId, doubt.id],
  );
  return { doubt, audit };
}
