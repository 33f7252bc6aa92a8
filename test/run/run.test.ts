import assert from 'node:assert/strict';
import { executionAsyncId } from 'node:async_hooks';
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
import { inOrder } from './in-order.ts';
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
  const withCluster = chooseFiles([], () => ['test/cluster/failover.test.ts', ...paths]);
  assert.deepEqual(withCluster.files, paths, 'what has a run of its own is in no other');
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

test('files share processes: each is in one of them, those of single gateways and of the browser with their like, and some have their own', (t) => {
  const folder = createFolder(t);
  const ofGateways = Array.from({ length: 45 }, (_, n) => `test/gateways/g${n}/adapter.test.ts`);
  const others = Array.from({ length: 13 }, (_, n) => `test/core/c${n}.test.ts`);
  const ofBrowsers = Array.from({ length: 8 }, (_, n) => `test/${n % 2 ? 'console' : 'window'}/b${n}.test.ts`);
  const own = ['test/exactly-once/crash.test.ts', 'test/run/run.test.ts', join(folder, 'elsewhere.test.ts')];
  const started = shareProcesses([...others, ...own, ...ofGateways, ...ofBrowsers], join(folder, 'shared'));
  const [long, ...short] = own;
  assert.deepEqual(
    [started[1], ...started.slice(-2)],
    [long, ...short],
    'between those of the browsers, and at the end',
  );
  const loaded = started
    .filter((path) => !own.includes(path))
    .map((path) => readFileSync(path, 'utf8').match(/(?<=^ *")(?!file:)[^"]+/gm) ?? []);
  assert.deepEqual(
    loaded.map(({ length }) => length),
    [4, 4, 23, 7, 22, 6],
  );
  assert.deepEqual(loaded.slice(0, 2).flat().sort(), ofBrowsers.toSorted());
  const [firstOfGateways = [], firstOthers = [], lastOfGateways = [], lastOthers = []] = loaded.slice(2);
  assert.deepEqual([...firstOthers, ...lastOthers].sort(), others.toSorted());
  assert.deepEqual([...firstOfGateways, ...lastOfGateways].sort(), ofGateways.toSorted());
  const single = ['test/gateways/kcp/keys.test.ts', 'test/core/found.test.ts'];
  assert.deepEqual(shareProcesses(single, join(folder, 'single')), single.toReversed());
});

