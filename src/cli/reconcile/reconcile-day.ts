import { readFile, stat } from 'node:fs/promises';
import type { ChannelAnswer } from '../../api/views/channel.ts';
import type {
  BookedAnswer,
  BookedPageAnswer,
  TransactionAnswer,
  TransactionPageAnswer,
} from '../../api/views/reconciliation.ts';
import { dayAfter } from '../../platform/clock/seoul-day.ts';
import type { Api } from '../api.ts';
import type { CommandContext } from '../command.ts';
import { withApi } from '../connection.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { counted, showOptional } from '../show.ts';
import { tableLines } from '../table.ts';
import { comparePayment } from './compare-payment.ts';
import { compareTransactions } from './compare-transactions.ts';
import type { Difference } from './difference.ts';
import type { ReconcileOptions } from './options.ts';
import { readSettlement } from './settlement-file.ts';

/** What was compared, and what this way of comparing can not see. */
interface Comparison {
  readonly differences: readonly Difference[];
  readonly payments: number;
  readonly transactions: number;
  readonly notes: readonly string[];
}

const fileBytesMax = 64 * 1024 * 1024;

/** `hwanbul reconcile`: reads both books and lists what differs. It changes nothing; a person resolves. */
export function reconcile(context: CommandContext, options: ReconcileOptions): Promise<ExitCode> {
  return withApi(options, context.env, async (api) => {
    const { file } = options;
    const settlement = file === undefined ? undefined : await readSettlementFile(file);
    const comparison = settlement
      ? await compareWithFile(api, options, settlement)
      : await compareWithGateway(api, options, context);
    return show(context, options, comparison);
  });
}

async function readSettlementFile(path: string): Promise<readonly TransactionAnswer[]> {
  let text: string;
  try {
    if ((await stat(path)).size > fileBytesMax) throw new CliFailure(`${path} is larger than 64 MiB: split it.`);
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof CliFailure) throw error;
    if (error instanceof TypeError) throw new CliFailure(`${path} is not UTF-8: save it as CSV UTF-8.`);
    throw new CliFailure(`${path} can not be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  const reading = readSettlement(text);
  if (reading.ok) return reading.transactions;
  const lines = reading.problems.slice(0, 50).map(({ line, problem }) => `  line ${line}: ${problem}`);
  throw new CliFailure([`${path} can not be compared:`, ...lines].join('\n'));
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
    payments: payments.length,
    transactions: theirs.length - others,
    notes: others > 0 ? [`${counted(others, 'line')} of other days in the file were left aside.`] : [],
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
    if (looked.length % 500 === 0) terminal.note(`${counted(looked.length, 'payment')} looked up`);
  }
  const differences = looked.flatMap(comparePayment);
  const notes: string[] = [];
  const channels = await api.get<readonly ChannelAnswer[]>('/users/pg');
  const theirs: TransactionAnswer[] = [];
  let listed = true;
  for (const { pg_id } of channels.filter(({ pg_provider }) => pg_provider === gateway)) {
    const list = await transactionsOf(api, gateway, date.text, pg_id);
    if (typeof list === 'string') {
      listed = false;
      notes.push(list);
    } else theirs.push(...list);
  }
  if (!listed) return { differences, payments: looked.length, transactions: theirs.length, notes };
  const around = await bookAround(api, gateway, date.text);
  const byList = compareTransactions(around, theirs, { from: date.start, until: date.end + 1 });
  // What the lookup has told already is not told twice.
  const told = new Set(differences.map(nameOf));
  return {
    differences: [...differences, ...byList.filter((each) => !told.has(nameOf(each)))],
    payments: looked.length,
    transactions: theirs.length,
    notes,
  };
}

function nameOf({ kind, type, imp_uid, transaction_id }: Difference): string {
  return [kind, type, imp_uid, type === 'payment' ? '' : transaction_id].join(' ');
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
): Promise<readonly TransactionAnswer[] | string> {
  const all: TransactionAnswer[] = [];
  let after: string | undefined;
  do {
    const page = await api.get<TransactionPageAnswer>(`/reconciliations/${encodeURIComponent(gateway)}/transactions`, {
      date,
      pg_id: mid,
      after,
    });
    if (page.answer === 'unsupported') {
      return `${gateway} does not list transactions: what is only there, of payments that are not in our book, can not be seen this way. Compare with its settlement file (--file).`;
    }
    if (page.answer !== 'listed') return `${gateway} could not list the transactions of ${mid}: ${page.why}.`;
    all.push(...page.list);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return all;
}

function show({ terminal }: CommandContext, options: ReconcileOptions, comparison: Comparison): ExitCode {
  const { differences, payments, transactions, notes } = comparison;
  const unknown = differences.filter(({ kind }) => kind === 'not_comparable').length;
  const real = differences.length - unknown;
  const exitCode = real > 0 ? exitCodes.no : unknown > 0 ? exitCodes.inDoubt : exitCodes.done;
  for (const note of notes) terminal.note(note);
  if (options.json) {
    const { gateway, date } = options;
    const equal = differences.length === 0;
    terminal.out(JSON.stringify({ gateway, date: date.text, equal, payments, transactions, notes, differences }));
    return exitCode;
  }
  if (differences.length > 0) {
    const columns = ['WHAT', 'OF', 'IMP_UID', 'AT THE GATEWAY', 'HERE', 'THERE', 'NOTE'].map((title) => ({ title }));
    const rows = differences.map((each) => [
      each.kind.replace('_', ' '),
      each.type,
      ...[each.imp_uid, each.transaction_id, each.here, each.there, each.note].map(showOptional),
    ]);
    for (const line of tableLines(columns, rows)) terminal.out(line);
  }
  const compared = `${counted(payments, 'payment')} of ours, ${counted(transactions, 'transaction')} of the gateway's`;
  if (real > 0) {
    terminal.out(terminal.outStyle('red', `${counted(real, 'difference')} (${compared})`));
    terminal.note('Nothing was changed. A doubt is ended by a person: hwanbul cancellations resolve CANCELLATION_ID.');
  } else if (unknown > 0) {
    terminal.out(terminal.outStyle('yellow', `No difference seen, ${unknown} could not be compared (${compared})`));
  } else terminal.out(terminal.outStyle('green', `The books are equal (${compared})`));
  return exitCode;
}
