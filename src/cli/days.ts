import { InvalidArgumentError } from 'commander';
import { readSeoulDigits } from '../platform/clock/seoul-time.ts';
import { text } from '../platform/language/text.ts';
import type { Terminal } from './terminal.ts';

/** A day in Seoul; `start` and `end` are its first and last second, since 1970. */
export interface Day {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A reader of an option that is a day. */
export function day({ say }: Terminal): (given: string) => Day {
  return (given) => {
    const midnight = /^\d{4}-\d{2}-\d{2}$/.test(given) ? readSeoulDigits(given.replaceAll('-', '')) : undefined;
    if (!midnight) {
      throw new InvalidArgumentError(
        say(text('It must be a day, as YYYY-MM-DD.', 'YYYY-MM-DD 형식의 날짜여야 합니다.')),
      );
    }
    const start = midnight.getTime() / 1000;
    return Object.freeze({ text: given, start, end: start + 86_399 });
  };
}
