import { CsvError, parse } from 'csv-parse/sync';

export interface CsvRecord {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A file that can't be read on from some line. Its message names no cell: an account number may stand there. */
export class MalformedCsv extends Error {
  readonly line: number;
  readonly problem: CsvProblem;

  constructor(line: number, problem: CsvProblem) {
    super(problem);
    this.name = 'MalformedCsv';
    this.line = line;
    this.problem = problem;
  }
}

export type CsvProblem = 'quote_not_closed' | 'quote_within_cell' | 'malformed';

const problems: Readonly<Record<string, CsvProblem>> = Object.freeze({
  CSV_QUOTE_NOT_CLOSED: 'quote_not_closed',
  INVALID_OPENING_QUOTE: 'quote_within_cell',
  CSV_INVALID_CLOSING_QUOTE: 'quote_within_cell',
});

/**
 * The records of a CSV text, the head among them; empty lines are none. Cells are trimmed. The line is counted from the
 * bytes: the parser's own count takes a line break within quotes twice when it is CR LF.
 * @throws MalformedCsv
 */
export function readCsvRecords(text: string, delimiter = ','): readonly CsvRecord[] {
  let records: { record: string[]; info: { bytes: number } }[];
  try {
    // With `info`, csv-parse gives each record beside where it ended; its types know only the plain form.
    records = parse(text, { ...reading, delimiter, info: true }) as never;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as CsvError & { lines?: number };
    throw new MalformedCsv(lines ?? 1, problems[error.code] ?? 'malformed');
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

/** The first record alone: whatever is wrong with the others does not matter. `undefined`: there is none that can be read. */
export function readCsvHead(text: string, delimiter: string): readonly string[] | undefined {
  try {
    const [head] = parse(text, { ...reading, delimiter, to: 1 }) as string[][];
    return head;
  } catch (error) {
    if (error instanceof CsvError) return undefined;
    throw error;
  }
}

const reading = { skip_empty_lines: true, trim: true, relax_column_count: true } as const;
const newline = 0x0a;
const carriageReturn = 0x0d;
