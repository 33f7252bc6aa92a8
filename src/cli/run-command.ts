import { CommanderError } from 'commander';
import { redactText } from '../platform/logging/redaction.ts';
import { Unanswered } from './api.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { CliFailure, type FailureDetails } from './failure.ts';
import { complaintIn } from './language/commander-messages.ts';
import { inLanguage, jsonIn, type Text, text, type Words } from './language/text.ts';
import { createProgram } from './program.ts';
import type { Terminal } from './terminal.ts';

/** One command, to its end. It throws nothing: what fails is told on the terminal, and by the code. */
export async function runCommand(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  terminal: Terminal,
): Promise<ExitCode> {
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
    const end = endOf(error, terminal);
    if (end === undefined) return exitCodes.done;
    if (end.words !== undefined) terminal.note(`${terminal.noteStyle('red', 'hwanbul:')} ${terminal.say(end.words)}`);
    if (argv.includes('--json')) {
      const { error: word = wordOfExit[end.exitCode], ...details } = end.details;
      const failure = { error: word, message: end.json, ...details, exit_code: end.exitCode };
      terminal.out(jsonIn(terminal.language, failure));
    }
    return end.exitCode;
  }
}

interface End {
  readonly exitCode: ExitCode;
  /** `undefined`: it has been shown already. */
  readonly words: Words | undefined;
  /** What programs are told. */
  readonly json: Words;
  readonly details: FailureDetails;
}

const wordOfExit: Readonly<Record<ExitCode, string>> = Object.freeze({
  [exitCodes.done]: 'done',
  [exitCodes.no]: 'no',
  [exitCodes.usage]: 'usage',
  [exitCodes.inDoubt]: 'in_doubt',
  [exitCodes.unreachable]: 'unreachable',
  [exitCodes.unfinished]: 'unfinished',
});

/** `undefined`: help and version are no failures. */
function endOf(error: unknown, terminal: Terminal): End | undefined {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return undefined;
    const json = complaintIn(terminal.language, error.message);
    return { exitCode: exitCodes.usage, words: undefined, json, details: {} };
  }
  if (error instanceof CliFailure) {
    return { exitCode: error.exitCode, words: error.words, json: error.words, details: error.details };
  }
  if (error instanceof Unanswered) {
    const { en, ko } = redacted(error.words);
    const words = text(
      `The server does not answer: ${en}. Check --url, and that it runs (hwanbul doctor).`,
      `서버가 응답하지 않습니다: ${ko}. --url과 서버가 실행 중인지 확인하세요(hwanbul doctor).`,
    );
    return { exitCode: exitCodes.unreachable, words, json: words, details: { error: 'no_answer' } };
  }
  const trace = redactText(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const words = text(`a defect: ${trace}`, `결함: ${trace}`);
  return { exitCode: exitCodes.no, words, json: words, details: { error: 'defect' } };
}

function redacted(words: Words): Text {
  return text(redactText(inLanguage('en', words)), redactText(inLanguage('ko', words)));
}
