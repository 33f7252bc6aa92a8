import { CsvError, parse } from 'csv-parse/sync';

export interface CsvRecord {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A file that can't be read on from some line. */
export class MalformedCsv extends Error {
  readonly line: number;

  constructor(line: number, problem: string) {
    super(problem);
    this.name = 'MalformedCsv';
    this.line = line;
  }
}

/**
 * The records of a CSV text, the head among them; empty lines are none. Cells are trimmed. The line is counted from the
 * bytes: the parser's own count takes a line break within quotes twice when it is CR LF.
 * @throws MalformedCsv
 */
export function readCsvRecords(text: string): readonly CsvRecord[] {
  let records: { record: string[]; info: { bytes: number } }[];
  try {
    // With `info`, csv-parse gives each record beside where it ended; its types know only the plain form.
    records = parse(text, { info: true, skip_empty_lines: true, trim: true, relax_column_count: true }) as never;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as CsvError & { lines?: number };
    throw new MalformedCsv(lines ?? 1, error.message);
  }
  const bytes = Buffer.from(text, 'utf8');
  let line = 1;
  let offset = 0;
  return records.map(({ record, info }) => {
    for (; bytes[offset] === newline || bytes[offset] === carriageReturn; offset++)
      if (bytes[offset] === newline) line += 1;
    const begins = line;
    for (; offset < info.bytes; offset++) if (bytes[offset] === newline) line += 1;
    return { line: begins, cells: record };
  });
}

const newline = 0x0a;
const carriageReturn = 0x0d;
