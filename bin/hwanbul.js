#!/usr/bin/env node
// Parsed by whatever Node a machine has, also one that is far too old, so that it can say so. Nothing newer than Node 12
// may stand in this file.
import { existsSync } from 'fs';

const [major, minor] = process.versions.node.split('.').map(Number);

// The repository runs its sources as they are. A published package brings them compiled instead, because Node strips no
// types below node_modules.
const sources = new URL('../src/cli/main.ts', import.meta.url);
const compiled = new URL('../dist/cli/main.js', import.meta.url);

if (major < 22 || (major === 22 && minor < 20)) {
  const advice = existsSync(sources)
    ? 'run "npm ci" and then "npm start", which take the Node of the npm package "node" (its install script must be allowed), or install Node 22.20 or newer.'
    : 'install Node 22.20 or newer.';
  console.error('hwanbul: Node ' + process.versions.node + ' is too old: ' + advice);
  process.exitCode = 1;
} else {
  import(existsSync(sources) ? sources.href : compiled.href).then(
    (program) => program.main(process.argv.slice(2), process.env),
    (error) => {
      if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
      console.error('hwanbul: ' + error.message.split('\n')[0] + ': run "npm ci" first.');
      process.exitCode = 1;
    },
  );
}
