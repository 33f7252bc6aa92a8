import { createHash, randomUUID } from 'node:crypto';
import type { Api } from '../api.ts';
import type { CancelOptions } from '../cancel/options.ts';
import type { CommandContext } from '../command.ts';
import { readConnection, withApi } from '../connection.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { counted, showAmount } from '../show.ts';
import { askYes } from '../terminal.ts';
import { checkRows } from './check-rows.ts';
import { type PlannedRefund, planRefunds } from './plan.ts';
import { showProgress } from './progress.ts';
import { type RefundFile, type RowProblem, readRefundFile } from './read-rows.ts';
import { concludeRun } from './report.ts';
import { createResultFile, openResultFile, type ResultFile, type RunHead } from './result-file.ts';
import { endedStates, followRefunds, runRefunds } from './run.ts';
import { lockRun } from './run-lock.ts';
import { totalsOf } from './totals.ts';

/** How many problems of a file are shown; the count of all is. */
const problemsShownMax = 50;

/** `hwanbul cancel --file`: begins a bulk refund, or goes on with the one that the result file tells of. */
export async function cancelFile(context: CommandContext, path: string, options: CancelOptions): Promise<ExitCode> {
  const { terminal, env } = context;
  const file = await readRefundFile(path);
  const problems = [...file.problems, ...checkRows(file.rows)];
  if (!options.yes && !options.dryRun && !terminal.canAsk) {
    throw new CliFailure('There is nobody to ask here: add --yes to begin without a question, or --dry-run.');
  }
  const resultPath = options.results ?? `${path.replace(/\.(csv|jsonl|ndjson)$/i, '')}.results.jsonl`;
  const unlock = options.dryRun ? undefined : lockRun(resultPath);
  try {
    return await withApi(
      options,
      env,
      async (api) => {
        const { serverNow } = await api.logIn();
        const merchant = createHash('sha256').update(readConnection(options, env).impKey).digest('hex').slice(0, 16);
        const earlier = await openResultFile(resultPath);
        if (earlier) {
          refuseOtherRun(earlier.head, { path, resultPath, file, merchant, api, options });
          if (options.dryRun) return tellEarlier(context, earlier, resultPath);
          return goOn(context, api, file, earlier, { serverNow, resultPath, options });
        }
        const refunds = await planOf(api, path, file, problems, options);
        tellPlan(context, path, refunds, api);
        if (options.dryRun) return exitCodes.done;
        await agree(context, options, `Give ${counted(refunds.length, 'payment')} back?`);
        const head: RunHead = {
          type: 'run',
          version: 1,
          run_id: randomUUID(),
          file_sha256: file.sha256,
          url: api.url,
          merchant,
          rows: refunds.length,
          started_at: serverNow,
        };
        const at = new Date().toISOString();
        const planned = refunds.map((refund) => ({ type: 'row' as const, ...refund, state: 'planned' as const, at }));
        const results = await createResultFile(resultPath, head, planned);
        return carryOut(context, api, file, results, { serverNow, resultPath, options });
      },
      options.concurrency,
    );
  } finally {
    unlock?.();
  }
}

function refuseProblems(path: string, problems: readonly RowProblem[]): void {
  if (problems.length === 0) return;
  const sorted = problems.toSorted((a, b) => a.line - b.line);
  const shown = sorted.slice(0, problemsShownMax).map(({ line, problem }) => `  line ${line}: ${problem}`);
  const more = problems.length > shown.length ? [`  and ${problems.length - shown.length} more`] : [];
  throw new CliFailure(
    [`${path} has ${counted(problems.length, 'problem')}; nothing was given back:`, ...shown, ...more].join('\n'),
  );
}

function refuseOtherRun(
  head: RunHead,
  now: {
    readonly path: string;
    readonly resultPath: string;
    readonly file: RefundFile;
    readonly merchant: string;
    readonly api: Api;
    readonly options: CancelOptions;
  },
): void {
  if (head.file_sha256 !== now.file.sha256) {
    throw new CliFailure(
      `${now.resultPath} is of another file than ${now.path} is now: put the file back as it was, or give a new one its own --results.`,
    );
  }
  if (head.merchant !== now.merchant) {
    throw new CliFailure(`${now.resultPath} is of another merchant: give the REST API key that it was begun with.`);
  }
  if (head.url !== now.api.url && !now.options.serverMoved) {
    throw new CliFailure(
      `${now.resultPath} was begun at ${head.url}. Only if ${now.api.url} is that very server, add --server-moved.`,
    );
  }
}

