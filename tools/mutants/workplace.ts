import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyTo, type Mutant } from './mutant.ts';

/**
 * - `noticed`: a test failed, or did not end.
 * - `survived`: all of the nearest tests passed.
 * - `no statement`: PostgreSQL could not read the changed SQL, so that it proves nothing about the tests.
 */
export interface Verdict {
  readonly result: 'noticed' | 'survived' | 'no statement';
  /** The tests that noticed it; for a hanging one, its file. */
  readonly by: readonly string[];
  readonly tookMs: number;
}

interface TestRun {
  readonly isPassed: boolean;
  readonly isLate: boolean;
  readonly failed: readonly string[];
  readonly output: string;
  readonly tookMs: number;
}

/** By test file: how long it may take. */
export type Limits = Map<string, number>;

/** A copy of the sources in which one mutant at a time is made; the sources themselves are never touched. */
export interface Workplace {
  judge(mutant: Mutant, tests: readonly string[]): Promise<Verdict>;
  close(): Promise<void>;
}

export async function openWorkplace(root: string, databaseUrl: string, limits: Limits): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'hwanbul-mutants-'));
  for (const name of ['src', 'test', 'package.json', 'tsconfig.json']) {
    await cp(join(root, name), join(folder, name), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const env = { ...process.env, TEST_DATABASE_URL: databaseUrl, NODE_COMPILE_CACHE: join(folder, 'compiled') };

  async function run(testFile: string, limitMs: number): Promise<TestRun> {
    const from = performance.now();
    const child = spawn(process.execPath, ['--test-reporter=tap', testFile], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that what a test has started ends with it.
      detached: true,
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    let isLate = false;
    const endGroup = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    const timer = setTimeout(() => {
      isLate = true;
      endGroup();
    }, limitMs);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    clearTimeout(timer);
    endGroup();
    const output = Buffer.concat(chunks).toString();
    const failed = [...output.matchAll(/^not ok \d+ - (.*)$/gm)].map(([, name = '']) => name.replaceAll('\\', ''));
    return { isPassed: code === 0, isLate, failed, output, tookMs: performance.now() - from };
  }

  /** Without any change a file must pass; how long that takes is the measure of one that hangs. */
  async function limitOf(testFile: string): Promise<number> {
    const known = limits.get(testFile);
    if (known !== undefined) return known;
    const { isPassed, output, tookMs } = await run(testFile, 300_000);
    if (!isPassed) throw new Error(`without any change, ${testFile} fails:\n${output}`);
    const limitMs = tookMs * 4 + 20_000;
    limits.set(testFile, limitMs);
    return limitMs;
  }

  return {
    async judge(mutant, tests) {
      const path = join(folder, mutant.file);
      const source = await readFile(path, 'utf8');
      const from = performance.now();
      const ended = (result: Verdict['result'], by: readonly string[]): Verdict => ({
        result,
        by,
        tookMs: Math.round(performance.now() - from),
      });
      for (const testFile of tests) {
        const limitMs = await limitOf(testFile);
        await writeFile(path, applyTo(source, mutant));
        const { isPassed, isLate, failed, output } = await run(testFile, limitMs).finally(() =>
          writeFile(path, source),
        );
        if (isPassed) continue;
        if (mutant.kind.startsWith('sql:') && isUnreadable(output)) return ended('no statement', []);
        return ended('noticed', isLate || failed.length === 0 ? [testFile] : failed.slice(0, 5));
      }
      return ended('survived', []);
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** SQLSTATE class 42: a syntax error, a column that is not there, types that do not fit. */
function isUnreadable(output: string): boolean {
  return /code: '42(601|703|704|803|804|883|P01|P02|P08|P18)'/.test(output);
}
