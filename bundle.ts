import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { partOf } from './bundle-parts.ts';
import { buildConsole } from './src/api/console/console-build.ts';
import { buildWindow } from './src/api/sandbox/checkout/window-build.ts';

const root = new URL('.', import.meta.url);
const sources = new URL('src/', root);

/** What is started by its path: each is found by its name, `src/NAME.ts` here and `NAME.js` there. */
const programs = [
  'cli/main',
  'start/main',
  'start/monitoring-port/main',
  'start/simulator-main',
  'sandbox/simulator-thread/main',
  'sandbox/seed/reading-thread/main',
  'testing/server/main',
  'testing/server/supervisor',
];

/**
 * Packages that come in many small modules, of which Node takes longer to find each one than to run it. They go into the program,
 * with what they need themselves. All others are loaded from where they were installed, as these are in a clone, which runs its sources.
 */
const taken = ['kysely', 'qs', 'typebox', 'undici', 'yaml'];

/**
 * Makes the program as it is published: JavaScript of some hundred files in place of two thousand, which starts in half the time
 * (`npm run bench:start`), and beside it the files that it reads at run time.
 *
 * @returns each package of which something is in the files, as `name@version`
 */
export async function bundle(folder: string): Promise<readonly string[]> {
  const build = await rolldown({
    cwd: fileURLToPath(root),
    input: Object.fromEntries(programs.map((name) => [name, fileURLToPath(new URL(`${name}.ts`, sources))])),
    platform: 'node',
    // Parts need of each other what nobody imports of them by name.
    preserveEntrySignatures: 'allow-extension',
    external: (id, from) => isPackage(id) && !taken.includes(id.split('/', 1)[0] ?? '') && !packageOf(from),
  });
  const { output } = await build.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'parts/[name]-[hash].js',
    codeSplitting: {
      // What a part's modules import lies in that part or in one that is loaded at least as often.
      includeDependenciesRecursively: false,
      groups: [{ debugName: 'parts', name: partOf(programs.map((name) => `${name}.ts`)) }],
    },
  });
  await build.close();
  for (const part of output) if (part.type === 'chunk') writeFileSync(join(folder, part.fileName), asciiOf(part.code));
  for (const entry of readdirSync(sources, { recursive: true, withFileTypes: true })) {
    const path = relative(fileURLToPath(sources), join(entry.parentPath, entry.name));
    const isRead = entry.isFile() && !/\.(tsx?|md)$/.test(path) && !/^(window|console)\//.test(path);
    if (isRead) cpSync(new URL(path, sources), join(folder, path));
  }
  const console = await buildConsole(new URL('console/', sources));
  writeFiles(join(folder, 'console'), console.files);
  writeFiles(join(folder, 'window'), await buildWindow(new URL('window/', sources)));
  const modules = output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
  const files = [...modules, ...console.sources];
  const names = new Set(files.map(packageOf).filter((each) => each !== undefined));
  writeFileSync(`${folder}/third-party-licenses.txt`, [...names].sort().map(licenseOf).join('\n'));
  const folders = new Set(files.map(packageFolderOf).filter((each) => each !== undefined));
  return [...folders].map(nameAndVersion).sort();
}

/**
 * Node keeps a file of nothing but ASCII in half the memory, and has nothing to decode (`npm run bench:start`). An escape means the same as its
 * character in strings, templates, patterns and names, but not where a text is taken as it is written.
 */
function asciiOf(code: string): string {
  const literally = /String\.raw\s*`[^`]*[\u0080-\uffff]|\\[\u0080-\uffff]/.exec(code);
  if (literally) throw new Error(`an escape would mean something else than the character: ${literally[0]}`);
  return code.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function writeFiles(folder: string, files: ReadonlyMap<string, Buffer>): void {
  mkdirSync(folder);
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
}

/** Puts the program into a new folder as an installed package has it; its dependencies are those of this clone. */
export async function installProgram(folder: string): Promise<void> {
  mkdirSync(folder);
  await bundle(join(folder, 'dist'));
  for (const name of ['bin', 'package.json']) {
    cpSync(fileURLToPath(new URL(name, root)), join(folder, name), { recursive: true });
  }
  symlinkSync(fileURLToPath(new URL('node_modules', root)), join(folder, 'node_modules'));
}

const isPackage = (id: string): boolean => !/^[./]/.test(id) && !id.startsWith('\0');

/** The package that a file belongs to: `undefined` for one of ours, and for what Node has. */
function packageOf(path: string | undefined): string | undefined {
  return /\/node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(packageFolderOf(path) ?? '')?.[1];
}

function packageFolderOf(path: string | undefined): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path ?? '')?.[0];
}

function nameAndVersion(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return `${name}@${version}`;
}

/** What asks for no notice. */
const withoutNotice = ['Unlicense', '0BSD', 'CC0-1.0'];

function licenseOf(name: string): string {
  const folder = new URL(`node_modules/${name}/`, root);
  const file = readdirSync(folder).find((each) => /^licen[cs]e(\.\w+)?$/i.test(each));
  if (file !== undefined) return `${name}\n\n${readFileSync(new URL(file, folder), 'utf8')}`;
  const { license } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
  if (!withoutNotice.includes(license)) throw new Error(`no licence in ${name}`);
  return `${name}\n\n${license}\n`;
}