test('files start in the order in which they stand, and are told by their own paths', async (t) => {
  const folder = createFolder(t);
  const files = ['z', 'a', 'm'].map((name) => {
    const file = join(folder, `${name}.test.ts`);
    const text = `import { test } from 'node:test'; test('${name}', () => { if ('${name}' === 'm') throw new Error('on purpose'); });`;
    writeFileSync(file, text);
    return file;
  });
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
  const linked = inOrder(files, join(folder, 'started'));
  const options = ['--test', '--test-concurrency=1', '--test-reporter=spec'];
  const run = spawn(process.execPath, [...options, ...linked], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await Promise.all([run.stdout.toArray(), once(run, 'close')]);
  assert.match(output.join(''), /✔ z .*✔ a .*✖ m .*test at m\.test\.ts:1/s);
  assert.deepEqual(inOrder(['a'], join(folder, 'none')), ['a'], 'one file needs no order');
});

test('files that share a process run one after the other, each with its own hooks, and one that fails fails the process', async (t) => {
  const file = (n: number) => `
    import { after, before, beforeEach, test } from 'node:test';
    const say = (what: string): void => console.log('said', ${n}, what);
    await new Promise(setImmediate);
    before(() => say('before'));
    beforeEach(() => say('each'));
    after(() => say('after'));
    test('first', () => say('first'));
    test('second', () => {
      say('second');
      if (${n} === 1) throw new Error('on purpose');
    });`;
  const { output, exitCode } = await runShared(t, [0, 1, 2].map(file));
  const ofOne = ['before', 'each', 'first', 'each', 'second', 'after'];
  assert.deepEqual(
    output.match(/(?<=^said ).*/gm),
    [0, 1, 2].flatMap((n) => ofOne.map((what) => `${n} ${what}`)),
  );
  assert.match(output, /✔ test\/core\/0\.test\.ts .*✖ test\/core\/1\.test\.ts .*✔ test\/core\/2\.test/s);
  assert.equal(exitCode, 1);
});

test('no promise of a test process is followed, and yet suites know their tests, and a test what it lets fail', async (t) => {
  await null;
  assert.equal(executionAsyncId(), 0, 'a promise that is followed has an id');
  const file = join(createFolder(t), 'followed.test.mjs');
  writeFileSync(
    file,
    `import { after, beforeEach, describe, test } from 'node:test';
    import { setImmediate as turn } from 'node:timers/promises';
    const thrown = (word) => setImmediate(() => { throw new Error(word); });
    describe('outer', async () => {
      await turn();
      beforeEach(() => console.log('said each'));
      describe('inner', () => test('good', (t) => t.test('part', async () => await test('named by all', () => {}))));
      test('throws aside', async () => { thrown('aside'); await turn(); await turn(); });
      test('rejects aside', async () => { Promise.reject(new Error('unheard')); await turn(); await turn(); });
      test('throws later', () => void thrown('later'));
      test('last', async () => { await turn(); await turn(); });
      after(() => console.log('said after'));
    });`,
  );
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
  const seen = async (...preloaded: string[]): Promise<string> => {
    // The file itself, not by way of `--test`: whoever runs others tells a failed file by a line of its own, or not, as its exit comes.
    const options = [...preloaded, '--test-reporter=spec', file];
    const run = spawn(process.execPath, options, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const [output] = await Promise.all([run.stdout.toArray(), once(run, 'close')]);
    assert.equal(run.exitCode, 1);
    const lines = output.join('').match(/^.*(?:[✔✖▶]|said|Error: A resource|Error: Test).*$/gmu) ?? [];
    return lines.join('\n').replace(/\([\d.]+ms\)/g, '');
  };
  const followed = await seen('--import', new URL('follow-tests.ts', import.meta.url).href);
  assert.equal(followed, await seen(), 'as without it');
  for (const told of ['✔ named by all', '✖ throws aside', '✖ rejects aside', '✔ throws later', '✔ last']) {
    assert.ok(followed.includes(told), `${told} in ${followed}`);
  }
  assert.match(followed, /Test "throws later".* generated asynchronous activity after the test ended.*Error: later/);
});

test('what a module has begun for a file is ended with that file, the last first, and a process of one file ends it too', async (t) => {
  const kit = new URL('../kit/end-of-file.ts', import.meta.url).href;
  const file = (n: number) => `
    import { test } from 'node:test';
    import { atEndOfFile } from '${kit}';
    test('begins', () => {
      for (const what of ['one', 'other']) atEndOfFile(() => console.log('said', ${n}, what));
    });
    test('goes on', () => console.log('said', ${n}, 'on'));`;
  const ofOne = ['on', 'other', 'one'];
  for (const files of [[0, 1], [0]]) {
    const { output, exitCode } = await runShared(t, files.map(file));
    assert.deepEqual(
      output.match(/(?<=^said ).*/gm),
      files.flatMap((n) => ofOne.map((what) => `${n} ${what}`)),
    );
    assert.equal(exitCode, 0);
  }
});

test('a file that leaves the process it shares other than it found it fails, and no other does', async (t) => {
  const { output, exitCode } = await runShared(t, [
    `import { test } from 'node:test';
     test('leaves all as it was', () => {});`,
    `import { test } from 'node:test';
     test('does something', () => { process.env.LEFT_BEHIND = 'yes'; });`,
    `import { test } from 'node:test';
     Date.now = () => 0;
     test('does nothing', () => {});`,
    `import { after, test } from 'node:test';
     process.env.TAKEN_AWAY = 'yes';
     after(() => { delete process.env.TAKEN_AWAY; });
     test('takes away what it has brought, and too late', () => {});`,
    `import { after, test } from 'node:test';
     test('takes away what it has brought', () => { process.env.TAKEN_AWAY = 'yes'; });
     after(() => { delete process.env.TAKEN_AWAY; });`,
  ]);
  const ended = ['✔', '✖', '✖', '✖', '✔'].map((mark, n) => `${mark} test\\/core\\/${n}\\.test\\.ts `);
  assert.match(output, new RegExp(ended.join('.*'), 's'));
  assert.match(output, /must leave it as it was, and has changed the environment's LEFT_BEHIND$/m);
  assert.match(output, /must leave it as it was, and has changed Date\.now$/m);
  assert.equal(exitCode, 1);
});

/** Runs test files of these texts in one process. */
async function runShared(
  t: TestContext,
  texts: readonly string[],
): Promise<{ output: string; exitCode: number | null }> {
  const folder = createFolder(t);
  const names = texts.map((_text, n) => `test/core/${n}.test.ts`);
  mkdirSync(join(folder, 'test/core'), { recursive: true });
  for (const [n, name] of names.entries()) writeFileSync(join(folder, name), texts[n] ?? '');
  const [made = ''] = shareProcesses(names, join(folder, 'shared'), folder);
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
  const run = spawn(process.execPath, ['--test-reporter=spec', made], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await Promise.all([run.stdout.toArray(), once(run, 'close')]);
  return { output: output.join(''), exitCode: run.exitCode };
}

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
