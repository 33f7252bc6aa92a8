import type { Clock } from '../../platform/clock/clock.ts';
import { createDeathWatch } from '../../platform/database/death-watch.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Presence } from '../../platform/database/presence.ts';
import type { Log } from '../../platform/logging/log.ts';
import { createRound, type Round } from '../../platform/rounds/rounds.ts';
import { giveBackOf, missingOwners } from './leases.ts';

interface TakeOverParts {
  readonly database: Database;
  readonly presence: Presence;
  readonly clock: Clock;
  readonly log: Log;
}

const intervalMs = 1_000;
/** A process that lives and has lost its connection has another one long before this is over. */
export const believedDeadAfterMs = 5_000;

/** Gives back what a process had taken that has died since, so that nobody waits for its leases to run out. */
export function createTakeOver({ database, presence, clock, log }: TakeOverParts): Round {
  const watch = createDeathWatch(presence, clock, believedDeadAfterMs);

  async function work(): Promise<void> {
    await presence.begin();
    const dead = await watch.dead((self) => missingOwners(database, self));
    if (dead.length === 0) return;
    const webhooks = await giveBackOf(database, dead);
    watch.forget(dead);
    if (webhooks > 0) log.info({ webhooks, owners: dead }, 'webhooks of a dead process are sent again');
  }

  return createRound({ name: 'webhooks of dead processes', intervalMs, clock, log, work });
}
