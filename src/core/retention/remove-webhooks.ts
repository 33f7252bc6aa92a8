import type { Database } from '../../platform/database/pool.ts';
import type { RetentionObserver } from './observer.ts';
import { daysAgoSql, type Looked, lookedAtOnce, walk } from './walk.ts';

/** For how long ended webhooks are kept, in days; `undefined`: for ever. */
export interface WebhookRetention {
  readonly webhooksDays: number | undefined;
  /** Those that were given up, and that can still be sent again. */
  readonly failedWebhooksDays: number | undefined;
}

interface LookedDeliveries extends Looked {
  readonly webhooks: number;
  readonly attempts: number;
}

interface LookedEvents extends Looked {
  readonly events: number;
}

/**
 * Deliveries that have ended, by the database's time, with their attempts. One that waits has no end. One that was given up goes by a limit of
 * its own: the shop has not been told. What was given up and came from no settlement (a call test, a question to a confirm_url) can't
 * be sent again, and is over like one that was delivered. Who is about to send one again has locked it, and it is left out.
 */
const removeDeliveriesSql = `
with setting as materialized (
  -- Should the database lose this in a crash, it is done again.
  select set_config('synchronous_commit', 'off', true)
),
looked as materialized (
  select d.merchant_id, d.id, d.created_at from webhook_deliveries d
  where (d.merchant_id, d.id) > ($1::bigint, $2::bigint)
  order by d.merchant_id, d.id limit ${lookedAtOnce}
),
old as materialized (
  select d.merchant_id, d.id from setting, looked l join webhook_deliveries d on d.merchant_id = l.merchant_id and d.id = l.id
  where d.state <> 'waiting'
    and d.ended_at < case when d.state = 'failed' and d.outbox_id is not null then ${daysAgoSql('$4')} else ${daysAgoSql('$3')} end
  for update of d skip locked
),
attempts as (
  delete from webhook_attempts a using old o where a.merchant_id = o.merchant_id and a.delivery_id = o.id returning 1
),
deliveries as (
  delete from webhook_deliveries d using old o where d.merchant_id = o.merchant_id and d.id = o.id returning 1
)
select (select count(*) from deliveries)::integer as webhooks, (select count(*) from attempts)::integer as attempts,
  l.merchant_id as last_merchant_id, l.id as last_id,
  l.created_at > ${daysAgoSql('least($3::integer, $4::integer)')} as is_young
from looked l order by l.merchant_id desc, l.id desc limit 1`;

/** Events of which no delivery is left, or that there was nobody to tell of. */
const removeEventsSql = `
with setting as materialized (
  select set_config('synchronous_commit', 'off', true)
),
looked as materialized (
  select o.merchant_id, o.id, o.created_at from outbox o
  where (o.merchant_id, o.id) > ($1::bigint, $2::bigint)
  order by o.merchant_id, o.id limit ${lookedAtOnce}
),
old as materialized (
  select o.merchant_id, o.id from setting, looked l join outbox o on o.merchant_id = l.merchant_id and o.id = l.id
  where o.created_at < ${daysAgoSql('$3')}
    and not exists (select from webhook_deliveries d where d.merchant_id = o.merchant_id and d.outbox_id = o.id)
  for update of o skip locked
),
events as (
  delete from outbox e using old o where e.merchant_id = o.merchant_id and e.id = o.id returning 1
)
select (select count(*) from events)::integer as events, l.merchant_id as last_merchant_id, l.id as last_id,
  l.created_at > ${daysAgoSql('$3')} as is_young
from looked l order by l.merchant_id desc, l.id desc limit 1`;

export async function removeWebhooks(
  database: Database,
  { webhooksDays, failedWebhooksDays }: WebhookRetention,
  stopping: AbortSignal,
  observer: RetentionObserver,
): Promise<void> {
  if (webhooksDays === undefined && failedWebhooksDays === undefined) return;
  const limits = [webhooksDays ?? null, failedWebhooksDays ?? null];
  await walk<LookedDeliveries>(database, removeDeliveriesSql, limits, stopping, ({ webhooks, attempts }) => {
    observer.removed('webhooks', webhooks);
    observer.removed('webhook_attempts', attempts);
  });
  if (webhooksDays === undefined) return;
  await walk<LookedEvents>(database, removeEventsSql, [webhooksDays], stopping, ({ events }) =>
    observer.removed('webhook_events', events),
  );
}
