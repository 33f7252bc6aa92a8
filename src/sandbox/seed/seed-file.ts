import { Compile } from 'typebox/compile';
import { isMap, isNode, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { type Seed, SeedFile, type SeedProblem } from './seed.ts';
import { problemsOfPayments } from './seed-rules.ts';

const validator = Compile(SeedFile);

export const seedBytesMax = 5 * 1024 * 1024;
const problemsMax = 20;

export class SeedError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.slice(0, problemsMax).join('; '));
    this.name = 'SeedError';
    this.problems = problems;
  }
}

/** Reads YAML, or JSON, which is YAML too. Throws a `SeedError` that names the line and the path of every mistake. */
export function readSeed(text: string): Seed {
  if (Buffer.byteLength(text) > seedBytesMax) throw new SeedError([`the seed is larger than ${seedBytesMax} bytes`]);
  const lines = new LineCounter();
  // Aliases are not expanded without end: a few lines could ask for more memory than there is.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new SeedError(document.errors.map(({ pos, message }) => `line ${lines.linePos(pos[0]).line}: ${message}`));
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new SeedError([error instanceof Error ? error.message : String(error)]);
  }
  const problems = problemsOf(value);
  if (problems.length > 0) {
    throw new SeedError(
      problems.map(({ path, problem }) => `line ${lineOf(document.contents, path, lines)}: ${path || '/'} ${problem}`),
    );
  }
  return value as Seed;
}

function problemsOf(value: unknown): readonly SeedProblem[] {
  if (validator.Check(value)) return problemsOfPayments(value);
  const problems = validator.Errors(value).map(({ instancePath: path, message }) => ({
    path,
    problem: message === 'schema is false' ? 'is not a field of a seed' : message,
  }));
  return problems.length > 0 ? problems : [{ path: '', problem: 'must be an object with merchants' }];
}

/** The line of the innermost part of the path that is there. */
function lineOf(root: Node | null, path: string, lines: LineCounter): number {
  let node: unknown = root;
  let line = 1;
  for (const part of ['', ...path.split('/').slice(1)]) {
    if (part !== '') node = isMap(node) ? node.get(part, true) : isSeq(node) ? node.get(Number(part), true) : undefined;
    if (!isNode(node) || !node.range) break;
    line = lines.linePos(node.range[0]).line;
  }
  return line;
}
