import type { ColumnOf } from './read-table.ts';

/** Reads a column's name however it is written: in any case, with spaces, hyphens or underscores, or by another name of it. */
export function headReader<Column extends string>(
  names: Readonly<Record<Column, readonly string[]>>,
): ColumnOf<Column> {
  const columns = new Map<string, Column>();
  for (const [column, others] of Object.entries(names) as [Column, readonly string[]][]) {
    for (const name of [column, ...others]) columns.set(bare(name), column);
  }
  return (head) => columns.get(bare(head));
}

/** `환불 금액 (원)` is `환불금액`. */
function bare(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/\((원|krw)\)\s*$/, '')
    .replace(/[\s_-]/g, '');
}
