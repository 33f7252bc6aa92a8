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
export const lookedAtOnce = 500;

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
