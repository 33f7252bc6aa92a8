import stringWidth from 'string-width';
import type { Words } from '../platform/language/text.ts';
import type { Terminal } from './terminal.ts';
import { withoutBidirectionalControls } from './unseen.ts';

export interface Column {
  readonly title: Words;
  readonly align?: 'left' | 'right';
  /** Colours a cell that has its width already. */
  readonly paint?: (cell: string) => string;
}

type Say = Terminal['say'];

export function printTable(
  terminal: Pick<Terminal, 'say' | 'out'>,
  columns: readonly Column[],
  rows: readonly (readonly Words[])[],
): void {
  for (const line of tableLines(terminal.say, columns, rows)) terminal.out(line);
}

/** `name   value` lines for one record. */
export function printRecord(
  terminal: Pick<Terminal, 'say' | 'out'>,
  record: readonly (readonly [name: Words, value: Words])[],
): void {
  const named = record.map(([name, value]) => [terminal.say(name), oneLine(terminal.say(value))] as const);
  const width = Math.max(...named.map(([name]) => stringWidth(name)));
  for (const [name, value] of named) terminal.out(`${padded(name, width, 'left')}  ${value}`);
}

/** Lines of a table with a head. Korean letters are two columns wide, so the width is not the length. */
export function tableLines(
  say: Say,
  columns: readonly Column[],
  rows: readonly (readonly Words[])[],
): readonly string[] {
  const titles = columns.map(({ title }) => say(title));
  const cells = rows.map((row) => row.map((cell) => oneLine(say(cell))));
  const widths = titles.map((title, index) =>
    Math.max(stringWidth(title), ...cells.map((row) => stringWidth(row[index] ?? ''))),
  );
  const last = columns.length - 1;
  const line = (row: readonly string[], isHead: boolean): string =>
    columns
      .map(({ align = 'left', paint }, index) => {
        const cell = row[index] ?? '';
        const filled = index === last && align === 'left' ? cell : padded(cell, widths[index] ?? 0, align);
        return paint && !isHead ? paint(filled) : filled;
      })
      .join('  ');
  return [line(titles, true), ...cells.map((row) => line(row, false))];
}

function padded(text: string, width: number, align: 'left' | 'right'): string {
  const gap = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return align === 'left' ? text + gap : gap + text;
}

/** A text of somebody else's must neither break a line, nor move the cursor, nor turn what stands around it. */
export function oneLine(text: string): string {
  return withoutBidirectionalControls(text).replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
}
