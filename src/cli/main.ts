import { CommanderError } from 'commander';
import { redactText } from '../platform/logging/redaction.ts';
import { Unanswered } from './api.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { CliFailure } from './failure.ts';
import { createProgram } from './program.ts';
import { processTerminal, type Terminal } from './terminal.ts';

/** The program. Without a command it serves, as `npm start` does. */
export async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  if (argv[0] === undefined || argv[0] === 'serve') {
    const server = await import('../start/main.ts');
    return server.main(argv, env);
  }
  const terminal = processTerminal();
  endQuietlyWithTheReader();
  process.exitCode = await runCommand(argv, env, terminal);
}

async function runCommand(argv: readonly string[], env: NodeJS.ProcessEnv, terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  const program = createProgram({
    env,
    terminal,
    endWith: (code) => {
      exitCode = code;
    },
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return complain(error, terminal);
  }
}

function complain(error: unknown, terminal: Terminal): ExitCode {
  // Commander has shown its own message; help and version are no failures.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof CliFailure) {
    terminal.note(terminal.noteStyle('red', 'hwanbul: ') + redactText(error.message));
    return error.exitCode;
  }
  if (error instanceof Unanswered) {
    terminal.note(
      `${terminal.noteStyle('red', 'hwanbul: ')}The server does not answer: ${redactText(error.message)}. Check --url, and that it runs (hwanbul doctor).`,
    );
    return exitCodes.unreachable;
  }
  terminal.note(
    `hwanbul: a defect: ${redactText(error instanceof Error ? (error.stack ?? error.message) : String(error))}`,
  );
  return exitCodes.no;
}

/** `hwanbul payments list | head -1`: the reader has what it wants, and that is no failure. */
function endQuietlyWithTheReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}
