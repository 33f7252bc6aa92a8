import { InvalidArgumentError } from 'commander';
import { readSeoulDigits } from '../platform/clock/seoul-time.ts';

/** A day in Seoul; `start` and `end` are its first and last second, since 1970. */
export interface Day {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export function readDay(text: string): Day {
  const midnight = /^\d{4}-\d{2}-\d{2}$/.test(text) ? readSeoulDigits(text.replaceAll('-', '')) : undefined;
  if (!midnight) throw new InvalidArgumentError('It must be a day, as YYYY-MM-DD.');
  const start = midnight.getTime() / 1000;
  return Object.freeze({ text, start, end: start + 86_399 });
}
