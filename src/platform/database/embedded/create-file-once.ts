import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../../files/make-folder.ts';

/**
 * Makes a file that only its owner may read, unless it exists. Of several starters the first wins, and a crash leaves
 * either the whole file or none: the text is durable under another name before it gets this one.
 */
export function createFileOnce(path: string, text: string): void {
  makeFolder(dirname(path), 0o700);
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  let file: number | undefined;
  try {
    file = openSync(temporary, 'wx', 0o600);
    writeSync(file, text);
    fsyncSync(file);
    linkSync(temporary, path);
  } catch (error) {
    // Whoever reads of it knows this name, and not the other one.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw Object.assign(error as Error, { path });
  } finally {
    if (file !== undefined) closeSync(file);
    rmSync(temporary, { force: true });
  }
}
