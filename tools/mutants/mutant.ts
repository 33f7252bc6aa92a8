import { createHash } from 'node:crypto';

/** One small change of a source: `replacement` instead of what stands from `start` to `end`. */
export interface Mutant {
  /** The same in every run, as long as the line is the same: of the file, the line's text, the kind, and which of several. */
  readonly id: string;
  /** From the repository's root. */
  readonly file: string;
  readonly line: number;
  /** What was done, in a few words. */
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly original: string;
  readonly replacement: string;
}

export interface Change {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

export function mutantsOf(file: string, source: string, changes: readonly Change[]): readonly Mutant[] {
  const times = new Map<string, number>();
  const seen = new Set<string>();
  return [...changes]
    .sort((a, b) => a.start - b.start || a.end - b.end)
    .filter(({ start, end, replacement }) => {
      const key = `${start} ${end} ${replacement}`;
      return !seen.has(key) && seen.add(key) && source.slice(start, end) !== replacement;
    })
    .map(({ kind, start, end, replacement }) => {
      const line = source.slice(0, start).split('\n').length;
      const text = source.split('\n')[line - 1]?.trim() ?? '';
      const what = `${file}\n${text}\n${kind}\n${replacement.trim()}`;
      const nth = times.get(what) ?? 0;
      times.set(what, nth + 1);
      const id = createHash('sha256').update(`${what}\n${nth}`).digest('hex').slice(0, 8);
      return { id, file, line, kind, start, end, original: source.slice(start, end), replacement };
    });
}

export function applyTo(source: string, { start, end, replacement }: Mutant): string {
  return source.slice(0, start) + replacement + source.slice(end);
}
