import type { ChannelAnswer } from '../../api/views/channel.ts';
import type {
  BookedAnswer,
  BookedPageAnswer,
  TransactionAnswer,
  TransactionPageAnswer,
} from '../../api/views/reconciliation.ts';
import { dayAfter } from '../../platform/clock/seoul-day.ts';
import { counted, number, showTime } from '../../platform/language/show.ts';
import { joined, jsonIn, type Text, text, type Words } from '../../platform/language/text.ts';
import { apiWord } from '../../rules/language/api-words.ts';
import { compareBooks } from '../../rules/reconciliation/compare-books.ts';
import { compareTransactions } from '../../rules/reconciliation/compare-transactions.ts';
import { type Difference, doubtsByPayment } from '../../rules/reconciliation/difference.ts';
import { notListed, withoutList } from '../../rules/reconciliation/notes.ts';
import type { Api } from '../api.ts';
import type { CommandContext } from '../command.ts';
import { withApi } from '../connection.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { readTextFile } from '../read-text.ts';
import { printTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { type AdoptionOutcome, adoptDifferences, countLeft } from './adopt-differences.ts';
import type { ReconcileOptions } from './options.ts';
import { type NamedOrder, readOrdersFile } from './orders-file.ts';
import { readSettlement } from './settlement-file.ts';

/** What was compared, and what this way of comparing can not see. */
interface Comparison {
  readonly differences: readonly Difference[];
  /** Of ours, around the day as well: the doubts among them may be the reason. */
  readonly book: readonly BookedAnswer[];
  readonly payments: number;
  readonly transactions: number;
  /** What the gateway lists, or its file. */
  readonly theirs: readonly TransactionAnswer[];
  readonly notes: readonly Text[];
}

const problemsShownMax = 50;

/** `hwanbul reconcile`: reads both books and lists what differs. It changes nothing but what a person adopts. */
export function reconcile(context: CommandContext, options: ReconcileOptions): Promise<ExitCode> {
  refuseWithoutAdopt(options);
  return withApi(context, options, async (api) => {
    const { file, date, orders } = options;
    const named = orders === undefined ? new Map<string, NamedOrder>() : await readOrdersFile(orders);
    const settlement = file === undefined ? undefined : await readSettlementFile(file);
    const now = await api.now();
    refuseFuture(options, now);
    const what = settlement
      ? text('Reading our book', '장부를 읽는 중')
      : text('Asking the gateway about each payment', 'PG사에 결제를 하나씩 조회하는 중');
    const comparing = settlement
      ? compareWithFile(api, options, settlement)
      : compareWithGateway(api, options, context);
    const comparison = await context.terminal.whileWaiting(what, comparing);
    const notes = now > date.end ? comparison.notes : [...comparison.notes, notOver];
    return show(context.terminal, options, { ...comparison, notes }, () =>
      adoptDifferences(api, context.terminal, options, comparison, named),
    );
  });
}

/** Who thinks that something is adopted should not learn later that nothing was. */
function refuseWithoutAdopt({ adopt, ...options }: ReconcileOptions): void {
  if (adopt) return;
  const given = (['by', 'reason', 'orders', 'yes'] as const).find((name) => options[name] !== undefined);
  if (given === undefined) return;
  throw new CliFailure(
    text(`--${given} goes with --adopt.`, `--${given}은(는) --adopt와 함께 씁니다.`),
    exitCodes.usage,
  );
}

/** By the server's clock, which a sandbox may have moved. */
function refuseFuture({ date }: ReconcileOptions, now: number): void {
  if (date.start <= now) return;
  const at = showTime(now);
  throw new CliFailure(
    text(
      `${date.text} has not begun: for the server it is ${at} in Seoul.`,
      `${date.text}은(는) 아직 오지 않은 날입니다. 서버 시각은 ${at}(서울)입니다.`,
    ),
    exitCodes.usage,
    { error: 'day_not_begun' },
  );
}

const notOver = text(
  'The day is not over: what comes later in it is not compared yet.',
  '아직 끝나지 않은 날이라 이후의 거래는 비교되지 않았습니다.',
);

async function readSettlementFile(path: string): Promise<readonly TransactionAnswer[]> {
  const reading = readSettlement((await readTextFile(path)).text);
  if (reading.ok) return reading.transactions;
  const { problems } = reading;
  const lines = problems
    .slice(0, problemsShownMax)
    .map(({ line, problem }) => text(`  line ${line}: ${problem.en}`, `  ${line}행: ${problem.ko}`));
  const rest = problems.length - lines.length;
  const more = rest > 0 ? [text(`  and ${number(rest)} more`, `  외 ${number(rest)}건`)] : [];
  const first = text(`${path} can not be compared:`, `${path}을(를) 비교할 수 없습니다:`);
  throw new CliFailure(joined([first, ...lines, ...more], '\n'), exitCodes.usage, {
    error: 'file_refused',
    problems,
  });
}

async function compareWithFile(
  api: Api,
  { gateway, date }: ReconcileOptions,
  theirs: readonly TransactionAnswer[],
): Promise<Comparison> {
  const payments = await bookAround(api, gateway, date.text);
  const others = theirs.filter(({ at }) => at < date.start || at > date.end).length;
  return {
    differences: compareTransactions(payments, theirs, { from: date.start, until: date.end + 1 }),
    book: payments,
    theirs,
    payments: payments.length,
    transactions: theirs.length - others,
    notes:
      others > 0
        ? [
            text(
              `${counted(others, 'line')} of other days in the file were left aside.`,
              `파일에서 다른 날의 ${number(others)}행은 제외했습니다.`,
            ),
          ]
        : [],
  };
}

/** The day before and the day after, too: what both books have on different days is no loss. */
async function bookAround(api: Api, gateway: string, day: string): Promise<readonly BookedAnswer[]> {
  const byImpUid = new Map<string, BookedAnswer>();
  for (const each of [-1, 0, 1]) {
    for await (const payment of bookOf(api, gateway, dayAfter(day, each), false)) {
      byImpUid.set(payment.imp_uid, payment);
    }
  }
  return [...byImpUid.values()];
}

async function compareWithGateway(
  api: Api,
  { gateway, date }: ReconcileOptions,
  { terminal }: CommandContext,
): Promise<Comparison> {
  const looked: BookedAnswer[] = [];
  for await (const payment of bookOf(api, gateway, date.text, true)) {
    looked.push(payment);
    if (looked.length % 500 === 0) {
      terminal.note(text(`${counted(looked.length, 'payment')} looked up`, `${number(looked.length)}건 조회함`));
    }
  }
  const notes: Text[] = [];
  const channels = await api.get<readonly ChannelAnswer[]>('/users/pg');
  const theirs: TransactionAnswer[] = [];
  let listed = true;
  // A MID is listed once for each type of payment.
  const mids = channels.filter(({ pg_provider }) => pg_provider === gateway).map(({ pg_id }) => pg_id);
  for (const pg_id of new Set(mids)) {
    const list = await transactionsOf(api, gateway, date.text, pg_id);
    if ('en' in list) {
      listed = false;
      notes.push(list);
    } else theirs.push(...list);
  }
  const around = listed ? await bookAround(api, gateway, date.text) : [];
  const day = { from: date.start, until: date.end + 1 };
  return {
    differences: compareBooks({ looked, around, theirs: listed ? theirs : undefined, day }),
    book: [...around, ...looked],
    theirs,
    payments: looked.length,
    transactions: theirs.length,
    notes,
  };
}

async function* bookOf(api: Api, gateway: string, date: string, lookUp: boolean): AsyncGenerator<BookedAnswer> {
  let after: string | undefined;
  do {
    const page = await api.get<BookedPageAnswer>(`/reconciliations/${encodeURIComponent(gateway)}/payments`, {
      date,
      look_up: lookUp ? 'true' : undefined,
      limit: lookUp ? 100 : 1000,
      after,
    });
    yield* page.list;
    after = page.next ?? undefined;
  } while (after !== undefined);
}

/** The list, or why there is none. */
async function transactionsOf(
  api: Api,
  gateway: string,
  date: string,
  mid: string,
): Promise<readonly TransactionAnswer[] | Text> {
  const all: TransactionAnswer[] = [];
  let after: string | undefined;
  do {
    const page = await api.get<TransactionPageAnswer>(`/reconciliations/${encodeURIComponent(gateway)}/transactions`, {
      date,
      pg_id: mid,
      after,
    });
    if (page.answer === 'unsupported') return withoutList(gateway);
    if (page.answer !== 'listed') return notListed(gateway, mid, page.why ?? '');
    all.push(...page.list);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return all;
}

async function show(
  terminal: Terminal,
  options: ReconcileOptions,
  comparison: Comparison,
  adopting: () => Promise<AdoptionOutcome>,
): Promise<ExitCode> {
  const { differences, book, theirs, payments, transactions, notes } = comparison;
  const unknown = differences.filter(({ kind }) => kind === 'not_comparable').length;
  const real = differences.length - unknown;
  const doubts = doubtsByPayment(book);
  for (const note of notes) terminal.note(note);
  if (!options.json) {
    if (differences.length > 0) printDifferences(terminal, differences);
    tellResult(terminal, { real, unknown, payments, transactions });
  }
  const adoption = options.adopt ? await adopting() : undefined;
  const left = adoption ? countLeft(differences, theirs, adoption) - unknown : real;
  const exitCode = left > 0 ? exitCodes.no : unknown > 0 ? exitCodes.inDoubt : exitCodes.done;
  if (options.json) {
    const { gateway, date } = options;
    const document = {
      gateway,
      date: date.text,
      equal: differences.length === 0,
      payments,
      transactions,
      notes,
      differences: differences.map((each) => ({ ...each, doubts: doubts.get(each.imp_uid) ?? [] })),
      ...(adoption && { adoption }),
      exit_code: exitCode,
    };
    terminal.out(jsonIn(terminal.language, document));
    return exitCode;
  }
  if (!adoption && differences.length > 0) {
    terminal.note(text('Nothing was changed.', '아무것도 변경하지 않았습니다.'));
  }
  tellDoubts(terminal, new Set(differences.flatMap(({ imp_uid }) => doubts.get(imp_uid) ?? [])));
  return exitCode;
}

function printDifferences(terminal: Terminal, differences: readonly Difference[]): void {
  const columns = [
    { title: text('WHAT', '차이') },
    { title: text('OF', '대상') },
    { title: 'IMP_UID' },
    { title: text('AT THE GATEWAY', 'PG사 거래번호') },
    { title: text('HERE', '여기') },
    { title: text('THERE', 'PG사') },
    { title: text('NOTE', '비고') },
  ];
  const rows = differences.map((each) => [
    spaced(apiWord(each.kind)),
    apiWord(each.type),
    each.imp_uid ?? '-',
    each.transaction_id ?? '-',
    each.here ?? '-',
    each.there ?? '-',
    each.note ?? '-',
  ]);
  printTable(terminal, columns, rows);
}

/** `only there` is read more easily than the word of the JSON. */
function spaced(word: Words): Words {
  return typeof word === 'string' ? word.replace('_', ' ') : { ...word, en: word.en.replace('_', ' ') };
}

function tellResult(
  terminal: Terminal,
  counts: {
    readonly real: number;
    readonly unknown: number;
    readonly payments: number;
    readonly transactions: number;
  },
): void {
  const { real, unknown, payments, transactions } = counts;
  const compared = text(
    `${counted(payments, 'payment')} of ours, ${counted(transactions, 'transaction')} of the gateway's`,
    `우리 결제 ${number(payments)}건, PG사 거래 ${number(transactions)}건`,
  );
  if (real > 0) {
    const told = text(`${counted(real, 'difference')} (${compared.en})`, `차이 ${number(real)}건 (${compared.ko})`);
    terminal.out(terminal.outStyle('red', told));
  } else if (unknown > 0) {
    const told = text(
      `No difference seen, ${unknown} could not be compared (${compared.en})`,
      `차이는 없지만 ${number(unknown)}건은 비교하지 못했습니다 (${compared.ko})`,
    );
    terminal.out(terminal.outStyle('yellow', told));
  } else {
    const told = text(`The books are equal (${compared.en})`, `두 장부가 일치합니다 (${compared.ko})`);
    terminal.out(terminal.outStyle('green', told));
  }
}

function tellDoubts(terminal: Terminal, doubts: ReadonlySet<string>): void {
  if (doubts.size === 0) return;
  terminal.note(
    text(
      'These are not settled here, and may be the reason. A person ends them:',
      '여기서 아직 확정되지 않은 것들이며 차이의 원인일 수 있습니다. 사람이 확정합니다:',
    ),
  );
  for (const id of doubts) terminal.note(`  hwanbul doubts resolve ${id}`);
}
