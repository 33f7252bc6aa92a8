import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTestDatabase } from '../kit/database.ts';
import { createDataDir, isRoot, runningPostgres } from '../kit/embedded-data.ts';
import { runServerProcess, startServerProcess } from '../kit/server-process.ts';

const entry = new URL('../../bin/hwanbul.js', import.meta.url).pathname;
const embedded = { databaseUrl: 'embedded' } as const;

async function isHealthy(url: string): Promise<boolean> {
  const response = await fetch(`${url}/health`);
  await response.body?.cancel();
  return response.status === 200;
}

/** One line on standard error, exit code 1, and nothing left behind. */
function assertRefusal(result: Awaited<ReturnType<typeof runServerProcess>>, message: RegExp): void {
  assert.match(result.stderr, message);
  assert.equal(result.stderr.trimEnd().split('\n').length, 1, result.stderr);
  assert.deepEqual([result.code, result.signal], [1, null]);
}

test('a fresh folder is enough: the server is healthy, and its secrets can be read by its owner only', async (t) => {
  const dataDir = createDataDir(t);
  const server = await startServerProcess({ ...embedded, test: t, dataDir });
  assert.equal(await isHealthy(server.url), true);
  for (const name of ['postgres.password', 'encryption.key', 'postgres.log']) {
    assert.equal(statSync(join(dataDir, name)).mode & 0o777, 0o600, name);
  }
  const password = readFileSync(join(dataDir, 'postgres.password'), 'utf8').trim();
  assert.ok(!(server.stdout() + server.stderr()).includes(password));
  assert.ok(!readFileSync(join(dataDir, 'postgres.log'), 'utf8').includes(password));
});

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  test(`${signal} stops the server and its PostgreSQL, in order`, async (t) => {
    const dataDir = createDataDir(t);
    const server = await startServerProcess({ ...embedded, test: t, dataDir });
    assert.notEqual(runningPostgres(dataDir), undefined);
    server.kill(signal);
    // Ctrl-C reaches the server twice, from the terminal and through npm.
    if (signal === 'SIGINT') server.kill(signal);
    assert.deepEqual(await server.exited, { code: 0, signal: null });
    assert.equal(runningPostgres(dataDir), undefined);
    assert.match(readFileSync(join(dataDir, 'postgres.log'), 'utf8'), /database system is shut down\n$/);
    await assert.rejects(fetch(`${server.url}/health`));
    assert.equal(server.stderr(), '');
  });
}

test('SIGTERM in the middle of the start leaves nothing running', async (t) => {
  const dataDir = createDataDir(t);
  const result = await runServerProcess({
    ...embedded,
    dataDir,
    onOutput: (text, kill) => {
      if (text.trimEnd().endsWith('"making the embedded database"}')) kill('SIGTERM');
    },
  });
  assert.deepEqual([result.code, result.signal, result.stderr], [0, null, '']);
  assert.equal(runningPostgres(dataDir), undefined);
  const server = await startServerProcess({ ...embedded, test: t, dataDir });
  assert.equal(await isHealthy(server.url), true);
});

