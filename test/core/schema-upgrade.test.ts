import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { migrationsFolder } from '../../src/core/schema/schema.ts';
import { migrate } from '../../src/platform/database/migrations/migrate.ts';
import { type Migration, readMigrations } from '../../src/platform/database/migrations/migration-files.ts';
import { type Database, openDatabase } from '../../src/platform/database/pool.ts';
import { createReadiness } from '../../src/platform/database/readiness.ts';
import { createEmptyDatabase } from '../kit/database.ts';

/** The migrations of the release before migrations said whether they break older processes. Never edit them. */
const released = [
  '836a0ad6af26a27515d5b635fea88803d01f2686f7b2157c00f21942223ddaf2',
  '74f928df4890a8e3397f083947773bad137c408ff302636127491e3095be3598',
  '133e220c4bf1c20d7554df5fefef05695c69986e3bf9e38f99d5ffd7c9c0c0e0',
  'b5a6425aed81cc65e7697b55e65cb25d48e80e6117caf722b27f92c7b9bded47',
  '92bf8046d61a7029dc14d0c3133990d8d4b5dea110a51fd1106b895a66a0b743',
];

/** What a start of that release did to the database, in its own statements. */
async function startEarlierRelease(database: Database): Promise<void> {
  const migrations = (await readMigrations(migrationsFolder)).slice(0, released.length);
  await inTurn(
    database,
    `create table if not exists schema_migrations (
      version integer primary key,
      name text not null,
      checksum bytea not null,
      applied_at timestamptz not null default now()
    )`,
  );
  for (const migration of migrations) await inTurn(database, migration);
  const [newest] = await database.query<{ version: number }>('select max(version) as version from schema_migrations');
  if (newest?.version !== released.length) throw new Error('refused: the database is newer');
}

async function inTurn(database: Database, work: string | Migration): Promise<void> {
  await database.withTransaction(async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [4_851_227_018_113n]);
    if (typeof work === 'string') return await client.query(work);
    const inserted = await client.query(
      `insert into schema_migrations (version, name, checksum)
       select $1::integer, $2, $3
       where not exists (select from schema_migrations where version >= $1::integer)
       returning version`,
      [work.version, work.name, Buffer.from(released[work.version - 1] ?? '', 'hex')],
    );
    return inserted.length === 1 ? await client.query(work.sql) : [];
  });
}

/** At least a row in every table of that release. */
const rowsOfEarlierRelease = `
  insert into server_facts values ('mode', 'sandbox');
  insert into merchants (imp_key, imp_secret_hash, name, webhook_url, webhook_secret, created_at)
    values ('1234567890123456', 'hash', 'shop', 'http://127.0.0.1:9/hook', 'secret', '2026-01-02 03:04:05.678+09');
  insert into access_tokens values (1, 'nonce', 'hash', now(), now());
  insert into channels (merchant_id, channel_key, name, provider, mid, mode, base_url, credentials, is_default, created_at)
    values (1, 'channel-key-1', 'main', 'tosspayments', 'mid1', 'test', 'http://127.0.0.1:9', 'encrypted', true, now());
  insert into payments (imp_uid, merchant_id, channel_id, merchant_uid, provider, mid, sandbox, pay_method, channel, status,
      currency, amount_minor, tax_free_minor, vat_minor, cancelled_minor, reserved_minor, cancel_history, started_at, updated_at)
    select 'imp_' || n, 1, 1, 'order-' || n, 'tosspayments', 'mid1', true, 'card', 'api', 'paid',
      'KRW', 9007199254740993, 0, 11, 300, n, '[{"amount_minor": 300}]', now(), now()
    from generate_series(1, 3) n;
  insert into receipts (payment_id, merchant_id, state, type, currency, amount_minor, tax_free_minor, vat_minor, created_at)
    values (2, 1, 'issued', 'person', 'KRW', 1000, 0, 91, now());
  insert into idempotency_keys (merchant_id, key, request_hash, body, running_until, created_at, expires_at)
    values (1, 'key-1', 'hash', '{"code":0}', now(), now(), now());
  insert into operations (id, merchant_id, payment_id, receipt_id, kind, state, amount_minor, balance_before_minor, reason,
      secrets, idempotency_id, gateway_category, requested_at, changed_at, changed_by, changed_why, next_inquiry_at, lease_of, lease_until)
    select '0000000000000000000' || n, 1, n, case n when 2 then 1 end, 'cancel', 'requested', n, 1000, 'changed mind',
      'encrypted', n, null, now(), now(), 'test', 'made', now(), 'nobody', now()
    from generate_series(1, 3) n;
  update operations set state = 'in_doubt', sent_at = now(), changed_why = 'no answer' where payment_id = 3;
  update operations set state = 'accepted', sent_at = now(), changed_at = '2026-01-02 03:04:05+09', changed_why = 'taken' where payment_id = 1;
  insert into outbox (merchant_id, payment_id, event, body, created_at) values (1, 1, 'paid', '{"imp_uid":"imp_1"}', now());
  select finish_webhook_attempt(1, null, 'waiting', 0, 'first', now(), 'application/json', '{}', 200, null, 1, 'ok');
  insert into webhook_attempts (delivery_id, kind, at, content_type, request_body, duration_ms, answer)
    values (1, 'first', now(), 'application/json', '{}', 1, 'ok');
  insert into gateway_notices (provider, payment_id, kind, digest, content, trust, sender, state, why, received_at, changed_at, next_try_at)
    values ('tosspayments', 1, 'deposit', 'digest', 'encrypted', 'authentic', '127.0.0.1', 'waiting', 'new', now(), now(), now());
  insert into sandbox_clocks (merchant_id, at) values (1, now());`;

