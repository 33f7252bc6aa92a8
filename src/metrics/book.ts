import { timeOfOperationId } from '../core/operations/identifier.ts';
import { openStatesSql } from '../core/records/operation-states.ts';
import type { Database } from '../platform/database/pool.ts';

/** How the book stands, over all merchants. Each number comes from an index that holds only what is open. */
export interface BookState {
  readonly operationsOpen: readonly { readonly kind: string; readonly state: string; readonly count: number }[];
  /** How long ago the oldest doubt was begun; 0 without one. */
  readonly doubtOldestSeconds: number;
  readonly webhooksWaiting: number;
  readonly webhookOldestSeconds: number;
  readonly noticesWaiting: number;
  /** How far this process's clock is ahead of the database's. */
  readonly clockSkewSeconds: number;
}

interface Row {
  readonly open: readonly { kind: string; state: string; count: number }[] | null;
  readonly oldest_doubt: string | null;
  readonly webhooks: bigint;
  readonly webhook_age: number;
  readonly notices: bigint;
  readonly now: Date;
}

// What waits for the one before it has the time 'infinity', and does not wait for us.
const bookSql = `
select
  (select jsonb_agg(o) from (
    select kind, state, count(*)::integer as count from operations where state in ${openStatesSql} group by kind, state
  ) o) as open,
  (select min(id) from operations where state = 'in_doubt') as oldest_doubt,
  (select count(*) from webhook_deliveries where state = 'waiting') as webhooks,
  (select coalesce(greatest(0, extract(epoch from clock_timestamp() - min(next_attempt_at))), 0)::float8
    from webhook_deliveries where state = 'waiting' and next_attempt_at < 'infinity') as webhook_age,
  (select count(*) from gateway_notices where state = 'waiting') as notices,
  clock_timestamp() as now`;

export async function readBookState(database: Database): Promise<BookState> {
  const askedAt = Date.now();
  const [row] = await database.query<Row>(bookSql);
  if (!row) throw new Error('the book says nothing');
  const answeredAt = Date.now();
  const ofDatabase = row.now.getTime();
  return {
    operationsOpen: row.open ?? [],
    doubtOldestSeconds:
      row.oldest_doubt === null ? 0 : Math.max(0, (ofDatabase - timeOfOperationId(row.oldest_doubt).getTime()) / 1000),
    webhooksWaiting: Number(row.webhooks),
    webhookOldestSeconds: row.webhook_age,
    noticesWaiting: Number(row.notices),
    clockSkewSeconds: skewSeconds(askedAt, ofDatabase, answeredAt),
  };
}

/** As little as the times allow: what lies between the question and its answer is no skew. */
function skewSeconds(askedAt: number, ofDatabase: number, answeredAt: number): number {
  if (ofDatabase < askedAt) return (askedAt - ofDatabase) / 1000;
  if (ofDatabase > answeredAt) return (answeredAt - ofDatabase) / 1000;
  return 0;
}
