import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import { addConnectionOptions, type ConnectionOptions, readServerUrl } from '../connection.ts';
import type { Finding } from '../doctor/finding.ts';
import { addExamples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { counted } from '../show.ts';
import { oneLine } from '../table.ts';

type DoctorOptions = ConnectionOptions & { readonly json?: boolean };

export function addDoctorCommand(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const command = program
    .command('doctor')
    .description('check the set-up and say what to fix: this machine, and the server that runs; with --url only that')
    .action(async (options: DoctorOptions) => {
      const findings = await examine(context.env, options);
      if (options.json) for (const finding of findings) terminal.out(JSON.stringify(finding));
      else {
        const marks = { good: ['green', 'good'], to_know: ['dim', 'note'], to_fix: ['red', 'FIX '] } as const;
        for (const { check, state, found, fix } of findings) {
          const [colour, mark] = marks[state];
          terminal.out(`${terminal.outStyle(colour, mark)}  ${check}: ${oneLine(found)}`);
          if (fix !== null) terminal.out(`      ${oneLine(fix)}`);
        }
      }
      const faults = findings.filter(({ state }) => state === 'to_fix').length;
      terminal.note(faults === 0 ? 'Nothing to fix.' : `${counted(faults, 'thing')} to fix.`);
      context.endWith(faults === 0 ? exitCodes.done : exitCodes.no);
    });
  addConnectionOptions(command);
  addExamples(command, ['hwanbul doctor', 'hwanbul doctor --url https://pay.example.com']);
}

async function examine(env: NodeJS.ProcessEnv, options: DoctorOptions): Promise<readonly Finding[]> {
  const machine = await import('../doctor/machine.ts');
  const { checkServer } = await import('../doctor/server.ts');
  const keys = {
    impKey: options.impKey ?? env.HWANBUL_IMP_KEY,
    impSecret: options.impSecret ?? env.HWANBUL_IMP_SECRET,
  };
  const node = machine.checkNode();
  if (options.url !== undefined || env.HWANBUL_URL !== undefined) {
    return [node, ...(await checkServer({ url: readServerUrl(options, env), ...keys, mustRun: true }))];
  }
  const { settings, finding } = machine.checkSettings(env);
  if (!settings) return [node, finding];
  const { checkDatabase } = await import('../doctor/database.ts');
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${settings.port}`;
  return [
    node,
    finding,
    machine.checkExposure(settings),
    ...machine.checkDataFolder(settings),
    machine.checkKey(settings),
    ...(await checkDatabase(settings)),
    ...(await machine.checkMerchants(settings)),
    ...(settings.port === 0 ? [] : await checkServer({ url, ...keys, mustRun: false })),
  ];
}
