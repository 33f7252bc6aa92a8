import type { Clock } from '../clock/clock.ts';
import type { Presence } from './presence.ts';

/** Notices who has died, among those that had a sign of life (`presence.ts`). */
export interface DeathWatch {
  /** Looks once. `missing` answers who shows no sign now, other than `self`; who has been missing for long enough is dead. */
  dead(missing: (self: string) => Promise<readonly string[]>): Promise<readonly string[]>;
  forget(owners: readonly string[]): void;
}

/**
 * Whose sign of life is missing all the time counts as dead, and only while this process has kept its own: else the database may
 * have been out, and the others are still on their way back. An owner that never showed a sign is left alone.
 */
export function createDeathWatch(presence: Presence, clock: Clock, believedDeadAfterMs: number): DeathWatch {
  const missingSince = new Map<string, number>();
  return {
    async dead(missing) {
      const ownSince = presence.shownSinceMs();
      if (ownSince === undefined) {
        missingSince.clear();
        return [];
      }
      const now = clock.monotonicMs();
      const absent = new Set(await missing(presence.shownName() ?? ''));
      for (const owner of missingSince.keys()) if (!absent.has(owner)) missingSince.delete(owner);
      for (const owner of absent) missingSince.set(owner, Math.max(missingSince.get(owner) ?? now, ownSince));
      return [...missingSince].filter(([, since]) => now - since >= believedDeadAfterMs).map(([owner]) => owner);
    },
    forget(owners) {
      for (const owner of owners) missingSince.delete(owner);
    },
  };
}
