import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { migrationsFolder } from '../../src/core/schema/schema.ts';
import { migrate } from '../../src/platform/database/migrations/migrate.ts';
import { MigrationError, MigrationGivenUp } from '../../src/platform/database/migrations/migration-error.ts';
import { type Database, openDatabase } from '../../src/platform/database/pool.ts';
import { createReadiness } from '../../src/platform/database/readiness.ts';
import { createEmptyDatabase } from '../kit/database.ts';
import { eventually } from '../kit/eventually.ts';

/** A folder of its own per call: one process reads a folder once. */
function folderWith(t: TestContext, files: Readonly<Record<string, string>>): URL {
  const path = mkdtempSync(join(tmpdir(), 'hwanbul-migrations-'));
  t.after(() => rmSync(path, { recursive: true }));
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(path, name), sql);
  return pathToFileURL(`${path}/`);
}

async function emptyDatabase(t: TestContext): Promise<{ database: Database; url: string }> {
  const { database, url, drop } = await createEmptyDatabase();
  t.after(drop);
  return { database, url };
}

async function versionsOf(database: Database): Promise<number[]> {
  const rows = await database.query<{ version: number }>('select version from schema_migrations order by version');
  return rows.map((row) => row.version);
}

const first = { '0001_first.sql': 'create table first (id int); insert into first values (1);' };
const second = { '0002_second.sql': 'insert into first values (2); create table second (id int);' };

const third = { '0003_third.sql': 'create index concurrently first_by_id on first (id);' };

async function indexOf(database: Database, name: string): Promise<'valid' | 'invalid' | 'none'> {
  const [found] = await database.query<{ indisvalid: boolean }>(
    'select indisvalid from pg_index where indexrelid = to_regclass($1)',
    [name],
  );
  if (found === undefined) return 'none';
  return found.indisvalid ? 'valid' : 'invalid';
}

test('migrations are applied in order, each once, and the database is ready only then', async (t) => {
  const { database } = await emptyDatabase(t);
  const [one, both] = [folderWith(t, first), folderWith(t, { ...first, ...second })];
  assert.equal(await databaseIsReady(database, one), false);
  await migrate(database, one);
  assert.equal(await databaseIsReady(database, one), true);
  assert.equal(await databaseIsReady(database, both), false);
  await migrate(database, both);
  await migrate(database, both);
  assert.deepEqual(await versionsOf(database), [1, 2]);
  assert.deepEqual(await database.query('select id from first order by id'), [{ id: 1 }, { id: 2 }]);
  assert.equal(await databaseIsReady(database, both), true);
});

test("the server's own migrations bring an empty database to readiness", async (t) => {
  const { database } = await emptyDatabase(t);
  await migrate(database, migrationsFolder);
  assert.equal(await databaseIsReady(database, migrationsFolder), true);
  assert.ok(migrationsFolder.href.endsWith('/migrations/'));
});

test('eight starters on one database apply each migration once, those of indexes too', async (t) => {
  const { database, url } = await emptyDatabase(t);
  const folder = folderWith(t, { ...first, ...second, ...third });
  const others = Array.from({ length: 8 }, () => openDatabase(url, { poolSize: 2, applicationName: 'starter' }));
  t.after(() => Promise.all(others.map((each) => each.close())));
  await Promise.all(others.map((each) => migrate(each, folder)));
  assert.deepEqual(await database.query('select id from first order by id'), [{ id: 1 }, { id: 2 }]);
  assert.equal(await indexOf(database, 'first_by_id'), 'valid');
  assert.deepEqual(await versionsOf(database), [1, 2, 3]);
});

test('a migration that fails leaves nothing of itself and is applied by the next start', async (t) => {
  const { database } = await emptyDatabase(t);
  const broken = folderWith(t, { ...first, '0002_second.sql': 'create table second (id int); select nonsense;' });
  await assert.rejects(migrate(database, broken), /nonsense/);
  assert.deepEqual(await versionsOf(database), [1]);
  assert.deepEqual(await database.query("select to_regclass('second') as found"), [{ found: null }]);
  await migrate(database, folderWith(t, { ...first, ...second }));
  assert.deepEqual(await versionsOf(database), [1, 2]);
});

test('an older program refuses a newer database in one line and changes nothing', async (t) => {
  const { database } = await emptyDatabase(t);
  await migrate(database, folderWith(t, { ...first, ...second }));
  await assert.rejects(migrate(database, folderWith(t, first)), (error) => {
    assert.ok(error instanceof MigrationError);
    assert.match(error.message, /^The database is at version 2, this Hwanbul knows 1: start the newer Hwanbul/);
    return true;
  });
  assert.deepEqual(await versionsOf(database), [1, 2]);
});

