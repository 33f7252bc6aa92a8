import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { installed } from './program.ts';

/** `hwanbul` as its next release would be: the program of the test run, with these migrations besides its own, by the names of their files. */
export function programWith(t: TestContext, migrations: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'hwanbul-newer-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['bin', 'dist', 'package.json']) {
    cpSync(join(installed, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(installed, 'node_modules'), join(folder, 'node_modules'));
  for (const [name, sql] of Object.entries(migrations)) {
    writeFileSync(join(folder, 'dist/core/schema/migrations', name), sql);
  }
  return join(folder, 'bin/hwanbul.js');
}
