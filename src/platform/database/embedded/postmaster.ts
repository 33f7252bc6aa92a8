import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Log } from '../../logging/log.ts';
import type { Binaries } from './binaries.ts';
import { clusterFolderOf, openFolderFor } from './cluster.ts';
import { EmbeddedError } from './embedded-error.ts';
import { isPostmasterOf, readPostmasterFile } from './postmaster-file.ts';
import { isAlive, waitUntil } from './processes.ts';
import { postgresEnvironment } from './reachable-binaries.ts';
import type { RunAs } from './run-as.ts';

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** It was there already, left by a server that was killed. */
  readonly adopted: boolean;
}

export interface PostmasterOptions {
  readonly dataDir: string;
  readonly binaries: Binaries;
  readonly runAs: RunAs | undefined;
  /** PostgreSQL's own settings, by their names. */
  readonly settings: Readonly<Record<string, string>>;
  readonly log: Log;
}

/** Long, because a start after a crash replays what was committed last. */
const startLimitMs = 120_000;
/** What a killed PostgreSQL leaves of itself ends within moments. */
const remainsLimitMs = 15_000;
const portAttempts = 10;
const logFileMaxBytes = 10_000_000;

/** Finds the PostgreSQL that already runs on the folder, or starts one on a free port. */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const folder = clusterFolderOf(options.dataDir);
  const end = performance.now() + remainsLimitMs;
  for (let attempt = 1; ; attempt += 1) {
    const running = await findRunning(folder, options.log);
    if (running !== undefined) return running;
    const result = await startOnce(options, folder);
    if (typeof result !== 'string') return result;
    if (/could not create any TCP\/IP sockets|already in use/i.test(result) && attempt < portAttempts) continue;
    const inTheWay = /lock file .* already exists|pre-existing shared memory block|is being used by/i.test(result);
    if (!inTheWay || performance.now() > end) throw new EmbeddedError(failure(options.dataDir, result));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Asks for a fast shutdown, as `pg_ctl stop` does, and waits for it. */
export async function stopPostmaster(postmaster: Postmaster, log: Log): Promise<void> {
  for (const [signal, limitMs] of [
    ['SIGINT', 30_000],
    ['SIGQUIT', 10_000],
  ] as const) {
    if (!isAlive(postmaster.pid)) return;
    process.kill(postmaster.pid, signal);
    if (await waitUntil(() => !isAlive(postmaster.pid), limitMs)) return;
    log.warn({ pid: postmaster.pid, signal }, 'the embedded PostgreSQL has not ended yet');
  }
}

async function findRunning(folder: string, log: Log): Promise<Postmaster | undefined> {
  const found = readPostmasterFile(folder);
  if (found === undefined || !isPostmasterOf(folder, found)) return undefined;
  log.info({ pid: found.pid, status: found.status }, 'PostgreSQL already runs on the data folder');
  const settled = await waitUntil(() => {
    const now = readPostmasterFile(folder);
    return now?.pid !== found.pid || now.status === 'ready' || !isAlive(found.pid);
  }, startLimitMs);
  if (!settled) {
    throw new EmbeddedError(
      `The PostgreSQL on ${folder} (process ${found.pid}) is ${found.status} for too long: see postgres.log beside it.`,
    );
  }
  const now = readPostmasterFile(folder);
  // One that is stopping takes its file away shortly before it ends.
  if (now?.pid !== found.pid || now.status !== 'ready') {
    await waitUntil(() => !isAlive(found.pid), startLimitMs);
    return undefined;
  }
  return { pid: found.pid, port: now.port, adopted: true };
}

/** The postmaster, or what the log says when it did not come up. */
async function startOnce(options: PostmasterOptions, folder: string): Promise<Postmaster | string> {
  const port = await freePort();
  const logPath = join(options.dataDir, 'postgres.log');
  if ((statSync(logPath, { throwIfNoEntry: false })?.size ?? 0) > logFileMaxBytes) renameSync(logPath, `${logPath}.1`);
  const logFile = openSync(logPath, 'a', 0o600);
  const logStart = statSync(logPath).size;
  const data = openFolderFor(options.runAs, folder);
  let child: ChildProcess;
  try {
    child = spawn(
      join(options.binaries.folder, 'bin', 'postgres'),
      ['-D', data.path, ...settingArguments(options, port)],
      {
        ...options.runAs,
        cwd: '/',
        env: { ...postgresEnvironment, ...ignoredProcess(folder) },
        stdio: ['ignore', logFile, logFile, ...data.descriptors],
        // A process group of its own: Ctrl-C in a terminal reaches all of ours, and PostgreSQL must outlive the drain.
        detached: true,
      },
    );
  } finally {
    data.close();
    closeSync(logFile);
  }
  let failed: Error | undefined;
  child.once('error', (error) => {
    failed = error;
  });
  const { pid } = child;
  const ended = (): boolean => failed !== undefined || child.exitCode !== null || child.signalCode !== null;
  const isReady = (): boolean => {
    const file = readPostmasterFile(folder);
    return file?.pid === pid && file?.status === 'ready';
  };
  const settled = await waitUntil(() => ended() || isReady(), startLimitMs);
  if (pid !== undefined && settled && !ended()) return { pid, port, adopted: false };
  if (!settled) child.kill('SIGQUIT');
  return failed?.message ?? readFrom(logPath, logStart);
}

function settingArguments(options: PostmasterOptions, port: number): string[] {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    max_connections: '100',
    log_timezone: 'UTC',
    timezone: 'UTC',
    log_checkpoints: 'off',
    log_min_messages: 'warning',
    // Statements carry account numbers and names as parameters, and the log is a plain file.
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: '0',
    log_error_verbosity: 'terse',
    jit: 'off',
    ...options.settings,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/**
 * `postmaster.pid` left by a crash may name a process number that belongs to some other program by now, and PostgreSQL would
 * then refuse to start. Removing the file would also remove its check that no process of the old cluster still runs. So it
 * is told to overlook this one number, by the variable with which `pg_ctl` tells it to overlook its own shell.
 */
function ignoredProcess(folder: string): Record<string, string> {
  const found = readPostmasterFile(folder);
  if (found === undefined || !isAlive(found.pid) || isPostmasterOf(folder, found)) return {};
  return { PG_GRANDPARENT_PID: String(found.pid) };
}

/** A port that is free now. Another program may take it before PostgreSQL does, which is then another attempt. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function readFrom(path: string, start: number): string {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(16_000);
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, start));
  } finally {
    closeSync(file);
  }
}

function failure(dataDir: string, output: string): string {
  const reason = /FATAL: {2}(.*)/.exec(output)?.[1] ?? output.trim().split('\n').at(-1) ?? '';
  return `The embedded PostgreSQL did not start: ${reason} (see ${join(dataDir, 'postgres.log')}).`;
}
