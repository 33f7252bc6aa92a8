import type { Database } from '../../platform/database/pool.ts';
import { type Attempt, type Delivery, deliveryColumns } from './delivery.ts';

/** What one merchant's deliveries to one URL share: their places among those under way. */
export interface Lane {
  readonly merchantId: bigint;
  /** Of the URL's host and of the URL, as the database makes them. */
  readonly hostKey: bigint;
  readonly urlKey: bigint;
  readonly underWay: number;
}

export interface ClaimedDelivery extends Delivery {
  readonly host_key: bigint;
  readonly url_key: bigint;
  readonly merchant_name: string;
  readonly imp_key: string;
  readonly webhook_secret: Buffer | null;
}

export interface ClaimLimits {
  readonly underWayPerUrlMax: number;
  readonly underWayPerHostMax: number;
  readonly claimedMax: number;
  readonly leaseMs: number;
}

/**
 * Whether `d` is due. Most of it is real time, which every process and the database mean alike. A repeat falls due by its
 * merchant's clock, and that one differs from real time while a sandbox holds it; elsewhere `sandbox_clocks` is empty.
 */
const isDueSql = `
  case when d.repeat_at is null or d.lease_of is not null then d.next_attempt_at <= statement_timestamp()
  else coalesce(
    (select c.at >= d.repeat_at from sandbox_clocks c where c.merchant_id = d.merchant_id),
    d.next_attempt_at <= statement_timestamp()
  ) end`;

/** Within an index: how far to look for what may be due. */
const horizonSql = `(select case when exists (select from sandbox_clocks) then 'infinity' else statement_timestamp() end)`;

const firstOfLaneSql = (ofThese: string): string => `
  select d.merchant_id, d.host_key, d.url_key from webhook_deliveries d
  where d.state = 'waiting' and d.next_attempt_at <= ${horizonSql} and ${isDueSql} and ${ofThese}
  order by d.merchant_id, d.host_key, d.url_key limit 1`;

/**
 * Takes what is due, lane by lane, each up to its free places, so that a URL that is full or dead holds up no other, and a host
 * of which all is dead no other host. The lanes are found by hopping along the index, over those that have something due; a host
 * that is full is left at once, and one with very many URLs after as many as could fill it. So the cost depends on the places,
 * and not on how much waits. SKIP LOCKED and the lease let many processes do this side by side.
 */
const claimSql = `
with recursive setting as materialized (
  -- Should the database lose the lease in a crash, the webhook is sent a second time: no reason to wait for the disk.
  select set_config('synchronous_commit', 'off', true)
),
busy as materialized (
  select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::integer[])
    as b(merchant_id, host_key, url_key, under_way)
),
hosts as materialized (
  select merchant_id, host_key, sum(under_way)::integer as under_way, count(*) filter (where under_way >= $5)::integer as full_urls
  from busy group by merchant_id, host_key
),
lanes as (
  (select first.*, 1 as nth from (${firstOfLaneSql('true')}) first)
  union all
  select next.merchant_id, next.host_key, next.url_key,
    case when (next.merchant_id, next.host_key) = (l.merchant_id, l.host_key) then l.nth + 1 else 1 end
  from lanes l
  left join hosts h on h.merchant_id = l.merchant_id and h.host_key = l.host_key
  cross join lateral (${firstOfLaneSql(`(d.merchant_id, d.host_key, d.url_key) > (
    l.merchant_id, l.host_key,
    case when coalesce(h.under_way, 0) < $6 and l.nth < $6 + coalesce(h.full_urls, 0) then l.url_key else ${2n ** 63n - 1n} end
  )`)}) next
),
places as (
  select l.merchant_id, l.host_key, l.url_key, coalesce(b.under_way, 0) as under_way,
    $6::integer - coalesce(h.under_way, 0) as free_at_host
  from setting, lanes l
  left join busy b on b.merchant_id = l.merchant_id and b.host_key = l.host_key and b.url_key = l.url_key
  left join hosts h on h.merchant_id = l.merchant_id and h.host_key = l.host_key
),
due as (
  select p.merchant_id, p.host_key, p.free_at_host, c.id,
    p.under_way + row_number() over (partition by p.merchant_id, p.host_key, p.url_key order by c.next_attempt_at, c.id) as place
  from places p cross join lateral (
    select d.id, d.next_attempt_at from webhook_deliveries d
    where d.state = 'waiting' and d.merchant_id = p.merchant_id and d.host_key = p.host_key and d.url_key = p.url_key
      and d.next_attempt_at <= ${horizonSql} and ${isDueSql}
    order by d.next_attempt_at, d.id
    limit greatest(0, least($5::integer - p.under_way, p.free_at_host))
    for update skip locked
  ) c
),
taken as (
  select merchant_id, id from (
    select *, row_number() over (partition by merchant_id, host_key order by place, id) as place_at_host from due
  ) d
  where place_at_host <= free_at_host
  order by place
  limit $7::integer
)
update webhook_deliveries d set
  lease_of = $8, next_attempt_at = clock_timestamp() + $9::integer * interval '1 millisecond'
from taken t, merchants m, merchants s
where d.merchant_id = t.merchant_id and d.id = t.id and m.id = d.merchant_id and s.id = coalesce(m.main_store_id, m.id)
returning ${deliveryColumns('d')}, d.host_key, d.url_key, m.name as merchant_name, s.imp_key, s.webhook_secret`;

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
      busy.map(({ hostKey }) => hostKey),
      busy.map(({ urlKey }) => urlKey),
      busy.map(({ underWay }) => underWay),
      limits.underWayPerUrlMax,
      limits.underWayPerHostMax,
      limits.claimedMax,
      owner,
      limits.leaseMs,
    ],
    'claim_webhooks',
  );
}

/** What becomes of a delivery after an attempt: it has ended, or it is tried again after a pause. */
export type Fate = 'delivered' | 'failed' | { readonly pauseMs: number };

/**
 * Writes down what came of an attempt, and lets the next event in line go (the function in the database says how). `doneAt` is
 * by the merchant's clock.
 */
export async function finishAttempt(
  database: Database,
  delivery: ClaimedDelivery,
  attempt: Attempt,
  fate: Fate,
  doneAt: Date,
): Promise<void> {
  const isRepeated = typeof fate !== 'string';
  await database.query(
    'select finish_webhook_attempt($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)',
    [
      delivery.merchant_id,
      delivery.id,
      delivery.lease_of,
      isRepeated ? 'waiting' : fate,
      isRepeated ? fate.pauseMs : 0,
      attempt.kind,
      attempt.at,
      doneAt,
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
