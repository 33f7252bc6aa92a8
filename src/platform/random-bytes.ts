import { randomFillSync } from 'node:crypto';

const poolBytes = 8_192;
let pool = Buffer.alloc(0);
let taken = 0;

/**
 * Random bytes of the system's, as from `crypto.randomBytes`, out of a supply that is fetched many at a time: a call costs more
 * than what it brings. Each byte is handed out once. For ids; keys are better fetched for themselves.
 */
export function pooledRandomBytes(count: number): Buffer {
  if (taken + count > pool.length) {
    // A new one each time: what was handed out still belongs to somebody.
    pool = randomFillSync(Buffer.allocUnsafe(Math.max(poolBytes, count)));
    taken = 0;
  }
  const bytes = pool.subarray(taken, taken + count);
  taken += count;
  return bytes;
}
