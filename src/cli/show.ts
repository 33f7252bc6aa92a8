import { seoulLocal } from '../platform/clock/seoul-time.ts';
import { isKnownCurrency } from '../platform/money/currency.ts';

/** `1,000 KRW`. */
export function showAmount(amount: number, currency: string): string {
  return `${amount.toLocaleString('en-US', { maximumFractionDigits: 2 })} ${isKnownCurrency(currency) ? currency : '?'}`;
}

/** `2024-03-06 19:47:48` on Seoul's clock, or `-` for a time that has not come. Takes seconds since 1970. */
export function showTime(unixSeconds: number): string {
  return unixSeconds === 0 ? '-' : seoulLocal(new Date(unixSeconds * 1000)).replace('T', ' ');
}

export function showOptional(text: string | null | undefined): string {
  return text === null || text === undefined || text === '' ? '-' : text;
}

/** `1 payment`, `2 payments`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
