import type { Database } from '../../platform/database/pool.ts';
import type { Attempt, Delivery } from './delivery.ts';

/** What one merchant's deliveries to one endpoint share: their places among those under way. */
export interface Lane {
  readonly merchantId: bigint;
  readonly endpoint: string;
  readonly underWay: number;
}

export interface ClaimedDelivery extends Delivery {
  readonly webhook_secret: Buffer | null;
}

export interface ClaimLimits {
  readonly underWayPerLaneMax: number;
  readonly claimedMax: number;
  readonly leaseMs: number;
}

/**
 * Takes what is due, lane by lane, each up to its free places, so that a lane that is full or dead holds up no other. The
 * lanes are found by hopping along the index, at a cost that depends on how many they are and not on how much waits.
 * SKIP LOCKED and the lease let many processes do this side by side.
 */
const claimSql = `
with recursive setting as materialized (
  -- Should the database lose the lease in a crash, the webhook is sent a second time: no reason to wait for the disk.
  select set_config('synchronous_commit', 'off', true)
),
lanes as (
  (
    select merchant_id, endpoint from webhook_deliveries where state = 'waiting'
    order by merchant_id, endpoint limit 1
  )
  union all
  select next.merchant_id, next.endpoint
  from lanes l cross join lateral (
    select d.merchant_id, d.endpoint from webhook_deliveries d
    where d.state = 'waiting' and (d.merchant_id, d.endpoint) > (l.merchant_id, l.endpoint)
    order by d.merchant_id, d.endpoint limit 1
  ) next
),
places as (
  select l.merchant_id, l.endpoint, coalesce(b.under_way, 0) as under_way
  from setting, lanes l
  left join unnest($1::bigint[], $2::text[], $3::integer[]) as b(merchant_id, endpoint, under_way)
    on b.merchant_id = l.merchant_id and b.endpoint = l.endpoint
),
due as (
  select c.merchant_id, c.id
  from places p cross join lateral (
    select d.merchant_id, d.id from webhook_deliveries d
    where d.state = 'waiting' and d.merchant_id = p.merchant_id and d.endpoint = p.endpoint
      and d.next_attempt_at <= statement_timestamp()
    order by d.next_attempt_at, d.id
    limit greatest(0, $4::integer - p.under_way)
    for update skip locked
  ) c
  order by p.under_way
  limit $5::integer
)
update webhook_deliveries d set
  lease_of = $6, next_attempt_at = clock_timestamp() + $7::integer * interval '1 millisecond'
from due, merchants m
where d.merchant_id = due.merchant_id and d.id = due.id and m.id = d.merchant_id
returning d.*, m.webhook_secret`;

export function claimDeliveries(
  database: Database,
  owner: string,
  busy: readonly Lane[],
  limits: ClaimLimits,
): Promise<ClaimedDelivery[]> {
  return database.query<ClaimedDelivery>(
    claimSql,
    [
      busy.map(({ merchantId }) => merchantId),
      busy.map(({ endpoint }) => endpoint),
      busy.map(({ underWay }) => underWay),
      limits.underWayPerLaneMax,
      limits.claimedMax,
      owner,
      limits.leaseMs,
    ],
    'claim_webhooks',
  );
}

/** What becomes of a delivery after an attempt: it has ended, or it is tried again after a pause. */
export type Fate = 'delivered' | 'failed' | { readonly pauseMs: number };

/** Writes down what came of an attempt, and lets the next event in line go (the function in the database says how). */
export async function finishAttempt(
  database: Database,
  owner: string,
  delivery: Delivery,
  attempt: Attempt,
  fate: Fate,
): Promise<void> {
  const isRepeated = typeof fate !== 'string';
  await database.query(
    'select finish_webhook_attempt($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)',
    [
      delivery.merchant_id,
      delivery.id,
      owner,
      isRepeated ? 'waiting' : fate,
      isRepeated ? fate.pauseMs : 0,
      attempt.kind,
      attempt.at,
      attempt.content_type,
      attempt.request_body,
      attempt.status,
      attempt.error,
      attempt.duration_ms,
      attempt.answer,
    ],
    'finish_webhook_attempt',
  );
}

/** Gives back what was taken and not sent to its end, as if nobody had taken it. */
export async function giveBack(
  database: Database,
  owner: string,
  deliveries: readonly Pick<Delivery, 'merchant_id' | 'id'>[],
): Promise<void> {
  await database.query(
    `update webhook_deliveries set lease_of = null, next_attempt_at = clock_timestamp()
     where (merchant_id, id) in (select * from unnest($1::bigint[], $2::bigint[])) and lease_of = $3 and state = 'waiting'`,
    [deliveries.map(({ merchant_id }) => merchant_id), deliveries.map(({ id }) => id), owner],
  );
}
