import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { migrationsFolder } from '../../src/core/schema/schema.ts';
import { migrate } from '../../src/platform/database/migrations/migrate.ts';
import { fileNameOf, readMigrations } from '../../src/platform/database/migrations/migration-files.ts';
import { runMigrations } from '../../src/start/migrate.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { createDataDir } from '../kit/embedded-data.ts';
import { runServerProcess, startServerProcess } from '../kit/server-process.ts';
import { runOnPaperIn } from './paper.ts';
import { jsonLines, newFolder, startProgram } from './program.ts';

const known = await readMigrations(migrationsFolder);

const settingsFor = ({ url }: TestDatabase): Record<string, string> => ({
  DATABASE_URL: url,
  DATA_DIR: '/nonexistent',
});

async function databaseFrom(t: TestContext, create: () => Promise<TestDatabase>): Promise<TestDatabase> {
  const made = await create();
  t.after(() => made.drop());
  return made;
}

test('migrate tells what it applies and how long each took, and a second run has nothing to do', async (t) => {
  const database = await databaseFrom(t, createEmptyDatabase);
  const run = (...argv: readonly string[]) => runOnPaperIn(settingsFor(database), 'migrate', ...argv);
  const plan = await run('--plan');
  assert.equal(plan.code, exitCodes.done, plan.stderr);
  assert.match(
    plan.stdout,
    new RegExp(`^The database is empty: all ${known.length} migrations .* would be applied\\.\n$`),
  );
  assert.deepEqual(await database.database.query("select to_regclass('schema_migrations') as found"), [
    { found: null },
  ]);

  const first = await run();
  assert.equal(first.code, exitCodes.done, first.stderr);
  const lines = first.stdout.trimEnd().split('\n');
  assert.deepEqual(
    lines.slice(0, -1).map((line) => /^(\S+): applied in \d+\.\d s$/.exec(line)?.[1]),
    known.map(fileNameOf),
  );
  assert.match(lines.at(-1) ?? '', new RegExp(`^Done: ${known.length} migrations applied; the database has all`));

  const again = await run('--json');
  assert.equal(again.code, exitCodes.done);
  const [summary] = jsonLines(again.stdout);
  assert.deepEqual([summary?.known, summary?.applied, summary?.exit_code], [known.length, [], 0]);
  assert.match(
    (await run('--lang', 'ko')).stdout,
    /^빠진 것이 없습니다\. .*마이그레이션 \d+개가 모두 적용되어 있습니다\.\n$/,
  );
  assert.match((await run('--plan')).stdout, /^Nothing is missing: /);
});

test('the plan of an older database names what breaks older servers, what is locked and how large that is', async (t) => {
  const made = await databaseFrom(t, () => createTestDatabase({ poolSize: 2 }));
  await made.database.query('delete from schema_migrations where version > 20');
  await made.database.query("update pg_class set reltuples = 3000000 where relname = 'payments'");
  const plan = (...argv: readonly string[]) => runOnPaperIn(settingsFor(made), 'migrate', '--plan', ...argv);
  const text = await plan();
  assert.equal(text.code, exitCodes.done, text.stderr);
  assert.match(
    text.stdout,
    /^The database has 20 migrations, this Hwanbul \(\S+\) knows \d+\. To be applied:\n0021_lists/,
  );
  assert.match(text.stdout, /\n {2}BREAKS servers that do not know it: while the indexes are made, /);
  assert.match(
    text.stdout,
    /\n {2}LARGE: holds up writes of payments until it is done \(about 3,000,000 rows, \d+ MiB\)\n/,
  );
  assert.match(
    text.stdout,
    /\n {2}holds up reads and writes of merchants until it is done \(about \d+ rows?, \d+ MiB\)\n/,
  );
  assert.match(
    text.stdout,
    /\nStop the servers of older versions first: afterwards only those can run that know migration \d+ \(\w+\)\.\n$/,
  );
  assert.match((await plan('--lang', 'ko')).stdout, /큰 테이블: 끝날 때까지 payments의 쓰기가 기다림/);

  const [told] = jsonLines((await plan('--json')).stdout);
  const missing = told?.missing as readonly Record<string, unknown>[];
  assert.deepEqual([told?.database, told?.known, missing.length], [20, known.length, known.length - 20]);
  const [lists, views] = missing;
  assert.deepEqual(
    [lists?.version, lists?.oldest_beside, views?.breaks_older_processes, views?.oldest_beside],
    [21, { version: 21, name: 'lists_and_statistics' }, null, { version: 21, name: 'lists_and_statistics' }],
  );
  const locks = lists?.locks as readonly Record<string, unknown>[];
  const ofPayments = locks.find(({ table }) => table === 'payments');
  assert.deepEqual([ofPayments?.held_up, ofPayments?.rows, ofPayments?.is_large], ['writes', 3_000_000, true]);
});

