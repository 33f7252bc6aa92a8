import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../src/platform/clock/clock.ts';
import { startEmbeddedPostgres } from '../src/platform/database/embedded/embedded-postgres.ts';
import { type Database, openDatabase } from '../src/platform/database/pool.ts';
import { createLog } from '../src/platform/logging/log.ts';
import { type BenchClient, createBenchClient } from './client.ts';

/** The whole thing in processes of their own, as it runs for real: PostgreSQL with fsync on, simulator, server. */
export interface BenchSandbox {
  readonly url: string;
  readonly client: BenchClient;
  /** A pool like the server's, for baselines. */
  readonly database: Database;
  readonly serverPid: number;
  close(): Promise<void>;
}

const root = fileURLToPath(new URL('..', import.meta.url));
export const poolSize = 10;

export async function startBenchSandbox(
  env: Readonly<Record<string, string>> = {},
  postgresSettings: Readonly<Record<string, string>> = {},
): Promise<BenchSandbox> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hwanbul-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir, log: createLog('warn'), settings: postgresSettings });
  const children: ChildProcess[] = [];
  try {
    const simulator = await startProcess(
      children,
      ['src/start/simulator-main.ts', 'tosspayments', '--port', '0', '--data-dir', dataDir],
      {},
      /simulator on (http:\/\/\S+?),/,
    );
    const server = await startProcess(
      children,
      ['bin/hwanbul.js'],
      {
        PORT: '0',
        DATA_DIR: dataDir,
        DATABASE_URL: postgres.url,
        LOG_LEVEL: 'warn',
        HWANBUL_DATABASE_POOL_SIZE: String(poolSize),
        HWANBUL_SIMULATORS: `tosspayments=${simulator.match}`,
        ...env,
      },
      /is listening on (http:\/\/\S+)/,
    );
    const database = openDatabase(postgres.url, { poolSize, applicationName: 'hwanbul bench' });
    return {
      url: server.match,
      client: await createBenchClient(server.match),
      database,
      serverPid: server.child.pid ?? 0,
      async close() {
        await database.close();
        await stopAll(children);
        await postgres.stop();
        await rm(dataDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await stopAll(children);
    await postgres.stop();
    throw error;
  }
}

async function startProcess(
  children: ChildProcess[],
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  ready: RegExp,
): Promise<{ readonly child: ChildProcess; readonly match: string }> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    // The simulator tells every fault that strikes on its standard error.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  const start = systemClock.monotonicMs();
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    const match = ready.exec(output)?.[1];
    if (match) {
      child.stdout.resume();
      return { child, match };
    }
    if (systemClock.monotonicMs() - start > 60_000) break;
  }
  throw new Error(`${args.join(' ')} did not start: ${output}`);
}

async function stopAll(children: readonly ChildProcess[]): Promise<void> {
  for (const child of [...children].reverse()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}
