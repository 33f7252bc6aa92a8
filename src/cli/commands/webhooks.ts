import type { Command } from 'commander';
import type { ResentAnswer, WebhookAnswer, WebhookListAnswer, WebhookSummaryAnswer } from '../../api/views/webhook.ts';
import { beginningOf } from '../../platform/language/beginning.ts';
import { counted, number, showOptional, showTime } from '../../platform/language/show.ts';
import { joined, type Text, text } from '../../platform/language/text.ts';
import { apiWord, apiWordList } from '../../rules/language/api-words.ts';
import { type Api, type ApiAnswer, describeRefusal } from '../api.ts';
import type { CommandContext } from '../command.ts';
import { addConnectionOptions, type ConnectionOptions, withApi } from '../connection.ts';
import { addExamples } from '../examples.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { noteMore, readList } from '../lists.ts';
import { wholeNumber } from '../numbers.ts';
import { printRecord, printTable } from '../table.ts';
import { askYes, type Terminal } from '../terminal.ts';
import { oneOf, wordsOf } from '../words.ts';

type WebhookState = WebhookSummaryAnswer['state'];
interface Choice {
  readonly state?: WebhookState;
  readonly impUid?: string;
}
type ListOptions = ConnectionOptions & Choice & { readonly limit: number };
type ResendOptions = ConnectionOptions & Choice & { readonly yes?: boolean };

const states = wordsOf<WebhookState>({ waiting: true, delivered: true, failed: true });

/** As many as the server sends again at once. */
const resentAtOnceMax = 1_000;

export function addWebhooksCommand(program: Command, context: CommandContext): void {
  const description = text('list webhooks, show one with its attempts, or send again', '웹훅을 조회하거나 다시 보내기');
  const webhooks = program.command('webhooks').description(context.terminal.say(description));
  addList(webhooks, context);
  addShow(webhooks, context);
  addResend(webhooks, context);
}

function addList(webhooks: Command, context: CommandContext): void {
  const { terminal } = context;
  const { say } = terminal;
  const command = webhooks
    .command('list')
    .description(say(text('webhooks with what has become of them, newest first', '웹훅과 그 결과를 최신순으로')))
    .option('--state <state>', say(apiWordList(states)), oneOf(terminal, states))
    .option('--imp-uid <imp_uid>', say(text('those of one payment', '한 결제의 것만')))
    .option('--limit <number>', say(text('at most so many', '최대 건수')), wholeNumber(terminal, 1, 1_000_000), 50)
    .action((options: ListOptions) =>
      withApi(context, options, async (api) => {
        const list = await readList<WebhookSummaryAnswer, WebhookListAnswer>(api, {
          path: '/webhooks',
          query: { state: options.state, imp_uid: options.impUid },
          limit: options.limit,
          goesOn: { by: 'before', idOf: ({ webhook_id }) => webhook_id },
        });
        if (options.json) for (const each of list.found) terminal.out(JSON.stringify(each));
        else if (list.found.length > 0) printWebhooks(terminal, list.found);
        if (list.found.length === 0) terminal.note(text('No webhooks.', '웹훅이 없습니다.'));
        noteMore(terminal, list);
      }),
    );
  addConnectionOptions(terminal, command);
  addExamples(terminal, command, ['hwanbul webhooks list --state failed']);
}

function printWebhooks(terminal: Terminal, list: readonly WebhookSummaryAnswer[]): void {
  const columns = [
    { title: text('WEBHOOK', '웹훅') },
    { title: text('EVENT', '이벤트') },
    { title: text('STATE', '상태') },
    { title: text('TRIES', '시도') },
    { title: text('ANSWER', '응답') },
    { title: 'IMP_UID' },
    { title: text('MADE', '생성') },
    { title: 'URL' },
  ];
  const rows = list.map((each) => [
    each.webhook_id,
    apiWord(each.event),
    apiWord(each.state),
    String(each.attempts),
    showOptional(each.last_status === null ? each.last_error : String(each.last_status)),
    each.imp_uid,
    showTime(each.created_at),
    each.url,
  ]);
  printTable(terminal, columns, rows);
}

