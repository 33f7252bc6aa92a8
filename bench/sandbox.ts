import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clusterFolderOf } from '../src/platform/database/embedded/cluster.ts';
import { startEmbeddedPostgres } from '../src/platform/database/embedded/embedded-postgres.ts';
import { readPostmasterFile } from '../src/platform/database/embedded/postmaster-file.ts';
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
  /** Of the simulator, where it runs apart. */
  readonly simulatorPid: number | undefined;
  readonly postmasterPid: number;
  /** The SQLite file of the simulator that runs apart. */
  readonly simulatorBook: string;
  /** The same sandbox with another process of the server's, which Node is told these about. */
  restarted(nodeArguments: readonly string[]): Promise<BenchSandbox & { readonly server: ChildProcess }>;
  close(): Promise<void>;
}

export interface BenchSandboxOptions {
  /** `inside`: with all the others in the server's process, as `npm start` has it. */
  readonly simulator: 'inside' | 'apart';
  readonly env?: Readonly<Record<string, string>>;
  readonly postgresSettings?: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const startLimitMs = 60_000;
export const poolSize = 10;

export async function startBenchSandbox(options: BenchSandboxOptions): Promise<BenchSandbox> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hwanbul-bench-'));
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: createLog('warn'),
    ...(options.postgresSettings && { settings: options.postgresSettings }),
  });
  const children: ChildProcess[] = [];
  const ends: (() => Promise<void>)[] = [() => postgres.stop(), () => rm(dataDir, { recursive: true, force: true })];
  try {
    const simulator =
      options.simulator === 'inside'
        ? undefined
        : await startProcess(
            children,
            ['src/start/simulator-main.ts', 'tosspayments', '--port', '0', '--data-dir', dataDir],
            { output: join(dataDir, 'simulator.out'), ready: /simulator on (http:\/\/\S+?),/ },
          );
    const database = openDatabase(postgres.url, { poolSize, applicationName: 'hwanbul bench' });
    ends.unshift(() => database.close());
    const startServer = (nodeArguments: readonly string[]) =>
      startProcess(children, [...nodeArguments, 'bin/hwanbul.js'], {
        output: join(dataDir, 'server.out'),
        ready: /"url":"(http:\/\/[^"]+)"[^\n]*"msg":"ready"/,
        ipc: nodeArguments.length > 0,
        env: {
          PORT: '0',
          DATA_DIR: dataDir,
          DATABASE_URL: postgres.url,
          LOG_FORMAT: 'json',
          HWANBUL_DATABASE_POOL_SIZE: String(poolSize),
          ...(simulator && { HWANBUL_SIMULATORS: `tosspayments=${simulator.match}` }),
          ...options.env,
        },
      });
    let server = await startServer([]);
    const close = async (): Promise<void> => {
      await stopAll(children);
      for (const end of ends) await end();
    };
    const describe = async (): Promise<BenchSandbox & { readonly server: ChildProcess }> => ({
      url: server.match,
      client: await createBenchClient(server.match),
      database,
      server: server.child,
      serverPid: server.child.pid ?? 0,
      simulatorPid: simulator?.child.pid,
      postmasterPid: readPostmasterFile(clusterFolderOf(dataDir))?.pid ?? 0,
      simulatorBook: join(dataDir, 'tosspayments.sqlite'),
      async restarted(nodeArguments) {
        await stopAll([server.child]);
        server = await startServer(nodeArguments);
        return describe();
      },
      close,
    });
    return await describe();
  } catch (error) {
    await stopAll(children);
    for (const end of ends) await end();
    throw error;
  }
}

/** Starts a program of this repository whose output goes into a file, until it says that it is ready, and where. */
export async function startProcess(
  children: ChildProcess[],
  args: readonly string[],
  options: {
    readonly output: string;
    readonly ready: RegExp;
    readonly env?: Readonly<Record<string, string>>;
    readonly ipc?: boolean;
  },
): Promise<{ readonly child: ChildProcess; readonly match: string }> {
  const output = openSync(options.output, 'w');
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...options.env },
    // The simulator logs each request on its standard error.
    stdio: ['ignore', output, 'ignore', ...(options.ipc ? (['ipc'] as const) : [])],
  });
  closeSync(output);
  children.push(child);
  const end = performance.now() + startLimitMs;
  while (performance.now() < end && child.exitCode === null) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const match = options.ready.exec(readFileSync(options.output, 'utf8'))?.[1];
    if (match) return { child, match };
  }
  throw new Error(`${args.join(' ')} did not start: ${readFileSync(options.output, 'utf8')}`);
}

export async function stopAll(children: readonly ChildProcess[]): Promise<void> {
  for (const child of [...children].reverse()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}
