import type { Clock } from '../../platform/clock/clock.ts';
import { isLoopbackAddress } from '../../platform/loopback.ts';

const windowMs = 60_000;
const perKeyMax = 20;
const perAddressMax = 60;
const rememberedMax = 10_000;

/** Wrong secrets of the last minute, in this process. */
export interface WrongSecrets {
  /** One more. `isTooMany`: for its key or its address; `isNews`: the first that is. */
  count(impKey: string, address: string): { readonly isTooMany: boolean; readonly isNews: boolean };
}

export function createWrongSecrets(clock: Clock): WrongSecrets {
  const perKey = createCounts(clock, perKeyMax);
  const perAddress = createCounts(clock, perAddressMax);
  return {
    count(impKey, address) {
      const ofKey = perKey(impKey.toLowerCase());
      // Whoever is on this machine, or behind a proxy that is not named as trusted, is not one party.
      const ofAddress = isLoopbackAddress(address) ? 0 : perAddress(address);
      return {
        isTooMany: ofKey > perKeyMax || ofAddress > perAddressMax,
        isNews: ofKey === perKeyMax + 1 || ofAddress === perAddressMax + 1,
      };
    },
  };
}

function createCounts(clock: Clock, most: number): (name: string) => number {
  const counts = new Map<string, { begunAt: number; count: number }>();
  return (name) => {
    const now = clock.monotonicMs();
    const current = counts.get(name);
    const isRunning = current !== undefined && now - current.begunAt < windowMs;
    const next = isRunning
      ? { begunAt: current.begunAt, count: Math.min(current.count + 1, most + 2) }
      : { begunAt: now, count: 1 };
    counts.delete(name);
    counts.set(name, next);
    // The one that was heard of longest ago stands first.
    const [oldest] = counts.keys();
    if (counts.size > rememberedMax && oldest !== undefined) counts.delete(oldest);
    return next.count;
  };
}
