import { isMap, isNode, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { type SchemaProblem, schemaProblems } from '../../platform/json/schema-problems.ts';
import { type Seed, SeedFile } from './seed.ts';
import { problemsOfPayments } from './seed-rules.ts';

export const seedBytesMax = 5 * 1024 * 1024;
const problemsMax = 20;

/** The message is one line, with the first of the problems and the number of the others. */
export class SeedError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    const more = problems.length - problemsMax;
    super([...problems.slice(0, problemsMax), ...(more > 0 ? [`and ${more} more`] : [])].join('; '));
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
    const told = problems.map(({ path, problem }) => ({
      line: lineOf(document.contents, path, lines),
      text: `${path || '/'} ${problem}`,
    }));
    throw new SeedError(
      told.sort((one, other) => one.line - other.line).map(({ line, text }) => `line ${line}: ${text}`),
    );
  }
  return value as Seed;
}

/** The rules are for what has the right form, so that what is wrong elsewhere hides none of their mistakes. */
function problemsOf(value: unknown): readonly SchemaProblem[] {
  const malformed = schemaProblems(SeedFile, value);
  if (malformed.some(({ path }) => path === '' || path === '/merchants')) return malformed;
  const isWellFormed = (at: string): boolean => !malformed.some(({ path }) => path === at || path.startsWith(`${at}/`));
  return [...malformed, ...problemsOfPayments(value as Seed, isWellFormed)];
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
