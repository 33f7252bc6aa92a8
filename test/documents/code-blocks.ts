/** A fenced block of a document that names its language. */
export interface CodeBlock {
  /** Of the fence. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** What stands in a comment above it, such as `not run: it installs`. */
  readonly mark: string | undefined;
}

/** Blocks without a language are output, drawings and forms: nothing that anybody would paste. */
export function codeBlocksOf(markdown: string): readonly CodeBlock[] {
  const lines = markdown.split('\n');
  const blocks: CodeBlock[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const [, indent = '', fence = '', language = ''] = /^( *)(`{3,})(\w*)/.exec(lines[at] ?? '') ?? [];
    if (fence === '') continue;
    const end = lines.findIndex((line, index) => index > at && line === indent + fence);
    if (end < 0) throw new Error(`the block in line ${at + 1} has no end`);
    const text = lines.slice(at + 1, end).map((line) => line.slice(indent.length));
    if (language !== '') blocks.push({ line: at + 1, language, text: text.join('\n'), mark: markAbove(lines, at) });
    at = end;
  }
  return blocks;
}

function markAbove(lines: readonly string[], at: number): string | undefined {
  let above = at - 1;
  while (lines[above] === '') above -= 1;
  return /^<!-- (.*) -->$/.exec(lines[above] ?? '')?.[1];
}
