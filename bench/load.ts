import { systemClock } from '../src/platform/clock/clock.ts';

export interface LoadResult {
  readonly count: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Runs `work` for 0 … count - 1 with so many callers at once, each beginning its next as soon as the last has ended. */
export async function runLoad(
  count: number,
  callers: number,
  work: (index: number) => Promise<unknown>,
): Promise<LoadResult> {
  const latencies: number[] = [];
  const start = systemClock.monotonicMs();
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(callers, count) }, async () => {
      while (next < count) {
        const begun = systemClock.monotonicMs();
        await work(next++);
        latencies.push(systemClock.monotonicMs() - begun);
      }
    }),
  );
  const seconds = (systemClock.monotonicMs() - start) / 1000;
  latencies.sort((a, b) => a - b);
  return {
    count,
    seconds,
    perSecond: count / seconds,
    p50Ms: latencies[Math.floor(latencies.length * 0.5)] ?? 0,
    p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
  };
}

export function formatLoad({ perSecond, p50Ms, p99Ms }: LoadResult): string {
  return `${perSecond.toFixed(0).padStart(6)}/s   p50 ${p50Ms.toFixed(1).padStart(7)} ms   p99 ${p99Ms.toFixed(1).padStart(7)} ms`;
}

/** A count given as `--name=value` on the command line, or the usual one. */
export function numberArgument(name: string, usual: number): number {
  const given = process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1];
  if (given === undefined) return usual;
  const value = Number(given);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} takes a whole number`);
  return value;
}
