import { readdirSync, readFileSync } from 'node:fs';

/** A string or template literal of the sources. A template with n expressions in it has n + 1 pieces. */
export interface Literal {
  readonly file: string;
  readonly line: number;
  readonly pieces: readonly string[];
}

const source = new URL('../../src/', import.meta.url);

export function sourceFiles(): string[] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .sort();
}

export function readSource(file: string): string {
  return readFileSync(new URL(file, source), 'utf8');
}

/** After one of these a slash begins a regular expression; after anything else it divides. */
const beforeRegularExpression = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of))$/;

/**
 * The literals of a file, those within the expressions of templates included. It knows just enough of the language to tell
 * literals from comments and regular expressions, and throws when it has lost its way, rather than passing something over.
 */
export function literalsOf(file: string, text: string): Literal[] {
  const found: Literal[] = [];
  let at = 0;

  const lost = (what: string): Error => new Error(`${file}:${lineAt(at)}: ${what}`);
  const lineAt = (position: number): number => text.slice(0, position).split('\n').length;

  /** Up to the end of the text or, within a template, to the brace that ends the expression. */
  function readCode(isInTemplate: boolean): void {
    let depth = 0;
    let code = '';
    while (at < text.length) {
      const sign = text.charAt(at);
      if (text.startsWith('//', at)) {
        at = positionOf('\n');
      } else if (text.startsWith('/*', at)) {
        at = positionOf('*/') + 2;
      } else if (sign === "'" || sign === '"') {
        readQuoted(sign);
        code = sign;
      } else if (sign === '`') {
        readTemplate();
        code = sign;
      } else if (sign === '/' && beforeRegularExpression.test(code)) {
        readRegularExpression();
        code = ')';
      } else {
        if (sign === '{') depth += 1;
        if (sign === '}') depth -= 1;
        if (depth < 0 && isInTemplate) return;
        if (depth < 0) throw lost('a brace that nothing opens');
        code = /\s/.test(sign) ? code : (code + sign).slice(-12);
        at += 1;
      }
    }
    if (isInTemplate || depth > 0) throw lost('the file ends within braces');
  }

  function positionOf(end: string): number {
    const position = text.indexOf(end, at);
    if (position < 0) throw lost(`no ${JSON.stringify(end)} follows`);
    return position;
  }

  function readEscaped(): string {
    const escaped = text.charAt(at + 1);
    at += 2;
    return { n: '\n', t: '\t', r: '\r', '\n': '' }[escaped] ?? escaped;
  }

  function readQuoted(quote: string): void {
    const begin = at;
    let piece = '';
    for (at += 1; text.charAt(at) !== quote; ) {
      if (at >= text.length || text.charAt(at) === '\n') throw lost('a string without an end');
      piece += text.charAt(at) === '\\' ? readEscaped() : text.charAt(at++);
    }
    at += 1;
    found.push({ file, line: lineAt(begin), pieces: [piece] });
  }

  function readTemplate(): void {
    const begin = at;
    const pieces: string[] = [];
    let piece = '';
    for (at += 1; text.charAt(at) !== '`'; ) {
      if (at >= text.length) throw lost('a template without an end');
      if (text.startsWith('${', at)) {
        pieces.push(piece);
        piece = '';
        at += 2;
        readCode(true);
        at += 1;
      } else {
        piece += text.charAt(at) === '\\' ? readEscaped() : text.charAt(at++);
      }
    }
    at += 1;
    found.push({ file, line: lineAt(begin), pieces: [...pieces, piece] });
  }

  function readRegularExpression(): void {
    let isInClass = false;
    for (at += 1; isInClass || text.charAt(at) !== '/'; at += 1) {
      const sign = text.charAt(at);
      if (sign === '' || sign === '\n') throw lost('a regular expression without an end');
      if (sign === '\\') at += 1;
      else if (sign === '[') isInClass = true;
      else if (sign === ']') isInClass = false;
    }
    at += 1;
  }

  readCode(false);
  return found;
}

const statementWord = /\b(?:select|insert into|update|delete from|merge into|join|truncate|lock table)\b/i;
/** A table whose name is only put in when the statement is made. */
const openTable = /\b(?:from|join|into|update)\s*$/i;

/** The literals that are SQL, whole or in part, and name one of these tables or leave the name of a table open. */
export function sqlNaming(tables: readonly string[], literals: readonly Literal[]): Literal[] {
  const naming = new RegExp(`\\b(?:${tables.join('|')})\\b`);
  return literals.filter(({ pieces }) => {
    const text = pieces.join(' ');
    return (
      statementWord.test(text) && (naming.test(text) || pieces.slice(0, -1).some((piece) => openTable.test(piece)))
    );
  });
}

/** The text has all that is fixed of the literal in it, in its order. */
export function isMadeFrom(text: string, { pieces }: Literal): boolean {
  let at = 0;
  return pieces.every((piece) => {
    const found = text.indexOf(piece, at);
    at = found + piece.length;
    return found >= 0;
  });
}

const builderCall =
  /\.(?:selectFrom|insertInto|replaceInto|updateTable|deleteFrom|mergeInto|using|(?:inner|left|right|full|cross)Join)\(/g;
const merchantsOwn = /^\.selectFrom\('\w+'\)\s*(?:\.selectAll\(\)\s*)?\.where\('merchant_id', '=', merchantId\)/;

/** Where a statement is built with Kysely and does not begin by naming the merchant. */
export function builtWithoutMerchant(file: string, text: string): string[] {
  return [...text.matchAll(builderCall)]
    .filter(({ index }) => !merchantsOwn.test(text.slice(index)))
    .map(({ 0: call, index }) => `${file}:${text.slice(0, index).split('\n').length} ${call}`);
}
