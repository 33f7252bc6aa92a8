import { readSeoulDigits } from './seoul-time.ts';

/** A day in Seoul, the day that Korean gateways settle by; `until` is no longer part of it. */
export interface Period {
  readonly from: Date;
  readonly until: Date;
}

const dayMs = 24 * 3600_000;

/** Reads `2026-01-31`. `undefined` when it is no day. */
export function readDayInSeoul(text: string): Period | undefined {
  const from = /^\d{4}-\d{2}-\d{2}$/.test(text) ? readSeoulDigits(text.replaceAll('-', '')) : undefined;
  return from && { from, until: new Date(from.getTime() + dayMs) };
}

/** The day that lies so many days after (before, when negative). */
export function dayAfter(text: string, days: number): string {
  return new Date(Date.parse(`${text}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}
