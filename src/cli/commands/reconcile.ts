import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import { addConnectionOptions } from '../connection.ts';
import { readDay } from '../days.ts';
import { addExamples } from '../examples.ts';
import type { ReconcileOptions } from '../reconcile/options.ts';

export function addReconcileCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('reconcile')
    .description("compare our book of a day with the gateway's; nothing is changed")
    .requiredOption('--gateway <provider>', 'such as tosspayments')
    .requiredOption('--date <day>', 'YYYY-MM-DD, a day in Seoul', readDay)
    .option('--file <file>', 'a settlement file of the gateway instead of its lookup; see docs/reconciliation.md')
    .action(async (options: ReconcileOptions) => {
      const { reconcile } = await import('../reconcile/reconcile-day.ts');
      context.endWith(await reconcile(context, options));
    });
  addConnectionOptions(command);
  addExamples(command, [
    'hwanbul reconcile --gateway tosspayments --date 2026-01-31',
    'hwanbul reconcile --gateway nice --date 2026-01-31 --file settlement.csv --json',
  ]);
}
