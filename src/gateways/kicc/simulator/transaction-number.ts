import { randomInt } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';

/** A number of KICC's: the time and eight digits, as its examples have it. */
export function newPgCno(now: Date): string {
  return seoulDigits(now).slice(2) + String(randomInt(100_000_000)).padStart(8, '0');
}
