import { readTime, seoulLocal } from '../../../platform/clock/seoul-time.ts';

/** `2024-03-06 12:00:00` on Seoul's clock, as Toss Pay writes times. */
export function payTime(time: Date): string {
  return seoulLocal(time).replace('T', ' ');
}

/** `undefined` when it is no time. */
export function readPayTime(text: string | null | undefined): Date | undefined {
  return readTime((text ?? '').replace(' ', 'T'));
}
