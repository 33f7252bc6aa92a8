import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { CancellationKind, Operation } from '../records/operation.ts';
import { cancellationKinds } from '../records/operation.ts';
import { operationNamesSql, operationsWithPaymentSql } from '../records/operation-payment-sql.ts';
import type { OperationState } from '../records/operation-states.ts';

/** A cancellation with what an operator needs to see of its payment. */
export interface CancellationRecord extends Omit<Operation, 'kind'> {
  readonly kind: CancellationKind;
  /** `null`: it is about a receipt for cash that was taken elsewhere. */
  readonly imp_uid: string | null;
  readonly merchant_uid: string;
  readonly currency: string;
  readonly provider: string;
}

export interface AuditEntry {
  readonly from_state: string;
  readonly to_state: string;
  readonly at: Date;
  readonly by: string;
  readonly why: string;
}

const recordColumns = `o.*, ${operationNamesSql}`;
const kindsSql = cancellationKinds.map((kind) => `'${kind}'`).join(', ');

export async function readCancellation(
  database: Database,
  merchantId: bigint,
  id: string,
): Promise<{ readonly record: CancellationRecord; readonly audit: readonly AuditEntry[] }> {
  const [record] = await database.query<CancellationRecord>(
    `select ${recordColumns} from ${operationsWithPaymentSql}
     where o.id = $1 and o.merchant_id = $2 and o.kind in (${kindsSql})`,
    [id, merchantId],
  );
  if (!record) throw new Refusal('cancellation_not_found');
  const audit = await database.query<AuditEntry>(
    `select from_state, to_state, at, by, why from operation_audit
     where merchant_id = $1 and operation_id = $2 order by id`,
    [merchantId, id],
  );
  return { record, audit };
}

/** Newest first; `beforeId` goes on where a page ended (ids grow with time). */
export async function listCancellations(
  database: Database,
  merchantId: bigint,
  filter: {
    readonly state: OperationState | undefined;
    readonly impUid: string | undefined;
    readonly beforeId: string | undefined;
    readonly limit: number;
  },
): Promise<readonly CancellationRecord[]> {
  return database.query<CancellationRecord>(
    `select ${recordColumns} from ${operationsWithPaymentSql}
     where o.merchant_id = $1 and o.kind in (${kindsSql})
       and ($2::text is null or o.state = $2) and ($3::text is null or o.id < $3)
       and ($4::text is null or p.imp_uid = $4)
     order by o.id desc limit $5`,
    [merchantId, filter.state ?? null, filter.beforeId ?? null, filter.impUid ?? null, filter.limit],
  );
}
