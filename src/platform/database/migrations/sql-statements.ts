/** One statement of a migration. */
export interface Statement {
  /** Without comments, and without the semicolon. */
  readonly text: string;
  /** In small letters on one line, with nothing in its literals and in the bodies of its functions: for looking at what it does. */
  readonly outline: string;
}

const parts = [
  /(?<comment>--[^\n]*|\/\*.*?\*\/)/,
  /(?<string>'(?:[^']|'')*')/,
  /(?<name>"(?:[^"]|"")*")/,
  /(?<body>\$(?<tag>\w*)\$.*?\$\k<tag>\$)/,
  /(?<end>;)/,
  // What can begin none of these goes by as a whole, not character by character: every process that starts reads all files.
  /[^-/'"$;]+/,
  /./,
];
const part = new RegExp(parts.map(({ source }) => source).join('|'), 'gs');

/** Takes a file apart as PostgreSQL would, as far as migrations go: strings with backslashes and comments within comments are not known. */
export function statementsOf(sql: string): readonly Statement[] {
  const statements: Statement[] = [];
  let [text, outline] = ['', ''];
  const end = (): void => {
    if (text.trim() !== '') {
      statements.push({ text: text.trim(), outline: outline.trim().replace(/\s+/g, ' ').toLowerCase() });
    }
    [text, outline] = ['', ''];
  };
  for (const { 0: found, groups = {} } of sql.matchAll(part)) {
    if (groups.end !== undefined) {
      end();
      continue;
    }
    const kept = groups.comment === undefined ? found : ' ';
    text += kept;
    outline += groups.string !== undefined ? "''" : groups.body !== undefined ? '$$$$' : kept;
  }
  end();
  return statements;
}
