import { readdirSync, readFileSync } from 'node:fs';

/** A test in which an operation answered with a status; `200 refused` is a business failure. */
export interface Shown {
  readonly operation: string;
  readonly status: string;
  readonly file: string;
  readonly test: string;
}

export const shownFolder = new URL('../../../test/contract/shown/', import.meta.url);

/** The text of a record: which test file it is of, and a line per operation and status. */
export function shownText(file: string, shown: readonly Omit<Shown, 'file'>[]): string {
  const lines = shown.map(({ operation, status, test }) => [operation, status, test].join('\t')).sort();
  return [`# ${file}`, ...lines, ''].join('\n');
}

/**
 * What the test files that watch their clients have seen (test/contract/observed.ts). Each has a record here; its own last test
 * fails when the record is not what has just been seen, so none of them can go stale.
 */
export function readShown(): readonly Shown[] {
  return readdirSync(shownFolder)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .flatMap((name) => {
      const [head = '', ...lines] = readFileSync(new URL(name, shownFolder), 'utf8').trimEnd().split('\n');
      const file = head.replace(/^# /, '');
      return lines.map((line) => {
        const [operation = '', status = '', test = ''] = line.split('\t');
        return { operation, status, file, test };
      });
    });
}
