import type { Command } from 'commander';
import type { PaymentAnswer, PaymentPageAnswer } from '../../api/views/payment.ts';
import type { CommandContext } from '../command.ts';
import { addConnectionOptions, type ConnectionOptions, withApi } from '../connection.ts';
import { readDay } from '../days.ts';
import { addExamples } from '../examples.ts';
import { wholeNumber } from '../numbers.ts';
import { showAmount, showOptional, showTime } from '../show.ts';
import { recordLines, tableLines } from '../table.ts';
import { oneOf, wordsOf } from '../words.ts';

interface ListOptions extends ConnectionOptions {
  readonly json?: boolean;
  readonly status: string;
  readonly merchantUid?: string;
  readonly from?: { readonly start: number };
  readonly to?: { readonly end: number };
  readonly limit: number;
}

const pageMax = 1000;

export function addPaymentsCommand(program: Command, context: CommandContext): void {
  const payments = program.command('payments').description('list payments, or show one');
  addList(payments, context);
  addShow(payments, context);
}

function addList(payments: Command, context: CommandContext): void {
  const { terminal, env } = context;
  const command = payments
    .command('list')
    .description('payments of the last 90 days, newest first')
    .option('--status <status>', 'all, ready, paid, cancelled or failed', oneOf(statuses), 'all')
    .option('--merchant-uid <id>', 'those of one order')
    .option('--from <day>', 'first day, YYYY-MM-DD in Seoul', readDay)
    .option('--to <day>', 'last day', readDay)
    .option('--limit <number>', 'at most so many', wholeNumber(1, 1_000_000), 50)
    .action((options: ListOptions) =>
      withApi(options, env, async (api) => {
        const found: PaymentAnswer[] = [];
        for (let page = 1; found.length < options.limit; page++) {
          const path =
            options.merchantUid === undefined
              ? `/payments/status/${options.status}`
              : `/payments/findAll/${encodeURIComponent(options.merchantUid)}/${options.status}`;
          const { list, next } = await api.get<PaymentPageAnswer>(path, {
            page,
            limit: Math.min(pageMax, options.limit),
            from: options.merchantUid === undefined ? options.from?.start : undefined,
            to: options.merchantUid === undefined ? options.to?.end : undefined,
          });
          found.push(...list);
          if (next === 0) break;
        }
        found.length = Math.min(found.length, options.limit);
        if (options.json) {
          for (const payment of found) terminal.out(JSON.stringify(payment));
          return;
        }
        for (const line of paymentTable(found)) terminal.out(line);
        if (found.length === 0) terminal.note('No payments.');
      }),
    );
  addConnectionOptions(command);
  addExamples(command, [
    'hwanbul payments list --status paid --from 2026-01-01 --to 2026-01-31',
    'hwanbul payments list --json | jq -r .imp_uid',
  ]);
}

const statuses = [
  'all',
  ...wordsOf<PaymentAnswer['status']>({ ready: true, paid: true, cancelled: true, failed: true }),
] as const;

function paymentTable(payments: readonly PaymentAnswer[]): readonly string[] {
  return tableLines(
    [
      { title: 'IMP_UID' },
      { title: 'STATUS' },
      { title: 'AMOUNT', align: 'right' },
      { title: 'CANCELLED', align: 'right' },
      { title: 'METHOD' },
      { title: 'GATEWAY' },
      { title: 'STARTED' },
      { title: 'ORDER' },
    ],
    payments.map((each) => [
      each.imp_uid,
      each.status,
      showAmount(each.amount, each.currency),
      showAmount(each.cancel_amount, each.currency),
      each.pay_method,
      each.pg_provider,
      showTime(each.started_at),
      each.merchant_uid,
    ]),
  );
}

function addShow(payments: Command, context: CommandContext): void {
  const { terminal, env } = context;
  const command = payments
    .command('show')
    .argument('<imp_uid>')
    .description('one payment with its cancellations')
    .action((impUid: string, options: ConnectionOptions & { json?: boolean }) =>
      withApi(options, env, async (api) => {
        const payment = await api.get<PaymentAnswer>(`/payments/${encodeURIComponent(impUid)}`, {
          include_sandbox: 'true',
        });
        if (options.json) return terminal.out(JSON.stringify(payment));
        const { currency } = payment;
        const lines = recordLines({
          imp_uid: payment.imp_uid,
          order: payment.merchant_uid,
          name: showOptional(payment.name),
          status: payment.status,
          amount: showAmount(payment.amount, currency),
          cancelled: showAmount(payment.cancel_amount, currency),
          'pay method': payment.pay_method,
          gateway: `${payment.pg_provider} (${payment.pg_id}), ${showOptional(payment.pg_tid)}`,
          started: showTime(payment.started_at),
          paid: showTime(payment.paid_at),
          'why it failed': showOptional(payment.fail_reason),
        });
        for (const line of lines) terminal.out(line);
        if (payment.cancel_history.length === 0) return;
        terminal.out('');
        const table = tableLines(
          [
            { title: 'CANCELLATION' },
            { title: 'AMOUNT', align: 'right' },
            { title: 'AT' },
            { title: 'AT THE GATEWAY' },
            { title: 'REASON' },
          ],
          payment.cancel_history.map((each) => [
            each.cancellation_id,
            showAmount(each.amount, currency),
            showTime(each.cancelled_at),
            each.pg_tid,
            each.reason,
          ]),
        );
        for (const line of table) terminal.out(line);
      }),
    );
  addConnectionOptions(command);
  addExamples(command, ['hwanbul payments show imp_157956638714']);
}
