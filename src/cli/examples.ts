import type { Command } from 'commander';
import { text } from '../platform/language/text.ts';
import type { Terminal } from './terminal.ts';

/** Examples at the end of a command's help. */
export function addExamples({ say }: Terminal, command: Command, examples: readonly string[]): Command {
  const lines = ['', say(text('Examples:', '예:')), ...examples.map((each) => `  ${each}`)];
  return command.addHelpText('after', lines.join('\n'));
}
