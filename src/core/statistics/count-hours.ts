import type { Database } from '../../platform/database/pool.ts';
import { headOfOperationIds } from '../operations/identifier.ts';

export const hourMs = 3_600_000;

/**
 * Counts whole hours anew and keeps what came of it. A payment belongs to the hour in which it was begun, and an operation to the one
 * in which it was asked for, so that no count needs more than the payments and operations of its hour, which stand side by side in an index.
 */
export async function countHours(
  database: Database,
  merchantId: bigint,
  hours: readonly Date[],
  now: Date,
): Promise<void> {
  if (hours.length === 0) return;
  const ends = hours.map((hour) => new Date(hour.getTime() + hourMs));
  await database.query(countSql, [
    merchantId,
    hours,
    ends,
    hours.map(headOfOperationIds),
    ends.map(headOfOperationIds),
    now,
  ]);
}

const countSql = `
insert into statistics_hours as s (merchant_id, hour, provider, currency, counted_at, begun, paid, failed, cancelled, paid_minor,
  cancelled_minor, refunds, refunds_refused, doubts, paid_out, paid_out_seconds, paid_out_longest)
select $1::bigint, h.starts, c.provider, c.currency, $6::timestamptz, c.begun, c.paid, c.failed, c.cancelled, c.paid_minor,
  c.cancelled_minor, c.refunds, c.refunds_refused, c.doubts, c.paid_out, c.paid_out_seconds, c.paid_out_longest
from unnest($2::timestamptz[], $3::timestamptz[], $4::text[], $5::text[]) as h(starts, ends, first_id, end_id)
cross join lateral (
  select '' as provider, '' as currency, 0 as begun, 0 as paid, 0 as failed, 0 as cancelled, 0 as paid_minor, 0 as cancelled_minor,
    0 as refunds, 0 as refunds_refused, 0 as doubts, 0 as paid_out, 0 as paid_out_seconds, 0 as paid_out_longest
  union all (
    select p.provider, p.currency, count(*), count(p.paid_at), count(*) filter (where p.status = 'failed'),
      count(*) filter (where p.cancelled_minor > 0), coalesce(sum(p.amount_minor) filter (where p.paid_at is not null), 0),
      sum(p.cancelled_minor), 0, 0, 0, 0, 0, 0
    from payments p
    where p.merchant_id = $1 and p.started_at >= h.starts and p.started_at < h.ends
    group by p.provider, p.currency
  )
  union all (
    select ch.provider, '', 0, 0, 0, 0, 0, 0,
      count(*) filter (where o.kind = 'cancel'),
      count(*) filter (where o.kind = 'cancel' and o.state = 'refused'),
      count(*) filter (where o.state = 'in_doubt' or o.inquiries > 0 and exists (
        select from operation_audit a
        where a.merchant_id = o.merchant_id and a.operation_id = o.id and a.to_state = 'in_doubt')),
      count(*) filter (where o.kind = 'cancel' and o.state = 'confirmed' and o.accepted_at is not null),
      coalesce(sum(extract(epoch from o.ended_at - o.accepted_at))
        filter (where o.kind = 'cancel' and o.state = 'confirmed' and o.accepted_at is not null), 0),
      coalesce(max(extract(epoch from o.ended_at - o.accepted_at))
        filter (where o.kind = 'cancel' and o.state = 'confirmed' and o.accepted_at is not null), 0)
    from operations o join channels ch on ch.id = o.channel_id
    where o.merchant_id = $1 and o.id >= h.first_id and o.id < h.end_id
    group by ch.provider
  )
) as c
on conflict (merchant_id, hour, provider, currency) do update set
  counted_at = excluded.counted_at, begun = excluded.begun, paid = excluded.paid, failed = excluded.failed,
  cancelled = excluded.cancelled, paid_minor = excluded.paid_minor, cancelled_minor = excluded.cancelled_minor,
  refunds = excluded.refunds, refunds_refused = excluded.refunds_refused, doubts = excluded.doubts,
  paid_out = excluded.paid_out, paid_out_seconds = excluded.paid_out_seconds, paid_out_longest = excluded.paid_out_longest`;
