import type { Clock } from '../../platform/clock/clock.ts';

/** How much of the time that a request may take in all is left. */
export interface Deadline {
  leftMs(): number;
}

/** No request goes out, and no question is asked, when less than this is left: the answer has to be written down, too. */
export const shortestCallMs = 300;

export function createDeadline(clock: Clock, durationMs: number): Deadline {
  const end = clock.monotonicMs() + durationMs;
  return { leftMs: () => Math.max(0, end - clock.monotonicMs()) };
}
