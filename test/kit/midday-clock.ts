import { type Clock, systemClock } from '../../src/platform/clock/clock.ts';

const seoulOffsetMs = 9 * 3600_000;
const dayMs = 24 * 3600_000;

/**
 * Runs as fast as real time, from noon of today in Seoul on: gateways close at night, and some end a day's work at midnight,
 * so that a test that is not about that must not depend on when it runs.
 */
export function startMiddayClock(): Clock {
  const startedAt = performance.now();
  const today = Math.floor((Date.now() + seoulOffsetMs) / dayMs) * dayMs - seoulOffsetMs;
  return {
    now: () => new Date(today + dayMs / 2 + performance.now() - startedAt),
    monotonicMs: systemClock.monotonicMs,
  };
}
