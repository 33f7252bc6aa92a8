import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { buildWindow } from './src/api/sandbox/checkout/window-build.ts';

const root = new URL('.', import.meta.url);
const sources = new URL('src/', root);

/** What is started by its path: each is found by its name, `src/NAME.ts` here and `NAME.js` there. */
const programs = [
  'cli/main',
  'start/main',
  'start/simulator-main',
  'sandbox/simulator-thread/main',
  'sandbox/seed/reading-thread/main',
  'testing/server/main',
  'testing/server/supervisor',
];

/**
 * Packages that come in many small modules, of which Node takes longer to find each one than to run it. They go into the program.
 * All others are loaded from where they were installed, as these are in a clone, which runs its sources.
 */
const taken = ['kysely', 'typebox'];

/**
 * Makes the program as it is published: JavaScript of a few hundred files in place of two thousand, which starts in little more than
 * half the time (`npm run bench:start`), and beside it the files that it reads at run time.
 */
export async function bundle(folder: string): Promise<void> {
  const build = await rolldown({
    cwd: fileURLToPath(root),
    input: Object.fromEntries(programs.map((name) => [name, fileURLToPath(new URL(`${name}.ts`, sources))])),
    platform: 'node',
    external: (id) => !/^[./]/.test(id) && !taken.includes(id.split('/', 1)[0] ?? ''),
  });
  await build.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'parts/[name]-[hash].js',
  });
  await build.close();
  for (const entry of readdirSync(sources, { recursive: true, withFileTypes: true })) {
    const path = relative(fileURLToPath(sources), join(entry.parentPath, entry.name));
    const isRead = entry.isFile() && !/\.(ts|md)$/.test(path) && !path.startsWith('window/');
    if (isRead) cpSync(new URL(path, sources), join(folder, path));
  }
  mkdirSync(join(folder, 'window'));
  for (const [name, content] of await buildWindow(new URL('window/', sources))) {
    writeFileSync(join(folder, 'window', name), content);
  }
  writeFileSync(`${folder}/third-party-licenses.txt`, taken.map(licenseOf).join('\n'));
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

function licenseOf(name: string): string {
  const text = readFileSync(new URL(`node_modules/${name}/${name === 'kysely' ? 'LICENSE' : 'license'}`, root), 'utf8');
  return `${name}\n\n${text}`;
}
