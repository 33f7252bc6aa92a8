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