test('migrate refuses a database that does not fit, and says what is missing where there is none', async (t) => {
  const made = await databaseFrom(t, () => createTestDatabase({ poolSize: 2 }));
  await made.database.query("insert into schema_migrations (version, name, checksum) values (9000, 'future', '')");
  for (const argv of [[], ['--plan']]) {
    const refused = await runOnPaperIn(settingsFor(made), 'migrate', '--json', ...argv);
    assert.equal(refused.code, exitCodes.no);
    assert.equal(jsonLines(refused.stdout)[0]?.error, 'migration_refused');
    assert.match(refused.stderr, /this Hwanbul knows \d+: start the newer Hwanbul that made it/);
  }
  const nowhere = { DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x', HWANBUL_DATABASE_WAIT_MS: '0' };
  const unreachable = await runOnPaperIn(nowhere, 'migrate');
  assert.equal(unreachable.code, exitCodes.usage);
  assert.match(unreachable.stderr, /The database at DATABASE_URL can't be used/);
  assert.doesNotMatch(unreachable.stderr, /hunter2/);
  const none = await runOnPaperIn({ DATA_DIR: join(newFolder(t), 'none') }, 'migrate');
  assert.equal(none.code, exitCodes.usage);
  assert.match(none.stderr, /There is no database yet/);
});

test('a run that does not get its locks ends with that, behind a pooler too, and the next one goes on', async (t) => {
  const made = await databaseFrom(t, createEmptyDatabase);
  const env = { ...settingsFor(made), HWANBUL_DATABASE_POOLER: 'transaction' };
  const older = newFolder(t);
  for (const migration of known.slice(0, 26)) {
    writeFileSync(join(older, `${fileNameOf(migration)}.sql`), migration.sql);
  }
  await migrate(made.database, pathToFileURL(`${older}/`));
  const run = () =>
    runMigrations(env, {
      isPlanOnly: false,
      assertWanted: () => {},
      patience: { lockTimeoutMs: 100, attempts: 2, pauseMs: 1 },
    });
  await made.database.withTransaction(async (reader) => {
    await reader.query('select from merchants');
    const result = await run();
    assert.equal(result.kind, 'given_up');
    assert.match(
      result.kind === 'given_up' ? result.why : '',
      /^Migration 27 \(key_grace\) was given up after 2 attempts/,
    );
  });
  assert.equal((await run()).kind, 'done');
});

test('of an embedded database migrate is the step between two starts, which HWANBUL_MIGRATE=off leaves to it', async (t) => {
  const dataDir = createDataDir(t);
  const env = { HWANBUL_MIGRATE: 'off' };
  const refused = await runServerProcess({ databaseUrl: 'embedded', dataDir, env });
  assert.deepEqual([refused.code, refused.signal], [1, null]);
  assert.match(
    refused.stderr,
    /^hwanbul: Migration 1 \(\w+\) is missing, and HWANBUL_MIGRATE=off: run hwanbul migrate of this version \(\S+\) with .*\n$/,
  );
  const migrated = await startProgram(['migrate', '--json'], { DATA_DIR: dataDir }).ended;
  assert.equal(migrated.code, exitCodes.done, migrated.stderr);
  const [summary] = jsonLines(migrated.stdout);
  assert.equal((summary?.applied as readonly unknown[] | undefined)?.length, known.length);
  const server = await startServerProcess({ databaseUrl: 'embedded', dataDir, env, test: t });
  const beside = await startProgram(['migrate'], { DATA_DIR: dataDir }).ended;
  assert.equal(beside.code, exitCodes.usage);
  assert.match(beside.stderr, /Another Hwanbul is running on .*: stop it/);
  server.kill();
  assert.deepEqual(await server.exited, { code: 0, signal: null });
});
