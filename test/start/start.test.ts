import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { bareEnvironment } from '../kit/bare-environment.ts';
import { createTestDatabase } from '../kit/database.ts';
import { createDataDir, createUsedDataDir, isRoot, runningPostgres } from '../kit/embedded-data.ts';
import { eventually } from '../kit/eventually.ts';
import { freePort } from '../kit/free-port.ts';
import { program } from '../kit/program.ts';
import { runServerProcess, startServerProcess } from '../kit/server-process.ts';

const embedded = { databaseUrl: 'embedded' } as const;

async function databaseFor(t: TestContext): Promise<string> {
  const { url, drop } = await createTestDatabase({ poolSize: 2 });
  t.after(drop);
  return url;
}

async function isHealthy(url: string): Promise<boolean> {
  const response = await fetch(`${url}/health`);
  await response.body?.cancel();
  return response.status === 200;
}

/** A probe's answer may be half a second old. */
async function healthBecomes(url: string, expected: boolean): Promise<void> {
  await eventually(async () => assert.equal(await isHealthy(url), expected));
}

/** A line on standard error for each of these, no stack anywhere, and exit code 1. */
function assertRefusal(result: Awaited<ReturnType<typeof runServerProcess>>, ...messages: readonly RegExp[]): void {
  const told = result.stderr.trimEnd().split('\n');
  assert.equal(told.length, messages.length, result.stderr);
  for (const [at, message] of messages.entries()) assert.match(told[at] ?? '', message);
  assert.doesNotMatch(result.stdout + result.stderr, /^ +at |"stack"|node:internal/m);
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

test("a sandbox's folder and the gateways' books are its owner's alone, those of an earlier release as well", async (t) => {
  const dataDir = createDataDir(t);
  const own = await createTestDatabase({ poolSize: 2 });
  t.after(() => own.drop());
  const umask = process.umask(0o022);
  t.after(() => process.umask(umask));
  const modes = () =>
    [dataDir, join(dataDir, 'simulators'), join(dataDir, 'encryption.key'), ...books()].map((path) => [
      path.slice(dataDir.length),
      (statSync(path).mode & 0o777).toString(8),
    ]);
  const books = () => readdirSync(join(dataDir, 'simulators')).map((name) => join(dataDir, 'simulators', name));
  const expected = () => [
    ['', '700'],
    ['/simulators', '700'],
    ['/encryption.key', '600'],
    ...books().map((path) => [path.slice(dataDir.length), '600']),
  ];
  const first = await startServerProcess({ test: t, dataDir, databaseUrl: own.url });
  assert.ok(books().some((path) => path.endsWith('tosspayments.sqlite')));
  assert.ok(books().some((path) => path.endsWith('-wal')));
  assert.deepEqual(modes(), expected());
  first.kill('SIGKILL');
  await first.exited;
  for (const path of books()) chmodSync(path, 0o644);
  await startServerProcess({ test: t, dataDir, databaseUrl: own.url });
  assert.deepEqual(modes(), expected());
});

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  test(`${signal} stops the server and its PostgreSQL, in order`, async (t) => {
    const dataDir = await createUsedDataDir(t);
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

test('Ctrl-C in the middle of the start, which reaches all that was begun, ends it without a word', async (t) => {
  const dataDir = createDataDir(t);
  const server = spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  server.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  server.stdout.on('data', (chunk) => {
    if (String(chunk).includes('making the embedded database')) resolve();
  });
  await begun;
  process.kill(-(server.pid ?? 0), 'SIGINT');
  assert.deepEqual(await once(server, 'close'), [0, null]);
  assert.equal(output, '');
  assert.equal(runningPostgres(dataDir), undefined);
});

test('a server started by npx ends in order when npm is gone, although no signal reaches it', async (t) => {
  const dataDir = await createUsedDataDir(t);
  const shell = spawn('sh', ['-c', '"$0" "$1"; exit $?', process.execPath, program], {
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

const hasTerminal = spawnSync('script', ['--version']).status === 0;

test('a server whose terminal is closed ends in order, though nobody reads what it says any more', {
  skip: hasTerminal ? false : 'NOT TESTED: there is no program `script` to make a terminal with',
}, async (t) => {
  const dataDir = await createUsedDataDir(t);
  const terminal = spawn('script', ['-qec', `exec '${process.execPath}' '${program}'`, '/dev/null'], {
    env: { ...bareEnvironment(), TERM: 'xterm', PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  terminal.stdout.on('data', (chunk) => {
    output += chunk;
    if (output.includes('A first call')) resolve();
  });
  await ready;
  assert.ok(runningPostgres(dataDir));
  terminal.kill('SIGKILL');
  await eventually(async () => assert.equal(runningPostgres(dataDir), undefined));
  assert.match(readFileSync(join(dataDir, 'postgres.log'), 'utf8'), /database system is shut down\n$/);
});

test('SIGTERM to npm start stops the server in order', async (t) => {
  const dataDir = await createUsedDataDir(t);
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
  const tried = spawnSync(process.execPath, [program, '--version'], { ...nobody, cwd: '/' });
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
  const npm = spawnSync('npm', ['start', '--silent', '--', '--help'], {
    cwd: new URL('../..', import.meta.url).pathname,
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
  });
  assert.deepEqual([npm.stdout, npm.status], [help.stdout, 0], npm.stderr);
});

test('an unknown or malformed setting stops the start with a line that says what to fix, and several are all told', async () => {
  assertRefusal(await runServerProcess({ env: { PORT: 'http' } }), /^hwanbul: PORT must be a whole number/);
  assertRefusal(await runServerProcess({ env: { HWANBUL_PROT: '1' } }), /^hwanbul: Unknown setting HWANBUL_PROT/);
  assertRefusal(await runServerProcess({ argv: ['serve', 'now'] }), /^hwanbul: Unknown argument "now"/);
  assertRefusal(
    await runServerProcess({ env: { PORT: 'http', LOG_LEVEL: 'loud', HWANBUL_PROT: '1', HWANBUL_MODE: 'live' } }),
    /^hwanbul: PORT must be a whole number/,
    /^hwanbul: LOG_LEVEL must be one of fatal, error/,
    /^hwanbul: Unknown setting HWANBUL_PROT/,
    /^hwanbul: ENCRYPTION_KEY is required/,
    /^hwanbul: MERCHANTS_FILE is required/,
  );
});

test('what the settings name is looked at before anything is made, and all that can not be used is told', async (t) => {
  const dataDir = createDataDir(t);
  const seed = join(dataDir, '..', 'seed.yaml');
  writeFileSync(seed, 'merchants: [{ payments: [{ merchant_uid: a, pay_method: cash, amount: 1, state: payed }] }]');
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const env = {
    PORT: String((other.address() as AddressInfo).port),
    HWANBUL_SEED_FILE: seed,
    HWANBUL_SIMULATORS: 'toss=http://127.0.0.1:9',
    LOG_LEVEL: 'debug',
  };
  assertRefusal(
    await runServerProcess({ ...embedded, env, dataDir: '/proc/hwanbul' }),
    /^hwanbul: Port \d+ on 127\.0\.0\.1 is taken/,
    /^hwanbul: \/proc\/hwanbul can't be used \(nothing can be made there; ENOENT\): take another place, or set DATA_DIR\.$/,
    /^hwanbul: HWANBUL_SEED_FILE .*: line 1: .*\/pay_method must be one of card, .*, not "cash"$/,
    /^hwanbul: HWANBUL_SEED_FILE .*: line 1: .*\/state must be one of paid, .*, not "payed"$/,
    /^hwanbul: HWANBUL_SIMULATORS names the gateway "toss"; there are .*tosspayments/,
  );
  const host = await runServerProcess({ ...embedded, env: { HOST: '192.0.2.7' }, dataDir });
  assertRefusal(host, /^hwanbul: HOST 192\.0\.2\.7 is no address of this machine \(EADDRNOTAVAIL\): set HOST/);
  assert.equal(existsSync(dataDir), false, 'nothing was made');
});

test('a data folder that can not be is refused at once, wherever it would lie', async (t) => {
  const file = join(createDataDir(t), '..', 'file');
  writeFileSync(file, '');
  for (const [dataDir, message] of [
    ['/proc/hwanbul/data', /^hwanbul: \/proc\/hwanbul can't be used \(nothing can be made there/],
    ['/proc', /^hwanbul: \/proc can't be used \(nothing can be made there/],
    ['/dev/null/data', /^hwanbul: \/dev\/null can't be used \(it is there, and is no folder/],
    [file, /\/file can't be used \(it is there, and is no folder; EEXIST\): move it away, or set DATA_DIR\.$/],
    [`/tmp/${'long'.repeat(100)}`, /can't be used \(its name is too long; ENAMETOOLONG\)/],
  ] as const) {
    assertRefusal(await runServerProcess({ ...embedded, dataDir }), message);
  }
});

test('a file of the data folder that can not be used is named, with what mends it', async (t) => {
  const dataDir = await createUsedDataDir(t);
  const kept = join(dataDir, '..', 'kept');
  const spoilt = [
    ['encryption.key', 'half', /encryption\.key holds no encryption key any more: put it back from a copy, or set ENC/],
    ['postgres.password', 'x', /postgres\.password does not hold the password of the database beside it: put it back/],
    ['simulators/kcp.sqlite', 'no database at all', /The book .*kcp\.sqlite can't be opened \(.*\): .* move it away/],
  ] as const;
  for (const [name, text, message] of spoilt) {
    const path = join(dataDir, name);
    renameSync(path, kept);
    writeFileSync(path, text);
    assertRefusal(await runServerProcess({ ...embedded, dataDir }), message);
    renameSync(kept, path);
  }
  rmSync(join(dataDir, 'postgres.log'));
  mkdirSync(join(dataDir, 'postgres.log'));
  assertRefusal(
    await runServerProcess({ ...embedded, dataDir }),
    /postgres\.log can't be used \(it is a folder and no file; EISDIR\): put a file in its place, or set DATA_DIR\.$/,
  );
  assert.equal(runningPostgres(dataDir), undefined);
});

test('a seed file that is not there is named', async () => {
  assertRefusal(
    await runServerProcess({ env: { HWANBUL_SEED_FILE: '/nowhere/seed.yaml' } }),
    /^hwanbul: \/nowhere\/seed\.yaml can't be used \(there is no such file; ENOENT\): put it there, or set HWANBUL_SEED_FILE\.$/,
  );
});

test('a database that is not there stops the start with one line that keeps the password to itself', async () => {
  const env = { ENCRYPTION_KEY: 'ab'.repeat(32) };
  const databaseUrl = 'postgres://someone:hunter2@127.0.0.1:9/none';
  assertRefusal(await runServerProcess({ env, databaseUrl }), /^hwanbul: The database at DATABASE_URL can't be used/);
  assert.doesNotMatch((await runServerProcess({ env: { ...env, LOG_LEVEL: 'debug' }, databaseUrl })).stderr, /hunter2/);
});

test('a database that starts later is waited for, as long as the setting says', async (t) => {
  const { url, drop } = await createTestDatabase({ poolSize: 1 });
  t.after(drop);
  const later = new URL(url);
  const { hostname, port } = later;
  later.port = String(await freePort());
  const door = createServer((socket) => {
    const inside = connect(Number(port), hostname);
    socket.pipe(inside).pipe(socket);
    for (const end of [socket, inside]) end.on('error', () => socket.destroy());
  });
  const databaseUrl = String(later);
  const tooLate = await runServerProcess({ env: { HWANBUL_DATABASE_WAIT_MS: '300' }, databaseUrl });
  assertRefusal(tooLate, /^hwanbul: The database at DATABASE_URL can't be used/);
  assert.match(tooLate.stdout, /"wait_ms":300,"msg":"waiting for the database"/);
  const dataDir = createDataDir(t);
  const child = spawn(process.execPath, [program], {
    env: {
      ...bareEnvironment(),
      PORT: '0',
      DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
      HWANBUL_UNFLUSHED_DATABASE: 'accept',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  t.after(() => door.close());
  let output = '';
  child.stdout.setEncoding('utf8');
  for await (const chunk of child.stdout) {
    output += chunk;
    if (output.includes('waiting for the database') && !door.listening) door.listen(Number(later.port), '127.0.0.1');
    if (output.includes('"ready"')) child.kill('SIGTERM');
  }
  assert.match(output, /waiting for the database.*the database is there.*"ready".*"stopping"/s);
});

test('a port that is taken while the server starts stops it with one line, and the embedded PostgreSQL with it', async (t) => {
  const dataDir = createDataDir(t);
  const port = await freePort();
  const other = createServer();
  t.after(() => other.close());
  const result = await runServerProcess({
    ...embedded,
    dataDir,
    env: { PORT: String(port), LOG_LEVEL: 'debug' },
    onOutput: (text) => {
      if (text.includes('making the embedded database') && !other.listening) other.listen(port, '127.0.0.1');
    },
  });
  assertRefusal(result, /^hwanbul: Port \d+ on 127\.0\.0\.1 is taken: stop the program that has it, or set PORT\./);
  assert.match(result.stdout, /"what":"embedded PostgreSQL","msg":"stopped"/);
  assert.equal(runningPostgres(dataDir), undefined);
});

test('with LOG_FORMAT=json every line of standard output is JSON; with pretty none is, and the banner is there', async (t) => {
  const json = await runServerProcess({
    databaseUrl: await databaseFor(t),
    env: { LOG_FORMAT: 'json' },
    onOutput: (text, kill) => {
      if (text.includes('"msg":"ready"')) kill('SIGTERM');
    },
  });
  const lines = json.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.match(lines.find(({ msg }) => msg === 'ready').url, /^http:\/\/127/);
  assert.equal(json.code, 0);
  const pretty = await startServerProcess({
    test: t,
    databaseUrl: await databaseFor(t),
    env: { LOG_FORMAT: 'pretty' },
  });
  // Lines of the log go out at the end of a turn, after what is printed at once.
  await eventually(async () => {
    assert.match(pretty.stdout(), /^\S+Z INFO {2}ready url=http:\/\/127\.0\.0\.1:\d+ mode=sandbox/m);
  });
  assert.doesNotMatch(pretty.stdout(), /^\{/m);
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
    await healthBecomes(server.url, false);
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
  await healthBecomes(server.url, true);
  await apply(9002, true);
  await healthBecomes(server.url, false);
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
