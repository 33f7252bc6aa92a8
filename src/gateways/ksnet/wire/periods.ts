import { seoulDay, seoulLocal } from '../../../platform/clock/seoul-time.ts';

/**
 * KSNET takes cancels for six months from the day of the payment. That the last day counts as a whole, and that it is the
 * month's last one where the month is too short, is inferred.
 */
export function isPastSixMonths(paidAt: Date, now: Date): boolean {
  const [year = 0, month = 0, day = 0] = seoulDay(paidAt).split('-').map(Number);
  const lastOfMonth = new Date(Date.UTC(year, month + 6, 0)).getUTCDate();
  const lastDay = new Date(Date.UTC(year, month + 5, Math.min(day, lastOfMonth))).toISOString().slice(0, 10);
  return seoulDay(now) > lastDay;
}

/** Telephone payments are cancelled in the month in which they were made. */
export function isPastMonth(paidAt: Date, now: Date): boolean {
  return seoulDay(paidAt).slice(0, 7) !== seoulDay(now).slice(0, 7);
}

/** No refunds of virtual accounts from 23:00 until 06:00 in Seoul. */
export function isClosedHour(now: Date): boolean {
  const hour = Number(seoulLocal(now).slice(11, 13));
  return hour >= 23 || hour < 6;
}
