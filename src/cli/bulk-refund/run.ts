import type { RefundRow } from '../../rules/refund-file/read-rows.ts';
import { pause } from '../cancel/refund-request.ts';
import type { ResultFile, RowResult, RowState } from './result-file.ts';
import { type SettleRowParts, settleRow } from './settle-row.ts';

/** States after which a further look at the row would bring nothing new. */
export const endedStates: ReadonlySet<RowState> = new Set<RowState>(['confirmed', 'refused', 'unclear']);
/** The server knows of it and goes on by itself. */
const followedStates: ReadonlySet<RowState> = new Set<RowState>(['in_doubt', 'accepted', 'running']);

export interface RunChoices {
  readonly concurrency: number;
  readonly followMs: number;
  /** Set when no further row may be taken. */
  readonly stop: AbortController;
  readonly onResult: (result: RowResult) => void;
  /** So many rows are looked at again, until then (in milliseconds of `performance.now()`). */
  readonly onFollow: (rows: number, until: number) => void;
}

/**
 * Settles every row that has not ended, `concurrency` at a time. When the server stays away for as long as a request is
 * repeated, the run stops rather than to try all other rows in vain. Each result is on the disk before the next row.
 */
export async function runRefunds(
  parts: SettleRowParts,
  file: ResultFile,
  rows: readonly RefundRow[],
  choices: RunChoices,
): Promise<void> {
  const open = rows.filter((row) => {
    const state = file.rows.get(row.row)?.state ?? 'planned';
    return !endedStates.has(state) && !followedStates.has(state);
  });
  await inTurns(open, choices, async (row) => {
    const result = await settleAndRecord(parts, file, row, choices);
    if (result.state === 'unanswered') choices.stop.abort();
  });
}

/** Looks at what is in doubt or accepted until it has ended, the time is up or the run is stopped. */
export async function followRefunds(
  parts: SettleRowParts,
  file: ResultFile,
  rows: readonly RefundRow[],
  choices: RunChoices,
): Promise<void> {
  const end = performance.now() + choices.followMs;
  for (let pauseMs = 250; !choices.stop.signal.aborted; pauseMs = Math.min(pauseMs * 2, 5_000)) {
    const open = rows.filter((row) => followedStates.has(file.rows.get(row.row)?.state ?? 'planned'));
    if (open.length > 0) choices.onFollow(open.length, end);
    await inTurns(open, choices, (row) => settleAndRecord(parts, file, row, choices));
    const left = [...file.rows.values()].some(({ state }) => followedStates.has(state));
    if (!left || performance.now() + pauseMs > end) return;
    await pause(pauseMs, choices.stop.signal);
  }
}

async function settleAndRecord(
  parts: SettleRowParts,
  file: ResultFile,
  row: RefundRow,
  choices: RunChoices,
): Promise<RowResult> {
  const before = file.rows.get(row.row);
  if (!before) throw new Error('a row of the file is missing in its result file');
  const result = await settleRow(parts, row, before);
  if (result.state !== before.state || result.cancellation_id !== before.cancellation_id) {
    await file.record(result);
    choices.onResult(result);
  }
  return result;
}

/** The first failure stops the taking of rows; it is thrown when those in flight have ended. */
async function inTurns(
  rows: readonly RefundRow[],
  { concurrency, stop }: RunChoices,
  work: (row: RefundRow) => Promise<unknown>,
): Promise<void> {
  const queue = rows.values();
  const workers = Array.from({ length: Math.min(concurrency, rows.length) }, async () => {
    for (const row of queue) {
      if (stop.signal.aborted) return;
      try {
        await work(row);
      } catch (error) {
        stop.abort();
        throw error;
      }
    }
  });
  const failed = (await Promise.allSettled(workers)).find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
}
