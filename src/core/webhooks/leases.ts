import type { Database } from '../../platform/database/pool.ts';
import { isGoneSql, presentNamePattern } from '../../platform/database/presence.ts';
import type { Delivery } from './delivery.ts';

/** Gives back what was taken and not sent to its end, as if nobody had taken it. */
export async function giveBack(
  database: Database,
  deliveries: readonly Pick<Delivery, 'merchant_id' | 'id' | 'lease_of'>[],
): Promise<void> {
  await database.query(
    `update webhook_deliveries set lease_of = null, next_attempt_at = clock_timestamp()
     where state = 'waiting'
       and (merchant_id, id, lease_of) in (select * from unnest($1::bigint[], $2::bigint[], $3::text[]))`,
    [
      deliveries.map(({ merchant_id }) => merchant_id),
      deliveries.map(({ id }) => id),
      deliveries.map(({ lease_of }) => lease_of),
    ],
  );
}

/** Who has taken webhooks, other than `self`, under a name that had a sign of life, and shows none now. */
export async function missingOwners(database: Database, self: string): Promise<readonly string[]> {
  const rows = await database.query<{ owner: string }>(
    `with owners as materialized (
       select distinct lease_of as owner from webhook_deliveries
       where state = 'waiting' and lease_of is not null and lease_of like '${presentNamePattern}' and lease_of <> $1
     )
     select owner from owners where ${isGoneSql('owner')}`,
    [self],
  );
  return rows.map(({ owner }) => owner);
}

/** Gives back all that these have taken, if they still show no sign of life. Answers how many webhooks that were. */
export async function giveBackOf(database: Database, owners: readonly string[]): Promise<number> {
  const rows = await database.query(
    `with dead as materialized (
       select owner from unnest($1::text[]) as o(owner) where ${isGoneSql('owner')}
     )
     update webhook_deliveries d set lease_of = null, next_attempt_at = clock_timestamp()
     from dead where d.state = 'waiting' and d.lease_of = dead.owner
     returning d.id`,
    [owners],
  );
  return rows.length;
}
