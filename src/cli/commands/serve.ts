import type { Command } from 'commander';

/** Only for the list of commands: the program hands everything that begins with `serve` to the server itself. */
export function addServeCommand(program: Command): void {
  program.command('serve').description('start the server (hwanbul serve --help: its settings)');
}
