#!/usr/bin/env node
// Nothing newer than Node 12 may stand in this file: one that is too old has to get as far as the refusal.
import './refuse-old-node.cjs';
import { existsSync } from 'fs';

// The repository runs its sources as they are. A published package brings them compiled instead, because Node strips no
// types below node_modules.
const sources = new URL('../src/cli/main.ts', import.meta.url);
const compiled = new URL('../dist/cli/main.js', import.meta.url);
const program = [sources, compiled].find((each) => existsSync(each));

if (program === undefined) {
  console.error(
    'hwanbul: this copy was installed without being compiled: allow its install scripts, or install the .tgz that "npm pack" makes in a clone.',
  );
  process.exitCode = 1;
} else {
  import(program.href).then(
    (loaded) => loaded.main(process.argv.slice(2), process.env),
    (error) => {
      if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
      const [missing] = error.message.split('\n');
      console.error(`hwanbul: ${missing}: run "npm ci" in a clone, or install the package anew.`);
      process.exitCode = 1;
    },
  );
}
