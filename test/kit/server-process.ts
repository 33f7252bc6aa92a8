import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { bareEnvironment } from './bare-environment.ts';
import { createTestDatabase } from './database.ts';
import { atEndOfFile } from './end-of-file.ts';
import { program, programOfClone } from './program.ts';

export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  readonly dataDir: string;
  /** `undefined`: the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | undefined;
  kill(signal?: NodeJS.Signals): void;
  readonly exited: Promise<Exit>;
  stdout(): string;
  stderr(): string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServerProcessOptions {
  /** On top of PORT=0, LOG_LEVEL=info and no other setting; nothing is taken over from the environment of the tests. */
  readonly env?: NodeJS.ProcessEnv;
  /** Kept when given, otherwise a fresh one that goes away with the child. */
  readonly dataDir?: string;
  /** A database to use, or `embedded`. Without it the server gets a test database of its own, dropped at the end. */
  readonly databaseUrl?: string | 'embedded';
  readonly argv?: readonly string[];
  /** The clone's own sources in place of the program as it is published. */
  readonly ofClone?: boolean;
  /** Another build of the program (`newer-program.ts`). */
  readonly program?: string;
  /** As another user, where the tests run as root. */
  readonly runAs?: { readonly uid: number; readonly gid: number };
  /** The child is killed and its database dropped at the end of this test; without it, at the end of the file. */
  readonly test?: TestContext;
}

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** Starts the real program as a process of its own and waits until it says where it listens. */
export async function startServerProcess(options: ServerProcessOptions = {}): Promise<ServerProcess> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'hwanbul-server-'));
  const own = options.databaseUrl === undefined ? await createTestDatabase({ poolSize: 2 }) : undefined;
  const databaseUrl = options.databaseUrl === 'embedded' ? undefined : (options.databaseUrl ?? own?.url);
  const started = spawnServer({ ...options, dataDir }, databaseUrl);
  const clean = async (): Promise<void> => {
    started.kill('SIGKILL');
    await started.exited;
    await own?.drop();
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  };
  if (options.test) options.test.after(clean);
  else atEndOfFile(clean);
  const url = await Promise.race([started.ready, started.exited.then(() => undefined)]);
  if (url === undefined) throw new Error(`The server did not start:\n${started.stdout()}${started.stderr()}`);
  const { pid, exited, kill, stdout, stderr } = started;
  return Object.freeze({ url, pid, dataDir, databaseUrl, exited, kill, stdout, stderr });
}

/**
 * Starts the program expecting that it ends by itself: with a refusal, with an answer on the command line, or by a
 * signal that `onOutput` sends when it has read enough.
 */
export async function runServerProcess(
  options: ServerProcessOptions & {
    readonly onOutput?: (stdout: string, kill: (signal: NodeJS.Signals) => void) => void;
  },
): Promise<Exit & { readonly stdout: string; readonly stderr: string }> {
  const databaseUrl = options.databaseUrl === 'embedded' ? undefined : options.databaseUrl;
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'hwanbul-server-'));
  const started = spawnServer({ ...options, dataDir }, databaseUrl);
  void started.ready.then(() => started.kill('SIGKILL'));
  started.onOutput(() => options.onOutput?.(started.stdout(), started.kill));
  const exit = await started.exited;
  if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  return { ...exit, stdout: started.stdout(), stderr: started.stderr() };
}

function spawnServer(options: ServerProcessOptions & { readonly dataDir: string }, databaseUrl: string | undefined) {
  const file = options.program ?? (options.ofClone ? programOfClone : program);
  const child = spawn(process.execPath, [file, ...(options.argv ?? [])], {
    env: {
      ...bareEnvironment(),
      PORT: '0',
      LOG_LEVEL: 'info',
      // A database that is not there is a refusal at once; who tests the wait sets it.
      HWANBUL_DATABASE_WAIT_MS: '0',
      // That of the test run flushes nothing.
      HWANBUL_UNFLUSHED_DATABASE: 'accept',
      DATA_DIR: options.dataDir,
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
      ...options.env,
    },
    ...options.runAs,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let [stdout, stderr] = ['', ''];
  const { promise: ready, resolve: setReady } = Promise.withResolvers<string>();
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    const url = /^Hwanbul \S+ \(\w+\) is listening on (http:\S+)$/m.exec(stdout)?.[1];
    if (url !== undefined) setReady(url);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      children.delete(child);
      resolve({ code, signal });
    });
  });
  return {
    pid: child.pid ?? 0,
    onOutput: (listener: () => void): void => {
      child.stdout.on('data', listener);
    },
    ready,
    exited,
    kill: (signal: NodeJS.Signals = 'SIGTERM'): void => {
      child.kill(signal);
    },
    stdout: () => stdout,
    stderr: () => stderr,
  };
}