type Row = Readonly<Record<string, unknown>>;

async function everyRow(database: Database): Promise<Map<string, readonly Row[]>> {
  const tables = await database.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' order by 1",
  );
  const all = new Map<string, readonly Row[]>();
  for (const { name } of tables) {
    // As text, which loses nothing of a bigint or a time.
    const rows = await database.query<{ row: [string, string | null][] }>(
      `select array(select array[key, value] from jsonb_each_text(to_jsonb(t)) order by key) as row from ${name} t`,
    );
    all.set(
      name,
      rows.map(({ row }) => Object.fromEntries(row)),
    );
  }
  return all;
}

async function databaseOfEarlierRelease(t: TestContext): Promise<{ database: Database; url: string }> {
  const { database, url, drop } = await createEmptyDatabase();
  t.after(drop);
  await startEarlierRelease(database);
  return { database, url };
}

/** An operation of the earlier release named the payment beside the receipt that it was about. */
function aboutOneSubject(old: Row): Row {
  return old.receipt_id === null ? old : { ...old, payment_id: null };
}

test('a database of the release before the mark is taken on with every row of every table', async (t) => {
  const { database } = await databaseOfEarlierRelease(t);
  await database.query(rowsOfEarlierRelease);
  const before = await everyRow(database);
  for (const [table, rows] of before) assert.ok(rows.length > 0, table);
  await migrate(database, migrationsFolder);
  assert.equal((await createReadiness(database, migrationsFolder).look()).part, undefined);

  const after = await everyRow(database);
  const addedTo: Readonly<Record<string, number>> = {
    schema_migrations: (await readMigrations(migrationsFolder)).length - released.length,
    // What is adopted begins as confirmed.
    operation_transitions: 1,
  };
  for (const [table, rows] of before) {
    const kept = after.get(table) ?? [];
    const added = addedTo[table] ?? 0;
    assert.equal(kept.length, rows.length + added, table);
    // Later migrations may add columns; what stood in the old ones stands there still.
    for (const row of rows.map((old) => (table === 'operations' ? aboutOneSubject(old) : old))) {
      const isSame = (other: Row): boolean =>
        Object.keys(row).every((key) => !(key in other) || other[key] === row[key]);
      assert.ok(kept.some(isSame), `${table}: ${JSON.stringify(row)}`);
    }
  }
  // What was accepted before stays reserved until it has ended.
  const accepted = await database.query<{ at: Date; shown_at_once: boolean }>(
    'select accepted_at as at, shown_at_once from operations where accepted_at is not null',
  );
  assert.deepEqual(accepted, [{ at: new Date('2026-01-02T03:04:05+09:00'), shown_at_once: false }]);
  // An operation on a receipt names its payment no longer, which the receipt does.
  const subjects = await database.query<{ id: string; payment_id: bigint; channel_id: bigint }>(
    `select o.id, coalesce(o.payment_id, r.payment_id) as payment_id, o.channel_id
     from operations o left join receipts r on r.merchant_id = o.merchant_id and r.id = o.receipt_id order by o.id`,
  );
  assert.deepEqual(
    subjects.map(({ payment_id, channel_id }) => ({ payment_id: String(payment_id), channel_id })),
    before
      .get('operations')
      ?.toSorted((one, other) => (String(one.id) < String(other.id) ? -1 : 1))
      .map(({ payment_id }) => ({ payment_id, channel_id: 1n })),
  );
  const marks = await database.query<{ breaking: boolean }>(
    'select breaking from schema_migrations where version <= $1 order by version',
    [released.length],
  );
  assert.deepEqual(
    marks.map(({ breaking }) => breaking),
    released.map(() => true),
  );
});

/** The audit before it had months: migrations up to here. */
const lastOfOneAudit = 27;

