import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.ts';

/** Makes `dist`, the compiled program of the published package, and what a test loads of `hwanbul/testing`. */
const root = fileURLToPath(new URL('.', import.meta.url));
const folder = `${root}dist`;
rmSync(folder, { recursive: true, force: true });
await bundle(folder);
// What a test loads is CommonJS, for Jest; everything else is not.
const compiler = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript/package.json')));
const { status } = spawnSync(process.execPath, [compiler, '--project', 'tsconfig.testing.json'], {
  cwd: root,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
writeFileSync(`${folder}/testing/commonjs/package.json`, '{ "type": "commonjs" }\n');
