import { Command } from 'commander';
import { text } from '../platform/language/text.ts';
import { version } from '../platform/version.ts';
import type { CommandContext } from './command.ts';
import { addCancelCommand } from './commands/cancel.ts';
import { addCancellationsCommand } from './commands/cancellations.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addDoubtsCommand } from './commands/doubts.ts';
import { addMigrateCommand } from './commands/migrate.ts';
import { addPaymentsCommand } from './commands/payments.ts';
import { addReconcileCommand } from './commands/reconcile.ts';
import { addRotateKeyCommand } from './commands/rotate-key.ts';
import { addServeCommand } from './commands/serve.ts';
import { addSimulatorCommand } from './commands/simulator.ts';
import { addWebhooksCommand } from './commands/webhooks.ts';
import { addLanguageOption } from './connection.ts';
import { exitCodesHelp } from './exit-codes.ts';
import { complaintIn, descriptionIn, titleIn } from './language/commander-messages.ts';

export function createProgram(context: CommandContext): Command {
  const { terminal } = context;
  const { say, language } = terminal;
  const program = new Command('hwanbul')
    .description(
      say(
        text(
          "A self-hosted payment server that speaks the i'mport (PortOne V1) REST API, and the tools around it.",
          "i'mport(포트원 V1) REST API와 호환되는 자체 호스팅 결제 서버와 그 도구들.",
        ),
      ),
    )
    .version(version, '-v, --version', say(text('show the version', '버전을 표시')))
    .helpOption('-h, --help', say(text('show the help of a command', '명령의 도움말을 표시')))
    .helpCommand('help [command]', say(text('show the help of a command', '명령의 도움말을 표시')))
    .showSuggestionAfterError(true)
    .configureHelp({
      styleTitle: (title) => titleIn(language, title),
      styleOptionDescription: (description) => descriptionIn(language, description),
    })
    .configureOutput({
      writeOut: (written) => terminal.out(written.replace(/\n$/, '')),
      writeErr: (written) => terminal.note(written.replace(/\n$/, '')),
      outputError: (message) => terminal.note(`hwanbul: ${complaintIn(language, message)}`),
      getOutHelpWidth: () => terminal.width(),
      getErrHelpWidth: () => terminal.width(),
    })
    .exitOverride();
  addLanguageOption(terminal, program);
  addServeCommand(program, context);
  addCancelCommand(program, context);
  addPaymentsCommand(program, context);
  addDoubtsCommand(program, context);
  addCancellationsCommand(program, context);
  addWebhooksCommand(program, context);
  addReconcileCommand(program, context);
  addDoctorCommand(program, context);
  addMigrateCommand(program, context);
  addRotateKeyCommand(program, context);
  addSimulatorCommand(program, context);
  const about = text(
    'Without a command it serves. Where the server is and who asks stand in the environment (a secret also in a file, which …_SECRET_FILE names):',
    '명령 없이 실행하면 서버로 동작합니다. 서버 주소와 API 키는 환경 변수로 줍니다(비밀값은 …_SECRET_FILE이 가리키는 파일에 둘 수도 있음):',
  );
  program.addHelpText(
    'after',
    `\n${say(about)}\n  HWANBUL_URL, HWANBUL_IMP_KEY, HWANBUL_IMP_SECRET, HWANBUL_OPERATOR_SECRET\n\n${say(exitCodesHelp())}`,
  );
  return program;
}
