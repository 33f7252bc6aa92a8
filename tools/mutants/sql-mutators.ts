import type { Change } from './mutant.ts';
import { scan } from './scan.ts';

const isStatement =
  /\b(?:select|insert into|update|delete from)\b[\s\S]*\b(?:from|set|values|where)\b|^\w[\w.]* - \w[\w.]*$|\bcase\s+when\b/;

/** Small changes of the SQL that stands in templates and strings. */
export function changesOfSqlIn(source: string): readonly Change[] {
  return scan(source)
    .parts.filter(
      ({ kind, start, end }) =>
        (kind === 'template' || kind === 'string') && isStatement.test(source.slice(start, end)),
    )
    .flatMap(({ start, end }) => shifted(changesOfSql(source.slice(start, end)), start));
}

const shifted = (changes: readonly Change[], by: number): readonly Change[] =>
  changes.map((change) => ({ ...change, start: change.start + by, end: change.end + by }));

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  /** Assignments stand in the clause of `set`, conditions in those of `where` and `on`, and between `when` and `then`. */
  readonly clause: string;
}

const clauses = new Set([
  'select',
  'from',
  'where',
  'on',
  'set',
  'returning',
  'order',
  'limit',
  'values',
  'when',
  'then',
  'else',
  'for',
  'having',
  'with',
]);

const swaps: Readonly<Record<string, readonly (readonly [replacement: string, kind: string])[]>> = {
  '=': [['<>', 'equal or not']],
  '<>': [['=', 'equal or not']],
  '<': [
    ['<=', 'boundary'],
    ['>=', 'comparison turned'],
  ],
  '<=': [
    ['<', 'boundary'],
    ['>', 'comparison turned'],
  ],
  '>': [
    ['>=', 'boundary'],
    ['<=', 'comparison turned'],
  ],
  '>=': [
    ['>', 'boundary'],
    ['<', 'comparison turned'],
  ],
  '+': [['-', 'arithmetic']],
  '-': [['+', 'arithmetic']],
  and: [['or', 'and or or']],
  or: [['and', 'and or or']],
  least: [['greatest', 'least or greatest']],
  greatest: [['least', 'least or greatest']],
  desc: [['asc', 'order turned']],
  skip: [['', 'waits for locked rows']],
};

export function changesOfSql(sql: string): readonly Change[] {
  const masked = mask(sql);
  const tokens = tokenize(masked);
  const changes: Change[] = [];
  const replace = (from: Token, to: Token, replacement: string, kind: string): void => {
    changes.push({ kind: `sql: ${kind}`, start: from.start, end: to.end, replacement });
  };
  tokens.forEach((token, at) => {
    const next = tokens[at + 1];
    const before = tokens[at - 1];
    for (const [replacement, kind] of swaps[token.text] ?? []) {
      if (token.text === '=' && token.clause === 'set') continue;
      if (token.text === 'and' && isOfBetween(tokens, at)) continue;
      if (token.text === 'skip' && next) replace(token, next, replacement, kind);
      else replace(token, token, replacement, kind);
    }
    if (token.text === 'not' && next && before?.text !== 'is' && before?.text !== 'if')
      replace(token, token, '', 'not left out');
    if (token.text === 'is' && next?.text === 'null') replace(token, token, 'is not', 'null or not');
    if (token.text === 'is' && next?.text === 'not') replace(token, next, 'is', 'null or not');
    if (/^\d+$/.test(token.text)) replace(token, token, String(Number(token.text) + 1), 'number');
    if (token.text === 'coalesce') {
      const [first, second] = argumentsOf(tokens, at);
      if (first && second) {
        const text = (range: readonly [Token, Token]) => sql.slice(range[0].start, range[1].end);
        const end = tokens.findIndex(
          (each, index) => index > at + 1 && each.text === ')' && each.depth === token.depth,
        );
        const last = tokens[end];
        if (last) {
          replace(token, last, text(first), 'only the first of coalesce');
          replace(token, last, text(second), 'only the second of coalesce');
        }
      }
    }
    if (token.text === 'in' && next?.text === '(') {
      const items = argumentsOf(tokens, at);
      if (items.length > 1) {
        items.forEach(([from, to], nth) => {
          const rest = items.filter((_, other) => other !== nth).map(([a, b]) => sql.slice(a.start, b.end));
          const [open, close] = [items[0]?.[0], items.at(-1)?.[1]];
          if (open && close && from && to) replace(open, close, rest.join(', '), 'one of a list left out');
        });
      }
    }
    if (token.text === 'and' && !isOfBetween(tokens, at)) {
      const last = endOfConjunct(tokens, at + 1);
      if (last) replace(token, last, '', 'condition left out');
    }
    if (token.text === 'where' || (token.text === 'when' && tokens[at + 1])) {
      const last = endOfConjunct(tokens, at + 1);
      if (last && next) replace(next, last, 'true', 'condition left out');
    }
    if (
      token.clause === 'set' &&
      (token.text === 'set' || (token.text === ',' && token.depth === setDepth(tokens, at)))
    ) {
      const last = endOfAssignment(tokens, at + 1);
      if (!last || !next) return;
      const after = tokens[tokens.indexOf(last) + 1];
      if (token.text === ',') replace(token, last, '', 'assignment left out');
      else if (after?.text === ',') replace(next, after, '', 'assignment left out');
    }
  });
  return changes;
}

