import { useSyncExternalStore } from 'react';
import { currentLanguage, type Language, useLanguage } from '../language/language.ts';
import { useWords } from '../language/words.ts';
import { elementWords } from './words.ts';

/** Seconds since 1970 as the API has them (0: never), or a text of ISO 8601. */
export type Moment = number | string | null | undefined;

const zone = 'Asia/Seoul';
const day = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
const formats = {
  ko: {
    time: new Intl.DateTimeFormat('ko', {
      ...day,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone: zone,
    }),
    exact: new Intl.DateTimeFormat('ko', { dateStyle: 'full', timeStyle: 'long', timeZone: zone }),
    day: new Intl.DateTimeFormat('ko', { ...day, timeZone: zone }),
    relative: new Intl.RelativeTimeFormat('ko', { numeric: 'auto' }),
  },
  en: {
    time: new Intl.DateTimeFormat('en-GB', {
      ...day,
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      timeZone: zone,
    }),
    exact: new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long', timeZone: zone }),
    day: new Intl.DateTimeFormat('en-GB', { ...day, month: 'short', timeZone: zone }),
    relative: new Intl.RelativeTimeFormat('en', { numeric: 'auto' }),
  },
};

export function dateOf(moment: Moment): Date | undefined {
  if (moment === null || moment === undefined || moment === 0 || moment === '') return undefined;
  const date = new Date(typeof moment === 'number' ? moment * 1000 : moment);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Seoul's clock, to the minute. */
export function timeText(moment: Moment, language: Language = currentLanguage()): string {
  const date = dateOf(moment);
  return date ? formats[language].time.format(date) : '';
}

/** The day in Seoul. */
export function dayText(moment: Moment, language: Language = currentLanguage()): string {
  const date = dateOf(moment);
  return date ? formats[language].day.format(date) : '';
}

/** `2026-11-30`, the day in Seoul: what the API and `<input type="date">` read. */
export function seoulDay(date: Date = new Date()): string {
  return new Date(date.getTime() + 9 * 3_600_000).toISOString().slice(0, 10);
}

/** Seconds since 1970 at which a day begins in Seoul. */
export function startOfSeoulDay(isoDay: string): number {
  return new Date(`${isoDay}T00:00:00+09:00`).getTime() / 1000;
}

/** The days of a filter, the last one among them, as the API asks for a time. An empty one is no bound. */
export function periodOfDays(
  fromDay: string | undefined,
  toDay: string | undefined,
): { readonly from: number | undefined; readonly to: number | undefined } {
  return {
    from: fromDay ? startOfSeoulDay(fromDay) : undefined,
    to: toDay ? startOfSeoulDay(toDay) + 86_399 : undefined,
  };
}

const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** "3 minutes ago", "in 2 days". */
export function relativeText(moment: Moment, now: number = Date.now(), language: Language = currentLanguage()): string {
  const date = dateOf(moment);
  if (!date) return '';
  const seconds = (date.getTime() - now) / 1000;
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return formats[language].relative.format(Math.trunc(seconds / length), unit);
  }
  return elementWords[language].now;
}

const tickers = new Set<() => void>();
let minute = currentMinute();
function currentMinute(): number {
  return Math.floor(Date.now() / 15_000) * 15_000;
}
setInterval(() => {
  minute = currentMinute();
  for (const tick of tickers) tick();
}, 15_000);

/** The time, which goes on while a page is open. */
export function useNow(): number {
  return useSyncExternalStore(
    (tick) => {
      tickers.add(tick);
      return () => tickers.delete(tick);
    },
    () => minute,
  );
}

/** A time on Seoul's clock, with how long ago it is. `isShort`: only how long ago, the time on hovering. */
export function Time({ at, isShort = false }: { readonly at: Moment; readonly isShort?: boolean }) {
  const language = useLanguage();
  const words = useWords(elementWords);
  const now = useNow();
  const date = dateOf(at);
  if (!date) return <span className="faint">{words.unknown}</span>;
  const relative = relativeText(at, Math.max(now, Date.now() - 15_000), language);
  return (
    <time dateTime={date.toISOString()} title={formats[language].exact.format(date)} className="time">
      {isShort ? (
        relative
      ) : (
        <>
          {timeText(at, language)} <span className="faint">{relative}</span>
        </>
      )}
    </time>
  );
}
