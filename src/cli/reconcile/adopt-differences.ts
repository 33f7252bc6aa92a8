import type { AdoptionAnswer } from '../../api/views/adoption.ts';
import type { TransactionAnswer } from '../../api/views/reconciliation.ts';
import { counted, number, showTime } from '../../platform/language/show.ts';
import { joined, text, type Words } from '../../platform/language/text.ts';
import { apiWord } from '../../rules/language/api-words.ts';
import type { Difference } from '../../rules/reconciliation/difference.ts';
import { type Api, describeRefusal } from '../api.ts';
import { exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { printTable } from '../table.ts';
import { askYes, type Terminal } from '../terminal.ts';
import type { ReconcileOptions } from './options.ts';
import type { NamedOrder } from './orders-file.ts';

type Result = AdoptionAnswer['list'][number];

/** An order of which the gateway has something that our book may have lost, and what names it. */
interface Order extends Partial<NamedOrder> {
  readonly order_id: string;
  readonly lines: readonly TransactionAnswer[];
}

export interface AdoptionOutcome {
  /** Nothing was adopted: it was only asked what could be. */
  readonly dry_run: boolean;
  readonly list: readonly Result[];
}

const ordersPerRequest = 16;

/** Could what differs be something that the gateway has and our book has lost? The server decides, by the gateway's look-up. */
function isOrderOfInterest({ kind, type, imp_uid }: Difference): boolean {
  // Where a gateway tells the balance only, a lost cancellation is another balance; a lost payment may be one that still waits here.
  return (
    kind === 'only_there' || (kind === 'amount' && type === 'cancellation') || (kind === 'state' && imp_uid !== null)
  );
}

/** By which order each difference is known at the gateway. `undefined`: it is in no line, and of no payment of ours. */
function orderReader(theirs: readonly TransactionAnswer[]): (difference: Difference) => string | undefined {
  const lines = new Map(theirs.map((line) => [`${line.type} ${line.transaction_id}`, line]));
  return ({ imp_uid, type, transaction_id }) => imp_uid ?? lines.get(`${type} ${transaction_id}`)?.order_id;
}

/** With all lines of each, those of other days as well: where a gateway tells the balance only, they have to come to it. */
function ordersOf(
  differences: readonly Difference[],
  theirs: readonly TransactionAnswer[],
  named: ReadonlyMap<string, NamedOrder>,
): readonly Order[] {
  const orderOf = orderReader(theirs);
  const lines = Map.groupBy(theirs, ({ order_id }) => order_id);
  const orders = new Set(differences.filter(isOrderOfInterest).flatMap((each) => orderOf(each) ?? []));
  return [...orders].map((order_id) => ({ ...named.get(order_id), order_id, lines: lines.get(order_id) ?? [] }));
}

/** How many differences are not gone by what was adopted. What the look-up did not say is not. */
export function countLeft(
  differences: readonly Difference[],
  theirs: readonly TransactionAnswer[],
  { list }: AdoptionOutcome,
): number {
  const orderOf = orderReader(theirs);
  const adopted = new Map(list.filter(({ outcome }) => outcome === 'adopted').map((each) => [each.order_id, each]));
  return differences.filter((difference) => {
    const result = isOrderOfInterest(difference) ? adopted.get(orderOf(difference) ?? '') : undefined;
    if (!result) return true;
    const { kind, type: of, transaction_id: id } = difference;
    const isIt = ({ type, transaction_id }: Result['things'][number]): boolean =>
      type === of && (type === 'payment' || transaction_id === id);
    return kind === 'only_there' && !result.things.some(isIt);
  }).length;
}

/** Shows what our book has lost, and takes it in where a named person wants that. */
export async function adoptDifferences(
  api: Api,
  terminal: Terminal,
  options: ReconcileOptions,
  compared: { readonly differences: readonly Difference[]; readonly theirs: readonly TransactionAnswer[] },
  named: ReadonlyMap<string, NamedOrder>,
): Promise<AdoptionOutcome> {
  const orders = ordersOf(compared.differences, compared.theirs, named);
  const shown = await askAll(api, options, orders, { dry_run: true });
  const adoptable = shown.filter(({ outcome }) => outcome === 'adoptable');
  if (!options.json && shown.length > 0) print(terminal, shown);
  if (adoptable.length === 0) {
    terminal.note(text('There is nothing that could be adopted.', '반영할 수 있는 거래가 없습니다.'));
    return { dry_run: true, list: shown };
  }
  const person = await agree(terminal, options, adoptable);
  if (!person) return { dry_run: true, list: shown };
  const wanted = new Set(adoptable.map(({ order_id }) => order_id));
  const done = await askAll(
    api,
    options,
    orders.filter(({ order_id }) => wanted.has(order_id)),
    { dry_run: false, ...person },
  );
  if (!options.json) print(terminal, done);
  const adopted = done.filter(({ outcome }) => outcome === 'adopted').length;
  terminal.note(
    text(
      `${counted(adopted, 'payment')} adopted by ${person.actor}. Compare again to see what is left.`,
      `${person.actor}이(가) 결제 ${number(adopted)}건을 반영했습니다. 남은 차이는 다시 비교해 확인하세요.`,
    ),
  );
  const byOrder = new Map(done.map((each) => [each.order_id, each]));
  return { dry_run: false, list: shown.map((each) => byOrder.get(each.order_id) ?? each) };
}

/** `undefined`: nobody says so, and nothing is to be changed. */
async function agree(
  terminal: Terminal,
  options: ReconcileOptions,
  adoptable: readonly Result[],
): Promise<{ readonly actor: string; readonly reason: string } | undefined> {
  if (options.yes !== true && !terminal.canAsk) {
    terminal.note(
      text(
        'Nothing was changed. To adopt it, add --by, --reason and --yes.',
        '아무것도 변경하지 않았습니다. 반영하려면 --by, --reason, --yes를 추가하세요.',
      ),
    );
    return undefined;
  }
  const actor = options.by ?? (await askNeeded(terminal, '--by', text('Your name:', '반영하는 사람 이름:')));
  const reason = options.reason ?? (await askNeeded(terminal, '--reason', text('Why?', '반영하는 이유:')));
  const things = adoptable.reduce((all, each) => all + each.things.length, 0);
  const question = text(
    `Take ${counted(things, 'transaction')} of ${counted(adoptable.length, 'payment')} into our book? Nothing is sent to the gateway, webhooks are.`,
    `결제 ${number(adoptable.length)}건의 거래 ${number(things)}건을 우리 장부에 반영할까요? PG사에는 아무것도 보내지 않고, 웹훅은 보냅니다.`,
  );
  if (options.yes === true || (await askYes(terminal, question))) return { actor, reason };
  throw new CliFailure(text('Nothing was changed.', '아무것도 변경하지 않았습니다.'));
}

async function askNeeded(terminal: Terminal, option: string, question: Words): Promise<string> {
  const answer = terminal.canAsk ? (await terminal.ask(`${terminal.say(question)} `)).trim() : '';
  if (answer !== '') return answer;
  throw new CliFailure(
    text(`Nothing was changed: ${option} is needed.`, `변경하지 않았습니다. ${option}이(가) 필요합니다.`),
    exitCodes.usage,
  );
}

/** Some at a time; those that the time of a request was too short for are asked about again. */
async function askAll(
  api: Api,
  { gateway, file }: ReconcileOptions,
  orders: readonly Order[],
  how: { readonly dry_run: boolean; readonly actor?: string; readonly reason?: string },
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let waiting = orders;
  while (waiting.length > 0) {
    const some = waiting.slice(0, ordersPerRequest);
    const path = `/reconciliations/${encodeURIComponent(gateway)}/adoptions`;
    const source = file === undefined ? 'hwanbul reconcile' : `hwanbul reconcile --file ${nameOf(file)}`;
    const body = { list: some, source, ...how };
    const answer = await api.ask<AdoptionAnswer>('POST', path, { body, asOperator: true });
    if (answer.error !== undefined) {
      throw new CliFailure(describeRefusal(answer), exitCodes.no, { error: answer.error });
    }
    const { list } = answer.response;
    const isStuck = list.every(({ outcome }) => outcome === 'not_reached');
    const late = new Set(isStuck ? [] : list.filter(isNotReached).map(({ order_id }) => order_id));
    results.push(...list.filter(({ order_id }) => !late.has(order_id)));
    waiting = [...some.filter(({ order_id }) => late.has(order_id)), ...waiting.slice(some.length)];
  }
  return results;
}

function isNotReached({ outcome }: Result): boolean {
  return outcome === 'not_reached';
}

/** Its folders are nobody's business. */
function nameOf(file: string): string {
  return (file.split(/[\\/]/).at(-1) ?? file).slice(-100);
}

const lacksNothing = text(
  "by the gateway's look-up our book lacks nothing of it",
  'PG사 조회로는 우리 장부에 빠진 것이 없습니다',
);

function print(terminal: Terminal, results: readonly Result[]): void {
  const columns = [
    { title: text('ADOPTION', '반영') },
    { title: text('OF', '대상') },
    { title: 'IMP_UID' },
    { title: text('AT THE GATEWAY', 'PG사 거래번호') },
    { title: text('AMOUNT', '금액'), align: 'right' as const },
    { title: text('TIME', '일시') },
    { title: text('NOTE', '비고') },
  ];
  printTable(terminal, columns, results.flatMap(rowsOf));
}

function rowsOf({ order_id, outcome, things, why, currency, merchant_uid }: Result): readonly (readonly Words[])[] {
  const word = apiWord(outcome);
  const spaced = typeof word === 'string' ? word.replace('_', ' ') : { ...word, en: word.en.replace('_', ' ') };
  if (things.length === 0) {
    return [[spaced, '-', order_id, '-', '-', '-', why ?? (outcome === 'already_here' ? lacksNothing : '-')]];
  }
  return things.map((thing) => [
    spaced,
    apiWord(thing.type),
    order_id,
    thing.transaction_id,
    joined([String(thing.amount), currency ?? ''], ' '),
    showTime(thing.at),
    thing.cancellation_id ?? merchant_uid ?? '-',
  ]);
}