/** All that is wrong is said at once, so rows that are well-formed are looked up even where others are not. */
async function planOf(
  api: Api,
  path: string,
  file: RefundFile,
  problems: readonly RowProblem[],
  options: CancelOptions,
): Promise<readonly PlannedRefund[]> {
  const bad = new Set(problems.map(({ line }) => line));
  const rows = file.rows.filter(({ line }) => !bad.has(line));
  const plan = await planRefunds(api, rows, { allowSameAmount: options.allowSameAmount === true });
  refuseProblems(path, [...problems, ...plan.problems]);
  return plan.refunds;
}

function tellPlan({ terminal }: CommandContext, path: string, refunds: readonly PlannedRefund[], api: Api): void {
  const parts = refunds.filter(({ amount, checksum }) => amount !== checksum).length;
  terminal.note(`${path}: ${counted(refunds.length, 'refund')} at ${api.url}`);
  terminal.note(`  all that is left: ${refunds.length - parts}, a part: ${parts}`);
  for (const [currency, total] of totalsOf(refunds)) {
    const most = Math.max(...refunds.filter((each) => each.currency === currency).map(({ amount }) => amount));
    terminal.note(
      terminal.noteStyle('bold', `  total ${showAmount(total, currency)}, the largest ${showAmount(most, currency)}`),
    );
  }
}

function openRowsOf(results: ResultFile): number {
  return [...results.rows.values()].filter(({ state }) => !endedStates.has(state)).length;
}

function tellEarlier({ terminal }: CommandContext, results: ResultFile, resultPath: string): ExitCode {
  const open = openRowsOf(results);
  terminal.note(`${resultPath}: ${counted(results.head.rows, 'row')} were begun, ${open} have not ended.`);
  return open === 0 ? exitCodes.done : exitCodes.unfinished;
}

interface Going {
  readonly serverNow: number;
  readonly resultPath: string;
  readonly options: CancelOptions;
}

async function goOn(
  context: CommandContext,
  api: Api,
  file: RefundFile,
  results: ResultFile,
  going: Going,
): Promise<ExitCode> {
  tellEarlier(context, results, going.resultPath);
  if (openRowsOf(results) > 0) await agree(context, going.options, 'Go on with it?');
  return carryOut(context, api, file, results, going);
}

async function agree({ terminal }: CommandContext, options: CancelOptions, question: string): Promise<void> {
  if (!options.yes && !(await askYes(terminal, question))) throw new CliFailure('Nothing was begun.');
}

async function carryOut(
  context: CommandContext,
  api: Api,
  file: RefundFile,
  results: ResultFile,
  { serverNow, resultPath, options }: Going,
): Promise<ExitCode> {
  const { terminal } = context;
  const stop = new AbortController();
  const interrupted = (signal: NodeJS.Signals): void => {
    // The second time the person means it; what is in flight is found by its key when the run goes on.
    if (stop.signal.aborted) process.exit(exitCodes.unfinished);
    stop.abort();
    terminal.note(`${signal}: stopping when the rows in flight have ended. Once more ends at once.`);
  };
  process.on('SIGINT', interrupted);
  process.on('SIGTERM', interrupted);
  const progress = showProgress(terminal, openRowsOf(results), results.rows);
  const parts = { api, head: results.head, serverNow, retryForMs: options.retryFor * 1000, signal: stop.signal };
  const choices = {
    concurrency: options.concurrency,
    followMs: options.wait * 1000,
    stop,
    onResult: progress.settled,
  };
  try {
    await runRefunds(parts, results, file.rows, choices);
    await followRefunds(parts, results, file.rows, choices);
    progress.finish();
  } finally {
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
    await results.close();
  }
  return concludeRun(terminal, results, { resultPath, json: options.json === true });
}
