/** How every command of the command line ends. The help and docs/cli.md show this table. */
export const exitCodes = Object.freeze({
  done: 0,
  no: 1,
  usage: 2,
  inDoubt: 3,
  unreachable: 4,
  unfinished: 5,
} as const);

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeMeanings: Readonly<Record<keyof typeof exitCodes, string>> = Object.freeze({
  done: 'Done: confirmed, found, equal, nothing to fix.',
  no: 'A clear no: refused, not found, the books differ, something is to be fixed.',
  usage: 'Nothing was begun: wrong options, a file with errors, or the question was not answered with yes.',
  inDoubt: 'The outcome is not known yet. It is neither a success nor a failure; do not refund by other means.',
  unreachable: 'The server does not answer, or it does not take the keys.',
  unfinished: 'Stopped before the end. The same command goes on where it stopped.',
});

export function exitCodesHelp(): string {
  const lines = Object.entries(exitCodes).map(
    ([name, code]) => `  ${code}  ${exitCodeMeanings[name as keyof typeof exitCodes]}`,
  );
  return ['Exit codes:', ...lines].join('\n');
}