test('a server started by npx ends in order when npm is gone, although no signal reaches it', async (t) => {
  const dataDir = createDataDir(t);
  const shell = spawn('sh', ['-c', '"$0" "$1"; exit $?', process.execPath, entry], {
    env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: dataDir, npm_command: 'exec' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  shell.stdout.on('data', (chunk) => {
    output += chunk;
    if (output.includes('"ready"')) resolve();
  });
  await ready;
  shell.kill('SIGKILL');
  // The pipe stays open as long as the server has it.
  await once(shell, 'close');
  assert.match(output, /has ended: stopping/);
  assert.equal(runningPostgres(dataDir), undefined);
});

test('SIGTERM to npm start stops the server in order', async (t) => {
  const dataDir = createDataDir(t);
  const npm = spawn('npm', ['start'], {
    cwd: new URL('../..', import.meta.url).pathname,
    env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  npm.stdout.on('data', (chunk) => {
    output += chunk;
    if (output.includes('"ready"')) resolve();
  });
  await ready;
  npm.kill('SIGTERM');
  await once(npm, 'close');
  assert.match(output, /"signal":"SIGTERM","msg":"stopping"/);
  assert.match(readFileSync(join(dataDir, 'postgres.log'), 'utf8'), /database system is shut down\n$/);
  assert.equal(runningPostgres(dataDir), undefined);
});

test('a given DATABASE_URL is used, and no PostgreSQL is started beside it', async (t) => {
  const dataDir = createDataDir(t);
  const { url, database, drop } = await createTestDatabase();
  t.after(drop);
  const server = await startServerProcess({ databaseUrl: url, test: t, dataDir });
  assert.equal(await isHealthy(server.url), true);
  assert.equal(runningPostgres(dataDir), undefined);
  assert.equal((await database.query("select from server_facts where name = 'mode'")).length, 1);
  server.kill();
  assert.deepEqual(await server.exited, { code: 0, signal: null });
});

const nobody = { uid: 65_534, gid: 65_534 };

function whyNoOrdinaryUser(): string | false {
  if (!isRoot) return 'every other test here runs as one';
  const tried = spawnSync(process.execPath, [entry, '--version'], { ...nobody, cwd: '/' });
  return tried.status === 0 ? false : 'NOT TESTED: other users can not read this copy of the project';
}

test('an ordinary user can start everything', { skip: whyNoOrdinaryUser() }, async (t) => {
  const dataDir = createDataDir(t);
  const parent = join(dataDir, '..');
  chownSync(parent, nobody.uid, nobody.gid);
  chmodSync(parent, 0o700);
  const server = await startServerProcess({ ...embedded, test: t, dataDir, runAs: nobody });
  assert.equal(await isHealthy(server.url), true);
  assert.equal(statSync(join(dataDir, 'postgres')).uid, nobody.uid);
  server.kill();
  assert.deepEqual(await server.exited, { code: 0, signal: null });
});

test('what is asked of the command line is answered without a server', async () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const version = await runServerProcess({ argv: ['--version'] });
  assert.deepEqual([version.stdout.trim(), version.code], [manifest.version, 0]);
  const help = await runServerProcess({ argv: ['serve', '--help'] });
  assert.match(help.stdout, /HWANBUL_GATEWAY_TIMEOUT_MS \(20000\)/);
  assert.equal(help.code, 0);
});

test('an unknown or malformed setting stops the start with one line that says what to fix', async () => {
  assertRefusal(await runServerProcess({ env: { PORT: 'http' } }), /^hwanbul: PORT must be a whole number/);
  assertRefusal(await runServerProcess({ env: { HWANBUL_PROT: '1' } }), /^hwanbul: Unknown setting HWANBUL_PROT/);
  assertRefusal(await runServerProcess({ argv: ['serve', 'now'] }), /^hwanbul: Unknown argument "now"/);
  assertRefusal(await runServerProcess({ env: { HWANBUL_MODE: 'live' } }), /^hwanbul: ENCRYPTION_KEY is required/);
});

test('a database that is not there stops the start with one line that keeps the password to itself', async () => {
  const env = { ENCRYPTION_KEY: 'ab'.repeat(32) };
  const databaseUrl = 'postgres://someone:hunter2@127.0.0.1:9/none';
  assertRefusal(await runServerProcess({ env, databaseUrl }), /^hwanbul: The database at DATABASE_URL can't be used/);
  assert.doesNotMatch((await runServerProcess({ env: { ...env, LOG_LEVEL: 'debug' }, databaseUrl })).stderr, /hunter2/);
});

test('a taken port stops the start with one line, and the embedded PostgreSQL with it', async (t) => {
  const dataDir = createDataDir(t);
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const address = other.address();
  assert.ok(address !== null && typeof address === 'object');
  const result = await runServerProcess({ ...embedded, dataDir, env: { PORT: String(address.port) } });
  assertRefusal(result, /^hwanbul: Port \d+ on 127\.0\.0\.1 is taken: stop the program that has it, or set PORT\./);
  assert.equal(runningPostgres(dataDir), undefined);
});

test('another encryption key than the one of the database stops the start with one line', async (t) => {
  const { url, drop } = await createTestDatabase();
  t.after(drop);
  const server = await startServerProcess({ databaseUrl: url, test: t });
  server.kill();
  await server.exited;
  const result = await runServerProcess({ databaseUrl: url, env: { ENCRYPTION_KEY: 'ab'.repeat(32) } });
  assertRefusal(result, /^hwanbul: This database was made with another encryption key/);
});

test('a database from a newer Hwanbul stops the start with one line', async (t) => {
  const { url, database, drop } = await createTestDatabase();
  t.after(drop);
  await database.query("insert into schema_migrations (version, name, checksum) values (9000, 'future', '')");
  const result = await runServerProcess({ databaseUrl: url, env: { ENCRYPTION_KEY: 'ab'.repeat(32) } });
  assertRefusal(result, /^hwanbul: The database is at version 9000, this Hwanbul knows \d+: start the newer Hwanbul/);
});

test('an old server goes on beside a newer schema that fits it; one that breaks it is told of once and refused', async (t) => {
  const { url, database, drop } = await createTestDatabase();
  t.after(drop);
  const apply = (version: number, isBreaking: boolean): Promise<object[]> =>
    database.query("insert into schema_migrations (version, name, checksum, breaking) values ($1, 'later', '', $2)", [
      version,
      isBreaking,
    ]);
  await apply(9000, false);
  const server = await startServerProcess({ databaseUrl: url, test: t });
  assert.equal(await isHealthy(server.url), true);
  await apply(9001, false);
  assert.equal(await isHealthy(server.url), true);
  for (const version of [9002, 9003]) {
    await apply(version, true);
    for (let poll = 0; poll < 3; poll++) {
      const response = await fetch(`${server.url}/health`);
      assert.equal(response.status, 503);
      await response.body?.cancel();
    }
  }
  const line = /The database is at version 900\d, this Hwanbul knows \d+: [^"]* migration 9002 \(later\) breaks older/;
  assertRefusal(await runServerProcess({ databaseUrl: url, env: { ENCRYPTION_KEY: 'ab'.repeat(32) } }), line);

  // It is well again when the database is, and what happens then is told anew.
  await database.query('delete from schema_migrations where version > 9001');
  assert.equal(await isHealthy(server.url), true);
  await apply(9002, true);
  assert.equal(await isHealthy(server.url), false);
  server.kill();
  await server.exited;
  const told = server
    .stdout()
    .split('\n')
    .filter((each) => each.includes('no longer fits the database'));
  assert.equal(told.length, 2, told.join('\n'));
  for (const each of told) assert.match(each, line);
  assert.equal(server.stderr(), '');
});

test('a sandbox that other machines can reach says so in its log', async (t) => {
  const open = await startServerProcess({ test: t, env: { HOST: '0.0.0.0' } });
  assert.match(open.stdout(), /demo keys are public/);
  const closed = await startServerProcess({ test: t });
  assert.doesNotMatch(closed.stdout(), /demo keys are public/);
});

test('a second signal ends a server at once whose first one is still waiting, as a shell expects', async () => {
  const stuck = `
    import { createLifetime, endOnSignal } from '${new URL('../../src/start/lifetime.ts', import.meta.url).href}';
    import { createLog } from '${new URL('../../src/platform/logging/log.ts', import.meta.url).href}';
    const log = createLog('info');
    const lifetime = createLifetime(log, 600_000);
    lifetime.started('what never stops', () => new Promise(() => {}));
    lifetime.running();
    endOnSignal(lifetime, log);
    setInterval(() => {}, 1_000);
    log.info('up');`;
  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', stuck], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    // Repeats that come close together are one key press, so it takes more than two of these.
    const again = setInterval(() => child.kill(signal), 50);
    assert.deepEqual(await once(child, 'close'), [code, null]);
    clearInterval(again);
  }
});

test('what does not stop within its limit is left to the next start', async () => {
  const stuck = `
    import { createLifetime } from '${new URL('../../src/start/lifetime.ts', import.meta.url).href}';
    import { createLog } from '${new URL('../../src/platform/logging/log.ts', import.meta.url).href}';
    const lifetime = createLifetime(createLog('fatal'), 10);
    lifetime.started('what never stops', () => new Promise(() => {}));
    setInterval(() => {}, 1_000);
    await lifetime.endNow(0);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', stuck], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await once(child.stdout, 'data');
  assert.match(String(output), /not everything stopped in time/);
  const [code] = child.exitCode === null ? await once(child, 'close') : [child.exitCode];
  assert.equal(code, 1);
});
