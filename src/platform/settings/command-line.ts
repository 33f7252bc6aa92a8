import { fileVariableOf } from './secret-files.ts';
import { SettingsError } from './settings-error.ts';
import { settingsTable } from './settings-table.ts';

export type Command = 'serve' | 'help' | 'version';

/** Reads the words of the command that serves; the other commands are in src/cli. Everything that can be set is a variable, so there is little to read. */
export function readCommand(argv: readonly string[]): Command {
  const words = argv[0] === 'serve' ? argv.slice(1) : argv;
  const [first, ...rest] = words;
  if (first === undefined) return 'serve';
  const unknown = first === '--help' || first === '-h' || first === '--version' || first === '-v' ? rest[0] : first;
  if (unknown !== undefined) {
    throw new SettingsError(
      `Unknown argument ${JSON.stringify(unknown)}: Hwanbul is set by environment variables, see hwanbul serve --help.`,
    );
  }
  return first === '--help' || first === '-h' ? 'help' : 'version';
}

export function helpText(version: string): string {
  const lines = settingsTable.flatMap((setting) => [
    `  ${setting.name}${setting.default === undefined ? '' : ` (${setting.default})`}${
      setting.isSecret ? `, or ${fileVariableOf(setting.name)}` : ''
    }`,
    `      ${setting.meaning}`,
  ]);
  return [
    `Hwanbul ${version}: a self-hosted payment server that speaks the i'mport (PortOne V1) REST API.`,
    '',
    'Usage: hwanbul serve [--help] [--version], or hwanbul alone (hwanbul --help: the other commands)',
    '',
    'Settings are environment variables, with their defaults in brackets. A second name, with _FILE, is for a file that has the value:',
    ...lines,
  ].join('\n');
}
