import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { headOfOperationIds, timeOfOperationId } from '../operations/identifier.ts';
import { lookBounded } from '../records/bounded-look.ts';
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

export interface CancellationPage {
  readonly records: readonly CancellationRecord[];
  /** The next page begins after this id; `undefined`: there are no more. */
  readonly next: string | undefined;
  /** Where it has stopped to look, although the page is not full. */
  readonly lookedUntil: Date | undefined;
}

export interface CancellationPageWish {
  /** Goes on where a page ended (ids grow with time). */
  readonly beforeId: string | undefined;
  readonly limit: number;
  /** Looks at no more operations than `lookedAtMax` for one page, which then may be short. */
  readonly isBounded: boolean;
}

/** Newest first. */
export async function listCancellations(
  database: Database,
  merchantId: bigint,
  filter: CancellationFilter,
  { beforeId, limit, isBounded }: CancellationPageWish,
): Promise<CancellationPage> {
  const rowsOf = (before: string | undefined, from: string | undefined, most: number) =>
    database.query<CancellationRecord>(
      `select ${recordColumns} from ${operationsWithPaymentSql}
       where ${fitsSql} and ($9::text is null or o.id < $9) and ($10::text is null or o.id >= $10)
       order by o.id desc limit $11`,
      [...valuesOf(merchantId, filter), before ?? null, from ?? null, most],
    );
  if (!isBounded || !looksThrough(filter))
    return pageOf(await rowsOf(beforeId, undefined, limit + 1), limit, undefined);
  const placeAfter = (before: string | undefined, count: number) =>
    idAfter(database, merchantId, filter, before, count);
  const { rows, stoppedAt } = await lookBounded({ placeAfter, rowsOf }, beforeId, limit + 1);
  return pageOf(rows, limit, stoppedAt);
}

/** Whether something is asked that no index answers, so that operations are looked at which are not shown. */
function looksThrough({ impUid, state }: CancellationFilter): boolean {
  return impUid === undefined && state !== 'in_doubt';
}

/** The id of the operation that is so many on, of whatever kind; `undefined`: there are not so many. */
async function idAfter(
  database: Database,
  merchantId: bigint,
  { since, before: until }: CancellationFilter,
  before: string | undefined,
  count: number,
): Promise<string | undefined> {
  const period = [since, until].map((time) => (time === undefined ? null : headOfOperationIds(time)));
  const [row] = await database.query<{ id: string }>(
    `select id from operations
     where merchant_id = $1 and ($2::text is null or id >= $2) and ($3::text is null or id < $3) and ($4::text is null or id < $4)
     order by id desc offset $5 limit 1`,
    [merchantId, ...period, before ?? null, count - 1],
  );
  return row?.id;
}

function pageOf(found: readonly CancellationRecord[], limit: number, stoppedAt: string | undefined): CancellationPage {
  const isFull = found.length > limit;
  const records = found.slice(0, limit);
  return {
    records,
    next: isFull ? records.at(-1)?.id : stoppedAt,
    lookedUntil: isFull || stoppedAt === undefined ? undefined : timeOfOperationId(stoppedAt),
  };
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
