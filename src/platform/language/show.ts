import { seoulLocal } from '../clock/seoul-time.ts';
import { currencyExponent, isKnownCurrency } from '../money/currency.ts';
import { type Text, text } from './text.ts';

/** `1,000 KRW`, `12.30 USD`. */
export function showAmount(amount: number, currency: string): string {
  if (!isKnownCurrency(currency)) return `${amount.toLocaleString('en-US', { maximumFractionDigits: 2 })} ?`;
  return `${amount.toLocaleString('en-US', { minimumFractionDigits: currencyExponent(currency) })} ${currency}`;
}

/** `2024-03-06 19:47:48` on Seoul's clock, or `-` for a time that has not come. Takes seconds since 1970. */
export function showTime(unixSeconds: number): string {
  return unixSeconds === 0 ? '-' : seoulLocal(new Date(unixSeconds * 1000)).replace('T', ' ');
}

export function showOptional(text: string | null | undefined): string {
  return text === null || text === undefined || text === '' ? '-' : text;
}

/** `12 min`, in the largest unit that says enough. */
export function showDuration(seconds: number): Text {
  const whole = Math.max(0, Math.floor(seconds));
  const [minutes, hours, days] = [Math.floor(whole / 60), Math.floor(whole / 3600), Math.floor(whole / 86_400)];
  if (minutes === 0) return text(`${whole} s`, `${whole}초`);
  if (hours === 0) return text(`${minutes} min`, `${minutes}분`);
  if (days === 0) return text(`${hours} h`, `${hours}시간`);
  return text(counted(days, 'day'), `${days}일`);
}

/** `1 payment`, `2 payments`. */
export function counted(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `12,345`. */
export function number(count: number): string {
  return count.toLocaleString('en-US');
}
