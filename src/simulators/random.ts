import { createHash } from 'node:crypto';

/**
 * A number from 0 up to, but not including, 1. It depends on nothing but its arguments (SHA-256 in counter mode), so that a
 * repeated run draws the same numbers, and so that nothing has to be kept between two draws but their count.
 */
export function uniformAt(seed: string, position: number, purpose: string): number {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, position, purpose]))
    .digest();
  return Number(digest.readBigUInt64BE(0) >> 11n) / 2 ** 53;
}
