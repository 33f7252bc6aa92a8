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
          "compare our book of a day with the gateway's; nothing is changed",
          '하루의 우리 장부와 PG사 장부를 비교. 아무것도 변경하지 않음',
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
    .action(async (options: ReconcileOptions) => {
      const { reconcile } = await import('../reconcile/reconcile-day.ts');
      context.endWith(await reconcile(context, options));
    });
  addConnectionOptions(terminal, command);
  addExamples(terminal, command, [
    'hwanbul reconcile --gateway tosspayments --date 2026-01-31',
    'hwanbul reconcile --gateway nice --date 2026-01-31 --file settlement.csv --json',
  ]);
}
