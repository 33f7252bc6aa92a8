import { mkdirSync, symlinkSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

/**
 * Node's test runner starts files in the order of their names, whatever order they are given in. These links to them have names that
 * sort as the files stand here: the longest first, so that no core is idle at the end. A file is loaded, and told of, by its own path.
 */
export function inOrder(files: readonly string[], folder: string): readonly string[] {
  if (files.length < 2) return files;
  mkdirSync(folder);
  return files.map((file, at) => {
    const link = join(folder, `${String(at).padStart(4, '0')}-${basename(file)}`);
    symlinkSync(resolve(file), link);
    return link;
  });
}