test('a migration that was changed after it was applied is refused by its name', async (t) => {
  const { database } = await emptyDatabase(t);
  await migrate(database, folderWith(t, first));
  const changed = folderWith(t, { '0001_first.sql': 'create table first (id bigint);' });
  await assert.rejects(migrate(database, changed), /^MigrationError: Migration 1 \(first\) is not the one/);
});

test('line ends of another system do not make another migration', async (t) => {
  const { database } = await emptyDatabase(t);
  await migrate(database, folderWith(t, { '0001_first.sql': 'create table first\n(id int);\n' }));
  await migrate(database, folderWith(t, { '0001_first.sql': 'create table first\r\n(id int);\r\n' }));
});

test('a gap or a bad name among the files is refused', async (t) => {
  const { database } = await emptyDatabase(t);
  for (const files of [{ ...first, '0003_third.sql': '' }, { 'first.sql': '' }, { '0001_First.sql': '' }]) {
    await assert.rejects(migrate(database, folderWith(t, files)), MigrationError);
  }
});

/** A third and later migration that makes a table of its own, and what it says of older processes. */
function later(name: string, breaks: string): Record<string, string> {
  const [, table] = /^\d+_(\w+)$/.exec(name) ?? [];
  return { [`${name}.sql`]: `-- breaks older processes: ${breaks}\ncreate table ${table} (id int);\n` };
}

/** Every row of the history with the transaction that wrote it last: equal only if nothing was written in between. */
function historyOf(database: Database): Promise<object[]> {
  return database.query('select m.*, m.xmin::text as written_by from schema_migrations m order by version');
}

async function databaseIsReady(database: Database, folder: URL): Promise<boolean> {
  return (await createReadiness(database, folder).look()).part === undefined;
}

async function misfitsHeard(database: Database, folder: URL): Promise<string[]> {
  const found = await createReadiness(database, folder).look();
  return found.part === 'schema' ? [found.why] : [];
}

test('beside a newer schema that does not break it an older program starts, is ready, and applies nothing', async (t) => {
  const { database } = await emptyDatabase(t);
  const files = { ...first, ...second, ...later('0003_third', 'no'), ...later('0004_fourth', 'no') };
  const [older, newer] = [folderWith(t, { ...first, ...second }), folderWith(t, files)];
  await migrate(database, older);
  await migrate(database, newer);
  const history = await historyOf(database);
  assert.deepEqual(await misfitsHeard(database, older), []);
  await migrate(database, older);
  await migrate(database, older);
  assert.deepEqual(await historyOf(database), history);
  assert.deepEqual(await versionsOf(database), [1, 2, 3, 4]);
  assert.deepEqual(await misfitsHeard(database, newer), []);
  // The second file has no mark, so for a program that knows only the first it breaks.
  assert.equal((await misfitsHeard(database, folderWith(t, first))).length, 1);
});

test('an older program refuses a newer schema by the first migration that breaks it, wherever that stands', async (t) => {
  const { database } = await emptyDatabase(t);
  const parts = [
    first,
    later('0002_second', 'no'),
    later('0003_third', 'a table is gone'),
    later('0004_fourth', 'no'),
    later('0005_fifth', 'another table is gone'),
    later('0006_sixth', 'no'),
  ];
  const programs = parts.map((_, index) => folderWith(t, Object.assign({}, ...parts.slice(0, index + 1))));
  await migrate(database, programs.at(-1) as URL);
  const history = await historyOf(database);
  const breaks = ['3 (third)', '3 (third)', '5 (fifth)', '5 (fifth)', undefined, undefined];
  for (const [index, folder] of programs.entries()) {
    const message =
      breaks[index] &&
      `The database is at version 6, this Hwanbul knows ${index + 1}: start the newer Hwanbul that made it, ` +
        `since migration ${breaks[index]} breaks older processes.`;
    assert.deepEqual(await misfitsHeard(database, folder), message === undefined ? [] : [message]);
    if (message === undefined) await migrate(database, folder);
    else await assert.rejects(migrate(database, folder), { name: 'MigrationError', message });
  }
  assert.deepEqual(await historyOf(database), history);
});

