import type { Command } from 'commander';

/** Examples at the end of a command's help. */
export function addExamples(command: Command, examples: readonly string[]): Command {
  return command.addHelpText('after', ['', 'Examples:', ...examples.map((each) => `  ${each}`)].join('\n'));
}
