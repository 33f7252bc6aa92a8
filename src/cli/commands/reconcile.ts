import type { Command } from 'commander';
import { text } from '../../platform/language/text.ts';
import type { CommandContext } from '../command.ts';
import { addConnectionOptions } from '../connection.ts';
import { day } from '../days.ts';
import { addExamples } from '../examples.ts';
import type { ReconcileOptions } from '../reconcile/options.ts';

export function addReconcileCommand(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const { say } = terminal;
  const command = program
    .command('reconcile')
    .description(
      say(
        text(
          "compare our book of a day with the gateway's; nothing is changed, unless a person adopts what only the gateway has",
          '하루의 우리 장부와 PG사 장부를 비교. PG사에만 있는 거래를 사람이 반영할 때가 아니면 아무것도 변경하지 않음',
        ),
      ),
    )
    .requiredOption('--gateway <provider>', say(text('such as tosspayments', 'PG사, 예: tosspayments')))
    .requiredOption('--date <day>', say(text('YYYY-MM-DD, a day in Seoul', 'YYYY-MM-DD, 서울 날짜')), day(terminal))
    .option(
      '--file <file>',
      say(
        text(
          'a settlement file of the gateway instead of its lookup; see docs/reconciliation.md',
          '조회 대신 PG사 정산 파일과 비교. docs/reconciliation.md 참고',
        ),
      ),
    )
    .option(
      '--adopt',
      say(
        text(
          'show what our book has lost and could take in, after a point-in-time recovery; with --yes it is taken in',
          '시점 복구 등으로 우리 장부에서 유실되어 반영할 수 있는 거래를 표시. --yes를 주면 반영함',
        ),
      ),
    )
    .option('--by <name>', say(text('who adopts it', '반영하는 사람 이름')))
    .option('--reason <text>', say(text('why', '반영하는 이유')))
    .option(
      '--orders <file>',
      say(
        text(
          'CSV with order_id, merchant_uid and what else no gateway knows of a lost payment; see docs/reconciliation.md',
          '유실된 결제의 order_id, merchant_uid 등 PG사가 모르는 것을 적은 CSV. docs/reconciliation.md 참고',
        ),
      ),
    )
    .option('--yes', say(text('adopt without asking', '묻지 않고 반영')))
    .action(async (options: ReconcileOptions) => {
      const { reconcile } = await import('../reconcile/reconcile-day.ts');
      context.endWith(await reconcile(context, options));
    });
  addConnectionOptions(terminal, command);
  addExamples(terminal, command, [
    'hwanbul reconcile --gateway tosspayments --date 2026-01-31',
    'hwanbul reconcile --gateway nice --date 2026-01-31 --file settlement.csv --json',
    'hwanbul reconcile --gateway tosspayments --date 2026-01-31 --adopt',
    "hwanbul reconcile --gateway tosspayments --date 2026-01-31 --adopt --orders orders.csv --by kim --reason 'restored to 03:00' --yes",
  ]);
}