test('a migration that takes away what only still older programs use breaks those alone, and is refused without the number of one', async (t) => {
  const { database } = await emptyDatabase(t);
  const mark = '-- breaks older processes';
  const two = { ...first, ...later('0002_second', 'no') };
  const three = { ...two, ...later('0003_third', 'no') };
  const gone = { ...three, '0004_fourth.sql': `${mark} before 0002: they read what was in first\ndrop table first;` };
  await migrate(database, folderWith(t, gone));
  for (const files of [two, three, gone]) {
    const folder = folderWith(t, files);
    assert.deepEqual(await misfitsHeard(database, folder), []);
    await migrate(database, folder);
  }
  assert.match(
    (await misfitsHeard(database, folderWith(t, first))).join(),
    /since migration 4 \(fourth\) breaks older/,
  );
  // What an older program reads of it: it knows only that there is something that breaks.
  assert.deepEqual(await database.query('select breaking from schema_migrations where version = 4'), [
    { breaking: true },
  ]);
  for (const wrong of ['before 0000: a reason', 'before 0004: a reason', 'before 0002: no', 'before 2: a reason']) {
    const files = {
      ...three,
      '0004_fourth.sql': `${mark} ${wrong}\nselect 1;`,
      '0005_e.sql': '',
      '0006_f.sql': `${mark} ${wrong}`,
    };
    await assert.rejects(
      migrate(database, folderWith(t, files)),
      /^MigrationError: Migration file 000[46]_\w+\.sql must /,
    );
  }
});

test('a running program is ready until a newer one applies what breaks it', async (t) => {
  const { database } = await emptyDatabase(t);
  const running = folderWith(t, first);
  await migrate(database, running);
  const fitting = { ...first, ...later('0002_second', 'no') };
  await migrate(database, folderWith(t, fitting));
  assert.equal(await databaseIsReady(database, running), true);
  await migrate(database, folderWith(t, { ...fitting, ...later('0003_third', 'a table is gone') }));
  assert.equal(await databaseIsReady(database, running), false);
});

test('a known migration that is another one, or is gone, is a misfit also beside a newer schema', async (t) => {
  const { database } = await emptyDatabase(t);
  const own = folderWith(t, { ...first, ...second });
  await migrate(database, folderWith(t, { ...first, ...second, ...later('0003_third', 'no') }));
  assert.deepEqual(await misfitsHeard(database, own), []);
  await database.query("update schema_migrations set checksum = '' where version = 2");
  assert.match((await misfitsHeard(database, own)).join(), /^Migration 2 \(second\) is not the one/);
  await assert.rejects(migrate(database, own), /^MigrationError: Migration 2 \(second\) is not the one/);
  await database.query('delete from schema_migrations where version = 2');
  assert.match((await misfitsHeard(database, own)).join(), /^Migration 2 \(second\) is not the one/);
  await database.query('delete from schema_migrations where version = 3');
  assert.match(
    (await misfitsHeard(database, own)).join(),
    /^Migration 2 \(second\) is missing: a start of this Hwanbul/,
  );
});

test('from the sixth on, a file that does not say whether it breaks older processes is refused by its name', async (t) => {
  const { database } = await emptyDatabase(t);
  const five = Object.fromEntries(
    ['first', 'b', 'c', 'd', 'e'].map((name, index) => [`000${index + 1}_${name}.sql`, '']),
  );
  const mark = '-- breaks older processes:';
  const unsaid = ['', '\n', mark, `${mark} `, `${mark} yes`, `${mark} no, it adds`, `${mark}no`, `\n${mark} no`];
  for (const start of [...unsaid, `create table t (id int); ${mark} no`]) {
    await assert.rejects(migrate(database, folderWith(t, { ...five, '0006_sixth.sql': start })), (error) => {
      assert.ok(error instanceof MigrationError);
      assert.match(error.message, /^Migration file 0006_sixth\.sql must say in its first line whether it breaks older/);
      assert.ok(!error.message.includes('\n'));
      return true;
    });
  }
  assert.deepEqual(await database.query("select to_regclass('schema_migrations') as found"), [{ found: null }]);
  const said = {
    '0006_f.sql': `${mark} no`,
    '0007_g.sql': `${mark} no\r\n-- adds`,
    '0008_h.sql': `${mark} t is gone\n`,
  };
  await migrate(database, folderWith(t, { ...five, ...said }));
  const rows = await database.query<{ breaking: boolean }>('select breaking from schema_migrations order by version');
  assert.deepEqual(
    rows.map(({ breaking }) => breaking),
    [true, true, true, true, true, false, false, true],
  );
});

