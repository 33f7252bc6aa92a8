import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildScripts, buildSheet } from '../browser-files/build-scripts.ts';
import { consoleDocument } from './console-document.ts';

export interface BuiltConsole {
  readonly files: ReadonlyMap<string, Buffer>;
  /** The sources that went into them, those of packages too. */
  readonly sources: readonly string[];
}

/**
 * Makes the console's files: `index.html`, its script and a part per page, which is loaded when the page is opened, and one style
 * sheet of all `.css` files. But for the document, the name of each has the hash of its content in it. A clone does so in memory, on the first request
 * for one of them; a package has them (`bundle.ts`).
 */
export async function buildConsole(sources: URL): Promise<BuiltConsole> {
  const folder = fileURLToPath(sources);
  const chunks = await buildScripts(
    {
      cwd: folder,
      input: { main: `${folder}main.tsx` },
      // Packages say "use client" to frameworks that render on servers, too.
      checks: { moduleLevelDirective: false },
      transform: {
        target: 'es2022',
        jsx: { runtime: 'automatic', development: false },
        define: { 'process.env.NODE_ENV': '"production"' },
      },
    },
    { format: 'esm', entryFileNames: '[name]-[hash].js', chunkFileNames: '[name]-[hash].js' },
  );
  const main = chunks.find((chunk) => chunk.isEntry);
  if (!main) throw new Error('the console has no script');
  const sheet = buildSheet(sheetsIn(sources).map((path) => readFileSync(new URL(path, sources), 'utf8')));
  const sheetName = `console-${hashOf(sheet)}.css`;
  const document = consoleDocument({ script: main.fileName, parts: main.imports, sheet: sheetName });
  return {
    files: new Map([
      ...chunks.map((chunk): [string, Buffer] => [chunk.fileName, Buffer.from(chunk.code)]),
      [sheetName, sheet],
      ['index.html', Buffer.from(document)],
    ]),
    sources: chunks.flatMap((chunk) => chunk.moduleIds),
  };
}

/** Those of all pages come after what they all have in common. */
function sheetsIn(sources: URL): readonly string[] {
  const names = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.css'));
  const isCommon = (path: string) => /^(base|shell|elements)\b/.test(path);
  return [...names.filter(isCommon).sort(), ...names.filter((path) => !isCommon(path)).sort()];
}

function hashOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('base64url').slice(0, 8);
}
