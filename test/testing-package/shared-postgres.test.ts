import assert from 'node:assert/strict';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isAlive } from '../../src/platform/database/embedded/processes.ts';
import { clusterOf, killPostgres, runningPostgres } from '../kit/embedded-data.ts';
import { eventually } from '../kit/eventually.ts';
import { createSharedFolder, postgresOf, supervisorsOf, testDatabases } from './shared-data.ts';
import { startQuickly, startTestProcess } from './test-process.ts';

async function startHere(test: TestContext, folder: string) {
  const hwanbul = await startQuickly({ dataDir: folder, databaseUrl: null });
  test.after(() => hwanbul.close());
  return hwanbul;
}

/** PostgreSQL and its supervisor have ended by themselves. */
async function assertEndsByItself(folder: string): Promise<void> {
  await eventually(async () => {
    assert.equal(runningPostgres(postgresOf(folder)), undefined);
    assert.deepEqual(supervisorsOf(folder), []);
  }, 60_000);
  assert.match(readFileSync(join(postgresOf(folder), 'postgres.log'), 'utf8'), /database system is shut down\n$/);
}

test('processes that start at the same moment share one PostgreSQL, which ends after the last of them', async (t) => {
  const folder = createSharedFolder(t);
  const processes = await Promise.all(Array.from({ length: 3 }, () => startTestProcess(t, folder)));
  const postgres = runningPostgres(postgresOf(folder));
  assert.equal(supervisorsOf(folder).length, 1);
  assert.deepEqual(await testDatabases(folder), processes.map(({ database }) => database).sort());
  const [first, second, third] = processes;
  await first?.close();
  await second?.close();
  assert.deepEqual(await testDatabases(folder), [third?.database]);
  assert.equal(await third?.payAgain(), 2);
  assert.equal(runningPostgres(postgresOf(folder))?.pid, postgres?.pid);
  await third?.close();
  await assertEndsByItself(folder);
  assert.deepEqual(readdirSync(join(folder, 'servers')), []);
});

test('kill -9 of a test process takes its server and its database away, and nothing from the others', async (t) => {
  const folder = createSharedFolder(t);
  const [killed, other] = await Promise.all([startTestProcess(t, folder), startTestProcess(t, folder)]);
  const postgres = runningPostgres(postgresOf(folder));
  await killed.kill('alone');
  await eventually(async () => assert.deepEqual(await testDatabases(folder), [other.database]));
  await eventually(async () => assert.deepEqual(readdirSync(join(folder, 'servers')), [other.database]));
  assert.equal(await other.payAgain(), 2);
  assert.equal(runningPostgres(postgresOf(folder))?.pid, postgres?.pid);
  await other.close();
  await assertEndsByItself(folder);
});

test('what a test process that was killed with its server has left is gone after the next start', async (t) => {
  const folder = createSharedFolder(t);
  const [killed, other] = await Promise.all([startTestProcess(t, folder), startTestProcess(t, folder)]);
  await killed.kill('with its server');
  assert.deepEqual(await testDatabases(folder), [killed.database, other.database].sort());
  const leftFolder = join(folder, 'servers', killed.database);
  // A folder that is minutes old is nobody's who is just starting.
  for (const name of [killed.database, other.database]) {
    utimesSync(join(folder, 'servers', name), new Date(0), new Date(0));
  }
  assert.ok(readdirSync(leftFolder).includes('simulators'));
  const next = await startTestProcess(t, folder);
  assert.deepEqual(await testDatabases(folder), [other.database, next.database].sort());
  assert.deepEqual(readdirSync(join(folder, 'servers')).sort(), [other.database, next.database].sort());
  assert.equal(await other.payAgain(), 2);
  await Promise.all([other.close(), next.close()]);
  await assertEndsByItself(folder);
});

test('all that use PostgreSQL killed at once do not leave it behind', async (t) => {
  const folder = createSharedFolder(t);
  const killed = await startTestProcess(t, folder);
  await killed.kill('with its server');
  await assertEndsByItself(folder);
});

test('a PostgreSQL whose supervisor was killed is used on, and gets a new one that stops it', async (t) => {
  const folder = createSharedFolder(t);
  const first = await startTestProcess(t, folder);
  const postgres = runningPostgres(postgresOf(folder));
  const [supervisor] = supervisorsOf(folder);
  assert.ok(supervisor !== undefined);
  process.kill(supervisor, 'SIGKILL');
  await eventually(async () => assert.equal(isAlive(supervisor), false));
  assert.equal(await first.payAgain(), 2);
  const second = await startTestProcess(t, folder);
  assert.equal(runningPostgres(postgresOf(folder))?.pid, postgres?.pid);
  await eventually(async () => assert.equal(supervisorsOf(folder).length, 1));
  await Promise.all([first.close(), second.close()]);
  await assertEndsByItself(folder);
});

test('the last that closes sees to it that a PostgreSQL without its supervisor is stopped', async (t) => {
  const folder = createSharedFolder(t);
  const only = await startTestProcess(t, folder);
  for (const pid of supervisorsOf(folder)) process.kill(pid, 'SIGKILL');
  await only.close();
  await assertEndsByItself(folder);
});

test('after PostgreSQL was killed, its tests hear of it and the next start has one that works', async (t) => {
  const folder = createSharedFolder(t);
  const hwanbul = await startHere(t, folder);
  await killPostgres(postgresOf(folder));
  await eventually(async () => {
    await assert.rejects(hwanbul.books('tosspayments'), /The Hwanbul server of this test has ended/);
  });
  const next = await startHere(t, folder);
  assert.equal((await next.pay({ amount: 1_000 })).status, 'paid');
});

test('the data of a PostgreSQL under which the machine went down is thrown away', async (t) => {
  const folder = createSharedFolder(t);
  await (await startHere(t, folder)).close();
  await assertEndsByItself(folder);
  const made = (): bigint => {
    const control = readFileSync(join(clusterOf(postgresOf(folder)), 'global', 'pg_control'));
    // The identifier of the cluster stands first.
    return control.readBigUInt64LE(0);
  };
  const before = made();
  await (await startHere(t, folder)).close();
  assert.equal(made(), before);
  await assertEndsByItself(folder);
  writeFileSync(join(postgresOf(folder), 'running-since-boot'), '00000000-0000-4000-8000-000000000000\n');
  await (await startHere(t, folder)).close();
  assert.notEqual(made(), before);
});

test('a folder that can not be used is told in one line, at once', async (t) => {
  const folder = createSharedFolder(t);
  writeFileSync(join(folder, 'file'), '');
  await assert.rejects(startQuickly({ dataDir: join(folder, 'file'), databaseUrl: null }), (error: Error) => {
    assert.match(error.message, /ENOTDIR|EEXIST/);
    assert.equal(error.message.split('\n').length, 1);
    return true;
  });
});
