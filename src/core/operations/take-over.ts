import type { Clock } from '../../platform/clock/clock.ts';
import { createDeathWatch } from '../../platform/database/death-watch.ts';
import type { Database } from '../../platform/database/pool.ts';
import { isGoneSql, type Presence, presentNamePattern } from '../../platform/database/presence.ts';
import type { Log } from '../../platform/logging/log.ts';
import { createRound, type Round } from '../../platform/rounds/rounds.ts';
import { openStatesSql } from '../records/operation-states.ts';
import { type DatabaseTime, databaseTimeSql, type Leases } from './leases.ts';

export interface OperationTakeOverParts {
  readonly database: Database;
  readonly presence: Presence;
  readonly clock: Clock;
  readonly leases: Leases;
  readonly log: Log;
  /** How long an idempotency key is kept. */
  readonly keysKeptForDays: number;
  /** There is something to take up. */
  readonly givenBack: () => void;
}

const intervalMs = 500;
/** A process that lives and has lost its connection has another one before this is over, unless the network is in trouble. */
const believedDeadAfterMs = 3_000;

/** Whoever has something open under a name that had a sign of life, other than `$1`, and shows none now. */
const missingSql = `
with owners as materialized (
  select distinct lease_of as owner from (
    select lease_of from operations where state in ${openStatesSql} and lease_of like '${presentNamePattern}'
    union all
    select lease_of from schedules where status = 'scheduled' and lease_of like '${presentNamePattern}'
    union all
    select lease_of from refund_requests where state = 'approved' and lease_of like '${presentNamePattern}'
    union all
    select lease_of from bulk_refund_rows where state = 'waiting' and lease_of is not null and lease_of like '${presentNamePattern}'
  ) held
  where lease_of <> $1
)
select owner from owners where ${isGoneSql('owner')}`;

/**
 * What the dead had in hand is due now: operations for recovery, schedules that they had not charged yet, approved refund requests and rows
 * of bulk refunds that they had not ended, and the keys of requests that nobody answers any more. Those are found by their age, since no
 * index knows who has them: a request is over within minutes, and a key with another life before it (by a setting that was changed, a clock
 * that a sandbox holds) waits for its lease. A settlement that one of them should still send is held against the lease, once recovery has
 * counted it on; that a request or a row is sent once is its key's to see to.
 */
const giveBackSql = `
with dead as materialized (
  select owner from unnest($1::text[]) as o(owner) where ${isGoneSql('owner')}
),
operations_given as (
  update operations o set lease_until = ${databaseTimeSql('$2')}, next_inquiry_at = ${databaseTimeSql('$2')}
  from dead where o.state in ${openStatesSql} and o.lease_of = dead.owner
  returning o.id
),
schedules_given as (
  update schedules s set lease_of = null, lease_until = '-infinity'
  from dead where s.status = 'scheduled' and s.lease_of = dead.owner
  returning s.id
),
requests_given as (
  update refund_requests r set lease_of = null, lease_until = '-infinity'
  from dead where r.state = 'approved' and r.lease_of = dead.owner
  returning r.id
),
rows_given as (
  update bulk_refund_rows b set lease_of = null, lease_until = '-infinity'
  from dead where b.state = 'waiting' and b.lease_of = dead.owner
  returning b.row
),
keys_given as (
  update idempotency_keys k set running_until = ${databaseTimeSql('$2')}
  from dead where k.running_of = dead.owner and k.body is null
    and k.expires_at > statement_timestamp() + make_interval(days => $3::integer, hours => -1)
  returning k.id
)
select (select count(*) from operations_given) as operations, (select count(*) from schedules_given) as schedules,
  (select count(*) from requests_given) as refund_requests, (select count(*) from rows_given) as bulk_refund_rows,
  (select count(*) from keys_given) as keys`;

/** Gives back what a process had in hand that has died, so that nobody waits for its leases to run out. */
export function createOperationTakeOver(parts: OperationTakeOverParts): Round {
  const { database, presence, clock, leases, log, keysKeptForDays, givenBack } = parts;
  const watch = createDeathWatch(presence, clock, believedDeadAfterMs);

  async function missing(self: string): Promise<readonly string[]> {
    const rows = await database.query<{ owner: string }>(missingSql, [self]);
    return rows.map(({ owner }) => owner);
  }

  async function work(): Promise<void> {
    await presence.begin();
    const dead = await watch.dead(missing);
    if (dead.length === 0) return;
    const given = await giveBackOfDead(database, dead, leases.until(0), keysKeptForDays);
    watch.forget(dead);
    log.info({ ...given, owners: dead }, 'what a dead process had in hand is taken up');
    givenBack();
  }

  return createRound({ name: 'operations of dead processes', intervalMs, clock, log, work });
}

/** Gives back all that these have in hand, if they still show no sign of life. Answers how much that was. */
export async function giveBackOfDead(
  database: Database,
  owners: readonly string[],
  now: DatabaseTime,
  keysKeptForDays: number,
): Promise<Record<string, number>> {
  const [given] = await database.query(giveBackSql, [owners, now, keysKeptForDays]);
  return Object.fromEntries(Object.entries(given ?? {}).map(([name, count]) => [name, Number(count)]));
}
