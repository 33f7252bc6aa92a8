import { type ChildProcess, spawn } from 'node:child_process';
import { clearTimeout, setTimeout } from './real-timers.ts';
import type { StartOrder, StartReport } from './server/messages.ts';

/** The server in its own process. */
export interface ServerProcess {
  readonly url: string;
  /** Why it can't be reached any more; `undefined` while it runs. */
  whyGone(): string | undefined;
  close(): Promise<void>;
}

const closeLimitMs = 30_000;
/** The server itself knows better why it is not up in time, and may say so first. */
const graceMs = 5_000;
/** Nothing else is handed over: options for Node or for a test runner are meant for this process. */
const environmentNames = [
  ...['PATH', 'HOME', 'XDG_CACHE_HOME', 'TMPDIR', 'LANG', 'USER', 'LOGNAME'],
  ...['PGPASSWORD', 'PGPASSFILE', 'PGSSLMODE', 'NODE_EXTRA_CA_CERTS'],
] as const;

/** @throws with one line that says what to do, when it does not come up. */
export async function startServerProcess(program: string, order: StartOrder): Promise<ServerProcess> {
  const environment: NodeJS.ProcessEnv = {};
  for (const name of environmentNames) {
    if (process.env[name] !== undefined) environment[name] = process.env[name];
  }
  // Its log goes where this process's errors go; standard output may be read by a test runner.
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
    env: environment,
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const exited = Promise.withResolvers<void>();
  let gone: string | undefined;
  child.once('exit', (code, signal) => {
    gone = `The Hwanbul server of this test has ended (${signal ?? `exit code ${code}`}).`;
    exited.resolve();
  });
  child.once('error', (error) => {
    gone = `The Hwanbul server of this test could not be started: ${error.message}`;
    exited.resolve();
  });

  async function close(): Promise<void> {
    if (gone !== undefined) return;
    child.ref();
    if (child.connected) child.disconnect();
    const overdue = setTimeout(() => child.kill('SIGKILL'), closeLimitMs);
    await exited.promise;
    clearTimeout(overdue);
  }

  const report = await reportOf(child, order, exited.promise);
  if (report.kind === 'failed') {
    await close();
    throw new Error(report.reason);
  }
  // From here on only what a test waits for keeps its process alive.
  child.unref();
  child.channel?.unref();
  return { url: report.url, whyGone: () => gone, close };
}

function reportOf(child: ChildProcess, order: StartOrder, exited: Promise<void>): Promise<StartReport> {
  const { promise, resolve } = Promise.withResolvers<StartReport>();
  const fail = (reason: string): void => resolve({ kind: 'failed', reason });
  const overdue = setTimeout(() => fail(`Hwanbul did not start within ${order.limitMs} ms.`), order.limitMs + graceMs);
  child.once('message', (message) => resolve(message as StartReport));
  void exited.then(() =>
    fail('The Hwanbul server of this test ended while it started; see its log on standard error.'),
  );
  child.send(order, (error) => {
    if (error) fail(`The Hwanbul server of this test could not be told to start: ${error.message}`);
  });
  return promise.finally(() => clearTimeout(overdue));
}
