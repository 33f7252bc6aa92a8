import type { Command } from 'commander';
import type {
  CancellationAnswer,
  CancellationListAnswer,
  CancellationSummaryAnswer,
} from '../../api/views/cancellation.ts';
import type { DoubtAnswer, DoubtListAnswer } from '../../api/views/doubt.ts';
import { counted, showAmount, showOptional, showTime } from '../../platform/language/show.ts';
import { text } from '../../platform/language/text.ts';
import { apiWord, apiWordList } from '../../rules/language/api-words.ts';
import { describeRefusal } from '../api.ts';
import { type CancellationState, cancellationStates } from '../cancel/states.ts';
import type { CommandContext } from '../command.ts';
import { addConnectionOptions, type ConnectionOptions, withApi } from '../connection.ts';
import { agreeOnResolution, type ResolutionOptions, refuseUnaskable } from '../doubts/resolution.ts';
import { printHistory } from '../doubts/show-doubt.ts';
import { addExamples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { noteMore, readList } from '../lists.ts';
import { wholeNumber } from '../numbers.ts';
import { printRecord, printTable } from '../table.ts';
import type { Colour, Terminal } from '../terminal.ts';
import { oneOf } from '../words.ts';
import { addResolutionOptions } from './doubts.ts';

interface ListOptions extends ConnectionOptions {
  readonly state?: CancellationState;
  readonly impUid?: string;
  readonly limit: number;
}

export function addCancellationsCommand(program: Command, context: CommandContext): void {
  const description = text(
    'list cancellations, show one, or end its doubt by hand',
    '취소를 조회하거나 결과를 알 수 없는 취소를 확정',
  );
  const cancellations = program.command('cancellations').description(context.terminal.say(description));
  addList(cancellations, context);
  addShow(cancellations, context);
  addResolve(cancellations, context);
}

function addList(cancellations: Command, context: CommandContext): void {
  const { terminal } = context;
  const { say } = terminal;
  const command = cancellations
    .command('list')
    .description(say(text('cancellations of all four kinds, newest first', '네 종류의 취소를 최신순으로')))
    .option('--state <state>', say(apiWordList(cancellationStates)), oneOf(terminal, cancellationStates))
    .option('--imp-uid <imp_uid>', say(text('those of one payment', '한 결제의 것만')))
    .option('--limit <number>', say(text('at most so many', '최대 건수')), wholeNumber(terminal, 1, 1_000_000), 50)
    .action((options: ListOptions) =>
      withApi(context, options, async (api) => {
        const { state, impUid: imp_uid } = options;
        const list = await readList<CancellationSummaryAnswer, CancellationListAnswer>(api, {
          path: '/cancellations',
          query: { state, imp_uid },
          limit: options.limit,
          goesOn: { by: 'before', idOf: ({ cancellation_id }) => cancellation_id },
        });
        if (options.json) for (const each of list.found) terminal.out(JSON.stringify(each));
        else if (list.found.length > 0) printCancellations(terminal, list.found);
        if (list.found.length === 0) terminal.note(text('No cancellations.', '취소가 없습니다.'));
        noteMore(terminal, list);
        if (options.json || (state !== undefined && state !== 'in_doubt')) return;
        const { list: doubts } = await api.get<DoubtListAnswer>('/doubts', { imp_uid, limit: 1000 });
        noteOtherDoubts(terminal, doubts.filter(({ kind }) => !isCancellation.has(kind)).length);
      }),
    );
  addConnectionOptions(terminal, command);
  addExamples(terminal, command, ['hwanbul cancellations list --state in_doubt']);
}

const isCancellation: ReadonlySet<string> = new Set<CancellationSummaryAnswer['kind']>([
  'cancel',
  'revoke_vbank',
  'revoke_barcode',
  'revoke_receipt',
]);

/** Whoever looks for doubts here would not find a payment's. */
function noteOtherDoubts(terminal: Terminal, count: number): void {
  if (count === 0) return;
  terminal.note(
    text(
      `Beside cancellations, ${counted(count, 'payment or receipt')} in doubt: hwanbul doubts list`,
      `취소 외에 결과를 알 수 없는 결제·발급이 ${count}건 있습니다: hwanbul doubts list`,
    ),
  );
}

function printCancellations(terminal: Terminal, list: readonly CancellationSummaryAnswer[]): void {
  const columns = [
    { title: text('CANCELLATION', '취소번호') },
    { title: text('STATE', '상태') },
    { title: text('KIND', '종류') },
    { title: text('AMOUNT', '금액'), align: 'right' },
    { title: 'IMP_UID' },
    { title: text('GATEWAY', 'PG사') },
    { title: text('REQUESTED', '요청') },
    { title: text('REASON', '사유') },
  ] as const;
  const painted = columns.map((column, index) =>
    index === 1 ? { ...column, paint: (cell: string) => paintState(terminal, cell) } : column,
  );
  const rows = list.map((each) => [
    each.cancellation_id,
    apiWord(each.state),
    apiWord(each.kind),
    showAmount(each.amount, each.currency),
    showOptional(each.imp_uid),
    each.pg_provider,
    showTime(each.requested_at),
    each.reason,
  ]);
  printTable(terminal, painted, rows);
}

function addShow(cancellations: Command, context: CommandContext): void {
  const { terminal } = context;
  const command = cancellations
    .command('show')
    .argument('<cancellation_id>')
    .description(terminal.say(text('one cancellation with every change of its state', '취소 한 건과 상태 변경 내역')))
    .action((id: string, options: ConnectionOptions) =>
      withApi(context, options, async (api) => {
        const record = await api.get<CancellationAnswer>(`/cancellations/${encodeURIComponent(id)}`);
        if (options.json) return terminal.out(JSON.stringify(record));
        printCancellation(terminal, record);
      }),
    );
  addConnectionOptions(terminal, command);
  addExamples(terminal, command, ['hwanbul cancellations show 01M7Y7ZSHFHXN2QV0A54']);
}

function addResolve(cancellations: Command, context: CommandContext): void {
  const { terminal } = context;
  const command = cancellations.command('resolve').argument('<cancellation_id>');
  addResolutionOptions(terminal, command).action((id: string, options: ConnectionOptions & ResolutionOptions) => {
    refuseUnaskable(terminal, options);
    return withApi(context, options, async (api) => {
      const name = encodeURIComponent(id);
      // What is no cancellation is not found here.
      await api.get<CancellationAnswer>(`/cancellations/${name}`);
      const doubt = await api.get<DoubtAnswer>(`/doubts/${name}`);
      const body = await agreeOnResolution(terminal, doubt, options, await api.now());
      const answer = await api.ask<CancellationAnswer>('POST', `/cancellations/${name}/resolve`, {
        body,
        asOperator: true,
      });
      if (answer.error !== undefined) {
        throw new CliFailure(describeRefusal(answer), exitCodes.no, { error: answer.error });
      }
      if (options.json) return terminal.out(JSON.stringify(answer.response));
      printCancellation(terminal, answer.response);
    });
  });
  addConnectionOptions(terminal, command);
  addExamples(terminal, command, [
    'hwanbul cancellations resolve 01M7Y7ZSHFHXN2QV0A54',
    "hwanbul cancellations resolve 01M7Y7ZSHFHXN2QV0A54 --outcome confirmed --actor kim --reason 'seen in their console' --yes",
  ]);
}

const stateColours: Readonly<Partial<Record<CancellationState, Colour>>> = Object.freeze({
  confirmed: 'green',
  refused: 'red',
  in_doubt: 'yellow',
  accepted: 'yellow',
});

function paintState(terminal: Terminal, cell: string): string {
  const shown = cell.trimEnd();
  const state = cancellationStates.find((each) => terminal.say(apiWord(each)) === shown);
  const colour = state && stateColours[state];
  return colour === undefined ? cell : terminal.outStyle(colour, cell);
}

function printCancellation(terminal: Terminal, record: CancellationAnswer): void {
  const next = showTime(record.next_inquiry_at);
  printRecord(terminal, [
    [text('cancellation', '취소번호'), record.cancellation_id],
    [text('state', '상태'), apiWord(record.state)],
    [text('kind', '종류'), apiWord(record.kind)],
    ['imp_uid', showOptional(record.imp_uid)],
    [text('order', '주문번호'), record.merchant_uid],
    [text('amount', '금액'), showAmount(record.amount, record.currency)],
    [text('gateway', 'PG사'), `${record.pg_provider}, ${showOptional(record.pg_tid)}`],
    [text('its answer', 'PG사 응답'), [record.gateway_code, record.gateway_message].filter(Boolean).join(' ') || '-'],
    [text('reason', '사유'), record.reason],
    [text('requested', '요청'), showTime(record.requested_at)],
    [text('ended', '종료'), showTime(record.ended_at)],
    [
      text('asked again', '재조회'),
      record.ended_at === 0
        ? text(`${record.inquiries} times, next ${next}`, `${record.inquiries}회, 다음 ${next}`)
        : '-',
    ],
  ]);
  terminal.out('');
  printHistory(terminal, record.history);
}
