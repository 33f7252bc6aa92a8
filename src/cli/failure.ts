import { inLanguage, type Words } from '../platform/language/text.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/** What programs are told of a failure beside its message, under `--json`. */
export interface FailureDetails {
  /** A stable word; the server's own code where the server refused. */
  readonly error?: string | undefined;
  readonly [name: string]: unknown;
}

/** Ends a command. The words are for standard error and never hold a secret or an account number. */
export class CliFailure extends Error {
  readonly words: Words;
  readonly exitCode: ExitCode;
  readonly details: FailureDetails;

  constructor(words: Words, exitCode: ExitCode = exitCodes.usage, details: FailureDetails = {}) {
    super(inLanguage('en', words));
    this.name = 'CliFailure';
    this.words = words;
    this.exitCode = exitCode;
    this.details = details;
  }
}
