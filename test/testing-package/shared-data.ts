import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import pg from 'pg';
import { roleName } from '../../src/platform/database/embedded/cluster.ts';
import { killPostgres, runningPostgres } from '../kit/embedded-data.ts';

/** A folder for `dataDir`. At the end of the test nothing runs on it and it is gone. */
export function createSharedFolder(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hwanbul-testing-'));
  test.after(async () => {
    for (const pid of supervisorsOf(folder)) process.kill(pid, 'SIGKILL');
    await killPostgres(postgresOf(folder));
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  return folder;
}

/** The data folder of the shared PostgreSQL. */
export function postgresOf(folder: string): string {
  return join(folder, 'postgresql-18');
}

export function supervisorsOf(folder: string): readonly number[] {
  const { stdout } = spawnSync('pgrep', ['-f', `supervisor\\.[tj]s ${postgresOf(folder)} `], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean).map(Number);
}

export function sharedPostgresUrl(folder: string, database = 'postgres'): string {
  const running = runningPostgres(postgresOf(folder));
  if (running === undefined) throw new Error('PostgreSQL does not run');
  const password = readFileSync(join(postgresOf(folder), 'postgres.password'), 'utf8').trim();
  return `postgres://${roleName}:${password}@127.0.0.1:${running.port}/${database}`;
}

/** The databases of servers, by name. */
export async function testDatabases(folder: string): Promise<readonly string[]> {
  return databasesAt(sharedPostgresUrl(folder));
}

export async function databasesAt(url: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>(
      "select datname from pg_database where datname ~ '^hwanbul_[0-9a-f]{6}_test_' order by datname",
    );
    return rows.map(({ datname }) => datname);
  } finally {
    await client.end();
  }
}