/** What is quoted is one token, comments and interpolations are blanked, all at the same offsets. */
function mask(sql: string): string {
  let masked = sql.replace(/--[^\n]*/g, (text) => ' '.repeat(text.length));
  // An interpolation is a name; in it braces may be nested.
  for (let start = masked.indexOf('${'); start >= 0; start = masked.indexOf('${', start + 1)) {
    let depth = 0;
    let end = start + 1;
    do {
      if (masked[end] === '{') depth += 1;
      if (masked[end] === '}') depth -= 1;
      end += 1;
    } while (depth > 0 && end < masked.length);
    masked = masked.slice(0, start) + 'X'.repeat(end - start) + masked.slice(end);
  }
  return masked;
}

function tokenize(masked: string): readonly Token[] {
  const tokens: Token[] = [];
  const stack: string[] = ['select'];
  let depth = 0;
  for (const { 0: text, index } of masked.matchAll(
    /'[^'\n]*'|<>|<=|>=|\|\||->>?|::\w+(?:\[\])?|\$\d+|[\w.]+|[^\s\w]/g,
  )) {
    const word = text.toLowerCase();
    if (word === ')' && depth > 0) {
      depth -= 1;
      stack.length = depth + 1;
    }
    // A `case` has conditions of its own, and after it the clause goes on as before.
    if (word === 'case') {
      tokens.push({ text: word, start: index, end: index + text.length, depth, clause: stack[depth] ?? '' });
      depth += 1;
      stack[depth] = 'case';
      continue;
    }
    if (
      word === 'end' &&
      stack[depth] !== 'set' &&
      depth > 0 &&
      ['case', 'when', 'then', 'else'].includes(stack[depth] ?? '')
    ) {
      depth -= 1;
      stack.length = depth + 1;
    }
    if (clauses.has(word)) stack[depth] = word;
    tokens.push({ text: word, start: index, end: index + text.length, depth, clause: stack[depth] ?? '' });
    if (word === '(') {
      depth += 1;
      stack[depth] = 'inner';
    }
  }
  return tokens;
}

function isOfBetween(tokens: readonly Token[], at: number): boolean {
  const { depth } = tokens[at] ?? { depth: 0 };
  for (let back = at - 1; back >= 0; back--) {
    const token = tokens[back];
    if (!token || token.depth < depth) return false;
    if (token.depth > depth) continue;
    if (token.text === 'between') return true;
    if (['and', 'or', 'where', 'when', 'on', '('].includes(token.text)) return false;
  }
  return false;
}

