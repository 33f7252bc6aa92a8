import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path/posix';
import { type Choice, ChoiceError, camelCase, partsOf, pascalCase } from './choice.ts';

/**
 * The skeleton beside this file is a whole gateway with every operation, called Example Pay, which the compiler, the linter
 * and its own tests see as it stands. A new gateway is that one with another name, and without the parts that it does not
 * have:
 *
 *     // if cancel receipts      what follows is for gateways that have one of these parts (`partsOf`)
 *     //| const a = 1;           a line that could not stand in the skeleton beside the others
 *     // end
 *
 * A file of which nothing is left is not written. Imports that are left over go when the formatter runs.
 */
const skeletonPath = 'tools/new-gateway/skeleton';
const skeletonFolder = new URL('skeleton/', import.meta.url);

/** The new files, by their path in the project. */
export function renderGateway(choice: Choice): ReadonlyMap<string, string> {
  const parts = partsOf(choice.operations);
  const rename = renamer(choice);
  const rendered = new Map<string, string>();
  for (const file of skeletonFiles()) {
    const source = readFileSync(new URL(file, skeletonFolder), 'utf8');
    if (new RegExp(`\\b${camelCase(choice.name)}\\b`).test(source) && choice.name !== 'example_pay') {
      throw new ChoiceError(`"${camelCase(choice.name)}" is a word that the files need for something else`);
    }
    const text = keepParts(source, parts, file);
    const path = `${skeletonPath}/${file}`;
    if (text !== '') rendered.set(placeOf(path, choice.name), rename(movePaths(text, path, choice.name)));
  }
  return rendered;
}

function skeletonFiles(): string[] {
  const found = readdirSync(skeletonFolder, { recursive: true, encoding: 'utf8' });
  return found
    .filter((path) => /\.(ts|md)$/.test(path))
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

/** What is left of a file; empty if nothing is. */
function keepParts(text: string, parts: ReadonlyMap<string, boolean>, file: string): string {
  const kept: string[] = [];
  /** Of the open `if`s: is what they hold kept? */
  const open: boolean[] = [];
  for (const line of text.split('\n')) {
    const [, condition, end] = /^\s*(?:\/\/|<!--) (?:if ([a-z_ ]+?)|(end))(?: -->)?$/.exec(line) ?? [];
    if (condition !== undefined) {
      const named = condition.split(' ').map((part) => {
        const has = parts.get(part);
        if (has === undefined) throw new Error(`${file}: there is no part "${part}"`);
        return has;
      });
      open.push(named.includes(true));
    } else if (end) {
      if (open.pop() === undefined) throw new Error(`${file}: an "end" without its "if"`);
    } else if (!open.includes(false)) {
      kept.push(line.replace(/^(\s*)\/\/\| /, '$1'));
    }
  }
  if (open.length > 0) throw new Error(`${file}: an "if" without its "end"`);
  const left = kept.join('\n').trim();
  return left === '' ? '' : `${left}\n`;
}

/** Where a file of the skeleton goes; all others stay where they are. */
function placeOf(path: string, name: string): string {
  return path
    .replace(`${skeletonPath}/gateway/`, `src/gateways/${name}/`)
    .replace(`${skeletonPath}/test/`, `test/gateways/${name}/`);
}

/** Relative paths in quotes, as imports have them, lead from the new place to where they led before. */
function movePaths(text: string, path: string, name: string): string {
  const from = dirname(placeOf(path, name));
  return text.replace(/'(\.\.?\/[^'\n]+)'/g, (_quoted, target: string) => {
    const moved = relative(from, placeOf(join(dirname(path), target), name));
    return `'${moved.startsWith('.') ? moved : `./${moved}`}'`;
  });
}

function renamer({ name, title }: Choice): (text: string) => string {
  const names: Readonly<Record<string, string>> = {
    example_pay: name,
    examplePay: camelCase(name),
    ExamplePay: pascalCase(name),
    'Example Pay': title,
  };
  return (text) => text.replace(/example_pay|examplePay|ExamplePay|Example Pay/g, (found) => names[found] ?? found);
}
