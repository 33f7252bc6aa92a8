import type { Command } from 'commander';
import type { CancellationAnswer, CancellationSummaryAnswer } from '../../api/views/cancellation.ts';
import { describeRefusal } from '../api.ts';
import { cancellationsOf } from '../cancel/open-cancellations.ts';
import { type CancellationState, cancellationStates } from '../cancel/states.ts';
import type { CommandContext } from '../command.ts';
import { addConnectionOptions, type ConnectionOptions, withApi } from '../connection.ts';
import { addExamples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { wholeNumber } from '../numbers.ts';
import { showAmount, showOptional, showTime } from '../show.ts';
import { recordLines, tableLines } from '../table.ts';
import { askYes, type Colour, type Terminal } from '../terminal.ts';
import { oneOf } from '../words.ts';

interface ListOptions extends ConnectionOptions {
  readonly json?: boolean;
  readonly state?: CancellationState;
  readonly impUid?: string;
  readonly limit: number;
}

interface ResolveOptions extends ConnectionOptions {
  readonly json?: boolean;
  readonly outcome?: 'confirmed' | 'refused';
  readonly reason?: string;
  readonly actor?: string;
  readonly pgTid?: string;
  readonly yes?: boolean;
}

const outcomes = ['confirmed', 'refused'] as const;

export function addCancellationsCommand(program: Command, context: CommandContext): void {
  const cancellations = program
    .command('cancellations')
    .description('list cancellations, show one, or end a doubt by hand');
  addList(cancellations, context);
  addShow(cancellations, context);
  addResolve(cancellations, context);
}

function addList(cancellations: Command, { terminal, env }: CommandContext): void {
  const command = cancellations
    .command('list')
    .description('cancellations of all four kinds, newest first')
    .option('--state <state>', cancellationStates.join(', '), oneOf(cancellationStates))
    .option('--imp-uid <imp_uid>', 'those of one payment')
    .option('--limit <number>', 'at most so many', wholeNumber(1, 1_000_000), 50)
    .action((options: ListOptions) =>
      withApi(options, env, async (api) => {
        const found: CancellationSummaryAnswer[] = [];
        const filter = {
          ...(options.state === undefined ? {} : { state: options.state }),
          ...(options.impUid === undefined ? {} : { impUid: options.impUid }),
        };
        for await (const each of cancellationsOf(api, filter)) {
          if (found.length >= options.limit) break;
          found.push(each);
        }
        if (options.json) {
          for (const each of found) terminal.out(JSON.stringify(each));
          return;
        }
        const columns = [
          { title: 'CANCELLATION' },
          { title: 'STATE', paint: (cell: string) => paintState(terminal, cell) },
          { title: 'KIND' },
          { title: 'AMOUNT', align: 'right' },
          { title: 'IMP_UID' },
          { title: 'GATEWAY' },
          { title: 'REQUESTED' },
          { title: 'REASON' },
        ] as const;
        const rows = found.map((each) => [
          each.cancellation_id,
          each.state,
          each.kind,
          showAmount(each.amount, each.currency),
          each.imp_uid,
          each.pg_provider,
          showTime(each.requested_at),
          each.reason,
        ]);
        for (const line of tableLines(columns, rows)) terminal.out(line);
        if (found.length === 0) terminal.note('No cancellations.');
      }),
    );
  addConnectionOptions(command);
  addExamples(command, ['hwanbul cancellations list --state in_doubt']);
}

function addShow(cancellations: Command, { terminal, env }: CommandContext): void {
  const command = cancellations
    .command('show')
    .argument('<cancellation_id>')
    .description('one cancellation with every change of its state')
    .action((id: string, options: ConnectionOptions & { json?: boolean }) =>
      withApi(options, env, async (api) => {
        const record = await api.get<CancellationAnswer>(`/cancellations/${encodeURIComponent(id)}`);
        if (options.json) return terminal.out(JSON.stringify(record));
        showDetail(terminal, record);
      }),
    );
  addConnectionOptions(command);
  addExamples(command, ['hwanbul cancellations show 01M7Y7ZSHFHXN2QV0A54']);
}

function addResolve(cancellations: Command, { terminal, env }: CommandContext): void {
  const command = cancellations
    .command('resolve')
    .argument('<cancellation_id>')
    .description("end a doubt, after having looked into the gateway's own books; no gateway is called")
    .option(
      '--outcome <outcome>',
      'confirmed (the gateway gave the money back) or refused (it did not)',
      oneOf(outcomes),
    )
    .option('--reason <text>', 'how you know')
    .option('--actor <name>', 'who decides it')
    .option('--pg-tid <id>', 'the id of the cancellation at the gateway')
    .option('--yes', 'do not ask')
    .action((id: string, options: ResolveOptions) => {
      const missing = (['outcome', 'reason', 'actor'] as const).filter((name) => options[name] === undefined);
      if (!terminal.canAsk && (!options.yes || missing.length > 0)) {
        const needed = [...missing, ...(options.yes ? [] : ['yes'])].map((name) => `--${name}`);
        throw new CliFailure(`There is nobody to ask here: add ${needed.join(', ')}.`);
      }
      return withApi(options, env, async (api) => {
        const path = `/cancellations/${encodeURIComponent(id)}`;
        const record = await api.get<CancellationAnswer>(path);
        const outcome = options.outcome ?? (await askOutcome(terminal, record));
        const reason = options.reason ?? (await askText(terminal, 'How do you know? '));
        const actor = options.actor ?? (await askText(terminal, 'Your name: '));
        const amount = showAmount(record.amount, record.currency);
        const meaning =
          outcome === 'confirmed'
            ? `${amount} count as given back`
            : `${amount} count as not given back, and can be cancelled again`;
        terminal.note(`${record.cancellation_id} of ${record.imp_uid} becomes ${outcome}: ${meaning}.`);
        if (!options.yes && !(await askYes(terminal, 'Is that so?'))) throw new CliFailure('Nothing was changed.');
        const body = { outcome, reason, actor, ...(options.pgTid === undefined ? {} : { pg_tid: options.pgTid }) };
        const answer = await api.ask<CancellationAnswer>('POST', `${path}/resolve`, { body });
        if (answer.error !== undefined) throw new CliFailure(describeRefusal(answer), exitCodes.no);
        if (options.json) return terminal.out(JSON.stringify(answer.response));
        showDetail(terminal, answer.response);
      });
    });
  addConnectionOptions(command);
  addExamples(command, [
    'hwanbul cancellations resolve 01M7Y7ZSHFHXN2QV0A54',
    "hwanbul cancellations resolve 01M7Y7ZSHFHXN2QV0A54 --outcome confirmed --actor kim --reason 'seen in their console' --yes",
  ]);
}

async function askOutcome(terminal: Terminal, record: CancellationAnswer): Promise<'confirmed' | 'refused'> {
  showDetail({ ...terminal, out: terminal.note }, record);
  const answer = (await terminal.ask("What does the gateway's own book say, confirmed or refused? ")).trim();
  const outcome = outcomes.find((each) => each === answer);
  if (!outcome) throw new CliFailure('Nothing was changed: the answer must be confirmed or refused.');
  return outcome;
}

async function askText(terminal: Terminal, question: string): Promise<string> {
  const answer = (await terminal.ask(question)).trim();
  if (answer === '') throw new CliFailure('Nothing was changed: an answer is needed.');
  return answer;
}

const stateColours: Readonly<Partial<Record<CancellationState, Colour>>> = Object.freeze({
  confirmed: 'green',
  refused: 'red',
  in_doubt: 'yellow',
  accepted: 'yellow',
});

function paintState(terminal: Terminal, cell: string): string {
  const colour = stateColours[cell.trimEnd() as CancellationState];
  return colour === undefined ? cell : terminal.outStyle(colour, cell);
}

function showDetail(terminal: Terminal, record: CancellationAnswer): void {
  const lines = recordLines({
    cancellation: record.cancellation_id,
    state: record.state,
    kind: record.kind,
    imp_uid: record.imp_uid,
    order: record.merchant_uid,
    amount: showAmount(record.amount, record.currency),
    gateway: `${record.pg_provider}, ${showOptional(record.pg_tid)}`,
    'its answer': [record.gateway_code, record.gateway_message].filter(Boolean).join(' ') || '-',
    reason: record.reason,
    requested: showTime(record.requested_at),
    ended: showTime(record.ended_at),
    'asked again': record.ended_at === 0 ? `${record.inquiries} times, next ${showTime(record.next_inquiry_at)}` : '-',
  });
  for (const line of lines) terminal.out(line);
  terminal.out('');
  const rows = record.history.map((each) => [showTime(each.at), each.from, each.to, each.by, each.why]);
  const columns = [{ title: 'AT' }, { title: 'FROM' }, { title: 'TO' }, { title: 'BY' }, { title: 'WHY' }];
  for (const line of tableLines(columns, rows)) terminal.out(line);
}
