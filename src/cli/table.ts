import stringWidth from 'string-width';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Colours a cell that has its width already. */
  readonly paint?: (cell: string) => string;
}

/** Lines of a table with a head. Korean letters are two columns wide, so the width is not the length. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
  const cells = rows.map((row) => row.map(oneLine));
  const widths = columns.map(({ title }, index) =>
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
  return [
    line(
      columns.map(({ title }) => title),
      true,
    ),
    ...cells.map((row) => line(row, false)),
  ];
}

/** `name   value` lines for one record. */
export function recordLines(record: Readonly<Record<string, string>>): readonly string[] {
  const width = Math.max(...Object.keys(record).map((name) => name.length));
  return Object.entries(record).map(([name, value]) => `${name.padEnd(width)}  ${oneLine(value)}`);
}

function padded(text: string, width: number, align: 'left' | 'right'): string {
  const gap = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return align === 'left' ? text + gap : gap + text;
}

/** A text of somebody else's must neither break a line nor move the cursor. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}
