import { type ChildProcess, spawn } from 'node:child_process';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createStartHwanbul } from '../../src/testing/start-hwanbul.ts';
import { bareEnvironment } from '../kit/bare-environment.ts';
import { testingServerProgram } from '../kit/program.ts';

/** Short, so that a test sees the end of the shared PostgreSQL. */
export const lingerMs = 1_000;
export const startQuickly = createStartHwanbul(testingServerProgram, lingerMs);

/** A process like that of a test file: it starts a sandbox, pays once, and then waits until it is told to end. */
export interface TestProcess {
  readonly database: string;
  readonly impUid: string;
  /** Asks it to pay once more, and gives what the gateway's book has then. */
  payAgain(): Promise<number>;
  /** Ends it in order. */
  close(): Promise<void>;
  /** `kill -9` of the test's process alone, or of its server as well. */
  kill(what: 'alone' | 'with its server'): Promise<void>;
}

const program = fileURLToPath(new URL('./test-process-main.ts', import.meta.url));

export async function startTestProcess(test: TestContext, dataDir: string): Promise<TestProcess> {
  // A group of its own holds the process and its server, but not the supervisor of PostgreSQL.
  const child = spawn(process.execPath, [program, dataDir], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...bareEnvironment(), HOME: process.env.HOME, TEST_PROGRAM: process.env.TEST_PROGRAM },
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  test.after(() => killGroup(child));
  const lines = readLines(child);
  const started = JSON.parse(await lines.next()) as { readonly database: string; readonly impUid: string };
  return {
    ...started,
    async payAgain() {
      child.stdin?.write('pay\n');
      return Number(await lines.next());
    },
    async close() {
      child.stdin?.end();
      const code = await exited;
      if (code !== 0) throw new Error(`the process ended with ${code}`);
    },
    async kill(what) {
      if (what === 'alone') child.kill('SIGKILL');
      else killGroup(child);
      await exited;
    },
  };
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}

function readLines(child: ChildProcess): { next(): Promise<string> } {
  const lines: string[] = [];
  let rest = '';
  let ended = false;
  let wake = (): void => {};
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    wake();
  });
  child.once('close', () => {
    ended = true;
    wake();
  });
  return {
    async next() {
      while (lines.length === 0) {
        if (ended) throw new Error('the process has ended');
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return lines.shift() ?? '';
    },
  };
}
