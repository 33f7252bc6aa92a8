const seoulOffsetMs = 9 * 3600_000;

/** `2024-03-06T19:47:48+09:00`. */
export function seoulTime(time: Date): string {
  return `${seoulLocal(time)}+09:00`;
}

/** `2024-03-06T19:47:48` on Seoul's clock. Korea has had no summer time since 1988. */
export function seoulLocal(time: Date): string {
  return new Date(time.getTime() + seoulOffsetMs).toISOString().slice(0, 19);
}

/** `2024-03-06`: the day in Seoul. */
export function seoulDay(time: Date): string {
  return seoulLocal(time).slice(0, 10);
}

/** `20240306194748` on Seoul's clock, as most Korean gateways write times; cut it for the day, the month or the hour. */
export function seoulDigits(time: Date): string {
  return seoulLocal(time).replace(/\D/g, '');
}

/** Reads `20240306194748`, or `20240306` (midnight), on Seoul's clock. `undefined` when it is no time. */
export function readSeoulDigits(digits: string): Date | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?$/.exec(digits);
  if (!match) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00'] = match;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}+09:00`);
  // The 30th of February would become a day in March.
  return !Number.isNaN(time.getTime()) && seoulDigits(time).startsWith(digits) ? time : undefined;
}

/** Reads a time with its offset; one without an offset is Seoul's. `undefined` when it is no time. */
export function readTime(text: string): Date | undefined {
  const match = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(text);
  if (!match) return undefined;
  const time = new Date(match[3] === undefined ? `${text}+09:00` : text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
