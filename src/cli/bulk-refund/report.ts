import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { counted, showAmount } from '../show.ts';
import { oneLine } from '../table.ts';
import type { Colour, Terminal } from '../terminal.ts';
import { type ResultFile, type RowResult, type RowState, rowStates } from './result-file.ts';
import { totalsOf } from './totals.ts';

/** How many rows of a state are listed one by one; all are in the result file. */
const listedMax = 20;

const words: Readonly<Record<RowState, readonly [colour: Colour, text: string]>> = Object.freeze({
  confirmed: ['green', 'confirmed'],
  refused: ['red', 'refused, nothing was given back'],
  accepted: ['yellow', 'accepted, the gateway finishes later'],
  in_doubt: ['yellow', 'in doubt, do not refund by other means'],
  unclear: ['yellow', 'unclear, a person has to look'],
  running: ['yellow', 'still running at the server, the next run asks again'],
  unanswered: ['yellow', 'without an answer, the next run asks again'],
  not_done: ['red', 'not done, the next run tries again'],
  planned: ['dim', 'not begun'],
});

/** Says what came of a run, and how the program ends. */
export function concludeRun(
  terminal: Terminal,
  results: ResultFile,
  shown: { readonly resultPath: string; readonly json: boolean },
): ExitCode {
  const rows = [...results.rows.values()].sort((a, b) => a.row - b.row);
  const byState = new Map(rowStates.map((state) => [state, rows.filter((row) => row.state === state)]));
  const exitCode = exitCodeOf(byState);
  if (shown.json) {
    for (const row of rows) terminal.out(JSON.stringify(row));
    const counts = Object.fromEntries([...byState].map(([state, each]) => [state, each.length]));
    const { run_id } = results.head;
    terminal.out(JSON.stringify({ type: 'summary', run_id, ...counts, exit_code: exitCode }));
  }
  const say = shown.json ? terminal.note : terminal.out;
  const paint = shown.json ? terminal.noteStyle : terminal.outStyle;
  for (const [state, each] of byState) {
    if (each.length === 0) continue;
    const totals = [...totalsOf(each)].map(([currency, total]) => showAmount(total, currency)).join(', ');
    const [colour, text] = words[state];
    say(`${paint(colour, `${counted(each.length, 'row')} ${text}`)}: ${totals}`);
    if (state !== 'confirmed' && state !== 'planned') listRows(say, each);
  }
  say(`Row by row: ${shown.resultPath}`);
  if (exitCode === exitCodes.unfinished) say('The same command goes on where this one stopped.');
  return exitCode;
}

function listRows(say: (line: string) => void, rows: readonly RowResult[]): void {
  for (const { line, imp_uid, amount, currency, cancellation_id, error, message } of rows.slice(0, listedMax)) {
    const why = [cancellation_id, error, message].filter(Boolean).join(' ');
    say(oneLine(`  line ${line}: ${imp_uid} ${showAmount(amount, currency)} ${why}`).trimEnd());
  }
  if (rows.length > listedMax) say(`  and ${rows.length - listedMax} more`);
}

function exitCodeOf(byState: ReadonlyMap<RowState, readonly RowResult[]>): ExitCode {
  const has = (...states: readonly RowState[]): boolean => states.some((state) => byState.get(state)?.length);
  if (has('planned', 'not_done', 'running', 'unanswered')) return exitCodes.unfinished;
  if (has('in_doubt', 'accepted', 'unclear')) return exitCodes.inDoubt;
  return has('refused') ? exitCodes.no : exitCodes.done;
}
