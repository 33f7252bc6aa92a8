import { seoulLocal } from '../../../platform/clock/seoul-time.ts';

/** `2021-07-20T15:28:26.882+0900`, as NICE's new API writes every time. */
export function ediDateOf(time: Date): string {
  const milliseconds = String(time.getUTCMilliseconds()).padStart(3, '0');
  return `${seoulLocal(time)}.${milliseconds}+0900`;
}
