import { globSync } from 'node:fs';

export interface Chosen {
  readonly files: readonly string[];
  /** For Node's test runner. */
  readonly options: readonly string[];
  /** Words and patterns that no test file fits. */
  readonly unfit: readonly string[];
}

const all = 'test/**/*.test.ts';
/** `npm run test:cluster` runs these: they make networks, and take minutes. */
const apart = 'test/cluster/';
/** Those of Node's options whose value may stand in the next argument, as far as a test run has a use for them. */
const takesValue =
  /^--(test-(name-pattern|skip-pattern|reporter|reporter-destination|concurrency|timeout|shard|isolation|coverage-\w+)|import|require|conditions|env-file)$|^-[rC]$/;

/**
 * What `npm test -- …` names: files, patterns with `*`, or words that stand in the paths of test files (`settings`, `test/start`).
 * Everything else is an option of Node's, or the value of one.
 */
export function chooseFiles(
  given: readonly string[],
  find: (pattern: string) => readonly string[] = findFiles,
): Chosen {
  const options: string[] = [];
  const named: string[] = [];
  let isValue = false;
  for (const argument of given) {
    if (isValue || argument.startsWith('-')) options.push(argument);
    else named.push(argument);
    isValue = !isValue && takesValue.test(argument);
  }
  if (named.length === 0) return { files: filesOf('', find), options, unfit: [] };
  const found = named.map((name) => ({ name, files: filesOf(name, find) }));
  return {
    files: [...new Set(found.flatMap(({ files }) => files))],
    options,
    unfit: found.filter(({ files }) => files.length === 0).map(({ name }) => name),
  };
}

function filesOf(name: string, find: (pattern: string) => readonly string[]): readonly string[] {
  if (/\*|\.ts$/.test(name)) return find(name);
  const word = name.toLowerCase();
  return find(all).filter((path) => !path.startsWith(apart) && path.toLowerCase().includes(word));
}

function findFiles(pattern: string): readonly string[] {
  return globSync(pattern, { exclude: ['node_modules'] })
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}
