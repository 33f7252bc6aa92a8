import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { type CsvRecord, MalformedCsv, readCsvRecords } from '../../platform/csv/records.ts';
import { CliFailure } from '../failure.ts';

/** The columns of a bulk refund; a file may have no others, since a misspelt `amount` would give everything back. */
export const refundColumns = [
  'imp_uid',
  'merchant_uid',
  'amount',
  'reason',
  'refund_holder',
  'refund_bank',
  'refund_account',
  'refund_tel',
  'tax_free',
  'vat_amount',
] as const;
export type RefundColumn = (typeof refundColumns)[number];

/** One row as it stands in the file. Empty cells are left out. */
export interface RefundRow {
  /** From 1, without the head. */
  readonly row: number;
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly cells: Readonly<Partial<Record<RefundColumn, string>>>;
}

export interface RowProblem {
  readonly line: number;
  readonly problem: string;
}

export interface RefundFile {
  /** Of the bytes: a run goes on only with the very same file. */
  readonly sha256: string;
  readonly rows: readonly RefundRow[];
  readonly problems: readonly RowProblem[];
}

const fileBytesMax = 64 * 1024 * 1024;
const rowsMax = 200_000;

/** @throws CliFailure when it can't be read as a whole; what is wrong with rows is in `problems`. */
export async function readRefundFile(path: string): Promise<RefundFile> {
  const format = /\.csv$/i.test(path) ? 'csv' : /\.(jsonl|ndjson)$/i.test(path) ? 'jsonl' : undefined;
  if (!format) throw new CliFailure(`${path}: the name must end with .csv or .jsonl.`);
  const bytes = await readBytes(path);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CliFailure(`${path} is not UTF-8: save it as CSV UTF-8.`);
  }
  const problems: RowProblem[] = [];
  const rows = format === 'csv' ? readCsv(path, text, problems) : readJsonLines(text, problems);
  if (rows.length > rowsMax) throw new CliFailure(`${path} has more than ${rowsMax} rows: split it.`);
  if (rows.length === 0 && problems.length === 0) throw new CliFailure(`${path} has no rows.`);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), rows, problems };
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > fileBytesMax)
      throw new CliFailure(`${path} is larger than ${fileBytesMax / 1024 / 1024} MiB: split it.`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof CliFailure) throw error;
    throw new CliFailure(`${path} can not be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function readCsv(path: string, text: string, problems: RowProblem[]): readonly RefundRow[] {
  let records: readonly CsvRecord[];
  try {
    records = readCsvRecords(text);
  } catch (error) {
    if (!(error instanceof MalformedCsv)) throw error;
    throw new CliFailure(`${path}, line ${error.line}: ${error.message}`);
  }
  const [first, ...body] = records;
  const head = first?.cells ?? [];
  const unknown = head.filter((name) => !isColumn(name));
  if (unknown.length > 0 || new Set(head).size < head.length) {
    const what = unknown.length > 0 ? `unknown column ${JSON.stringify(unknown[0])}` : 'a column that stands twice';
    throw new CliFailure(`${path}, line 1: ${what}. The columns are ${refundColumns.join(', ')}.`);
  }
  const columns = head.filter(isColumn);
  return body.flatMap(({ line, cells: found }, index) => {
    if (found.length !== columns.length) {
      problems.push({ line, problem: `has ${found.length} cells, but there are ${columns.length} columns` });
      return [];
    }
    const cells = Object.fromEntries(columns.flatMap((name, column) => (found[column] ? [[name, found[column]]] : [])));
    return [{ row: index + 1, line, cells }];
  });
}

function readJsonLines(text: string, problems: RowProblem[]): readonly RefundRow[] {
  const rows: RefundRow[] = [];
  let row = 0;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    row += 1;
    const cells = readJsonLine(line);
    if (typeof cells === 'string') problems.push({ line: index + 1, problem: cells });
    else rows.push({ row, line: index + 1, cells });
  }
  return rows;
}

function readJsonLine(line: string): RefundRow['cells'] | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'is no JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is no JSON object';
  const cells: Partial<Record<RefundColumn, string>> = {};
  for (const [name, cell] of Object.entries(value)) {
    if (!isColumn(name)) return `has an unknown field ${JSON.stringify(name)}`;
    if (cell === null || cell === '') continue;
    if (typeof cell !== 'string' && typeof cell !== 'number') return `has a ${name} that is neither text nor number`;
    cells[name] = String(cell).trim();
  }
  return cells;
}

function isColumn(name: string): name is RefundColumn {
  return (refundColumns as readonly string[]).includes(name);
}
