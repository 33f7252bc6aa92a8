import type { Command } from 'commander';
import { text } from '../../platform/language/text.ts';
import type { CommandContext } from '../command.ts';

/** Only for the list of commands: the program hands everything that begins with `serve` to the server itself. */
export function addServeCommand(program: Command, { terminal }: CommandContext): void {
  const description = text(
    'start the server (hwanbul serve --help: its settings)',
    '서버를 시작 (설정: hwanbul serve --help)',
  );
  program.command('serve').description(terminal.say(description));
}