async function databaseOfOneAudit(t: TestContext): Promise<Database> {
  const { database, drop } = await createEmptyDatabase();
  t.after(drop);
  const folder = mkdtempSync(join(tmpdir(), 'hwanbul-migrations-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const file of readdirSync(migrationsFolder).sort().slice(0, lastOfOneAudit)) {
    copyFileSync(new URL(file, migrationsFolder), join(folder, file));
  }
  await migrate(database, pathToFileURL(`${folder}/`));
  await database.query(`
    insert into merchants (imp_key, imp_secret_hash, name, created_at) values ('key', '', 'shop', now());
    insert into channels (merchant_id, channel_key, name, provider, mid, mode, base_url, credentials, created_at)
      values (1, 'key', 'test', 'test', 'mid', 'test', '', '', now());
    insert into payments (merchant_id, channel_id, imp_uid, merchant_uid, provider, mid, sandbox, pay_method, channel, status,
        currency, amount_minor, tax_free_minor, vat_minor, started_at, updated_at)
      values (1, 1, 'imp', 'order', 'test', 'mid', true, 'card', 'api', 'paid', 'KRW', 1000, 0, 0, now(), now());`);
  await cancelled(database, '1');
  return database;
}

/** As a process of any release writes an operation, and its end. */
async function cancelled(database: Database, digit: string): Promise<void> {
  const id = `0000000000000000000${digit}`;
  await database.query(
    `insert into operations (id, merchant_id, channel_id, payment_id, kind, state, amount_minor, balance_before_minor, reason,
       requested_at, changed_at, changed_by, changed_why, next_inquiry_at, lease_of, lease_until)
     values ($1, 1, 1, 1, 'cancel', 'requested', 0, 1000, 'test', now(), now(), 'test', 'test', now(), 'test', now())`,
    [id],
  );
  await database.query(`update operations set state = 'confirmed', sent_at = now(), ended_at = now() where id = $1`, [
    id,
  ]);
}

const auditOf = (database: Database) =>
  database.query<{ id: bigint; to_state: string; part: string }>(
    'select id, operation_id, to_state, tableoid::regclass::text as part from operation_audit order by id',
  );

test('an audit from before it had months is one part of it, with every row, and stays append-only', async (t) => {
  const database = await databaseOfOneAudit(t);
  const before = await auditOf(database);
  assert.equal(before.length, 3);
  await migrate(database, migrationsFolder);
  await cancelled(database, '2');
  const after = await auditOf(database);
  assert.deepEqual(
    after.slice(0, 3).map(({ id }) => id),
    before.map(({ id }) => id),
  );
  assert.deepEqual(
    after.map(({ to_state }) => to_state),
    ['requested', 'sent', 'confirmed', 'requested', 'sent', 'confirmed'],
  );
  const [part, ...others] = new Set(after.map((row) => row.part));
  assert.match(part ?? '', /^operation_audit_until_\d{4}_\d{2}$/);
  assert.deepEqual(others, []);
  for (const statement of [
    `update operation_audit set why = ''`,
    'delete from operation_audit',
    'truncate operation_audit',
    `delete from ${part}`,
    `truncate ${part}`,
  ]) {
    await assert.rejects(database.query(statement), /only ever appended to/, statement);
  }
  await assert.rejects(
    database.query(`update operations set state = 'refused' where state = 'confirmed'`),
    /violates foreign key constraint/,
  );
});

test('while the audit gets its months, somebody reads it for long, and those who write it go on', async (t) => {
  const database = await databaseOfOneAudit(t);
  let migrating: Promise<void> | undefined;
  let isDone = false;
  const { promise: letGo, resolve: hasLetGo } = Promise.withResolvers<void>();
  await database.withTransaction(async (client) => {
    await client.query('select from operation_audit limit 1');
    const patience = { attempts: 1_000, pauseMs: 100 };
    migrating = migrate(database, migrationsFolder, { patience, listener: { triesAgain: () => hasLetGo() } }).finally(
      () => {
        isDone = true;
      },
    );
    await letGo;
    await cancelled(database, '2');
    assert.equal(isDone, false);
  });
  await migrating;
  await cancelled(database, '3');
  assert.equal((await auditOf(database)).length, 9);
});

test('several that start at once on a database without the column add it once, beside starts of the earlier release', async (t) => {
  const { database, url } = await databaseOfEarlierRelease(t);
  const starters = Array.from({ length: 6 }, () => openDatabase(url, { poolSize: 2, applicationName: 'starter' }));
  t.after(() => Promise.all(starters.map((each) => each.close())));
  await Promise.all(
    starters.map((each, index) =>
      // Whoever comes first, the earlier release is done or finds that it is too old, and nothing else.
      index % 2 === 0
        ? migrate(each, migrationsFolder)
        : startEarlierRelease(each).catch((error) => assert.match(String(error), /refused: the database is newer/)),
    ),
  );
  assert.equal((await createReadiness(database, migrationsFolder).look()).part, undefined);
});

test('whether it fits can be asked of a database that lacks the column, as the doctor does', async (t) => {
  const { database } = await databaseOfEarlierRelease(t);
  const count = (await readMigrations(migrationsFolder)).length;
  const look = () => createReadiness(database, migrationsFolder).look();
  assert.equal((await look()).part, count === released.length ? undefined : 'schema');
  await database.query("insert into schema_migrations (version, name, checksum) values (9000, 'future', '')");
  const found = await look();
  assert.match(
    found.part === 'schema' ? found.why : '',
    /^The database is at version 9000, .* since migration 9000 \(future\) breaks older processes\.$/,
  );
});
