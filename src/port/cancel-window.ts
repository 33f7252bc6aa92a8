import { seoulDay, seoulLocal } from '../platform/clock/seoul-time.ts';
import type { PayMethodCapabilities } from './capabilities.ts';

/**
 * The first moment at which a gateway takes no cancel any more, as the simulators decide it: days and months count whole days
 * in Seoul, and a month that is too short ends the window on its last day (inferred; gateways publish the length only).
 * `undefined`: it does not close.
 */
export function cancelWindowEnd(paidAt: Date, window: PayMethodCapabilities['cancelWindow']): Date | undefined {
  const [year = 0, month = 0, day = 0] = seoulDay(paidAt).split('-').map(Number);
  switch (window.kind) {
    case 'unlimited':
      return undefined;
    case 'days':
      return seoulMidnight(year, month, day + window.days + 1);
    case 'months': {
      const lastOfMonth = new Date(Date.UTC(year, month + window.months, 0)).getUTCDate();
      return seoulMidnight(year, month + window.months, Math.min(day, lastOfMonth) + 1);
    }
    case 'same_month':
      return seoulMidnight(year, month + 1, 1);
  }
}

/** Does the gateway take no cancel at this time of the day? */
export function isWithin({ from, until }: NonNullable<PayMethodCapabilities['closedHours']>, now: Date): boolean {
  const time = seoulLocal(now).slice(11, 16);
  return from <= until ? from <= time && time < until : from <= time || time < until;
}

const seoulOffsetMs = 9 * 3600_000;

/** `month` counts from 1; what is beyond its end carries over. */
function seoulMidnight(year: number, month: number, day: number): Date {
  return new Date(Date.UTC(year, month - 1, day) - seoulOffsetMs);
}
