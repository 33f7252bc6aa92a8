import { randomInt } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { Book } from '../../../simulators/book.ts';
import { freshId } from '../../../simulators/fresh-id.ts';

/** `StdpayCARDINIWelTest20190904115758995708`: a kind, the MID, the time and six digits: forty characters. */
export function newWelcomeTid(book: Book, kind: string, mid: string, now: Date): string {
  return freshId(book, () => `${kind}${mid}${seoulDigits(now)}${digits(6)}`);
}

/** The id of a partial cancel has 22 characters; its form is not published. */
export function newWelcomeCancelTid(book: Book, now: Date): string {
  return freshId(book, () => `${seoulDigits(now)}${digits(8)}`);
}

function digits(count: number): string {
  return String(randomInt(10 ** count)).padStart(count, '0');
}
