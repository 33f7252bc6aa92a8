import { type FileHandle, link, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Text, text } from '../../platform/language/text.ts';
import { exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import type { PlannedRefund } from './plan.ts';

/**
 * - `planned`: not asked for yet, or asked for without an answer that was written down.
 * - `confirmed`, `refused`: ended.
 * - `accepted`: the gateway took it and finishes later. `in_doubt`: it is not known yet.
 * - `running`: the server says that the first request still runs; it is asked again with the same key.
 * - `not_done`: nothing happened; the next run tries again. `unanswered`: no answer; the next run asks with the same key.
 * - `unclear`: the key is too old to ask with, and the payment has changed since: a person has to look.
 */
export const rowStates = [
  'planned',
  'confirmed',
  'refused',
  'accepted',
  'in_doubt',
  'running',
  'not_done',
  'unanswered',
  'unclear',
] as const;
export type RowState = (typeof rowStates)[number];

export interface RowResult extends PlannedRefund {
  readonly type: 'row';
  readonly state: RowState;
  readonly cancellation_id?: string;
  readonly error?: string;
  readonly message?: string;
  /** When this was written, by this machine's clock. */
  readonly at: string;
}

export interface RunHead {
  readonly type: 'run';
  readonly version: 1;
  /** Makes the keys of this run's rows different from those of any other run over the same file. */
  readonly run_id: string;
  readonly file_sha256: string;
  readonly url: string;
  /** A digest of the REST API key: the run belongs to one merchant. */
  readonly merchant: string;
  readonly rows: number;
  /** By the server's clock, in seconds since 1970, before the first request. */
  readonly started_at: number;
}

/**
 * The file that a run lives in: one line for the run, then a line per row and another for each change of a row; the last
 * line of a row counts. It is made whole, with its plan, before anything is sent, and every change is on the disk before
 * the next row of that worker is taken. Closing it leaves one line per row.
 */
export interface ResultFile {
  readonly head: RunHead;
  readonly rows: ReadonlyMap<number, RowResult>;
  record(result: RowResult): Promise<void>;
  close(): Promise<void>;
}

/** A run as its file tells of it. */
export interface WrittenRun {
  readonly head: RunHead;
  readonly rows: ReadonlyMap<number, RowResult>;
  /** Up to the end of the last whole line. */
  readonly bytes: number;
}

/** Changes nothing. `undefined`: there is no such file. A last line that a crash cut short does not count. */
export async function readResultFile(path: string): Promise<WrittenRun | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const { code } = error as NodeJS.ErrnoException;
    throw new CliFailure(text(`${path} can not be read (${code}).`, `${path}을(를) 읽을 수 없습니다(${code}).`));
  }
  const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
  const lines = whole.toString('utf8').split('\n').slice(0, -1);
  const head = readLine<RunHead>(path, lines[0] ?? '', 'run');
  const rows = new Map<number, RowResult>();
  for (const line of lines.slice(1)) {
    const result = readLine<RowResult>(path, line, 'row');
    rows.set(result.row, result);
  }
  if (rows.size !== head.rows) {
    throw new CliFailure(
      text(
        `${path} does not have all rows of its run: it was changed.`,
        `${path}에 실행한 행이 모두 들어 있지 않습니다. 파일이 변경되었습니다.`,
      ),
    );
  }
  return { head, rows, bytes: whole.length };
}

/** Goes on with it. */
export async function openResultFile(path: string, { head, rows, bytes }: WrittenRun): Promise<ResultFile> {
  const handle = await open(path, 'r+');
  await handle.truncate(bytes);
  return resultFile(path, handle, head, new Map(rows));
}

/** @throws CliFailure when the file is there already. */
export async function createResultFile(path: string, head: RunHead, plan: readonly RowResult[]): Promise<ResultFile> {
  const fresh = `${path}.${process.pid}.new`;
  try {
    await writeWhole(fresh, head, plan);
    // Unlike a rename, a link never replaces a file: two runs that begin at the same time can't both have it.
    await link(fresh, path);
    await syncFolder(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      throw new CliFailure(
        text(
          `${path} is there already: another run has just begun.`,
          `${path}이(가) 이미 있습니다. 다른 실행이 방금 시작되었습니다.`,
        ),
      );
    }
    throw new CliFailure(notWritten(path, code));
  } finally {
    await rm(fresh, { force: true });
  }
  return resultFile(path, await open(path, 'r+'), head, new Map(plan.map((each) => [each.row, each])));
}

function resultFile(path: string, handle: FileHandle, head: RunHead, rows: Map<number, RowResult>): ResultFile {
  let waiting: { readonly line: string; readonly done: () => void; readonly failed: (error: unknown) => void }[] = [];
  let writing: Promise<void> | undefined;

  /** Lines that come while the disk is busy share the next write. */
  async function writeWaiting(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const { size } = await handle.stat();
        await handle.write(batch.map(({ line }) => line).join(''), size);
        await handle.datasync();
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    writing = undefined;
  }

  return {
    head,
    rows,
    async record(result) {
      rows.set(result.row, result);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ line: `${JSON.stringify(result)}\n`, done: resolve, failed: reject });
      writing ??= writeWaiting();
      try {
        await promise;
      } catch (error) {
        throw new CliFailure(notWritten(path, (error as NodeJS.ErrnoException).code), exitCodes.unfinished);
      }
    },
    async close() {
      await writing;
      await handle.close();
      const fresh = `${path}.${process.pid}.new`;
      await writeWhole(fresh, head, [...rows.values()]);
      await rename(fresh, path);
      await syncFolder(path);
    },
  };
}

async function writeWhole(path: string, head: RunHead, rows: readonly RowResult[]): Promise<void> {
  const handle = await open(path, 'w', 0o600);
  try {
    await handle.writeFile([head, ...rows].map((line) => `${JSON.stringify(line)}\n`).join(''));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function readLine<Line extends { type: string }>(path: string, written: string, type: Line['type']): Line {
  let line: Line | undefined;
  try {
    line = JSON.parse(written) as Line;
  } catch {
    line = undefined;
  }
  if (line?.type === type) return line;
  throw new CliFailure(
    text(
      `${path} is no result file of a bulk refund, or it was changed: give another one with --results.`,
      `${path}은(는) 일괄 환불의 결과 파일이 아니거나 변경되었습니다. --results로 다른 파일을 주세요.`,
    ),
  );
}

function notWritten(path: string, code: string | undefined): Text {
  return text(`${path} can not be written (${code}).`, `${path}에 쓸 수 없습니다(${code}).`);
}
