import { createHash } from 'node:crypto';
import { text } from '../../platform/language/text.ts';
import { type RefundRows, readRefundRows, UnreadableRefundFile } from '../../rules/refund-file/read-rows.ts';
import { CliFailure } from '../failure.ts';
import { readTextFile } from '../read-text.ts';

export interface RefundFile extends RefundRows {
  /** Of the bytes: a run goes on only with the very same file. */
  readonly sha256: string;
}

const rowsMax = 200_000;

/** @throws CliFailure when it can't be read as a whole; what is wrong with rows is in `problems`. */
export async function readRefundFile(path: string): Promise<RefundFile> {
  const format = /\.(csv|tsv|txt)$/i.test(path) ? 'csv' : /\.(jsonl|ndjson)$/i.test(path) ? 'jsonl' : undefined;
  if (!format) {
    throw new CliFailure(
      /\.xlsx?$/i.test(path)
        ? text(`${path} is a workbook: save it as CSV.`, `${path}은(는) 엑셀 통합 문서입니다. CSV로 저장하세요.`)
        : text(`${path}: the name must end with .csv or .jsonl.`, `${path}: 이름이 .csv나 .jsonl로 끝나야 합니다.`),
    );
  }
  const { bytes, text: contents } = await readTextFile(path);
  const { rows, problems } = readOf(path, contents, format);
  if (rows.length > rowsMax) {
    throw new CliFailure(
      text(
        `${path} has more than ${rowsMax} rows: split it.`,
        `${path}의 행이 ${rowsMax}개를 넘습니다. 나누어 주세요.`,
      ),
    );
  }
  if (rows.length === 0 && problems.length === 0) {
    throw new CliFailure(text(`${path} has no rows.`, `${path}에 행이 없습니다.`));
  }
  return { sha256: createHash('sha256').update(bytes).digest('hex'), rows, problems };
}

function readOf(path: string, contents: string, format: 'csv' | 'jsonl'): RefundRows {
  try {
    return readRefundRows(contents, format);
  } catch (error) {
    if (!(error instanceof UnreadableRefundFile)) throw error;
    const { line, problem } = error.at;
    throw new CliFailure(
      text(`${path}, line ${line}: ${problem.en}.`, `${path} ${line}행: ${problem.ko}.`),
      undefined,
      { error: 'file_refused', problems: [{ line, problem }] },
    );
  }
}
