import { randomInt } from 'node:crypto';
import { seoulDigits } from '../../clock/seoul-time.ts';

/** `StdpayCARDINIWelTest20190904115758995708`: a kind, the MID, the time and six digits: forty characters. */
export function newWelcomeTid(kind: string, mid: string, now: Date): string {
  return `${kind}${mid}${seoulDigits(now)}${digits(6)}`;
}

/** The id of a partial cancel has 22 characters; its form is not published. */
export function newWelcomeCancelTid(now: Date): string {
  return `${seoulDigits(now)}${digits(8)}`;
}

function digits(count: number): string {
  return String(randomInt(10 ** count)).padStart(count, '0');
}
