import { spawnSync } from 'node:child_process';
import { copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.ts';
import { partsList } from './sbom.ts';

/** Makes `dist`, the compiled program of the published package, what a test loads of `hwanbul/testing`, and the types of `hwanbul/checkout`. */
const root = fileURLToPath(new URL('.', import.meta.url));
const folder = `${root}dist`;
rmSync(folder, { recursive: true, force: true });
const parts = partsList(await bundle(folder));
if (parts !== undefined) writeFileSync(`${folder}/sbom.cdx.json`, parts);
// What a test loads is CommonJS, for Jest; everything else is not.
compile('tsconfig.testing.json');
writeFileSync(`${folder}/testing/commonjs/package.json`, '{ "type": "commonjs" }\n');
// The same types for both kinds of modules, each of which takes a default export of the other for something else.
compile('tsconfig.checkout.json');
copyFileSync(`${folder}/window/checkout.d.ts`, `${folder}/window/checkout.d.cts`);
renameSync(`${folder}/window/checkout.d.ts`, `${folder}/window/checkout.d.mts`);

function compile(project: string): void {
  const compiler = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript/package.json')));
  const { status } = spawnSync(process.execPath, [compiler, '--project', project], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
