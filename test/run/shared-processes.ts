import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Files of which several run in one process, one after the other, each as a suite that has the file's path for its name. To load the
 * program takes them longer than what they test: one gateway, its adapter and its simulator, and nothing that belongs to a whole
 * process.
 */
const shares = /^test\/gateways\/[^/]+\/[^/]+\.test\.ts$/;
/** Few enough that a run's processes end at about the same time, and enough that loading is a small part. */
const filesPerProcess = 12;

/** The files that Node's test runner is to start, a process each: those that share one are told by a file that is made for it. */
export function shareProcesses(files: readonly string[], folder: string, root = process.cwd()): readonly string[] {
  const sharing = files.filter((file) => shares.test(file));
  if (sharing.length < 2) return files;
  mkdirSync(folder);
  const processes = Math.ceil(sharing.length / filesPerProcess);
  const made = Array.from({ length: processes }, (_, n) => {
    const path = join(folder, `${n + 1}.test.mjs`);
    // Files of one gateway stand side by side, and take long or not: each process gets some of all.
    writeFileSync(
      path,
      suitesOf(
        sharing.filter((_file, at) => at % processes === n),
        root,
      ),
    );
    return path;
  });
  return [...files.filter((file) => !shares.test(file)), ...made];
}

/** Hooks of a file become its suite's, since a file is loaded within it. */
function suitesOf(files: readonly string[], root: string): string {
  const suites = files.map((file) => {
    const url = pathToFileURL(join(root, file)).href;
    return `describe(${JSON.stringify(file)}, async () => { await import(${JSON.stringify(url)}); });`;
  });
  return ["import { describe } from 'node:test';", ...suites, ''].join('\n');
}
