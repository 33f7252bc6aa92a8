import type { Command } from 'commander';
import type { DoubtAnswer, DoubtListAnswer, DoubtSummaryAnswer } from '../../api/views/doubt.ts';
import { text } from '../../platform/language/text.ts';
import { describeRefusal } from '../api.ts';
import type { CommandContext } from '../command.ts';
import { addConnectionOptions, type ConnectionOptions, withApi } from '../connection.ts';
import { agreeOnResolution, outcomes, type ResolutionOptions, refuseUnaskable } from '../doubts/resolution.ts';
import { printDoubt, printDoubts } from '../doubts/show-doubt.ts';
import { addExamples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { noteMore, readList } from '../lists.ts';
import { wholeNumber } from '../numbers.ts';
import type { Terminal } from '../terminal.ts';
import { oneOf } from '../words.ts';

type ListOptions = ConnectionOptions & { readonly impUid?: string; readonly limit: number };

export function addDoubtsCommand(program: Command, context: CommandContext): void {
  const description = text(
    'list what is not known to be done or not, show one, or end it by hand',
    '결과를 알 수 없는 요청을 조회하거나 직접 확정',
  );
  const doubts = program.command('doubts').description(context.terminal.say(description));
  addList(doubts, context);
  addShow(doubts, context);
  addResolve(doubts, context);
}

function addList(doubts: Command, context: CommandContext): void {
  const { terminal } = context;
  const { say } = terminal;
  const command = doubts
    .command('list')
    .description(
      say(
        text(
          'everything that no gateway has given a clear answer to, of every kind (payments, accounts, receipts, cancellations), oldest first',
          'PG사가 명확한 답을 주지 않은 모든 요청(결제, 가상계좌, 현금영수증, 취소)을 오래된 순서로',
        ),
      ),
    )
    .option('--imp-uid <imp_uid>', say(text('those of one payment', '한 결제의 것만')))
    .option('--limit <number>', say(text('at most so many', '최대 건수')), wholeNumber(terminal, 1, 1_000_000), 50)
    .action((options: ListOptions) =>
      withApi(context, options, async (api) => {
        const list = await readList<DoubtSummaryAnswer, DoubtListAnswer>(api, {
          path: '/doubts',
          query: { imp_uid: options.impUid },
          limit: options.limit,
          goesOn: { by: 'after', idOf: ({ doubt_id }) => doubt_id },
        });
        if (options.json) for (const each of list.found) terminal.out(JSON.stringify(each));
        else if (list.found.length > 0) printDoubts(terminal, list.found);
        if (list.found.length === 0) terminal.note(text('Nothing is in doubt.', '결과를 알 수 없는 요청이 없습니다.'));
        noteMore(terminal, list);
      }),
    );
  addConnectionOptions(terminal, command);
  addExamples(terminal, command, ['hwanbul doubts list', 'hwanbul doubts list --json | jq -r .doubt_id']);
}

function addShow(doubts: Command, context: CommandContext): void {
  const { terminal } = context;
  const command = doubts
    .command('show')
    .argument('<doubt_id>')
    .description(
      terminal.say(
        text(
          'one doubt: what is known, what it holds up, and what to look for at the gateway',
          '한 건의 상세: 확인된 내용, 묶인 금액, PG사에서 찾아볼 것',
        ),
      ),
    )
    .action((id: string, options: ConnectionOptions) =>
      withApi(context, options, async (api) => {
        const doubt = await api.get<DoubtAnswer>(`/doubts/${encodeURIComponent(id)}`);
        if (options.json) return terminal.out(JSON.stringify(doubt));
        printDoubt(terminal, doubt, await api.now());
      }),
    );
  addConnectionOptions(terminal, command);
  addExamples(terminal, command, ['hwanbul doubts show 01M7Y7ZSHFHXN2QV0A54']);
}

function addResolve(doubts: Command, context: CommandContext): void {
  const { terminal } = context;
  const { say } = terminal;
  const command = doubts.command('resolve').argument('<doubt_id>');
  addResolutionOptions(terminal, command)
    .option(
      '--apply-num <number>',
      say(text('approval number of a card payment or a cash receipt', '카드 결제나 현금영수증의 승인번호')),
    )
    .option('--vbank-num <number>', say(text('number of an account that was issued', '발급된 가상계좌번호')))
    .option('--barcode <number>', say(text('number of a barcode that was issued', '발급된 수납번호')))
    .action((id: string, options: ConnectionOptions & ResolutionOptions) => {
      refuseUnaskable(terminal, options);
      return withApi(context, options, async (api) => {
        const path = `/doubts/${encodeURIComponent(id)}`;
        const doubt = await api.get<DoubtAnswer>(path);
        const body = await agreeOnResolution(terminal, doubt, options, await api.now());
        const answer = await api.ask<DoubtAnswer>('POST', `${path}/resolve`, { body, asOperator: true });
        if (answer.error !== undefined) {
          throw new CliFailure(describeRefusal(answer), exitCodes.no, { error: answer.error });
        }
        if (options.json) return terminal.out(JSON.stringify(answer.response));
        printDoubt(terminal, answer.response, await api.now());
      });
    });
  addConnectionOptions(terminal, command);
  addExamples(terminal, command, [
    'hwanbul doubts resolve 01M7Y7ZSHFHXN2QV0A54',
    "hwanbul doubts resolve 01M7Y7ZSHFHXN2QV0A54 --outcome confirmed --pg-tid tviva2026… --actor kim --reason 'seen in their console' --yes",
    "hwanbul doubts resolve 01M7Y7ZSHFHXN2QV0A54 --outcome refused --actor kim --reason 'not in their console' --yes",
  ]);
}

/** What a person says to end a doubt, of whatever kind. */
export function addResolutionOptions(terminal: Terminal, command: Command): Command {
  const { say } = terminal;
  return command
    .description(
      say(
        text(
          "end a doubt, after having looked into the gateway's own books; no gateway is called",
          'PG사 장부를 직접 확인한 뒤 결과를 확정. PG사에는 요청하지 않음',
        ),
      ),
    )
    .option(
      '--outcome <outcome>',
      say(
        text(
          'confirmed (the gateway has carried it out) or refused (it has not)',
          'confirmed(PG사에서 처리됨) 또는 refused(처리되지 않음)',
        ),
      ),
      oneOf(terminal, outcomes),
    )
    .option('--reason <text>', say(text('how you know', '확인한 근거')))
    .option('--actor <name>', say(text('who decides it', '처리자 이름')))
    .option(
      '--pg-tid <id>',
      say(
        text(
          'what the gateway calls it; needed for what was made there, else it stays empty where you do not know it',
          'PG사의 거래번호. 결제·발급이면 필수이고, 취소면 모를 때 비워 둠',
        ),
      ),
    )
    .option('--yes', say(text('do not ask', '묻지 않음')));
}