function addShow(webhooks: Command, context: CommandContext): void {
  const { terminal } = context;
  const command = webhooks
    .command('show')
    .argument('<webhook_id>')
    .description(terminal.say(text('one webhook with every attempt', '웹훅 한 건과 모든 시도')))
    .action((id: string, options: ConnectionOptions) =>
      withApi(context, options, async (api) => {
        const webhook = await api.get<WebhookAnswer>(`/webhooks/${encodeURIComponent(id)}`);
        if (options.json) return terminal.out(JSON.stringify(webhook));
        printWebhook(terminal, webhook);
      }),
    );
  addConnectionOptions(terminal, command);
  addExamples(terminal, command, ['hwanbul webhooks show 42']);
}

const answerShownMax = 60;

function printWebhook(terminal: Terminal, webhook: WebhookAnswer): void {
  const { say } = terminal;
  printRecord(terminal, [
    [text('webhook', '웹훅'), webhook.webhook_id],
    [text('event', '이벤트'), `${say(apiWord(webhook.event))} (${say(apiWord(webhook.status))})`],
    [text('state', '상태'), apiWord(webhook.state)],
    ['imp_uid', webhook.imp_uid],
    [text('order', '주문번호'), webhook.merchant_uid],
    ['url', webhook.url],
    [text('made', '생성'), showTime(webhook.created_at)],
    [text('next try', '다음 시도'), showTime(webhook.next_attempt_at)],
  ]);
  terminal.out('');
  const columns = [
    { title: text('AT', '시각') },
    { title: text('KIND', '종류') },
    { title: text('STATUS', 'HTTP') },
    { title: text('TOOK', '소요') },
    { title: text('ANSWER', '응답') },
  ];
  const rows = webhook.log.map((each) => [
    showTime(each.at),
    apiWord(each.kind),
    showOptional(each.status === null ? each.error : String(each.status)),
    `${each.duration_ms} ms`,
    beginningOf(each.answer, answerShownMax),
  ]);
  printTable(terminal, columns, rows);
  const earlier = webhook.attempts - webhook.log.length;
  if (earlier > 0) {
    terminal.out(text(`… and ${number(earlier)} earlier attempts`, `… 외 이전 시도 ${number(earlier)}회`));
  }
}

function addResend(webhooks: Command, context: CommandContext): void {
  const { terminal } = context;
  const { say } = terminal;
  const command = webhooks
    .command('resend')
    .argument('[webhook_id...]')
    .description(
      say(text('send webhooks once more, to the URL that each was for', '웹훅을 원래 URL로 한 번 더 보내기')),
    )
    .option(
      '--state <state>',
      say(joined([text('all in this state:', '이 상태의 모든 웹훅:'), apiWordList(states)], ' ')),
      oneOf(terminal, states),
    )
    .option('--imp-uid <imp_uid>', say(text('all of one payment', '한 결제의 모든 웹훅')))
    .option('--yes', say(text('do not ask', '묻지 않음')))
    .action((ids: readonly string[], options: ResendOptions) => {
      if (ids.length === 0 && options.state === undefined && options.impUid === undefined) {
        throw new CliFailure(
          text(
            'Which webhooks? Give their ids, --state or --imp-uid.',
            '어떤 웹훅을 보낼까요? 웹훅 번호나 --state, --imp-uid를 주세요.',
          ),
        );
      }
      if (ids.length === 0 && !options.yes && !terminal.canAsk) {
        throw new CliFailure(
          text(
            'There is nobody to ask here: add --yes to send many without a question.',
            '물어볼 사람이 없습니다. 묻지 않고 보내려면 --yes를 추가하세요.',
          ),
        );
      }
      return withApi(context, options, async (api) => {
        if (ids.length === 0) await agree(terminal, api, options);
        context.endWith(tellResent(terminal, await resend(api, ids, options), options));
      });
    });
  addConnectionOptions(terminal, command);
  addExamples(terminal, command, ['hwanbul webhooks resend 42 43', 'hwanbul webhooks resend --state failed --yes']);
}

