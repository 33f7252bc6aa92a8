import { readTime } from '../../../platform/clock/seoul-time.ts';

const offsetMs = 8 * 3600_000;

/** `2020-12-25 15:45:57`, as all of Alipay's times are. China has had no summer time since 1991. */
export function beijingTime(time: Date): string {
  return new Date(time.getTime() + offsetMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** `20201225154557`, as requests have it. */
export function beijingDigits(time: Date): string {
  return beijingTime(time).replace(/\D/g, '');
}

/** `undefined` when it is no time. */
export function readBeijingTime(text: string): Date | undefined {
  return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? readTime(`${text.replace(' ', 'T')}+08:00`) : undefined;
}
