import { stripTypeScriptTypes } from 'node:module';
import type { Change } from './mutant.ts';
import { scan } from './scan.ts';

const swaps: readonly (readonly [RegExp, string, string])[] = [
  [/ === /g, ' !== ', 'equal or not'],
  [/ !== /g, ' === ', 'equal or not'],
  [/ < /g, ' <= ', 'boundary'],
  [/ <= /g, ' < ', 'boundary'],
  [/ > /g, ' >= ', 'boundary'],
  [/ >= /g, ' > ', 'boundary'],
  [/ < /g, ' >= ', 'comparison turned'],
  [/ > /g, ' <= ', 'comparison turned'],
  [/ && /g, ' || ', 'and or or'],
  [/ \|\| /g, ' && ', 'and or or'],
  [/ \+ /g, ' - ', 'arithmetic'],
  [/ - /g, ' + ', 'arithmetic'],
  [/ \* /g, ' / ', 'arithmetic'],
  [/\btrue\b/g, 'false', 'true or false'],
  [/\bfalse\b/g, 'true', 'true or false'],
  [/Math\.min\(/g, 'Math.max(', 'min or max'],
  [/Math\.max\(/g, 'Math.min(', 'min or max'],
  [/\.some\(/g, '.every(', 'some or every'],
  [/\.every\(/g, '.some(', 'some or every'],
  [/(?<=[\s(])!(?=[\w(])/g, '', 'not left out'],
];

/** Small changes of what runs, outside of strings. Texts are left alone: what they say is tested with what shows them. */
export function changesOfCode(source: string): readonly Change[] {
  const { code, parts } = scan(source);
  const changes: Change[] = [];
  for (const [pattern, replacement, kind] of swaps) {
    for (const { 0: text, index } of code.matchAll(pattern)) {
      changes.push({ kind, start: index, end: index + text.length, replacement });
    }
  }
  for (const { 0: text, index } of code.matchAll(/(?<![\w.$])\d[\d_]*n?(?![\w.])/g)) {
    const isBig = text.endsWith('n');
    const value = Number(text.replaceAll('_', '').replace('n', ''));
    // A limit or a duration is made next to nothing, anything else one more.
    const changed = value >= 100 ? 1 : value + 1;
    changes.push({
      kind: 'number',
      start: index,
      end: index + text.length,
      replacement: `${changed}${isBig ? 'n' : ''}`,
    });
  }
  for (const { index } of code.matchAll(/\bif \(/g)) {
    const start = index + 4;
    const end = closing(code, start - 1);
    changes.push(
      { kind: 'if always', start, end, replacement: 'true' },
      { kind: 'if never', start, end, replacement: 'false' },
    );
  }
  for (const { 0: text, index } of code.matchAll(
    /^ +(?:await |void )?(?!return|throw|if|const|for|import|export)[\w.]+\([^\n]*\);$/gm,
  )) {
    // A place for tests to crash at is not what the code does.
    if (text.includes('crashPoints.reach')) continue;
    changes.push({ kind: 'call left out', start: index, end: index + text.length, replacement: '' });
  }
  for (const { 0: text, index } of code.matchAll(/\bthrow [^\n]*;$/gm)) {
    changes.push({ kind: 'throw left out', start: index, end: index + text.length, replacement: ';' });
  }
  for (const { start, end, kind } of parts) {
    const isElement =
      kind === 'string' && /^\s*'$/.test(lineBefore(source, start)) && /^',\n/.test(source.slice(end, end + 3));
    if (isElement) changes.push({ kind: 'element left out', start: start - 1, end: end + 2, replacement: '' });
  }
  return changes.filter((change) => compiles(source, change));
}

function lineBefore(source: string, at: number): string {
  return source.slice(source.lastIndexOf('\n', at) + 1, at);
}

function closing(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at++) {
    if (code[at] === '(') depth += 1;
    if (code[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return code.length;
}

function compiles(source: string, { start, end, replacement }: Change): boolean {
  try {
    stripTypeScriptTypes(source.slice(0, start) + replacement + source.slice(end));
    return true;
  } catch {
    return false;
  }
}
