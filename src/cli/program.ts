import { Command } from 'commander';
import { version } from '../platform/version.ts';
import type { CommandContext } from './command.ts';
import { addCancelCommand } from './commands/cancel.ts';
import { addCancellationsCommand } from './commands/cancellations.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addPaymentsCommand } from './commands/payments.ts';
import { addReconcileCommand } from './commands/reconcile.ts';
import { addServeCommand } from './commands/serve.ts';
import { addSimulatorCommand } from './commands/simulator.ts';
import { addWebhooksCommand } from './commands/webhooks.ts';
import { exitCodesHelp } from './exit-codes.ts';

export function createProgram(context: CommandContext): Command {
  const { terminal } = context;
  const program = new Command('hwanbul')
    .description("A self-hosted payment server that speaks the i'mport (PortOne V1) REST API, and the tools around it.")
    .version(version, '-v, --version', 'show the version')
    .helpOption('-h, --help', 'show the help of a command')
    .helpCommand('help [command]', 'show the help of a command')
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => terminal.out(text.replace(/\n$/, '')),
      getOutHelpWidth: () => terminal.width(),
      getErrHelpWidth: () => terminal.width(),
      writeErr: (text) => terminal.note(text.replace(/^error: /, 'hwanbul: ').replace(/\n$/, '')),
    })
    .exitOverride();
  addServeCommand(program);
  addCancelCommand(program, context);
  addPaymentsCommand(program, context);
  addCancellationsCommand(program, context);
  addWebhooksCommand(program, context);
  addReconcileCommand(program, context);
  addDoctorCommand(program, context);
  addSimulatorCommand(program);
  program.addHelpText(
    'after',
    `
Without a command it serves. Where the server is and who asks stand in the environment:
  HWANBUL_URL, HWANBUL_IMP_KEY, HWANBUL_IMP_SECRET

${exitCodesHelp()}`,
  );
  return program;
}
