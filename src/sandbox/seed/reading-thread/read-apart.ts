import { Worker } from 'node:worker_threads';
import { programFile } from '../../../platform/own-files.ts';
import type { Seed } from '../seed.ts';
import { readSeed, SeedError } from '../seed-file.ts';

/** What the thread answers. */
export type SeedReading = { readonly seed: Seed } | { readonly problems: readonly string[] };

const program = programFile('sandbox/seed/reading-thread/main');
/** Below this nothing that somebody makes up takes long. */
const readHereBytesMax = 8 * 1024;
const readingLimitMs = 30_000;
const memoryMaxMb = 512;

let last: Promise<unknown> = Promise.resolve();

/**
 * Reads a seed that came from somebody by the API. Reading YAML can take very long, for one map with many keys for instance: a
 * larger text is read in a thread of its own, one at a time, and given up after a while.
 * @throws SeedError as `readSeed` does.
 */
export function readSeedApart(text: string): Promise<Seed> {
  if (Buffer.byteLength(text) <= readHereBytesMax) return Promise.resolve().then(() => readSeed(text));
  const reading = last.then(() => readInThread(text));
  last = reading.catch(() => undefined);
  return reading;
}

async function readInThread(text: string): Promise<Seed> {
  const worker = new Worker(program, {
    name: 'seed',
    workerData: text,
    resourceLimits: { maxOldGenerationSizeMb: memoryMaxMb },
  });
  const { promise, resolve, reject } = Promise.withResolvers<SeedReading>();
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.once('exit', (code) => reject(new Error(`the thread ended with ${code}`)));
  const overdue = setTimeout(() => {
    resolve({ problems: [`the seed could not be read within ${readingLimitMs / 1000} s: make it smaller`] });
  }, readingLimitMs);
  try {
    const reading = await promise.catch((error: unknown): SeedReading => {
      if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
        return { problems: [`the seed takes more than ${memoryMaxMb} MB to read: make it smaller`] };
      }
      throw error;
    });
    if ('problems' in reading) throw new SeedError(reading.problems);
    return reading.seed;
  } finally {
    clearTimeout(overdue);
    await worker.terminate();
  }
}
