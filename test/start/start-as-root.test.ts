import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import pg from 'pg';
import { findBinaries, mendBinaries } from '../../src/platform/database/embedded/binaries.ts';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres.ts';
import { reachableBinaries } from '../../src/platform/database/embedded/reachable-binaries.ts';
import { createLog } from '../../src/platform/logging/log.ts';
import { copyUnmendedBinaries, createDataDir, isRoot, runningPostgres } from '../kit/embedded-data.ts';
import { startServerProcess } from '../kit/server-process.ts';

const log = createLog('silent');
const onlyRoot = { skip: isRoot ? false : 'NOT TESTED: run the tests as root to see this' };

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('select 1 as one');
  await client.end();
  return rows[0]?.one === 1;
}

test(
  'as root, with data below a folder that only root may enter, the server starts and is healthy',
  onlyRoot,
  async (t) => {
    const dataDir = createDataDir(t);
    chmodSync(join(dataDir, '..'), 0o700);
    const server = await startServerProcess({ test: t, dataDir, databaseUrl: 'embedded' });
    assert.equal((await fetch(`${server.url}/health`)).status, 200);
    assert.notEqual(statSync(join(dataDir, 'postgres')).uid, 0);
    server.kill('SIGKILL');
    await server.exited;
    const orphan = runningPostgres(dataDir);
    const again = await startServerProcess({ test: t, dataDir, databaseUrl: 'embedded' });
    assert.equal(runningPostgres(dataDir)?.pid, orphan?.pid);
    again.kill('SIGTERM');
    assert.deepEqual(await again.exited, { code: 0, signal: null });
  },
);

test(
  'as root, with binaries below a folder that only root may enter, a copy of them runs, made once',
  onlyRoot,
  async (t) => {
    const binaries = copyUnmendedBinaries(t, 0o700);
    const copies = mkdtempSync(join(tmpdir(), 'hwanbul-copies-'));
    t.after(() => rmSync(copies, { recursive: true, force: true }));
    chmodSync(copies, 0o755);
    const dataDir = createDataDir(t);
    const made: number[] = [];
    for (let round = 0; round < 2; round += 1) {
      const postgres = await startEmbeddedPostgres({ dataDir, log, binaries, copyFolders: [copies] });
      assert.equal(await answers(postgres.url), true);
      await postgres.stop();
      const [copy, ...others] = readdirSync(copies);
      assert.deepEqual(others, []);
      made.push(lstatSync(join(copies, copy ?? '')).ino);
    }
    assert.equal(made[0], made[1]);
  },
);

test('as root, a place for copies that others may write is not trusted', onlyRoot, (t) => {
  const binaries = copyUnmendedBinaries(t, 0o700);
  mendBinaries(binaries);
  const copies = mkdtempSync(join(tmpdir(), 'hwanbul-copies-'));
  t.after(() => rmSync(copies, { recursive: true, force: true }));
  chmodSync(copies, 0o777);
  assert.throws(() => reachableBinaries(binaries, { uid: 65_534, gid: 65_534 }, log, [copies]), {
    name: 'EmbeddedError',
    message: /can't be run \(.* is not a folder that only root can write\): move Hwanbul/,
  });
  assert.deepEqual(readdirSync(copies), []);
});

test('as root, a broken copy is made anew', onlyRoot, (t) => {
  const binaries = copyUnmendedBinaries(t, 0o700);
  mendBinaries(binaries);
  const copies = mkdtempSync(join(tmpdir(), 'hwanbul-copies-'));
  t.after(() => rmSync(copies, { recursive: true, force: true }));
  chmodSync(copies, 0o755);
  const runAs = { uid: 65_534, gid: 65_534 };
  const { folder } = reachableBinaries(binaries, runAs, log, [copies]);
  rmSync(join(folder, 'lib'), { recursive: true });
  assert.equal(reachableBinaries(binaries, runAs, log, [copies]).folder, folder);
  assert.ok(existsSync(join(folder, 'lib')));
});

test('what an unrun install script left out is mended: the symbolic links and the permission to execute', async (t) => {
  const binaries = copyUnmendedBinaries(t, 0o755);
  const missing = readdirSync(join(binaries.folder, 'lib'), { withFileTypes: true }).filter((entry) =>
    entry.isSymbolicLink(),
  );
  assert.ok(missing.length > 0);
  for (const { name } of missing) rmSync(join(binaries.folder, 'lib', name));
  for (const name of readdirSync(join(binaries.folder, 'bin'))) chmodSync(join(binaries.folder, 'bin', name), 0o644);
  const postgres = await startEmbeddedPostgres({ dataDir: createDataDir(t), log, binaries });
  assert.equal(await answers(postgres.url), true);
  await postgres.stop();
  for (const { name } of missing) assert.ok(lstatSync(join(binaries.folder, 'lib', name)).isSymbolicLink(), name);
});

test('binaries that are incomplete beyond mending are named in one line', (t) => {
  const binaries = copyUnmendedBinaries(t, 0o755);
  rmSync(join(binaries.folder, 'bin', 'initdb'));
  assert.throws(() => mendBinaries(binaries), {
    name: 'EmbeddedError',
    message: /are incomplete .* run "npm rebuild"/,
  });
});

test('a data folder that can not be made is named in one line', async (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'hwanbul-data-'));
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  mkdirSync(join(parent, 'file'));
  await assert.rejects(startEmbeddedPostgres({ dataDir: '/dev/null/data', log }), {
    name: 'EmbeddedError',
    message: /^\/dev\/null can't be used \(it is there, and is no folder; EEXIST\): move it away, or set DATA_DIR\.$/,
  });
});

test('the binaries of this platform are found where npm put them', () => {
  const { folder, version } = findBinaries();
  assert.ok(existsSync(join(folder, 'bin', 'postgres')));
  assert.match(version, /^18\./);
});
