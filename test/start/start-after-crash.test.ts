import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import pg from 'pg';
import { readPostmasterFile } from '../../src/platform/database/embedded/postmaster-file.ts';
import { isAlive } from '../../src/platform/database/embedded/processes.ts';
import { clusterOf, createDataDir, createUsedDataDir, killPostgres, runningPostgres } from '../kit/embedded-data.ts';
import { runServerProcess, type ServerProcess, startServerProcess } from '../kit/server-process.ts';

/** Starts on the folder, proves that the server works and that what was committed before is still there. */
async function start(t: TestContext, dataDir: string): Promise<ServerProcess> {
  const server = await startServerProcess({ test: t, dataDir, databaseUrl: 'embedded' });
  const response = await fetch(`${server.url}/health`);
  await response.body?.cancel();
  assert.equal(response.status, 200);
  return server;
}

async function kill(server: ServerProcess): Promise<void> {
  server.kill('SIGKILL');
  assert.equal((await server.exited).signal, 'SIGKILL');
}

async function withPostgres<Result>(dataDir: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: runningPostgres(dataDir)?.port ?? 0,
    user: 'hwanbul',
    password: readFileSync(join(dataDir, 'postgres.password'), 'utf8').trim(),
    database: 'hwanbul',
  });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function pidOf(dataDir: string): number {
  const pid = runningPostgres(dataDir)?.pid;
  assert.ok(pid !== undefined, 'PostgreSQL runs');
  return pid;
}

test('after kill -9 of the server, the next start adopts the PostgreSQL that it left, and stops it at its own end', async (t) => {
  const dataDir = await createUsedDataDir(t);
  await kill(await start(t, dataDir));
  const orphan = pidOf(dataDir);
  await withPostgres(dataDir, (client) => client.query('create table kept as select 7 as id'));
  const server = await start(t, dataDir);
  assert.equal(pidOf(dataDir), orphan);
  assert.deepEqual((await withPostgres(dataDir, (client) => client.query('select id from kept'))).rows, [{ id: 7 }]);
  server.kill('SIGTERM');
  assert.deepEqual(await server.exited, { code: 0, signal: null });
  assert.equal(isAlive(orphan), false);
});

test('after kill -9 of the server and its PostgreSQL, the next start recovers what was committed', async (t) => {
  const dataDir = await createUsedDataDir(t);
  const server = await start(t, dataDir);
  await withPostgres(dataDir, (client) => client.query('create table kept as select 7 as id'));
  await kill(server);
  await killPostgres(dataDir);
  assert.ok(existsSync(join(clusterOf(dataDir), 'postmaster.pid')), 'the stale lock is there');
  await start(t, dataDir);
  assert.deepEqual((await withPostgres(dataDir, (client) => client.query('select id from kept'))).rows, [{ id: 7 }]);
});

test('a stale lock whose process number belongs to another program by now is overlooked, and that program left alone', async (t) => {
  const dataDir = await createUsedDataDir(t);
  await kill(await start(t, dataDir));
  await killPostgres(dataDir);
  const lock = join(clusterOf(dataDir), 'postmaster.pid');
  const [, ...rest] = readFileSync(lock, 'utf8').split('\n');
  writeFileSync(lock, [process.pid, ...rest].join('\n'));
  const server = await start(t, dataDir);
  assert.notEqual(pidOf(dataDir), process.pid);
  server.kill('SIGTERM');
  assert.deepEqual(await server.exited, { code: 0, signal: null });
});

test('a stale lock whose process number belongs to the PostgreSQL of another folder is not mistaken for ours', async (t) => {
  const [dataDir, otherDir] = [await createUsedDataDir(t), await createUsedDataDir(t)];
  const other = await start(t, otherDir);
  await kill(await start(t, dataDir));
  await killPostgres(dataDir);
  const lock = join(clusterOf(dataDir), 'postmaster.pid');
  const [, ...rest] = readFileSync(lock, 'utf8').split('\n');
  writeFileSync(lock, [pidOf(otherDir), ...rest].join('\n'));
  const server = await start(t, dataDir);
  assert.notEqual(pidOf(dataDir), pidOf(otherDir));
  server.kill('SIGTERM');
  await server.exited;
  assert.equal((await fetch(`${other.url}/health`)).status, 200);
});

test('a lock file that was cut short by a crash is no obstacle', async (t) => {
  const dataDir = await createUsedDataDir(t);
  await kill(await start(t, dataDir));
  await killPostgres(dataDir);
  writeFileSync(join(clusterOf(dataDir), 'postmaster.pid'), `${readPostmasterFile(clusterOf(dataDir))?.pid}\n`);
  await start(t, dataDir);
});

