import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const guard = '--require ./bin/refuse-old-node.cjs';
let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'hwanbul-old-node-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** A Node that takes itself for another version; everything else about it is new. */
function runAs(version: string, args: readonly string[], cwd = root) {
  const disguise = join(folder, `${version}.cjs`);
  writeFileSync(
    disguise,
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`,
  );
  return spawnSync(process.execPath, ['--require', disguise, ...args], {
    cwd,
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
  });
}

test('a Node that is too old is refused in one line, whatever is started', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const started = Object.entries(scripts).filter(([, script]) => /\bnode\b/.test(script));
  assert.ok(started.length > 10);
  for (const [name, script] of started.filter(([name]) => name !== 'prepare')) {
    assert.ok(/ bin\/hwanbul\.js( |$)/.test(script) || script.includes(guard), `${name}: ${script}`);
  }
  for (const version of ['20.20.2', '22.19.0', '12.0.0']) {
    for (const args of [['bin/hwanbul.js'], ['bin/hwanbul.js', 'doctor'], [...guard.split(' '), 'test/run.ts']]) {
      const { status, stdout, stderr } = runAs(version, args);
      assert.match(
        stderr,
        /^hwanbul: Node [\d.]+ is too old: run "npm ci" and then "npm start".*Node 22\.20 or newer\.\n$/,
      );
      assert.deepEqual([status, stdout], [1, '']);
    }
  }
  assert.equal(runAs('22.20.0', ['bin/hwanbul.js', '--version']).status, 0);
});

test('a package that was not compiled, and a clone in which nothing is installed, say in a line what to do', () => {
  const installed = join(folder, 'installed');
  for (const name of ['bin', 'package.json']) cpSync(join(root, name), join(installed, name), { recursive: true });
  const uncompiled = spawnSync(process.execPath, ['bin/hwanbul.js'], { cwd: installed, encoding: 'utf8' });
  assert.match(uncompiled.stderr, /^hwanbul: this copy was installed without being compiled: [^\n]*\n$/);
  assert.match(runAs('20.20.2', ['bin/hwanbul.js'], installed).stderr, /is too old: install Node 22\.20 or newer\.\n$/);
  mkdirSync(join(installed, 'src'));
  const bare = spawnSync(process.execPath, ['bin/hwanbul.js'], { cwd: installed, encoding: 'utf8' });
  assert.deepEqual([bare.status, bare.stderr], [1, 'hwanbul: nothing is installed yet: run "npm ci" first.\n']);
});

test('prepare compiles a clone that another project takes, and leaves it alone when it is installed itself', () => {
  const clone = join(folder, 'clone');
  for (const name of ['bin', 'prepare.cjs']) cpSync(join(root, name), join(clone, name), { recursive: true });
  // In the place of the compiler, which the tests of the package run.
  writeFileSync(join(clone, 'build.ts'), "import { mkdirSync } from 'node:fs';\nmkdirSync('dist' as string);\n");
  const prepare = (installingIn: string, node = process.version) => {
    rmSync(join(clone, 'dist'), { recursive: true, force: true });
    const { status, stdout, stderr } = spawnSync(process.execPath, ['prepare.cjs'], {
      cwd: clone,
      env: { npm_config_local_prefix: installingIn, npm_config_user_agent: `npm/11.0.0 node/${node} linux x64` },
      encoding: 'utf8',
    });
    return [status, stdout + stderr, existsSync(join(clone, 'dist'))] as const;
  };
  // Without development dependencies, as in production.
  assert.deepEqual(prepare(clone), [0, '', false]);
  const [status, output] = prepare(clone, 'v20.20.2');
  assert.match(output, /^hwanbul: Node 20\.20\.2 is too old; install Node 22\.20 or newer, or install with [^\n]*\n$/);
  assert.equal(status, 0);
  const [failed, why] = prepare(folder);
  assert.match(why, /^hwanbul: \S+ can not be compiled: run "npm ci" there first\.\n$/);
  assert.equal(failed, 1);

  mkdirSync(join(clone, 'node_modules', 'typescript'), { recursive: true });
  assert.deepEqual(prepare(folder), [0, '', true]);
  mkdirSync(join(clone, 'node_modules', 'node', 'bin'), { recursive: true });
  writeFileSync(join(clone, 'node_modules', 'node', 'bin', 'node'), '');
  assert.match(prepare(clone, 'v20.20.2')[1], /^hwanbul: Node 20\.20\.2 is too old; "npm start", [^\n]*\n$/);
});