const endsConjunct = new Set([
  'and',
  'or',
  'then',
  'returning',
  'order',
  'limit',
  'for',
  'on',
  'union',
  'group',
  'join',
  'left',
  'cross',
  'from',
  'where',
  ',',
  ';',
  'else',
  'do',
  'as',
  'insert',
  'update',
]);

/** The last token of the condition that begins at `from`. */
function endOfConjunct(tokens: readonly Token[], from: number): Token | undefined {
  const first = tokens[from];
  if (!first) return undefined;
  let last = first;
  let inBetween = false;
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at];
    if (!token || token.depth < first.depth) break;
    if (token.depth === first.depth && token.text === 'between') inBetween = true;
    if (token.depth === first.depth && endsConjunct.has(token.text)) {
      if (token.text !== 'and' || !inBetween) break;
      inBetween = false;
    }
    last = token;
  }
  return last;
}

function setDepth(tokens: readonly Token[], at: number): number {
  for (let back = at; back >= 0; back--) if (tokens[back]?.text === 'set') return tokens[back]?.depth ?? 0;
  return 0;
}

function endOfAssignment(tokens: readonly Token[], from: number): Token | undefined {
  const first = tokens[from];
  if (!first) return undefined;
  let last: Token | undefined;
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at];
    if (!token || token.depth < first.depth) break;
    if (token.depth === first.depth && [',', 'from', 'where', 'returning', ';'].includes(token.text)) break;
    last = token;
  }
  return last;
}

/** First and last token of each argument of the call, or member of the list, whose name stands at `at`. */
function argumentsOf(tokens: readonly Token[], at: number): readonly (readonly [Token, Token])[] {
  const open = tokens[at + 1];
  if (open?.text !== '(') return [];
  const found: [Token, Token][] = [];
  let first: Token | undefined;
  for (let index = at + 2; index < tokens.length; index++) {
    const token = tokens[index];
    const previous = tokens[index - 1];
    if (!token || !previous) break;
    const isEnd = token.text === ')' && token.depth === open.depth;
    if (isEnd || (token.text === ',' && token.depth === open.depth + 1)) {
      if (first) found.push([first, previous]);
      first = undefined;
      if (isEnd) break;
    } else first ??= token;
  }
  return found;
}

/** Of a migration: each guard of a table left out. */
export function changesOfMigration(sql: string): readonly Change[] {
  const code = sql.replace(/--[^\n]*/g, (text) => ' '.repeat(text.length));
  const changes: Change[] = [];
  for (const { 0: text, index } of code.matchAll(/(?:constraint \w+\s+)?check \(/g)) {
    let depth = 0;
    let end = index + text.length - 1;
    do {
      if (code[end] === '(') depth += 1;
      if (code[end] === ')') depth -= 1;
      end += 1;
    } while (depth > 0);
    const isAdded = /add\s+$/.test(code.slice(0, index));
    const isItem = text.startsWith('constraint');
    if (isAdded)
      changes.push({
        kind: 'migration: check left out',
        start: index,
        end,
        replacement: `${text.replace(/check \($/, '')}check (true)`,
      });
    else if (isItem)
      changes.push({
        kind: 'migration: check left out',
        start: index,
        end,
        replacement: `${text.replace(/check \($/, '')}check (true)`,
      });
    else changes.push({ kind: 'migration: check left out', start: index, end, replacement: '' });
  }
  for (const { index } of code.matchAll(/create unique index/g)) {
    changes.push({
      kind: 'migration: uniqueness left out',
      start: index,
      end: index + 19,
      replacement: 'create index',
    });
  }
  for (const { 0: text, index } of code.matchAll(/,\s*add constraint \w+ unique \([^)]*\)/g)) {
    changes.push({ kind: 'migration: uniqueness left out', start: index, end: index + text.length, replacement: '' });
  }
  for (const { 0: text, index } of code.matchAll(/\('\w+', '\w+'\),\n/g)) {
    changes.push({ kind: 'migration: transition left out', start: index, end: index + text.length, replacement: '' });
  }
  return changes;
}
