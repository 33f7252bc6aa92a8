import { randomBytes } from 'node:crypto';
import { mkdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * Makes a folder, and those above it that are missing. Node's own `recursive` is not used: where a file system takes no new
 * folders and says so with ENOENT, as /proc does, it asks again without end. Answers those that it made, the deepest last.
 */
export function makeFolder(path: string, mode = 0o777): readonly string[] {
  const missing: string[] = [];
  for (let at = resolve(path); !isFolder(at); at = dirname(at)) {
    missing.unshift(at);
    if (dirname(at) === at) break;
  }
  const made: string[] = [];
  try {
    for (const folder of missing) if (makeOne(folder, mode)) made.push(folder);
    return made;
  } catch (error) {
    removeEmptyFolders(made);
    throw error;
  }
}

/** False: another starter was faster. */
function makeOne(folder: string, mode: number): boolean {
  try {
    mkdirSync(folder, { mode });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isFolder(folder)) throw error;
    return false;
  }
}

/** Takes back what `makeFolder` made, as far as nobody has put anything there. */
export function removeEmptyFolders(made: readonly string[]): void {
  for (const folder of made.toReversed()) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
  }
}

/** The same, and tries whether files can be made in it: neither its mode nor its owner tells that for sure. */
export function makeWritableFolder(path: string, mode?: number): readonly string[] {
  const made = makeFolder(path, mode);
  const probe = join(path, `.probe-${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(probe, 'x', { flag: 'wx', mode: 0o600 });
    rmSync(probe);
    return made;
  } catch (error) {
    rmSync(probe, { force: true });
    removeEmptyFolders(made);
    // The folder is what whoever reads of it knows.
    throw Object.assign(error as Error, { path, syscall: 'mkdir' });
  }
}

/** What can't be looked at is no folder: making it will say why. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
