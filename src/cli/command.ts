import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** What a command gets to work with. */
export interface CommandContext {
  readonly env: NodeJS.ProcessEnv;
  readonly terminal: Terminal;
  /** Says how the program ends when nothing is thrown; 0 without it. */
  endWith(code: ExitCode): void;
}
