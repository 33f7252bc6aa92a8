import type { Clock } from '../../../src/platform/clock/clock.ts';

/** A clock that stands still until it is moved. */
export interface MovingClock extends Clock {
  set(time: string): void;
}

export function movingClock(time: string): MovingClock {
  let now = new Date(time);
  return {
    now: () => now,
    monotonicMs: () => performance.now(),
    set(next) {
      now = new Date(next);
    },
  };
}
