import { type CsvProblem, type CsvRecord, MalformedCsv, readCsvHead, readCsvRecords } from '../csv/records.ts';
import { type Text, text } from '../language/text.ts';

/** Something that is wrong with a line of a file. */
export interface RowProblem {
  readonly line: number;
  readonly problem: Text;
}

export interface Table {
  readonly head: CsvRecord;
  /** Without those in which nothing stands. */
  readonly records: readonly CsvRecord[];
}

/** What a column is called: by the name that this program has for it. `undefined`: it has none. */
export type ColumnOf<Column extends string> = (head: string) => Column | undefined;

const delimiters = [',', ';', '\t'] as const;

/**
 * The records of a file that a spreadsheet program has written. Its delimiter is the one by which most of the head's names are
 * known, unless the file says it itself, as Excel does (`sep=;`).
 */
export function readTable(contents: string, columnOf: ColumnOf<string>): Table | RowProblem {
  const said = /^sep=(.)\r?\n/i.exec(contents);
  // What is taken away leaves its line behind, so that the others keep their numbers.
  const csv = said ? `\n${contents.slice(said[0].length)}` : contents;
  try {
    const [head = { line: 1, cells: [] }, ...records] = readCsvRecords(csv, said?.[1] ?? delimiterOf(csv, columnOf));
    const end = head.cells.findLastIndex((name) => name !== '') + 1;
    // A spreadsheet's used range may be wider than what stands in it.
    const trimmed = ({ line, cells }: CsvRecord): CsvRecord => ({
      line,
      cells: cells.slice(end).every((cell) => cell === '') ? cells.slice(0, end) : cells,
    });
    const isFilled = ({ cells }: CsvRecord): boolean => cells.some((cell) => cell !== '');
    return { head: trimmed(head), records: records.filter(isFilled).map(trimmed) };
  } catch (error) {
    if (!(error instanceof MalformedCsv)) throw error;
    return { line: error.line, problem: problemTexts[error.problem] };
  }
}

const problemTexts: Readonly<Record<CsvProblem, Text>> = Object.freeze({
  quote_not_closed: text(
    'a quote (") is opened and not closed; double a quote that belongs to the text',
    '따옴표(")가 열리고 닫히지 않았습니다. 내용에 든 따옴표는 두 번("") 쓰세요',
  ),
  quote_within_cell: text(
    'a quote (") stands in the middle of a cell; put the whole cell in quotes and double the quote within it',
    '칸 중간에 따옴표(")가 있습니다. 칸 전체를 따옴표로 감싸고 안의 따옴표는 두 번("") 쓰세요',
  ),
  malformed: text('it can not be read as CSV', 'CSV로 읽을 수 없습니다'),
});

function delimiterOf(csv: string, columnOf: ColumnOf<string>): string {
  const scores = delimiters.map((delimiter) => {
    const names = readCsvHead(csv, delimiter) ?? [];
    return { delimiter, known: names.filter((name) => columnOf(name) !== undefined).length, names: names.length };
  });
  // Where two are alike the comma, which comes first, stays.
  const best = scores.reduce((one, other) => {
    if (other.known !== one.known) return other.known > one.known ? other : one;
    return other.known === 0 && other.names > one.names ? other : one;
  });
  return best.delimiter;
}

/** A row has as many cells as the head, or what that is likely to come from. */
export function wrongCellCount(found: number, wanted: number): Text {
  return text(
    `has ${found} cells, but there are ${wanted} columns; a cell that holds the separator (such as 1,000) needs quotes`,
    `칸이 ${found}개인데 열은 ${wanted}개입니다. 구분 기호가 든 칸(예: 1,000)은 따옴표로 감싸세요`,
  );
}
