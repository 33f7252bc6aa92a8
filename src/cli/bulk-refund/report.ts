import { counted, number, showAmount } from '../../platform/language/show.ts';
import { text, type Words } from '../../platform/language/text.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { oneLine } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { type ResultFile, type RowResult, type RowState, rowStates } from './result-file.ts';
import { stateMeaning } from './state-names.ts';
import { totalsOf } from './totals.ts';

/** How many rows of a state are listed one by one; all are in the result file. */
const listedMax = 20;

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
    const { run_id } = results.head;
    terminal.out(JSON.stringify({ type: 'summary', run_id, ...countStates(results), exit_code: exitCode }));
  }
  const say = shown.json ? terminal.note : terminal.out;
  const paint = shown.json ? terminal.noteStyle : terminal.outStyle;
  for (const [state, each] of byState) {
    if (each.length === 0) continue;
    const totals = [...totalsOf(each)].map(([currency, total]) => showAmount(total, currency)).join(', ');
    const { colour, meaning } = stateMeaning(state);
    const count = text(`${counted(each.length, 'row')} ${meaning.en}`, `${number(each.length)}행 ${meaning.ko}`);
    say(`${paint(colour, count)}: ${totals}`);
    if (state !== 'confirmed' && state !== 'planned') listRows(say, each);
    if (state === 'in_doubt') say('  hwanbul doubts list');
  }
  say(text(`Row by row: ${shown.resultPath}`, `행별 결과: ${shown.resultPath}`));
  if (exitCode === exitCodes.unfinished) {
    say(text('The same command goes on where this one stopped.', '같은 명령을 다시 실행하면 멈춘 곳에서 이어집니다.'));
  }
  return exitCode;
}

/** How many rows are in each state. */
export function countStates(results: Pick<ResultFile, 'rows'>): Readonly<Record<RowState, number>> {
  const rows = [...results.rows.values()];
  return Object.fromEntries(
    rowStates.map((state) => [state, rows.filter((row) => row.state === state).length]),
  ) as Record<RowState, number>;
}

function listRows(say: (line: Words) => void, rows: readonly RowResult[]): void {
  for (const { line, imp_uid, amount, currency, cancellation_id, error, message } of rows.slice(0, listedMax)) {
    const why = [cancellation_id, error, message].filter(Boolean).join(' ');
    const what = oneLine(`${imp_uid} ${showAmount(amount, currency)} ${why}`).trimEnd();
    say(text(`  line ${line}: ${what}`, `  ${line}행: ${what}`));
  }
  const more = rows.length - listedMax;
  if (more > 0) say(text(`  and ${number(more)} more`, `  외 ${number(more)}건`));
}

function exitCodeOf(byState: ReadonlyMap<RowState, readonly RowResult[]>): ExitCode {
  const has = (...states: readonly RowState[]): boolean => states.some((state) => byState.get(state)?.length);
  if (has('planned', 'not_done', 'running', 'unanswered')) return exitCodes.unfinished;
  if (has('in_doubt', 'accepted', 'unclear')) return exitCodes.inDoubt;
  return has('refused') ? exitCodes.no : exitCodes.done;
}