test('a second server on the same folder is refused in one line, and the first goes on', async (t) => {
  const dataDir = await createUsedDataDir(t);
  const first = await start(t, dataDir);
  const second = await runServerProcess({ dataDir, databaseUrl: 'embedded' });
  assert.match(
    second.stderr,
    /^hwanbul: Another Hwanbul is running on .*: stop it, or give this one its own DATA_DIR\.\n$/,
  );
  assert.equal(second.code, 1);
  assert.equal((await fetch(`${first.url}/health`)).status, 200);
});

test('of two servers that start at the same moment on a fresh folder, exactly one runs', async (t) => {
  const dataDir = createDataDir(t);
  const starts = await Promise.allSettled([start(t, dataDir), start(t, dataDir)]);
  assert.deepEqual(starts.map((result) => result.status).sort(), ['fulfilled', 'rejected']);
  const refusal = starts.find((result) => result.status === 'rejected');
  assert.match(String(refusal?.reason), /hwanbul: Another Hwanbul is running/);
  assert.deepEqual(
    readdirSync(dataDir).filter((name) => name.startsWith('postgres.new')),
    [],
  );
});

test('when all its connections are killed, the server stays and still is the only one on its folder', async (t) => {
  const dataDir = await createUsedDataDir(t);
  const server = await start(t, dataDir);
  const isLocked = "select count(*)::int as locks from pg_locks where locktype = 'advisory' and granted";
  await withPostgres(dataDir, async (client) => {
    await client.query(
      'select pg_terminate_backend(pid, 5000) from pg_stat_activity where pid <> pg_backend_pid() and usename is not null and backend_type = $1',
      ['client backend'],
    );
    while ((await client.query(isLocked)).rows[0].locks === 0);
  });
  assert.equal((await fetch(`${server.url}/health`)).status, 200);
  const second = await runServerProcess({ dataDir, databaseUrl: 'embedded' });
  assert.match(second.stderr, /^hwanbul: Another Hwanbul is running/);
});

test('when its PostgreSQL is killed, the server ends, and the next start recovers', async (t) => {
  const dataDir = await createUsedDataDir(t);
  const server = await start(t, dataDir);
  await killPostgres(dataDir);
  assert.deepEqual(await server.exited, { code: 1, signal: null });
  await start(t, dataDir);
});

test('a start that was killed while it made the database is repaired by the next one', async (t) => {
  const dataDir = createDataDir(t);
  const killed = await runServerProcess({
    dataDir,
    databaseUrl: 'embedded',
    onOutput: (text, send) => {
      if (text.includes('making the embedded database')) send('SIGKILL');
    },
  });
  assert.equal(killed.signal, 'SIGKILL');
  assert.equal(existsSync(clusterOf(dataDir)), false, 'nothing that looks like a cluster is there');
  await start(t, dataDir);
});

test('what an interrupted start left half made goes away, and an empty folder is filled', async (t) => {
  const dataDir = createDataDir(t);
  mkdirSync(join(dataDir, 'postgres.new-abc', 'base'), { recursive: true });
  writeFileSync(join(dataDir, 'postgres.new-abc', 'PG_VERSION'), '18\n');
  mkdirSync(clusterOf(dataDir));
  await start(t, dataDir);
  assert.equal(existsSync(join(dataDir, 'postgres.new-abc')), false);
});

test('a damaged data folder is refused in one line and left as it is', async (t) => {
  const dataDir = await createUsedDataDir(t);
  const control = join(clusterOf(dataDir), 'global', 'pg_control');
  renameSync(control, `${control}.gone`);
  const before = readdirSync(clusterOf(dataDir));
  const refused = await runServerProcess({ dataDir, databaseUrl: 'embedded' });
  assert.match(refused.stderr, /^hwanbul: .*is not empty and is no complete PostgreSQL data folder: .*\n$/);
  assert.deepEqual(readdirSync(clusterOf(dataDir)), before);
});

for (const [version, advice] of [
  ['99', /was made by PostgreSQL 99, and this Hwanbul brings \d+: start the newer Hwanbul/],
  ['13', /was made by PostgreSQL 13, and this Hwanbul brings \d+: move the data with pg_dump/],
] as const) {
  test(`data of PostgreSQL ${version} is refused in one line that says what to do`, async (t) => {
    const dataDir = createDataDir(t);
    mkdirSync(join(clusterOf(dataDir), 'global'), { recursive: true });
    writeFileSync(join(clusterOf(dataDir), 'global', 'pg_control'), '');
    writeFileSync(join(clusterOf(dataDir), 'PG_VERSION'), `${version}\n`);
    const refused = await runServerProcess({ dataDir, databaseUrl: 'embedded' });
    assert.match(refused.stderr, advice);
    assert.equal(refused.stderr.trimEnd().split('\n').length, 1);
    assert.equal(refused.code, 1);
  });
}
