import { createHash, randomUUID } from 'node:crypto';
import { counted, number } from '../../platform/language/show.ts';
import { joined, type Text, text } from '../../platform/language/text.ts';
import type { RowProblem } from '../../platform/table-file/read-table.ts';
import { checkRows } from '../../rules/refund-file/check-rows.ts';
import { type Api, Unanswered } from '../api.ts';
import type { CancelOptions } from '../cancel/options.ts';
import type { CommandContext } from '../command.ts';
import { readImpKey, withApi } from '../connection.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { whenInterrupted } from '../interruption.ts';
import { askYes } from '../terminal.ts';
import { type Plan, planRefunds } from './plan.ts';
import { showProgress } from './progress.ts';
import { type RefundFile, readRefundFile } from './read-rows.ts';
import { concludeRun, countStates } from './report.ts';
import {
  createResultFile,
  openResultFile,
  type ResultFile,
  type RunHead,
  readResultFile,
  type WrittenRun,
} from './result-file.ts';
import { endedStates, followRefunds, runRefunds } from './run.ts';
import { lockRun } from './run-lock.ts';
import { outPlan, tellPlan } from './tell-plan.ts';

/** How many problems of a file are shown; the count of all is. */
const problemsShownMax = 50;

/** `hwanbul cancel --file`: begins a bulk refund, or goes on with the one that the result file tells of. */
export async function cancelFile(context: CommandContext, path: string, options: CancelOptions): Promise<ExitCode> {
  const { terminal, env } = context;
  const file = await readRefundFile(path);
  const problems = [...file.problems, ...checkRows(file.rows)];
  if (!options.yes && !options.dryRun && !terminal.canAsk) {
    throw new CliFailure(
      text(
        'There is nobody to ask here: add --yes to begin without a question, or --dry-run.',
        '물어볼 사람이 없습니다. 묻지 않고 시작하려면 --yes를, 확인만 하려면 --dry-run을 추가하세요.',
      ),
    );
  }
  const resultPath = options.results ?? `${path.replace(/\.(csv|tsv|txt|jsonl|ndjson)$/i, '')}.results.jsonl`;
  const unlock = options.dryRun ? undefined : lockRun(resultPath);
  try {
    return await withApi(
      context,
      options,
      async (api) => {
        const { serverNow } = await api.logIn();
        const merchant = createHash('sha256').update(readImpKey(options, env)).digest('hex').slice(0, 16);
        const earlier = await readResultFile(resultPath);
        const going = { serverNow, resultPath, options };
        if (earlier) {
          refuseOtherRun(earlier.head, { path, resultPath, file, merchant, api, options });
          if (options.dryRun) return tryOutEarlier(context, earlier, going);
          return goOn(context, api, file, earlier, going);
        }
        const plan = await terminal.whileWaiting(
          text('Looking up the payments', '결제를 조회하는 중'),
          planOf(api, path, file, problems, options),
        );
        const { refunds } = plan;
        if (options.dryRun) {
          outPlan(terminal, path, api.url, plan, options.json === true);
          return exitCodes.done;
        }
        tellPlan(terminal, path, api.url, plan);
        const count = number(refunds.length);
        await agree(
          context,
          options,
          text(`Give ${counted(refunds.length, 'payment')} back?`, `${count}건을 환불할까요?`),
        );
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
        return carryOut(context, api, file, results, going);
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
  const shown = sorted
    .slice(0, problemsShownMax)
    .map(({ line, problem }) => text(`  line ${line}: ${problem.en}`, `  ${line}행: ${problem.ko}`));
  const rest = problems.length - shown.length;
  const more = rest > 0 ? [text(`  and ${number(rest)} more`, `  외 ${number(rest)}건`)] : [];
  const first = text(
    `${path} has ${counted(problems.length, 'problem')}; nothing was given back:`,
    `${path}에 문제가 ${number(problems.length)}건 있습니다. 환불하지 않았습니다:`,
  );
  throw new CliFailure(joined([first, ...shown, ...more], '\n'), exitCodes.usage, {
    error: 'file_refused',
    problems: sorted,
  });
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
  const { path, resultPath, api } = now;
  if (head.file_sha256 !== now.file.sha256) {
    throw new CliFailure(
      text(
        `${resultPath} is of another file than ${path} is now: put the file back as it was, or give a new one its own --results.`,
        `${resultPath}은(는) 지금의 ${path}과(와) 다른 파일의 결과입니다. 파일을 원래대로 되돌리거나, 새 파일이면 --results를 따로 주세요.`,
      ),
    );
  }
  if (head.merchant !== now.merchant) {
    throw new CliFailure(
      text(
        `${resultPath} is of another merchant: give the REST API key that it was begun with.`,
        `${resultPath}은(는) 다른 가맹점의 결과입니다. 시작할 때의 REST API 키를 주세요.`,
      ),
    );
  }
  if (head.url !== api.url && !now.options.serverMoved) {
    throw new CliFailure(
      text(
        `${resultPath} was begun at ${head.url}. Only if ${api.url} is that very server, add --server-moved.`,
        `${resultPath}은(는) ${head.url}에서 시작했습니다. ${api.url}이(가) 바로 그 서버일 때만 --server-moved를 추가하세요.`,
      ),
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
): Promise<Plan> {
  const bad = new Set(problems.map(({ line }) => line));
  const rows = file.rows.filter(({ line }) => !bad.has(line));
  const plan = await planRefunds(api, rows, { allowSameAmount: options.allowSameAmount === true });
  refuseProblems(path, [...problems, ...plan.problems]);
  return plan;
}

function openRowsOf(results: Pick<WrittenRun, 'rows'>): number {
  return [...results.rows.values()].filter(({ state }) => !endedStates.has(state)).length;
}

function tellEarlier({ terminal }: CommandContext, results: WrittenRun, resultPath: string): void {
  const open = openRowsOf(results);
  const { rows } = results.head;
  terminal.note(
    text(
      `${resultPath}: ${counted(rows, 'row')} were begun, ${open} have not ended.`,
      `${resultPath}: ${number(rows)}행을 시작했고 ${number(open)}행이 끝나지 않았습니다.`,
    ),
  );
}

function tryOutEarlier(context: CommandContext, results: WrittenRun, { resultPath, options }: Going): ExitCode {
  tellEarlier(context, results, resultPath);
  const exitCode = openRowsOf(results) === 0 ? exitCodes.done : exitCodes.unfinished;
  if (options.json) {
    const { run_id } = results.head;
    const summary = { type: 'summary', dry_run: true, run_id, ...countStates(results), exit_code: exitCode };
    context.terminal.out(JSON.stringify(summary));
  }
  return exitCode;
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
  earlier: WrittenRun,
  going: Going,
): Promise<ExitCode> {
  tellEarlier(context, earlier, going.resultPath);
  if (openRowsOf(earlier) > 0) await agree(context, going.options, text('Go on with it?', '이어서 진행할까요?'));
  const results = await openResultFile(going.resultPath, earlier);
  return carryOut(context, api, file, results, going);
}

async function agree({ terminal }: CommandContext, options: CancelOptions, question: Text): Promise<void> {
  if (options.yes || (await askYes(terminal, question))) return;
  throw new CliFailure(text('Nothing was begun.', '시작하지 않았습니다.'));
}

/** However it ends, what is known by then is told. */
async function carryOut(
  context: CommandContext,
  api: Api,
  file: RefundFile,
  results: ResultFile,
  { serverNow, resultPath, options }: Going,
): Promise<ExitCode> {
  const { terminal } = context;
  const stop = new AbortController();
  let isForced = false;
  const atEase = whenInterrupted({
    first: (signal) => {
      stop.abort();
      terminal.note(
        text(
          `${signal}: stopping when the rows in flight have ended. Once more ends at once.`,
          `${signal}: 진행 중인 행이 끝나면 멈춥니다. 한 번 더 누르면 바로 끝납니다.`,
        ),
      );
    },
    // Each request in flight is then one without an answer; the next run asks with its key.
    again: () => {
      isForced = true;
      void api.close();
    },
  });
  const progress = showProgress(terminal, openRowsOf(results), results.rows);
  const parts = { api, head: results.head, serverNow, retryForMs: options.retryFor * 1000, signal: stop.signal };
  const choices = {
    concurrency: options.concurrency,
    followMs: options.wait * 1000,
    stop,
    onResult: progress.settled,
    onFollow: progress.following,
  };
  const failures: unknown[] = [];
  const run = async (): Promise<void> => {
    await runRefunds(parts, results, file.rows, choices);
    await followRefunds(parts, results, file.rows, choices);
  };
  await terminal.whileWaiting(undefined, run()).catch((error: unknown) => failures.push(error));
  progress.finish();
  atEase();
  await results.close().catch((error: unknown) => failures.push(error));
  const exitCode = concludeRun(terminal, results, { resultPath, json: options.json === true });
  const [failure] = failures;
  if (failure !== undefined && !(isForced && failure instanceof Unanswered)) throw failure;
  return exitCode;
}
