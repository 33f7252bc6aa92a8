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

/** One of these words, given as `--name=word`; `undefined`: none is given. */
export function wordArgument<const Word extends string>(name: string, words: readonly Word[]): Word | undefined {
  const given = process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1];
  const word = words.find((each) => each === given);
  if (given !== undefined && word === undefined) throw new Error(`--${name} takes one of ${words.join(', ')}`);
  return word;
}

/** The least, the middle and the most of what several rounds gave. */
export function formatSpread(values: readonly number[], digits = 0): string {
  const sorted = [...values].sort((a, b) => a - b);
  const [least, middle, most] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return [least, middle, most].map((value) => (value ?? Number.NaN).toFixed(digits).padStart(6)).join(' ');
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
