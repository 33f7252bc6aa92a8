import stringWidth from 'string-width';
import { counted, number } from '../../platform/language/show.ts';
import { text } from '../../platform/language/text.ts';
import type { Terminal } from '../terminal.ts';
import type { RowResult, RowState } from './result-file.ts';
import { stateName } from './state-names.ts';

export interface Progress {
  settled(result: RowResult): void;
  /** So many rows are looked at again until then, in milliseconds of `performance.now()`. */
  following(rows: number, until: number): void;
  finish(): void;
}

/** How often the line on a terminal is written over. */
const redrawMs = 100;
/** Nothing may happen for a while; the time that goes by shows that it goes on. */
const tickMs = 1_000;
const barWidthMax = 30;

/** A bar with the rate and the time that is left on a terminal; else a line at each tenth of the way. */
export function showProgress(terminal: Terminal, total: number, before: ReadonlyMap<number, RowResult>): Progress {
  const { say } = terminal;
  const states = new Map<number, RowState>([...before.values()].map(({ row, state }) => [row, state]));
  const startedAt = performance.now();
  let done = 0;
  let drawnAt = 0;
  let followed: { readonly rows: number; readonly until: number } | undefined;
  const seen = new Set<number>();
  const ticking = terminal.isLive && total > 0 ? setInterval(draw, tickMs).unref() : undefined;

  function tally(): string {
    const count = (wanted: RowState): number => [...states.values()].filter((state) => state === wanted).length;
    const parts = (['refused', 'in_doubt', 'accepted', 'running', 'not_done', 'unanswered', 'unclear'] as const)
      .map((state) => [count(state), say(stateName(state))] as const)
      .filter(([rows]) => rows > 0)
      .map(([rows, name]) => `${rows} ${name}`);
    return parts.length === 0 ? '' : `  ${parts.join(', ')}`;
  }

  function draw(): void {
    drawnAt = performance.now();
    const line = followed === undefined ? barLine() : followLine(followed.rows, followed.until);
    terminal.overwrite(line);
  }

  function barLine(): string {
    const seconds = (performance.now() - startedAt) / 1000;
    const rate = done / Math.max(seconds, 0.001);
    const share = total === 0 ? 1 : done / total;
    const rateText = rate.toFixed(rate < 10 ? 1 : 0);
    const left = clock((total - done) / Math.max(rate, 0.001));
    const details =
      done === 0
        ? say(text(`${clock(seconds)} so far`, `${clock(seconds)} 경과`))
        : say(text(`${rateText}/s  ${left} left`, `초당 ${rateText}건  ${left} 남음`));
    const shown = ` ${done}/${total}  ${details}${tally()}`;
    const width = Math.max(0, Math.min(barWidthMax, terminal.width() - stringWidth(shown) - 3));
    const filled = Math.round(share * width);
    return `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}]${shown}`;
  }

  function followLine(rows: number, until: number): string {
    const left = clock(Math.max(0, (until - performance.now()) / 1000));
    return say(
      text(
        `Following ${counted(rows, 'row')} in doubt or accepted, ${left} left; Ctrl-C ends that${tally()}`,
        `미확인·접수 ${number(rows)}행 확인 중, ${left} 남음. Ctrl-C로 끝낼 수 있습니다${tally()}`,
      ),
    );
  }

  return {
    settled({ row, state }) {
      states.set(row, state);
      if (seen.has(row)) return;
      seen.add(row);
      done += 1;
      if (terminal.isLive) {
        if (performance.now() - drawnAt >= redrawMs || done === total) draw();
      } else if (Math.floor((done * 10) / total) > Math.floor(((done - 1) * 10) / total)) {
        terminal.note(
          text(`${done} of ${counted(total, 'row')}${tally()}`, `${number(total)}행 중 ${number(done)}행${tally()}`),
        );
      }
    },
    following(rows, until) {
      const isFirst = followed === undefined;
      followed = { rows, until };
      if (terminal.isLive) draw();
      else if (isFirst) terminal.note(followLine(rows, until));
    },
    finish() {
      clearInterval(ticking);
      followed = undefined;
      if (terminal.isLive && total > 0) draw();
    },
  };
}

/** `0:07`, `1:02:03`. */
function clock(seconds: number): string {
  const whole = Math.min(Math.ceil(seconds), 359_999);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(rest).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}
