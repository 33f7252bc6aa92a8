import { seoulDigits } from '../../../platform/clock/seoul-time.ts';

/** Telephone payments are cancelled within their calendar month in Seoul, since they stand on its bill. */
export function isPastMonth(paidAt: Date, now: Date): boolean {
  return seoulDigits(paidAt).slice(0, 6) !== seoulDigits(now).slice(0, 6);
}
