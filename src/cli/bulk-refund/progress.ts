import { counted } from '../show.ts';
import type { Terminal } from '../terminal.ts';
import type { RowResult, RowState } from './result-file.ts';

export interface Progress {
  settled(result: RowResult): void;
  finish(): void;
}

/** How often the line on a terminal is written over. */
const redrawMs = 100;
const barWidthMax = 30;

/** A bar with the rate and the time that is left on a terminal; else a line at each tenth of the way. */
export function showProgress(terminal: Terminal, total: number, before: ReadonlyMap<number, RowResult>): Progress {
  const states = new Map<number, RowState>([...before.values()].map(({ row, state }) => [row, state]));
  const startedAt = performance.now();
  let done = 0;
  let drawnAt = 0;
  const seen = new Set<number>();

  function tally(): string {
    const count = (wanted: RowState): number => [...states.values()].filter((state) => state === wanted).length;
    const parts = (['refused', 'in_doubt', 'accepted', 'running', 'not_done', 'unanswered', 'unclear'] as const)
      .map((state) => [count(state), state.replace('_', ' ')] as const)
      .filter(([number]) => number > 0)
      .map(([number, name]) => `${number} ${name}`);
    return parts.length === 0 ? '' : `  ${parts.join(', ')}`;
  }

  function draw(): void {
    const seconds = (performance.now() - startedAt) / 1000;
    const rate = done / Math.max(seconds, 0.001);
    const share = total === 0 ? 1 : done / total;
    const text = ` ${done}/${total}  ${rate.toFixed(rate < 10 ? 1 : 0)}/s  ${clock((total - done) / Math.max(rate, 0.001))} left${tally()}`;
    const width = Math.max(0, Math.min(barWidthMax, terminal.width() - text.length - 3));
    const filled = Math.round(share * width);
    terminal.overwrite(`[${'#'.repeat(filled)}${'-'.repeat(width - filled)}]${text}`);
  }

  return {
    settled({ row, state }) {
      states.set(row, state);
      if (seen.has(row)) return;
      seen.add(row);
      done += 1;
      if (terminal.isLive) {
        if (performance.now() - drawnAt < redrawMs && done < total) return;
        drawnAt = performance.now();
        draw();
      } else if (Math.floor((done * 10) / total) > Math.floor(((done - 1) * 10) / total)) {
        terminal.note(`${done} of ${counted(total, 'row')}${tally()}`);
      }
    },
    finish() {
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
