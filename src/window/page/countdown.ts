import { h } from '../element.ts';
import type { Text } from './text.ts';

export interface Countdown {
  readonly element: HTMLElement;
  stop(): void;
}

const warningSeconds = 60;

/** Counts down to an end by the server's clock, which may differ from this machine's. It is read out once, when a minute is left. */
export function countdown(
  endsAt: number,
  serverNow: () => number,
  { words: w }: Text,
  announce: (sentence: string) => void,
  onEnd: () => void,
): Countdown {
  const time = h('span', { class: 'time' });
  let hasWarned = false;
  function tick(): void {
    const left = Math.max(0, Math.ceil(endsAt - serverNow()));
    const seconds = String(left % 60);
    time.textContent = `${Math.floor(left / 60)}:${seconds.length < 2 ? '0' : ''}${seconds}`;
    if (left <= warningSeconds && !hasWarned) {
      hasWarned = true;
      if (left > 0) announce(w.oneMinute);
    }
    if (left > 0) return;
    clearInterval(timer);
    onEnd();
  }
  const timer = window.setInterval(tick, 1_000);
  const element = h('p', { class: 'countdown' }, `${w.timeLeft} `, time);
  setTimeout(tick);
  return { element, stop: () => clearInterval(timer) };
}
