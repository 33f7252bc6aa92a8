import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildScripts, buildSheet } from '../../browser-files/build-scripts.ts';

interface Script {
  readonly source: string;
  readonly format: 'iife' | 'esm';
}

const scripts: Readonly<Record<string, Script>> = {
  'iamport.js': { source: 'sdk/classic.ts', format: 'iife' },
  'iamport.esm.js': { source: 'sdk/module.ts', format: 'esm' },
  'page.js': { source: 'page/main.ts', format: 'iife' },
  'shop.js': { source: 'shop/main.ts', format: 'iife' },
};

const sheets: Readonly<Record<string, readonly string[]>> = {
  'page.css': ['base.css', 'page/page.css'],
  'shop.css': ['base.css', 'shop/shop.css'],
};

/** WebViews of the wrappers are as old as their phones; this is what Chrome 58 and iOS 11 read. */
const target = 'es2017';

/**
 * Makes the browser's files of `src/window` by name: scripts, their source maps, and the styles. A clone does so in memory, on the
 * first request for one of them; a package has them (`bundle.ts`), since Rolldown is no dependency of it.
 */
export async function buildWindow(sources: URL): Promise<ReadonlyMap<string, Buffer>> {
  const built = await Promise.all(
    Object.entries(scripts).map(([name, script]) => buildScript(name, script, fileURLToPath(sources))),
  );
  const styles = Object.entries(sheets).map(([name, parts]): [string, Buffer] => [
    name,
    buildSheet(parts.map((part) => readFileSync(new URL(part, sources), 'utf8'))),
  ]);
  return new Map([...built.flat(), ...styles]);
}

async function buildScript(
  name: string,
  { source, format }: Script,
  folder: string,
): Promise<[name: string, content: Buffer][]> {
  // All names lead to the same file, so that its map is found from `/js/` as well as from `/v1/`; a page's lies beside it.
  const mapFolder = name.startsWith('iamport.') ? '../v1/' : '';
  const [chunk] = await buildScripts(
    { cwd: folder, input: `${folder}${source}`, transform: { target } },
    { format, sourcemap: 'hidden', entryFileNames: name },
  );
  if (!chunk?.map) throw new Error(`${name} came without a source map`);
  const code = `${chunk.code.trimEnd()}\n//# sourceMappingURL=${mapFolder}${name}.map\n`;
  return [
    [name, Buffer.from(code)],
    [`${name}.map`, Buffer.from(chunk.map.toString())],
  ];
}
