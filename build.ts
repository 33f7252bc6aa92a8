import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Makes `dist`, the compiled program of the published package: JavaScript from `src`, and beside it every file that the
 * program reads at run time.
 */
const root = fileURLToPath(new URL('.', import.meta.url));
rmSync(`${root}dist`, { recursive: true, force: true });
const compiler = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript/package.json')));
// What a test loads of `hwanbul/testing` is CommonJS, for Jest; everything else is not.
for (const project of ['tsconfig.build.json', 'tsconfig.testing.json']) {
  const { status } = spawnSync(process.execPath, [compiler, '--project', project], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
writeFileSync(`${root}dist/testing/commonjs/package.json`, '{ "type": "commonjs" }\n');
cpSync(`${root}src`, `${root}dist`, { recursive: true, filter: (path) => !/\.(ts|md)$/.test(path) });