test('what a file says of older processes belongs to it: changed later, it is another migration', async (t) => {
  const { database } = await emptyDatabase(t);
  await migrate(database, folderWith(t, { ...first, ...later('0002_second', 'a table is gone') }));
  const changed = folderWith(t, { ...first, ...later('0002_second', 'no') });
  await assert.rejects(migrate(database, changed), /^MigrationError: Migration 2 \(second\) is not the one/);
  assert.equal(await databaseIsReady(database, changed), false);
});

test('older and newer programs that start on one database at once all end well, and apply each migration once', async (t) => {
  const { database, url } = await emptyDatabase(t);
  const programs = [
    folderWith(t, first),
    folderWith(t, { ...first, ...later('0002_second', 'no') }),
    folderWith(t, { ...first, ...later('0002_second', 'no'), ...later('0003_third', 'no') }),
  ];
  const starters = Array.from({ length: 9 }, () => openDatabase(url, { poolSize: 2, applicationName: 'starter' }));
  t.after(() => Promise.all(starters.map((each) => each.close())));
  await Promise.all(starters.map((each, index) => migrate(each, programs[index % 3] as URL)));
  assert.deepEqual(await versionsOf(database), [1, 2, 3]);
  assert.deepEqual(await database.query('select id from first'), [{ id: 1 }]);
  for (const folder of programs) assert.equal(await databaseIsReady(database, folder), true);
});

test('a start that has nothing to apply waits for nobody who reads the history', async (t) => {
  const { database } = await emptyDatabase(t);
  const folder = folderWith(t, first);
  await migrate(database, folder);
  await database.withTransaction(async (reader) => {
    await reader.query('select version from schema_migrations');
    await migrate(database, folder);
    // Had it waited, this transaction would have been ended for its idleness.
    await reader.query('select version from schema_migrations');
  });
});

test('a database that lacks nothing is only read, whoever else is migrating it', async (t) => {
  const { database } = await emptyDatabase(t);
  const folder = folderWith(t, first);
  await migrate(database, folder);
  await database.withTransaction(async (other) => {
    await other.query('select pg_advisory_xact_lock(4851227018113)');
    await migrate(database, folder);
  });
});

/** Soon tired of waiting. */
const hasty = { lockTimeoutMs: 200, pauseMs: 50, attempts: 1_000, concurrentLockTimeoutMs: 60_000 };

/** A reader that holds what it has read, as pg_dump does, while `meanwhile` runs. */
async function whileRead<Result>(t: TestContext, url: string, meanwhile: () => Promise<Result>): Promise<Result> {
  const reader = openDatabase(url, { poolSize: 1, applicationName: 'pg_dump' });
  t.after(() => reader.close());
  return await reader.withTransaction(async (client) => {
    await client.query('set transaction isolation level repeatable read');
    await client.query('select from first');
    return await meanwhile();
  });
}

/** Its end is looked at later, and it may come before. */
function begun(migrating: Promise<void>): { readonly ended: Promise<void> } {
  migrating.catch(() => {});
  return { ended: migrating };
}

test('a migration behind a long reader holds up nobody for long, says who that is, and is applied when the reader is gone', async (t) => {
  const { database, url } = await emptyDatabase(t);
  await migrate(database, folderWith(t, first));
  const next = folderWith(t, { ...first, '0002_second.sql': 'alter table first add column more text;' });
  const holders: string[] = [];
  let attempts = 0;
  const migrating = await whileRead(t, url, async () => {
    const migrating = begun(
      migrate(database, next, {
        patience: hasty,
        listener: {
          heldUp: (_, who) => void holders.push(...who),
          triesAgain: () => {
            attempts += 1;
          },
        },
      }),
    );
    await eventually(async () => assert.ok(attempts >= 2 && holders.length > 0));
    // Each of them would wait behind a migration that waits, and its own limit would end it.
    for (let id = 10; id < 20; id++) await database.query('insert into first values ($1)', [id]);
    assert.deepEqual(await versionsOf(database), [1]);
    return migrating;
  });
  await migrating.ended;
  assert.match(holders[0] ?? '', /^pid \d+ \(pg_dump, idle in transaction\)$/);
  assert.deepEqual(await database.query('select count(more) as more, count(*) as all from first'), [
    { more: 0n, all: 11n },
  ]);
  assert.deepEqual(await versionsOf(database), [1, 2]);
});

