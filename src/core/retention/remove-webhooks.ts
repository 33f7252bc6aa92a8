import type { Database } from '../../platform/database/pool.ts';
import type { RetentionObserver } from './observer.ts';
import { daysAgoSql, type Looked, lookedSql, placeSql, walk } from './walk.ts';

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
with ${lookedSql('webhook_deliveries', 'created_at')},
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
)${placeSql(
  '(select count(*) from deliveries)::integer as webhooks, (select count(*) from attempts)::integer as attempts',
  'least($3::integer, $4::integer)',
)}`;

/** Events of which no delivery is left, or that there was nobody to tell of. */
const removeEventsSql = `
with ${lookedSql('outbox', 'created_at')},
old as materialized (
  select o.merchant_id, o.id from setting, looked l join outbox o on o.merchant_id = l.merchant_id and o.id = l.id
  where o.created_at < ${daysAgoSql('$3')}
    and not exists (select from webhook_deliveries d where d.merchant_id = o.merchant_id and d.outbox_id = o.id)
  for update of o skip locked
),
events as (
  delete from outbox e using old o where e.merchant_id = o.merchant_id and e.id = o.id returning 1
)${placeSql('(select count(*) from events)::integer as events', '$3')}`;

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
