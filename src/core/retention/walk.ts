import type { Database } from '../../platform/database/pool.ts';

/** Where a walk has come to: it goes on with what stands behind this in the order of the primary key. */
interface Place {
  readonly merchantId: bigint;
  readonly id: bigint;
}

/** What one statement of a walk says of the rows that it has looked at; no row when there was none left. */
export interface Looked {
  readonly last_merchant_id: bigint;
  readonly last_id: bigint;
  /** The last one came in so lately that none behind it of its merchant can be old enough. */
  readonly is_young: boolean;
}

/** Rows that one statement looks at, so that it is short whatever it finds. */
const lookedAtOnce = 500;

const idMax = 2n ** 63n - 1n;

/**
 * Goes through a table in the order of its primary key, (merchant_id, id), by statements that look at so many rows each. Of each merchant
 * it looks at the oldest rows and at no others, since ids grow with time; so the table needs no index of its own for it, and what stays
 * for ever costs a look. Nothing is remembered: stopped in the middle, the next walk begins anew.
 */
export async function walk<Row extends Looked>(
  database: Database,
  sql: string,
  limits: readonly unknown[],
  stopping: AbortSignal,
  seen: (row: Row) => void,
): Promise<void> {
  let place: Place | undefined = { merchantId: 0n, id: 0n };
  while (place && !stopping.aborted) {
    const [row]: Row[] = await database.query<Row>(sql, [place.merchantId, place.id, ...limits]);
    if (row) seen(row);
    place = row && { merchantId: row.last_merchant_id, id: row.is_young ? idMax : row.last_id };
  }
}

/** The time from which on something is too young to go; null days: there is none, and nothing is old enough. */
export const daysAgoSql = (days: string): string => `(statement_timestamp() - make_interval(days => ${days}::integer))`;

/**
 * The beginning of such a statement. Should the database lose in a crash what it has done, it is done again, so that it waits for no
 * flush; `setting` has to be read by whatever is deleted. `looked`: the next rows, of which `bornAt` says when they came in.
 */
export const lookedSql = (table: string, bornAt: string): string => `
setting as materialized (
  select set_config('synchronous_commit', 'off', true)
),
looked as materialized (
  select t.merchant_id, t.id, t.${bornAt} as born_at from ${table} t
  where (t.merchant_id, t.id) > ($1::bigint, $2::bigint)
  order by t.merchant_id, t.id limit ${lookedAtOnce}
)`;

/** Its end: the place that it has come to, beside what it has counted. */
export const placeSql = (counts: string, days: string): string => `
select ${counts}, l.merchant_id as last_merchant_id, l.id as last_id, l.born_at > ${daysAgoSql(days)} as is_young
from looked l order by l.merchant_id desc, l.id desc limit 1`;