test('a migration that never gets its locks is given up with the name of who holds them, and nothing of it is left', async (t) => {
  const { database, url } = await emptyDatabase(t);
  await migrate(database, folderWith(t, first));
  const sql = 'create table second (id int); alter table first add column more text;';
  const next = folderWith(t, { ...first, '0002_second.sql': sql });
  await whileRead(t, url, async () => {
    await assert.rejects(migrate(database, next, { patience: { ...hasty, attempts: 5 } }), (error) => {
      assert.ok(error instanceof MigrationGivenUp);
      assert.match(
        error.message,
        /^Migration 2 \(second\) was given up after 5 attempts, .*: pid \d+ \(pg_dump, .*\) held/,
      );
      return true;
    });
  });
  assert.deepEqual(await versionsOf(database), [1]);
  assert.deepEqual(await database.query("select to_regclass('second') as found"), [{ found: null }]);
  await migrate(database, next);
  assert.deepEqual(await versionsOf(database), [1, 2]);
});

const building = "query like 'create index concurrently%' and datname = current_database() and state = 'active'";

test('an index is made beside writers and readers, and one that a death left half made is made anew', async (t) => {
  const { database, url } = await emptyDatabase(t);
  await migrate(database, folderWith(t, { ...first, ...second }));
  const folder = folderWith(t, { ...first, ...second, ...third });
  await whileRead(t, url, async () => {
    const migrating = begun(migrate(database, folder, { patience: hasty }));
    await eventually(async () => assert.equal(await indexOf(database, 'first_by_id'), 'invalid'));
    for (let id = 10; id < 20; id++) await database.query('insert into first values ($1)', [id]);
    await eventually(async () => {
      const killed = await database.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${building}`);
      assert.equal(killed.length, 1);
    });
    await assert.rejects(migrating.ended, /terminat/);
  });
  assert.equal(await indexOf(database, 'first_by_id'), 'invalid');
  assert.deepEqual(await versionsOf(database), [1, 2]);
  await migrate(database, folder);
  assert.equal(await indexOf(database, 'first_by_id'), 'valid');
  assert.deepEqual(await versionsOf(database), [1, 2, 3]);
  // What was begun before a death and is all there is not made again.
  const [made] = await database.query("select 'first_by_id'::regclass::oid::int as oid");
  await database.query('delete from schema_migrations where version = 3');
  await migrate(database, folder);
  assert.deepEqual(await database.query("select 'first_by_id'::regclass::oid::int as oid"), [made]);
});

test('an index that can not be made is told with the reason and leaves nothing that refuses rows', async (t) => {
  const { database } = await emptyDatabase(t);
  await migrate(database, folderWith(t, first));
  await database.query('insert into first values (1)');
  const sql = 'create unique index concurrently first_once on first (id)';
  const folder = folderWith(t, { ...first, '0002_second.sql': sql });
  await assert.rejects(
    migrate(database, folder),
    /^MigrationError: Migration 2 \(second\) failed, and the next run goes on with it: .*first_once/,
  );
  assert.equal(await indexOf(database, 'first_once'), 'none');
  assert.deepEqual(await versionsOf(database), [1]);
  await database.query('delete from first');
  await migrate(database, folder);
  const dropped = folderWith(t, {
    ...first,
    '0002_second.sql': sql,
    '0003_third.sql': 'drop index concurrently first_once;\ncreate index concurrently first_by_id on first (id);',
  });
  await migrate(database, dropped);
  assert.deepEqual([await indexOf(database, 'first_once'), await indexOf(database, 'first_by_id')], ['none', 'valid']);
});

test('a file that makes an index concurrently and does more, or could take a half made one for done, is refused by its name', async (t) => {
  const { database } = await emptyDatabase(t);
  for (const sql of [
    'create table t (id int); create index concurrently t_by_id on t (id);',
    'create index concurrently if not exists t_by_id on t (id);',
    'create index concurrently on t (id);',
    'create index concurrently t_by_id on t (id); select 1;',
  ]) {
    await assert.rejects(migrate(database, folderWith(t, { '0001_first.sql': sql })), (error) => {
      assert.ok(error instanceof MigrationError);
      assert.match(
        error.message,
        /^Migration file 0001_first\.sql makes an index concurrently, and so may have nothing but/,
      );
      return true;
    });
  }
  await migrate(database, folderWith(t, { '0001_first.sql': '-- create index concurrently t;\nselect 1;' }));
});

test('a database that does not answer is not ready, and asking does not throw', async () => {
  const nobody = openDatabase('postgres://x:y@127.0.0.1:9/none', { poolSize: 2, applicationName: 'test' });
  assert.equal(await databaseIsReady(nobody, migrationsFolder), false);
  await nobody.close();
});
