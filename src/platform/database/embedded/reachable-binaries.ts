import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../files/make-folder.ts';
import type { Log } from '../../logging/log.ts';
import type { Binaries } from './binaries.ts';
import { EmbeddedError, systemErrorCode } from './embedded-error.ts';
import type { RunAs } from './run-as.ts';

/** PostgreSQL needs none of our environment, and what is not handed over can't be read from its processes. */
export const postgresEnvironment = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } as const;

/** Where copies may go, best first. */
export const copyFolders: readonly string[] = ['/var/cache/hwanbul', join(tmpdir(), 'hwanbul-cache')];

/**
 * Binaries that whoever PostgreSQL runs as can execute. A clone in root's home is closed to everybody else, and PostgreSQL
 * finds its libraries by its own full path, so the binaries are then copied (60 MB, once per version) to where others may
 * read.
 */
export function reachableBinaries(
  binaries: Binaries,
  runAs: RunAs | undefined,
  log: Log,
  folders: readonly string[] = copyFolders,
): Binaries {
  const obstacle = tryBinaries(binaries, runAs);
  if (obstacle === undefined) return binaries;
  if (runAs === undefined || systemErrorCode(obstacle) !== 'EACCES') throw cannotRun(binaries, obstacle);
  let last: Error = obstacle;
  for (const folder of folders) {
    try {
      const copy = copyBinaries(binaries, folder, runAs, log);
      const stillThere = tryBinaries(copy, runAs);
      if (stillThere === undefined) return copy;
      last = stillThere;
    } catch (error) {
      last = error as Error;
    }
  }
  throw cannotRun(binaries, last);
}

function cannotRun(binaries: Binaries, why: Error): EmbeddedError {
  return new EmbeddedError(
    `PostgreSQL in ${binaries.folder} can't be run (${why.message}): move Hwanbul to a folder that all users may read, or set DATABASE_URL.`,
  );
}

/** Trying is the only test that sees all of it: permissions, mount options, the C library, a missing file. */
function tryBinaries(binaries: Binaries, runAs: RunAs | undefined): Error | undefined {
  for (const program of ['postgres', 'initdb']) {
    const result = spawnSync(join(binaries.folder, 'bin', program), ['--version'], {
      ...runAs,
      cwd: '/',
      env: postgresEnvironment,
      encoding: 'utf8',
      timeout: 30_000,
    });
    if (result.error !== undefined) return result.error;
    if (result.status !== 0)
      return new Error(result.stderr.trim() || `${program} ended with ${result.status ?? result.signal}`);
  }
  return undefined;
}

function copyBinaries(binaries: Binaries, folder: string, runAs: RunAs, log: Log): Binaries {
  const target = join(folder, `postgresql-${binaries.version}-${process.arch}`);
  const copy = { folder: target, version: binaries.version };
  makeFolder(folder, 0o755);
  assertNobodyElseWrites(folder);
  if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) {
    assertNobodyElseWrites(target);
    if (tryBinaries(copy, runAs) === undefined) return copy;
    rmSync(target, { recursive: true, force: true });
  }
  log.info({ from: binaries.folder, to: target }, 'copying PostgreSQL to a folder that its user may read');
  const draft = `${target}.${randomBytes(6).toString('hex')}`;
  try {
    copyTree(binaries.folder, draft);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another starter was faster; its copy is as good as ours.
    if (!['ENOTEMPTY', 'EEXIST'].includes(systemErrorCode(error) ?? '')) throw error;
  }
  return copy;
}

/** What root runs from a shared place must be root's; a folder in /tmp could have been put there by anybody. */
function assertNobodyElseWrites(folder: string): void {
  const found = lstatSync(folder);
  if (found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0) return;
  throw new Error(`${folder} is not a folder that only root can write`);
}

/** Keeps symbolic links as they are, and opens everything for reading whatever the umask is. */
function copyTree(from: string, to: string): void {
  const source = lstatSync(from);
  if (source.isSymbolicLink()) {
    symlinkSync(readlinkSync(from), to);
  } else if (source.isDirectory()) {
    mkdirSync(to);
    chmodSync(to, 0o755);
    for (const name of readdirSync(from)) copyTree(join(from, name), join(to, name));
  } else {
    copyFileSync(from, to);
    chmodSync(to, dirname(from).endsWith('bin') || (source.mode & 0o111) !== 0 ? 0o755 : 0o644);
  }
}
