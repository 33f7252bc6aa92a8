/** What a part of a TypeScript source is. A template's `text` is the whole literal without its backticks. */
export interface Part {
  readonly kind: 'string' | 'template' | 'comment' | 'regex';
  readonly start: number;
  readonly end: number;
}

export interface Scanned {
  /** The code alone: what is in strings, templates, comments and regular expressions is blanked, at the same offsets. */
  readonly code: string;
  readonly parts: readonly Part[];
}

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

/**
 * Tells code from strings, templates, comments and regular expressions. It is no parser: it is enough for sources that are
 * formatted by the house's formatter, and what it gets wrong does not compile, or is noticed as a mutant that is none.
 */
export function scan(source: string): Scanned {
  const parts: Part[] = [];
  const code = [...source];

  function leave(kind: Part['kind'], start: number, end: number): number {
    parts.push({ kind, start, end });
    return end;
  }
  function hide(start: number, end: number): void {
    for (let at = start; at < end; at++) if (code[at] !== '\n') code[at] = ' ';
  }

  /** From `at` to the brace that closes an interpolation, or to the end. */
  function readCode(from: number, inTemplate: boolean): number {
    let depth = 0;
    let at = from;
    while (at < source.length) {
      const here = source[at];
      if (here === '/' && source[at + 1] === '/') {
        const end = source.indexOf('\n', at);
        hide(at, end);
        at = leave('comment', at, end);
      } else if (here === '/' && source[at + 1] === '*') {
        const end = source.indexOf('*/', at) + 2;
        hide(at, end);
        at = leave('comment', at, end);
      } else if (here === "'" || here === '"') {
        const end = endOfString(at, here);
        hide(at + 1, end - 1);
        at = leave('string', at + 1, end - 1) + 1;
      } else if (here === '`') {
        at = readTemplate(at);
      } else if (here === '/' && /[(,=:[!&|?{};\s]$/.test(source.slice(0, at).trimEnd().slice(-1) || ';')) {
        const end = endOfRegex(at);
        hide(at, end);
        at = leave('regex', at, end);
      } else {
        if (here === '{') depth += 1;
        if (here === '}') {
          if (inTemplate && depth === 0) return at;
          depth -= 1;
        }
        at += 1;
      }
    }
    return at;
  }

  function readTemplate(from: number): number {
    let at = from + 1;
    while (source[at] !== '`') {
      if (source[at] === '\\') {
        hide(at, at + 2);
        at += 2;
      } else if (source[at] === '$' && source[at + 1] === '{') {
        hide(at, at + 2);
        const end = readCode(at + 2, true);
        hide(end, end + 1);
        at = end + 1;
      } else {
        hide(at, at + 1);
        at += 1;
      }
    }
    leave('template', from + 1, at);
    return at + 1;
  }

  function endOfString(from: number, quote: string): number {
    let at = from + 1;
    while (source[at] !== quote) at += source[at] === '\\' ? 2 : 1;
    return at + 1;
  }

  function endOfRegex(from: number): number {
    let at = from + 1;
    let inClass = false;
    while (source[at] !== '/' || inClass) {
      if (source[at] === '[') inClass = true;
      if (source[at] === ']') inClass = false;
      at += source[at] === '\\' ? 2 : 1;
    }
    return at + 1;
  }

  readCode(0, false);
  return { code: blankTypes(code.join('')), parts };
}

/** Imports and declarations of types change nothing that runs. */
function blankTypes(code: string): string {
  let result = code;
  for (const { index } of code.matchAll(/^(?:export )?(?:interface|type|import)\b/gm)) {
    let depth = 0;
    let end = index;
    const isInterface = /^(?:export )?interface/.test(code.slice(index, index + 20));
    for (; end < code.length; end++) {
      if ('{(['.includes(code[end] ?? '')) depth += 1;
      if ('})]'.includes(code[end] ?? '')) {
        depth -= 1;
        if (isInterface && depth === 0) break;
      }
      if (depth === 0 && code[end] === ';') break;
    }
    result = result.slice(0, index) + blank(code.slice(index, end)) + result.slice(end);
  }
  return result;
}
