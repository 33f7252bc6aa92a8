import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { headOfOperationIds } from '../operations/identifier.ts';
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

/** What is not given does not narrow the list. */
export interface CancellationFilter {
  readonly state?: OperationState | undefined;
  readonly kind?: CancellationKind | undefined;
  readonly impUid?: string | undefined;
  readonly provider?: string | undefined;
  /** Asked for at this time or later, and before that one, by the server's clock. */
  readonly since?: Date | undefined;
  readonly before?: Date | undefined;
  /** The gateway has taken it first, and finished it later, or is going to. */
  readonly isAcceptedFirst?: boolean | undefined;
}

/** Ids begin with the time, so that a period is a part of the index. */
const fitsSql = `o.merchant_id = $1 and o.kind in (${kindsSql}) and ($2::text is null or o.state = $2)
       and ($3::text is null or o.kind = $3) and ($4::text is null or p.imp_uid = $4) and ($5::text is null or c.provider = $5)
       and ($6::text is null or o.id >= $6) and ($7::text is null or o.id < $7)
       and ($8::boolean is null or (o.accepted_at is not null) = $8)`;

function valuesOf(merchantId: bigint, filter: CancellationFilter): readonly unknown[] {
  const { state, kind, impUid, provider, since, before, isAcceptedFirst } = filter;
  const times = [since, before].map((time) => (time === undefined ? null : headOfOperationIds(time)));
  return [merchantId, state ?? null, kind ?? null, impUid ?? null, provider ?? null, ...times, isAcceptedFirst ?? null];
}

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
  filter: CancellationFilter,
  page: { readonly beforeId: string | undefined; readonly limit: number },
): Promise<readonly CancellationRecord[]> {
  return database.query<CancellationRecord>(
    `select ${recordColumns} from ${operationsWithPaymentSql}
     where ${fitsSql} and ($9::text is null or o.id < $9)
     order by o.id desc limit $10`,
    [...valuesOf(merchantId, filter), page.beforeId ?? null, page.limit],
  );
}

/** How many a list without a limit would have. */
export async function countCancellations(
  database: Database,
  merchantId: bigint,
  filter: CancellationFilter,
): Promise<number> {
  const [counted] = await database.query<{ count: number }>(
    `select count(*)::integer as count from ${operationsWithPaymentSql} where ${fitsSql}`,
    [...valuesOf(merchantId, filter)],
  );
  return counted?.count ?? 0;
}
