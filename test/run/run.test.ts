import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isAlive } from '../../src/platform/database/embedded/processes.ts';
import { runningPostgres } from '../kit/embedded-data.ts';
import { eventually } from '../kit/eventually.ts';
import { chooseFiles } from './choose-files.ts';
import { shareProcesses } from './shared-processes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('a word runs the test files that have it in their path, and a word that fits none is told', () => {
  const paths = ['test/platform/settings.test.ts', 'test/start/start.test.ts', 'test/house.test.ts'];
  const find = (pattern: string) =>
    pattern === 'test/**/*.test.ts' ? paths : paths.filter((path) => path === pattern);
  const choose = (...given: string[]) => chooseFiles(given, find);
  assert.deepEqual(choose('settings').files, ['test/platform/settings.test.ts']);
  assert.deepEqual(choose('Start', 'test/house.test.ts').files, ['test/start/start.test.ts', 'test/house.test.ts']);
  assert.deepEqual(choose('test/start').files, ['test/start/start.test.ts']);
  assert.deepEqual(choose('nothing', 'test/gone.test.ts', 'house').unfit, ['nothing', 'test/gone.test.ts']);
  assert.deepEqual(choose('--test-name-pattern', 'settings', '--test-only'), {
    files: paths,
    options: ['--test-name-pattern', 'settings', '--test-only'],
    unfit: [],
  });
  assert.deepEqual(choose('--test-name-pattern=adopts', 'settings'), {
    files: ['test/platform/settings.test.ts'],
    options: ['--test-name-pattern=adopts'],
    unfit: [],
  });
});

test('a run that has nothing to run says so and fails, before it starts anything', async () => {
  const run = spawn(process.execPath, ['test/run.ts', 'no-such-test'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = await Promise.all([run.stdout.toArray(), run.stderr.toArray(), once(run, 'close')]);
  assert.equal(String(output[0].join('')), '');
  assert.equal(String(output[1].join('')), 'No test file has "no-such-test" in its path.\n');
  assert.equal(run.exitCode, 1);
});

test('a test process takes large libraries from the files that were made for the run', async () => {
  const list = process.env.TEST_LIBRARIES;
  assert.ok(list);
  const libraries = JSON.parse(readFileSync(list, 'utf8')) as Record<string, string>;
  for (const name of ['kysely', 'typebox', 'typebox/compile', 'undici']) {
    assert.equal(import.meta.resolve(name), libraries[name]);
    assert.ok(libraries[name]?.startsWith(pathToFileURL(dirname(list)).href), libraries[name]);
    assert.ok(Object.keys((await import(name)) as object).length > 1);
  }
  assert.equal(import.meta.resolve('./choose-files.ts'), new URL('choose-files.ts', import.meta.url).href);
  await assert.rejects(import(String('./no-such-file.ts')), /no-such-file/);
});

test('files of gateways share processes: each is in one of them, and other files have their own', (t) => {
  const folder = join(createFolder(t), 'shared');
  const ofGateways = Array.from({ length: 25 }, (_, n) => `test/gateways/g${n}/adapter.test.ts`);
  const others = ['test/gateways/conformance.test.ts', 'test/house.test.ts'];
  const [first, second, ...made] = shareProcesses([...others, ...ofGateways], folder);
  assert.deepEqual([first, second], others);
  assert.equal(made.length, 3);
  const loaded = made.flatMap((path) => readFileSync(path, 'utf8').match(/(?<=^describe\(")[^"]+/gm) ?? []);
  assert.deepEqual(loaded.sort(), ofGateways.toSorted());
  assert.deepEqual(shareProcesses(['test/gateways/kcp/keys.test.ts'], folder), ['test/gateways/kcp/keys.test.ts']);
});

test('files that share a process run one after the other, each with its own hooks, and one that fails fails the process', async (t) => {
  const folder = createFolder(t);
  const names = ['a', 'b', 'c'].map((name) => `test/gateways/${name}/own.test.ts`);
  for (const [n, name] of names.entries()) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(
      join(folder, name),
      `import { after, before, beforeEach, test } from 'node:test';
       const say = (what: string): void => console.log('said', ${n}, what);
       await new Promise(setImmediate);
       before(() => say('before'));
       beforeEach(() => say('each'));
       after(() => say('after'));
       test('first', () => say('first'));
       test('second', () => {
         say('second');
         if (${n} === 1) throw new Error('on purpose');
       });`,
    );
  }
  const [made = ''] = shareProcesses(names, join(folder, 'shared'), folder);
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
  const run = spawn(process.execPath, ['--test-reporter=spec', made], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = await Promise.all([run.stdout.toArray(), once(run, 'close')]);
  const said = String(output.join('')).match(/(?<=^said ).*/gm);
  const ofOne = ['before', 'each', 'first', 'each', 'second', 'after'];
  assert.deepEqual(
    said,
    [0, 1, 2].flatMap((n) => ofOne.map((what) => `${n} ${what}`)),
  );
  assert.match(
    output.join(''),
    /✔ test\/gateways\/a\/own\.test\.ts .*✖ test\/gateways\/b\/own\.test\.ts .*✔ test\/gateways\/c\/own/s,
  );
  assert.equal(run.exitCode, 1);
});

function createFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hwanbul-shared-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

const ways = [
  ['kill -9 of the runner', (pid: number) => process.kill(pid, 'SIGKILL')],
  // As a terminal does it: to all of the group.
  ['Ctrl-C', (pid: number) => process.kill(-pid, 'SIGINT')],
] as const;

describe('a run that is killed leaves nothing behind: no PostgreSQL, no process, no folder', { concurrency: 2 }, () => {
  for (const [how, kill] of ways) test(`after ${how}`, (t) => killed(t, kill));
});

async function killed(t: TestContext, kill: (pid: number) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hwanbul-runs-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const run = spawn(process.execPath, ['test/run.ts', 'test/run/never-ends.ts'], {
    cwd: root,
    env: { PATH: process.env.PATH, TMPDIR: folder },
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => run.kill('SIGKILL'));
  let output = '';
  const { promise: up, resolve } = Promise.withResolvers<readonly string[]>();
  run.stdout.on('data', (chunk) => {
    output += chunk;
    const found = /everything is up: (\d+) (\S+)/.exec(output);
    if (found) resolve(found);
  });
  const [, child, dataDir = ''] = await up;
  const runFolder = dirname(dirname(dataDir));
  assert.equal(dirname(runFolder), folder);
  const databases = [runningPostgres(dataDir)?.pid, runningPostgres(runFolder)?.pid];
  assert.ok(
    databases.every((pid) => pid !== undefined),
    'the PostgreSQL of the run and that of the test are up',
  );
  const left = [...databases.map(Number), Number(child)];
  assert.deepEqual(left.map(isAlive), [true, true, true]);

  kill(run.pid ?? 0);
  if (run.exitCode === null && run.signalCode === null) await once(run, 'exit');
  await eventually(async () => {
    assert.deepEqual(readdirSync(folder), []);
    assert.deepEqual(left.map(isAlive), [false, false, false]);
  }, 60_000);
}
