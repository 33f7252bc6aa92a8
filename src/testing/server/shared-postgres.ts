import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startConnectionLimitMs } from '../../platform/database/connection-limit.ts';
import { clusterFolderOf, roleName } from '../../platform/database/embedded/cluster.ts';
import { EmbeddedError, systemErrorCode } from '../../platform/database/embedded/embedded-error.ts';
import { isPostmasterOf, readPostmasterFile } from '../../platform/database/embedded/postmaster-file.ts';
import { programFile } from '../../platform/own-files.ts';
import { isFileLocked } from './file-lock.ts';

/**
 * The right to use a PostgreSQL: a connection to its administrative database. The shared PostgreSQL runs for as long as
 * there is one; the system takes it back from a process that was killed.
 */
export interface Lease {
  readonly admin: pg.Client;
  /** Of another database there. */
  urlOf(database: string): string;
  release(): Promise<void>;
}

/** The lock that users of the shared PostgreSQL hold together, and whoever stops it must hold alone. */
export const leaseLock = Object.freeze({ classId: 1_213_677_134, objectId: 1 });
export const supervisorLockName = 'supervisor.lock';
export const maintenanceDatabase = 'postgres';

const pauseMs = 50;
const logFileMaxBytes = 1_000_000;
const supervisorProgram = fileURLToPath(programFile('testing/server/supervisor'));

/** A lease on the PostgreSQL at the address, which somebody else takes care of. */
export async function leaseGivenPostgres(databaseUrl: string): Promise<Lease> {
  const admin = await connect(databaseUrl);
  return leaseOf(admin, databaseUrl, async () => {});
}

/**
 * A lease on the PostgreSQL that all test processes of this user share. Whoever finds none running starts its supervisor, a
 * process of its own that belongs to no test process, and which stops PostgreSQL a while after the last lease has ended.
 * @throws EmbeddedError with one line that says why there is none.
 */
export async function leaseSharedPostgres(options: {
  readonly dataDir: string;
  readonly lingerMs: number;
  readonly limitMs: number;
}): Promise<Lease> {
  const end = performance.now() + options.limitMs;
  let supervisor: Supervisor | undefined;
  for (;;) {
    const lease = await tryLease(options);
    if (lease !== undefined) {
      // The supervisor may have been killed, and PostgreSQL needs one that stops it some day.
      ensureSupervisor(options, undefined);
      return lease;
    }
    const failure = supervisor?.failure();
    if (failure !== undefined) throw new EmbeddedError(failure);
    if (performance.now() > end) {
      throw new EmbeddedError(
        `The shared PostgreSQL in ${options.dataDir} did not come up within ${options.limitMs} ms: see supervisor.log there.`,
      );
    }
    supervisor = ensureSupervisor(options, supervisor);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** `undefined`: it does not run, or is about to stop. */
async function tryLease(options: { readonly dataDir: string; readonly lingerMs: number }): Promise<Lease | undefined> {
  const { dataDir } = options;
  const file = readPostmasterFile(clusterFolderOf(dataDir));
  if (file?.status !== 'ready' || !isPostmasterOf(clusterFolderOf(dataDir), file)) return undefined;
  let admin: pg.Client | undefined;
  try {
    const password = readFileSync(join(dataDir, 'postgres.password'), 'utf8').trim();
    const url = `postgres://${roleName}:${password}@127.0.0.1:${file.port}/${maintenanceDatabase}`;
    admin = await connect(url);
    const { rows } = await admin.query<{ held: boolean }>('select pg_try_advisory_lock_shared($1, $2) as held', [
      leaseLock.classId,
      leaseLock.objectId,
    ]);
    if (rows[0]?.held === true) {
      return leaseOf(admin, url, async () => {
        ensureSupervisor(options, undefined);
      });
    }
    await admin.end();
  } catch (error) {
    await admin?.end().catch(() => {});
    if (!isPassing(error)) throw error;
  }
  return undefined;
}

/** What a PostgreSQL that starts, stops or has just gone answers, or does not. */
function isPassing(error: unknown): boolean {
  const code = systemErrorCode(error) ?? '';
  return (
    /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|57P0[123])$/.test(code) ||
    (error instanceof Error && /terminated unexpectedly|timeout expired/i.test(error.message))
  );
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'hwanbul testing',
    connectionTimeoutMillis: startConnectionLimitMs,
    keepAlive: true,
  });
  // The end of the connection is what counts, and it is reported apart.
  client.on('error', () => {});
  await client.connect();
  return client;
}

function leaseOf(admin: pg.Client, url: string, onRelease: () => Promise<void>): Lease {
  return Object.freeze({
    admin,
    urlOf(database) {
      const other = new URL(url);
      other.pathname = `/${database}`;
      return other.href;
    },
    async release() {
      await onRelease();
      await admin.end().catch(() => {});
    },
  } satisfies Lease);
}

interface Supervisor {
  hasEnded(): boolean;
  /** Why it ended, if it did so on account of an error. */
  failure(): string | undefined;
}

function ensureSupervisor(
  options: { readonly dataDir: string; readonly lingerMs: number },
  mine: Supervisor | undefined,
): Supervisor | undefined {
  if (mine !== undefined && !mine.hasEnded()) return mine;
  if (isFileLocked(join(options.dataDir, supervisorLockName))) return mine;
  return startSupervisor(options.dataDir, options.lingerMs);
}

function startSupervisor(dataDir: string, lingerMs: number): Supervisor {
  const logPath = join(dataDir, 'supervisor.log');
  if ((statSync(logPath, { throwIfNoEntry: false })?.size ?? 0) > logFileMaxBytes) renameSync(logPath, `${logPath}.1`);
  const logFile = openSync(logPath, 'a', 0o600);
  let child: ChildProcess;
  try {
    child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', supervisorProgram, dataDir, String(lingerMs)],
      // It outlives us, holds none of our files open, and a Ctrl-C in our terminal does not reach it.
      { detached: true, cwd: '/', stdio: ['ignore', logFile, logFile] },
    );
  } finally {
    closeSync(logFile);
  }
  child.unref();
  let failed: Error | undefined;
  child.once('error', (error) => {
    failed = error;
  });
  return {
    hasEnded: () => failed !== undefined || child.exitCode !== null || child.signalCode !== null,
    failure() {
      if (failed !== undefined)
        return `The supervisor of the shared PostgreSQL could not be started: ${failed.message}`;
      return child.exitCode === null || child.exitCode === 0 ? undefined : lastLine(logPath);
    },
  };
}

function lastLine(path: string): string {
  return readFileSync(path, 'utf8').trim().split('\n').at(-1) ?? '';
}
