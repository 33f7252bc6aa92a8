import { globSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { changesOfCode } from './code-mutators.ts';
import { judgeAll } from './judge-all.ts';
import { type Mutant, mutantsOf } from './mutant.ts';
import { apart, hasNoServer, heart, nearestTests } from './nearest-tests.ts';
import { sampleOf } from './sample.ts';
import { changesOfMigration, changesOfSqlIn } from './sql-mutators.ts';

/**
 * `npm run mutants`: makes small changes of what moves money, one at a time, in a copy of the sources, and looks whether the
 * tests nearest to each notice it. docs/testing-the-heart.md tells how to read what comes of it. It is not part of CI.
 */
const root = resolve(import.meta.dirname, '../..');

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

const command = new Command('mutants')
  .description('Makes small changes of the code that moves money, and looks whether a test notices each.')
  .argument('[paths...]', 'files or folders below the repository; without any, everything that moves money')
  .option('--sample <count>', 'so many of them, chosen by the seed', wholeNumber)
  .option('--seed <number>', 'of the sample', wholeNumber, 1)
  .option('--only <ids>', 'these mutants, separated by commas')
  .option('--workers <count>', 'mutants that are judged at a time', wholeNumber, 1)
  .option('--minutes <count>', 'begins no further mutant after so long', wholeNumber)
  .option('--near', 'by the tests without a server only: soon, and more survive')
  .option('--again', 'with --continue: judges anew what has survived')
  .option('--list', 'only lists them')
  .option('--continue', 'goes on with the report of an earlier run, and leaves out what stands in it')
  .option('--report <folder>', 'where report.json and report.md are written', 'mutants')
  .parse();
const options = command.opts<{
  sample?: number;
  seed: number;
  only?: string;
  workers: number;
  minutes?: number;
  list?: true;
  continue?: true;
  near?: true;
  again?: true;
  report: string;
}>();

function filesOf(paths: readonly string[]): readonly string[] {
  const files = paths.flatMap((path) =>
    statSync(join(root, path)).isDirectory() ? globSync(`${path}/**/*.ts`, { cwd: root }) : [path],
  );
  return [...new Set(files)].sort().filter((file) => !apart.includes(file));
}

function mutantsIn(file: string): readonly Mutant[] {
  const source = readFileSync(join(root, file), 'utf8');
  if (file.endsWith('.sql')) return mutantsOf(file, source, changesOfMigration(source));
  return mutantsOf(file, source, [...changesOfCode(source), ...changesOfSqlIn(source)]);
}

function lineOf({ id, file, line, kind, original, replacement }: Mutant): string {
  return `${id} ${file}:${line} ${kind}: ${JSON.stringify(original)} => ${JSON.stringify(replacement)}`;
}

const all = filesOf(command.args.length === 0 ? heart : command.args).flatMap(mutantsIn);
const only = options.only?.split(',');
const chosen = only
  ? all.filter(({ id }) => only.includes(id))
  : sampleOf(all, options.sample ?? all.length, options.seed);

if (options.list) {
  for (const mutant of chosen) process.stdout.write(`${lineOf(mutant)}\n`);
} else {
  await judgeAll(chosen, {
    root,
    reportFolder: resolve(root, options.report),
    goesOn: options.continue ?? false,
    judgesSurvivorsAnew: options.again ?? false,
    testsOf: options.near ? (file) => nearestTests(file).filter(hasNoServer) : nearestTests,
    workers: Math.max(1, options.workers),
    limitMs: options.minutes === undefined ? Number.POSITIVE_INFINITY : options.minutes * 60_000,
    heading: `${chosen.length} of ${all.length} mutants${options.sample === undefined ? '' : `, the sample of seed ${options.seed}`}.`,
  });
}
