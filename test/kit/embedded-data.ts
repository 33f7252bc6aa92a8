import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Binaries, findBinaries } from '../../src/platform/database/embedded/binaries.ts';
import {
  isPostmasterOf,
  type PostmasterFile,
  readPostmasterFile,
} from '../../src/platform/database/embedded/postmaster-file.ts';
import { isAlive, waitUntil } from '../../src/platform/database/embedded/processes.ts';
import { atEndOfFile } from './end-of-file.ts';
import { startServerProcess } from './server-process.ts';

export const isRoot = process.getuid?.() === 0;

/** A data folder for servers with an embedded PostgreSQL. At the end of the test nothing runs on it and it is gone. */
export function createDataDir(test: TestContext): string {
  const parent = mkdtempSync(join(tmpdir(), 'hwanbul-data-'));
  const dataDir = join(parent, 'data');
  test.after(async () => {
    await killPostgres(dataDir);
    rmSync(parent, { recursive: true, force: true, maxRetries: 10 });
  });
  return dataDir;
}

/**
 * As `createDataDir`, and a server has run on it and ended in order: for what is about a later start. To copy such a folder takes a small
 * part of what it takes to make a cluster and to migrate it.
 */
export async function createUsedDataDir(test: TestContext): Promise<string> {
  const dataDir = createDataDir(test);
  used ??= makeUsed();
  // With its owners: as root, PostgreSQL runs as somebody else.
  const { status, stderr } = spawnSync('cp', ['-a', await used, dataDir], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The used data folder can't be copied: ${stderr}`);
  return dataDir;
}

let used: Promise<string> | undefined;

async function makeUsed(): Promise<string> {
  const parent = mkdtempSync(join(tmpdir(), 'hwanbul-used-data-'));
  const dataDir = join(parent, 'data');
  atEndOfFile(async () => {
    used = undefined;
    rmSync(parent, { recursive: true, force: true });
  });
  const server = await startServerProcess({ databaseUrl: 'embedded', dataDir });
  server.kill('SIGTERM');
  const { code } = await server.exited;
  if (code !== 0) throw new Error(`The server that was to fill a data folder ended with ${code}:\n${server.stderr()}`);
  return dataDir;
}

export function clusterOf(dataDir: string): string {
  return join(dataDir, 'postgres');
}

/** The PostgreSQL that runs on the folder. */
export function runningPostgres(dataDir: string): PostmasterFile | undefined {
  const file = readPostmasterFile(clusterOf(dataDir));
  return file && isPostmasterOf(clusterOf(dataDir), file) ? file : undefined;
}

/** As a power failure would: no shutdown, and the lock file stays. */
export async function killPostgres(dataDir: string): Promise<void> {
  const running = runningPostgres(dataDir);
  if (running === undefined) return;
  process.kill(running.pid, 'SIGKILL');
  if (!(await waitUntil(() => !isAlive(running.pid), 30_000))) throw new Error('PostgreSQL survived SIGKILL');
}

/** A copy of the binaries as they lie in the npm package before its install script has run. */
export function copyUnmendedBinaries(test: TestContext, parentMode: number): Binaries {
  const installed = findBinaries();
  const parent = mkdtempSync(join(tmpdir(), 'hwanbul-binaries-'));
  test.after(() => rmSync(parent, { recursive: true, force: true }));
  const folder = join(parent, 'native');
  cpSync(installed.folder, folder, { recursive: true, verbatimSymlinks: true });
  chmodSync(parent, parentMode);
  return { folder, version: installed.version };
}
