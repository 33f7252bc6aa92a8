import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What the build and the package are made of. */
const sources = [
  ...['build.ts', 'bundle-parts.ts', 'bundle.ts', 'package-lock.json', 'package.json', 'prepare.cjs', 'sbom.ts'],
  ...['bin', 'docs', 'src'],
  ...['tsconfig.json', 'tsconfig.testing.json', 'tsconfig.window.json', 'tsconfig.checkout.json'],
];

/**
 * Makes a folder as a user of the published package has it: `npm pack`, unpacked into `node_modules`, with the examples
 * beside it. Its dependencies, and what the examples use besides, are links to those of the clone. The package is built
 * from a copy, since others may be running what is built in the clone.
 */
export function installPackedPackage(folder: string): string {
  const copy = join(folder, 'copy');
  mkdirSync(copy);
  for (const name of sources) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  run('npm', ['pack', '--silent', '--pack-destination', folder], copy);
  const shop = join(folder, 'shop');
  const modules = join(shop, 'node_modules');
  mkdirSync(modules, { recursive: true });
  const packed = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  run('tar', ['-xzf', join(folder, packed), '-C', modules], folder);
  cpSync(join(modules, 'package'), join(modules, 'hwanbul'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules'))) {
    const link = join(modules, name);
    if (name !== '.bin' && !existsSync(link)) symlinkSync(join(root, 'node_modules', name), link);
  }
  mkdirSync(join(modules, '.bin'));
  symlinkSync('../hwanbul/bin/hwanbul.js', join(modules, '.bin', 'hwanbul'));
  cpSync(join(root, 'examples'), join(shop, 'examples'), { recursive: true });
  return shop;
}

function run(program: string, args: readonly string[], cwd: string): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8', timeout: 120_000 });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ended with ${status}:\n${stdout}${stderr}`);
}
