import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

/**
 * Packages of a thousand small modules together, which each of the run's hundreds of processes would look for one by one. The program
 * itself goes with the first two in the same way (`bundle.ts`).
 */
const packages = ['kysely', 'typebox', 'undici'];

const clone = new URL('../../', import.meta.url);

/** Makes a few files of all that these packages export. Answers the list of them that `use-libraries.ts` reads. */
export async function bundleLibraries(folder: string): Promise<string> {
  const specifiers = packages.flatMap(specifiersOf);
  const entry = (specifier: string): string => `exports of ${specifier}`;
  const texts = new Map<string, string>();
  for (const specifier of specifiers) texts.set(entry(specifier), await exportsOf(specifier));
  const build = await rolldown({
    cwd: fileURLToPath(clone),
    input: Object.fromEntries(specifiers.map((specifier, n) => [String(n), entry(specifier)])),
    platform: 'node',
    external: /^node:/,
    plugins: [
      {
        name: 'exports by name',
        resolveId: (id) => (texts.has(id) ? id : undefined),
        load: (id) => texts.get(id),
      },
    ],
  });
  await build.write({ dir: folder, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: 'parts/[hash].mjs' });
  await build.close();
  const files = specifiers.map((specifier, n) => [specifier, pathToFileURL(join(folder, `${n}.mjs`)).href]);
  const list = join(folder, 'libraries.json');
  writeFileSync(list, JSON.stringify(Object.fromEntries(files)));
  return list;
}

function specifiersOf(name: string): string[] {
  const text = readFileSync(new URL(`node_modules/${name}/package.json`, clone), 'utf8');
  const { exports } = JSON.parse(text) as { readonly exports?: Readonly<Record<string, unknown>> };
  const paths = exports === undefined ? ['.'] : Object.keys(exports);
  return paths.filter((path) => !path.endsWith('.json')).map((path) => name + path.slice(1));
}

/** Of a CommonJS package Node finds the names out, and a bundler does not. */
async function exportsOf(specifier: string): Promise<string> {
  const names = Object.keys((await import(specifier)) as object);
  return `export { ${names.filter((name) => name !== 'module.exports').join(', ')} } from '${specifier}';`;
}
