const verbOf = /^[\s(]*([a-z]+)/i;
/** In either, words may stand that would be taken for a verb or a table; and an apostrophe of a comment begins no string. */
const stringsAndComments = /'(?:[^']|'')*'|--[^\n]*/g;
const changeIn = /\b(insert|update|delete)\b(?=\s+[a-z])/i;
/** What follows `from` may be a function, and what follows `update` a part of another clause (`on conflict`, `for update`). */
const tableIn =
  /\b(?:into\s+"?([a-z_]\w*)|update\s+(?:only\s+)?"?(?!(?:set|skip|nowait|of)\b)([a-z_]\w*)|(?:from|join)\s+(?:only\s+)?"?([a-z_]\w*)\b(?!\s*\())/i;

/**
 * What a statement without a name is called: its verb and its first table, as in `select payments`. Nothing else of its text is in it, and
 * so no value.
 */
export function nameOfStatement(text: string): string {
  const bare = text.replace(stringsAndComments, '');
  const first = verbOf.exec(bare)?.[1] ?? 'statement';
  // Of one that begins with `with`, what it changes says more than what it reads for that.
  const verb = /^with$/i.test(first) ? (changeIn.exec(bare)?.[1] ?? 'select') : first;
  const table = tableIn.exec(bare)?.slice(1).find(Boolean);
  return (table === undefined ? verb : `${verb} ${table}`).toLowerCase();
}
