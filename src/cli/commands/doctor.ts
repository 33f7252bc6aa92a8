import type { Command } from 'commander';
import { counted, number } from '../../platform/language/show.ts';
import { jsonIn, text } from '../../platform/language/text.ts';
import type { CommandContext } from '../command.ts';
import { addConnectionOptions, type ConnectionOptions, readServerUrl, secretIn } from '../connection.ts';
import { checkNames, type Finding } from '../doctor/finding.ts';
import { addExamples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { oneLine } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface DoctorOptions extends ConnectionOptions {
  readonly gateways?: boolean;
}

export function addDoctorCommand(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const command = program
    .command('doctor')
    .description(
      terminal.say(
        text(
          'check the set-up and say what to fix: this machine, and the server that runs, with what is in doubt there; with --url only that',
          '설정을 점검하고 고칠 것을 알려줌: 이 컴퓨터, 실행 중인 서버, 그곳의 결과 미확인 건. --url이 있으면 서버만',
        ),
      ),
    )
    .option(
      '--gateways',
      terminal.say(
        text(
          'also open a connection to the hosts of the gateways in MERCHANTS_FILE, and send nothing',
          'MERCHANTS_FILE에 있는 PG사 호스트에도 연결해 봄. 아무것도 보내지 않음',
        ),
      ),
    )
    .action(async (options: DoctorOptions) => {
      const findings = await examine(context, options);
      for (const finding of findings) {
        if (options.json) terminal.out(jsonIn(terminal.language, finding));
        else print(terminal, finding);
      }
      const faults = findings.filter(({ state }) => state === 'to_fix').length;
      terminal.note(
        faults === 0
          ? text('Nothing to fix.', '고칠 것이 없습니다.')
          : text(`${counted(faults, 'thing')} to fix.`, `고칠 것이 ${number(faults)}건 있습니다.`),
      );
      context.endWith(faults === 0 ? exitCodes.done : exitCodes.no);
    });
  addConnectionOptions(terminal, command);
  addExamples(terminal, command, [
    'hwanbul doctor',
    'hwanbul doctor --gateways',
    'hwanbul doctor --url https://pay.example.com',
  ]);
}

const marks = {
  good: ['green', text('good', '정상')],
  to_know: ['dim', text('note', '참고')],
  to_fix: ['red', text('FIX ', '조치')],
} as const;

function print(terminal: Terminal, { check, state, found, fix }: Finding): void {
  const { say } = terminal;
  const [colour, mark] = marks[state];
  terminal.out(`${terminal.outStyle(colour, mark)}  ${say(checkNames[check])}: ${oneLine(say(found))}`);
  if (fix !== null) terminal.out(`      ${oneLine(say(fix))}`);
}

async function examine({ env, terminal }: CommandContext, options: DoctorOptions): Promise<readonly Finding[]> {
  const machine = await import('../doctor/machine.ts');
  const { checkServer } = await import('../doctor/server.ts');
  const keys = {
    impKey: options.impKey ?? env.HWANBUL_IMP_KEY,
    impSecret: options.impSecret ?? secretIn(env, 'HWANBUL_IMP_SECRET'),
  };
  const node = machine.checkNode();
  if (options.url !== undefined || env.HWANBUL_URL !== undefined) {
    return [node, ...(await checkServer({ url: readServerUrl(options, env), ...keys, mustRun: true }, terminal))];
  }
  const { settings, findings } = machine.checkSettings(env);
  if (!settings) return [node, ...findings];
  const [{ checkDatabase }, { checkLive }, { checkGateways }] = await Promise.all([
    import('../doctor/database.ts'),
    import('../doctor/live.ts'),
    import('../doctor/gateways.ts'),
  ]);
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${settings.port}`;
  return [
    node,
    ...findings,
    machine.checkExposure(settings),
    ...machine.checkDataFolder(settings),
    machine.checkKey(settings),
    ...(await checkDatabase(settings)),
    ...(await machine.checkMerchants(settings)),
    ...(await checkLive(settings)),
    ...(options.gateways ? await checkGateways(settings) : []),
    ...(settings.port === 0 ? [] : await checkServer({ url, ...keys, mustRun: false }, terminal)),
  ];
}
