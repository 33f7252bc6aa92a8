import type { Command } from 'commander';
import type { ResentAnswer, WebhookAnswer, WebhookListAnswer, WebhookSummaryAnswer } from '../../api/views/webhook.ts';
import { type Api, describeRefusal } from '../api.ts';
import type { CommandContext } from '../command.ts';
import { addConnectionOptions, type ConnectionOptions, withApi } from '../connection.ts';
import { addExamples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { wholeNumber } from '../numbers.ts';
import { counted, showOptional, showTime } from '../show.ts';
import { recordLines, tableLines } from '../table.ts';
import { askYes } from '../terminal.ts';
import { oneOf, wordsOf } from '../words.ts';

type JsonOptions = ConnectionOptions & { readonly json?: boolean };
type ListOptions = JsonOptions & { readonly state?: WebhookState; readonly impUid?: string; readonly limit: number };
type ResendOptions = JsonOptions & { readonly state?: WebhookState; readonly impUid?: string; readonly yes?: boolean };

type WebhookState = WebhookSummaryAnswer['state'];
const states = wordsOf<WebhookState>({ waiting: true, delivered: true, failed: true });

export function addWebhooksCommand(program: Command, context: CommandContext): void {
  const webhooks = program.command('webhooks').description('list webhooks, show one with its attempts, or send again');
  addList(webhooks, context);
  addShow(webhooks, context);
  addResend(webhooks, context);
}

function addList(webhooks: Command, { terminal, env }: CommandContext): void {
  const command = webhooks
    .command('list')
    .description('webhooks with what has become of them, newest first')
    .option('--state <state>', states.join(', '), oneOf(states))
    .option('--imp-uid <imp_uid>', 'those of one payment')
    .option('--limit <number>', 'at most so many', wholeNumber(1, 1_000_000), 50)
    .action((options: ListOptions) =>
      withApi(options, env, async (api) => {
        const found = await webhooksOf(api, options);
        if (options.json) {
          for (const each of found) terminal.out(JSON.stringify(each));
          return;
        }
        const titles = ['WEBHOOK', 'EVENT', 'STATE', 'TRIES', 'ANSWER', 'IMP_UID', 'MADE', 'URL'];
        const rows = found.map((each) => [
          each.webhook_id,
          each.event,
          each.state,
          String(each.attempts),
          showOptional(each.last_status === null ? each.last_error : String(each.last_status)),
          each.imp_uid,
          showTime(each.created_at),
          each.url,
        ]);
        const columns = titles.map((title) => ({ title }));
        for (const line of tableLines(columns, rows)) terminal.out(line);
        if (found.length === 0) terminal.note('No webhooks.');
      }),
    );
  addConnectionOptions(command);
  addExamples(command, ['hwanbul webhooks list --state failed']);
}

async function webhooksOf(api: Api, { state, impUid, limit }: ListOptions): Promise<readonly WebhookSummaryAnswer[]> {
  const found: WebhookSummaryAnswer[] = [];
  let before: string | undefined;
  while (found.length < limit) {
    const size = Math.min(1000, limit - found.length);
    const query = { state, imp_uid: impUid, limit: size, before };
    const { list } = await api.get<WebhookListAnswer>('/webhooks', query);
    found.push(...list);
    before = list.at(-1)?.webhook_id;
    if (list.length < size) break;
  }
  return found;
}

function addShow(webhooks: Command, { terminal, env }: CommandContext): void {
  const command = webhooks
    .command('show')
    .argument('<webhook_id>')
    .description('one webhook with every attempt')
    .action((id: string, options: JsonOptions) =>
      withApi(options, env, async (api) => {
        const webhook = await api.get<WebhookAnswer>(`/webhooks/${encodeURIComponent(id)}`);
        if (options.json) return terminal.out(JSON.stringify(webhook));
        const lines = recordLines({
          webhook: webhook.webhook_id,
          event: `${webhook.event} (${webhook.status})`,
          state: webhook.state,
          imp_uid: webhook.imp_uid,
          order: webhook.merchant_uid,
          url: webhook.url,
          made: showTime(webhook.created_at),
          'next try': showTime(webhook.next_attempt_at),
        });
        for (const line of lines) terminal.out(line);
        terminal.out('');
        const columns = ['AT', 'KIND', 'STATUS', 'TOOK', 'ANSWER'].map((title) => ({ title }));
        const rows = webhook.log.map((each) => [
          showTime(each.at),
          each.kind,
          showOptional(each.status === null ? each.error : String(each.status)),
          `${each.duration_ms} ms`,
          each.answer.slice(0, 60),
        ]);
        for (const line of tableLines(columns, rows)) terminal.out(line);
      }),
    );
  addConnectionOptions(command);
  addExamples(command, ['hwanbul webhooks show 42']);
}

function addResend(webhooks: Command, { terminal, env }: CommandContext): void {
  const command = webhooks
    .command('resend')
    .argument('[webhook_id...]')
    .description('send webhooks once more, to the URL that each was for')
    .option('--state <state>', `all in this state: ${states.join(', ')}`, oneOf(states))
    .option('--imp-uid <imp_uid>', 'all of one payment')
    .option('--yes', 'do not ask')
    .action((ids: readonly string[], options: ResendOptions) => {
      const { state, impUid } = options;
      if (ids.length === 0 && state === undefined && impUid === undefined) {
        throw new CliFailure('Which webhooks? Give their ids, --state or --imp-uid.');
      }
      if (ids.length === 0 && !options.yes && !terminal.canAsk) {
        throw new CliFailure('There is nobody to ask here: add --yes to send many without a question.');
      }
      return withApi(options, env, async (api) => {
        if (ids.length === 0 && !options.yes && !(await askYes(terminal, 'Send all of them once more?'))) {
          throw new CliFailure('Nothing was sent.');
        }
        const body = {
          ...(ids.length === 0 ? {} : { webhook_id: ids }),
          ...(state === undefined ? {} : { state }),
          ...(impUid === undefined ? {} : { imp_uid: impUid }),
        };
        const answer = await api.ask<ResentAnswer>('POST', '/webhooks/resend', {
          body,
        });
        if (answer.error !== undefined) throw new CliFailure(describeRefusal(answer), exitCodes.no);
        if (options.json) return terminal.out(JSON.stringify(answer.response));
        const { count, webhook_ids } = answer.response;
        terminal.out(`${counted(count, 'webhook')} are sent once more: ${webhook_ids.join(', ')}`);
      });
    });
  addConnectionOptions(command);
  addExamples(command, ['hwanbul webhooks resend 42 43', 'hwanbul webhooks resend --state failed --yes']);
}