async function agree(terminal: Terminal, api: Api, { state, impUid, yes }: ResendOptions): Promise<void> {
  const { total } = await api.get<WebhookListAnswer>('/webhooks', {
    state,
    imp_uid: impUid,
    limit: 1,
    with_total: 'true',
  });
  if (!total)
    throw new CliFailure(text('No webhook fits.', '해당하는 웹훅이 없습니다.'), exitCodes.no, {
      error: 'webhook_not_found',
    });
  const question = text(`Send ${counted(total, 'webhook')} once more?`, `웹훅 ${number(total)}건을 다시 보낼까요?`);
  if (!yes && !(await askYes(terminal, question))) {
    throw new CliFailure(text('Nothing was sent.', '보내지 않았습니다.'));
  }
}

/** The server takes so many at once; where more fit, it says where to go on. */
async function resend(
  api: Api,
  ids: readonly string[],
  { state, impUid }: ResendOptions,
): Promise<Omit<ResentAnswer, 'next'>> {
  if (ids.length > resentAtOnceMax) {
    throw new CliFailure(
      text(`At most ${number(resentAtOnceMax)} ids at once.`, `번호는 한 번에 ${number(resentAtOnceMax)}개까지입니다.`),
    );
  }
  const sent: string[] = [];
  const leftAlone: ResentAnswer['left_alone'][number][] = [];
  let after: string | null = null;
  do {
    const answer: ApiAnswer<ResentAnswer> = await api.ask<ResentAnswer>('POST', '/webhooks/resend', {
      body: {
        ...(ids.length === 0 ? {} : { webhook_id: ids }),
        ...(state === undefined ? {} : { state }),
        ...(impUid === undefined ? {} : { imp_uid: impUid }),
        ...(after === null ? {} : { after }),
      },
    });
    if (answer.error !== undefined)
      throw new CliFailure(describeRefusal(answer), exitCodes.no, { error: answer.error });
    sent.push(...answer.response.webhook_ids);
    leftAlone.push(...answer.response.left_alone);
    after = ids.length === 0 ? answer.response.next : null;
  } while (after !== null);
  return { count: sent.length, webhook_ids: sent, left_alone: leftAlone };
}

const whyLeftAlone: Readonly<Record<ResentAnswer['left_alone'][number]['why'], Text>> = Object.freeze({
  under_way: text('is just being sent', '지금 전송 중입니다'),
  waits: text(
    'waits for an earlier event of its payment, and then goes out',
    '같은 결제의 이전 이벤트를 기다린 뒤 전송됩니다',
  ),
  never_resent: text(
    'was a call test or a confirm_url, which is not sent again',
    '테스트 호출 또는 confirm_url이라 다시 보내지 않습니다',
  ),
});

function tellResent(
  terminal: Terminal,
  resent: Omit<ResentAnswer, 'next'>,
  { json }: Pick<ResendOptions, 'json'>,
): ExitCode {
  const { count, webhook_ids, left_alone } = resent;
  const isNo = left_alone.some(({ why }) => why === 'never_resent') || (count === 0 && left_alone.length === 0);
  if (json) terminal.out(JSON.stringify(resent));
  else if (count > 0) {
    const list = beginningOf(webhook_ids.join(', '), 400);
    terminal.out(
      text(
        `${counted(count, 'webhook')} ${count === 1 ? 'is' : 'are'} sent once more: ${list}`,
        `웹훅 ${number(count)}건을 다시 보냅니다: ${list}`,
      ),
    );
  }
  if (count === 0 && left_alone.length === 0) {
    terminal.note(text('None of these can be sent just now.', '지금 다시 보낼 수 있는 웹훅이 없습니다.'));
  }
  for (const { webhook_id, why } of left_alone) terminal.note(joined([webhook_id, whyLeftAlone[why]], ' '));
  return isNo ? exitCodes.no : exitCodes.done;
}
