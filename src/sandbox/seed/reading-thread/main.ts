import { parentPort, workerData } from 'node:worker_threads';
import { readSeed, SeedError } from '../seed-file.ts';
import type { SeedReading } from './read-apart.ts';

/** The program of a thread that reads one seed and ends. */
if (!parentPort) throw new Error('this is the program of a thread');
parentPort.postMessage(read(workerData as string));

function read(text: string): SeedReading {
  try {
    return { seed: readSeed(text) };
  } catch (error) {
    if (error instanceof SeedError) return { problems: error.problems };
    throw error;
  }
}
