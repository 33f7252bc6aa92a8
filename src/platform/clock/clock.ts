/**
 * The one source of time. It is handed to every part that needs the time, so that a sandbox can move it and a test can
 * hold it; nothing else in the server asks the operating system what time it is. Durations (time-outs, leases of a
 * running process) are measured with `monotonicMs`, which no moved clock changes.
 */
export interface Clock {
  now(): Date;
  monotonicMs(): number;
}

export const systemClock: Clock = Object.freeze({
  now: () => new Date(),
  monotonicMs: () => performance.now(),
});

/** Whole seconds since 1970, the form in which i'mport gives every time; 0 stands for "not set". */
export function unixSeconds(time: Date | null | undefined): number {
  return time ? Math.floor(time.getTime() / 1000) : 0;
}
