import type { Clock } from '../../platform/clock/clock.ts';
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

/**
 * Gives back what a process had taken that has died since, so that nobody waits for its leases to run out. An owner whose
 * sign of life is missing all the time counts as dead, and only while this process has kept its own connection: else the
 * database may have been out, and the others are still on their way back. An owner that never showed a sign is left alone.
 */
export function createTakeOver({ database, presence, clock, log }: TakeOverParts): Round {
  const missingSince = new Map<string, number>();

  /** Owners that have been missing for long enough. */
  async function believedDead(): Promise<string[]> {
    const ownSince = presence.shownSinceMs();
    if (ownSince === undefined) {
      missingSince.clear();
      return [];
    }
    const now = clock.monotonicMs();
    const missing = new Set(await missingOwners(database, presence.shownName() ?? ''));
    for (const owner of missingSince.keys()) if (!missing.has(owner)) missingSince.delete(owner);
    for (const owner of missing) missingSince.set(owner, Math.max(missingSince.get(owner) ?? now, ownSince));
    return [...missingSince].filter(([, since]) => now - since >= believedDeadAfterMs).map(([owner]) => owner);
  }

  async function work(): Promise<void> {
    await presence.begin();
    const dead = await believedDead();
    if (dead.length === 0) return;
    const webhooks = await giveBackOf(database, dead);
    for (const owner of dead) missingSince.delete(owner);
    if (webhooks > 0) log.info({ webhooks, owners: dead }, 'webhooks of a dead process are sent again');
  }

  return createRound({ name: 'webhooks of dead processes', intervalMs, clock, log, work });
}
