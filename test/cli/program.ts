import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { bareEnvironment } from '../kit/bare-environment.ts';
import { atEndOfFile } from '../kit/end-of-file.ts';
import { program } from '../kit/program.ts';

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface Keys {
  readonly url: string;
  readonly impKey: string;
  readonly impSecret: string;
}

/** Starts the real program, with nothing of the tests' own environment but the path. */
export function startProgram(
  argv: readonly string[],
  env: NodeJS.ProcessEnv = {},
  cwd = '/',
  file: string = program,
): Started {
  const child = spawn(process.execPath, [file, ...argv], {
    env: { ...bareEnvironment(), ...env },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  atEndOfFile(() => child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      children.delete(child);
      resolve({ code, signal, stdout, stderr });
    });
  });
  return { child, ended };
}

export function envOf({ url, impKey, impSecret }: Keys): NodeJS.ProcessEnv {
  return { HWANBUL_URL: url, HWANBUL_IMP_KEY: impKey, HWANBUL_IMP_SECRET: impSecret };
}

/** Runs a command as this merchant to its end. */
export function run(keys: Keys, ...argv: readonly string[]): Promise<Ended> {
  return startProgram(argv, envOf(keys)).ended;
}

export function newFolder(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hwanbul-cli-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function jsonLines(text: string): readonly Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
