import { seoulDigits } from '../../../platform/clock/seoul-time.ts';

/** The day in Seoul, `yyyyMMdd`. */
export function kiccDay(time: Date): string {
  return seoulDigits(time).slice(0, 8);
}
