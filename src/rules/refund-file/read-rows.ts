import type { CsvRecord } from '../../platform/csv/records.ts';
import { type Text, text } from '../../platform/language/text.ts';
import { quoted } from '../../platform/table-file/quoted.ts';
import { type RowProblem, readTable, wrongCellCount } from '../../platform/table-file/read-table.ts';
import { koreanHead, type RefundColumn, refundColumnOf, refundColumns } from './columns.ts';

/** One row as it stands in the file. Empty cells are left out. */
export interface RefundRow {
  /** From 1, without the head. */
  readonly row: number;
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly cells: Readonly<Partial<Record<RefundColumn, string>>>;
}

export interface RefundRows {
  readonly rows: readonly RefundRow[];
  readonly problems: readonly RowProblem[];
}

/** It can't be read as a whole: nothing is known of its rows. */
export class UnreadableRefundFile extends Error {
  readonly at: RowProblem;

  constructor(at: RowProblem) {
    super(at.problem.en);
    this.name = 'UnreadableRefundFile';
    this.at = at;
  }
}

/**
 * The rows of a file of refunds; what is wrong with single ones is in `problems`.
 * @throws UnreadableRefundFile
 */
export function readRefundRows(contents: string, format: 'csv' | 'jsonl'): RefundRows {
  const problems: RowProblem[] = [];
  const rows = format === 'csv' ? readCsv(contents, problems) : readJsonLines(contents, problems);
  return { rows, problems };
}

function readCsv(contents: string, problems: RowProblem[]): readonly RefundRow[] {
  const table = readTable(contents, refundColumnOf);
  if ('problem' in table) throw new UnreadableRefundFile(table);
  const { head, records } = table;
  const columns = columnsOf(head);
  return records.flatMap(({ line, cells: found }, index) => {
    if (found.length !== columns.length) {
      problems.push({ line, problem: wrongCellCount(found.length, columns.length) });
      return [];
    }
    const cells = Object.fromEntries(
      columns.flatMap((name, column) => (found[column] ? [[name, cleaned(name, found[column])]] : [])),
    );
    return [{ row: index + 1, line, cells }];
  });
}

function columnsOf({ line, cells }: CsvRecord): readonly RefundColumn[] {
  const columns: RefundColumn[] = [];
  const heads = new Map<RefundColumn, string>();
  for (const head of cells) {
    const column = refundColumnOf(head);
    if (column === undefined) throw new UnreadableRefundFile({ line, problem: unknownColumn(head) });
    const earlier = heads.get(column);
    if (earlier !== undefined) {
      const [one, other] = [quoted(earlier), quoted(head)];
      const problem = text(
        `the column ${column} stands there twice, as ${one} and as ${other}; take one away`,
        `${column} 열이 ${one}, ${other} 두 번 있습니다. 하나를 지우세요`,
      );
      throw new UnreadableRefundFile({ line, problem });
    }
    heads.set(column, head);
    columns.push(column);
  }
  return columns;
}

function unknownColumn(head: string): Text {
  const known = refundColumns.join(', ');
  const korean = refundColumns.map((name) => koreanHead(name)).join(', ');
  return text(
    `unknown column ${quoted(head)}: take it away, or give it one of these names: ${known} (in Korean: ${korean})`,
    `알 수 없는 열 ${quoted(head)}: 지우거나 다음 이름 중 하나로 바꾸세요: ${korean} (또는 ${known})`,
  );
}

/** The server counts an account number without its hyphens, and so do we. */
function cleaned(name: RefundColumn, cell: string): string {
  return name === 'refund_account' ? cell.replace(/[\s-]/g, '') : cell;
}

function readJsonLines(contents: string, problems: RowProblem[]): readonly RefundRow[] {
  const rows: RefundRow[] = [];
  let row = 0;
  for (const [index, line] of contents.split('\n').entries()) {
    if (line.trim() === '') continue;
    row += 1;
    const read = readJsonLine(line);
    if ('problem' in read) problems.push({ line: index + 1, problem: read.problem });
    else rows.push({ row, line: index + 1, cells: read.cells });
  }
  return rows;
}

function readJsonLine(line: string): { readonly cells: RefundRow['cells'] } | { readonly problem: Text } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { problem: text('is no JSON', 'JSON이 아닙니다') };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problem: text('is no JSON object', 'JSON 객체가 아닙니다') };
  }
  const cells: Partial<Record<RefundColumn, string>> = {};
  for (const [head, cell] of Object.entries(value)) {
    const name = refundColumnOf(head);
    if (name === undefined) return { problem: unknownColumn(head) };
    if (cells[name] !== undefined) {
      return {
        problem: text(
          `has the field ${name} twice, once as ${quoted(head)}`,
          `${name} 항목이 ${quoted(head)}(으)로도 있습니다`,
        ),
      };
    }
    if (cell === null || cell === '') continue;
    if (typeof cell !== 'string' && typeof cell !== 'number') {
      return { problem: text(`has a ${name} that is neither text nor number`, `${name}이(가) 문자도 숫자도 아닙니다`) };
    }
    cells[name] = cleaned(name, String(cell).trim());
  }
  return { cells };
}
