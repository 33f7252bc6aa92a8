import { type ExitCode, exitCodes } from './exit-codes.ts';

/** Ends a command. The message is for standard error and never holds a secret or an account number. */
export class CliFailure extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = exitCodes.usage) {
    super(message);
    this.name = 'CliFailure';
    this.exitCode = exitCode;
  }
}
