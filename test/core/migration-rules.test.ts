import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrationsFolder } from '../../src/core/schema/schema.ts';
import { advisoryLocks } from '../../src/platform/database/advisory-locks.ts';
import { fileNameOf, readMigrations } from '../../src/platform/database/migrations/migration-files.ts';
import { type Statement, statementsOf } from '../../src/platform/database/migrations/sql-statements.ts';

/** docs/upgrading.md tells the rules. Up to this number migrations were released before there were any. */
const lastWithoutRules = 27;

/** What every payment and every cancellation writes to: whoever holds these up holds up everybody. */
const busy = [
  'payments',
  'operations',
  'operation_audit',
  'receipts',
  'idempotency_keys',
  'outbox',
  'webhook_deliveries',
  'webhook_attempts',
  'gateway_notices',
];

/** The parts of an `alter table`, of which one statement may have several. */
function actionsIn(outline: string): { readonly table: string; readonly actions: readonly string[] } | undefined {
  const [, table, rest] = /^alter table (?:if exists )?(?:only )?(?:public\.)?"?(\w+)"? (.*)$/.exec(outline) ?? [];
  if (table === undefined || rest === undefined) return undefined;
  // A comma within brackets belongs to a type or to a list of columns.
  return { table, actions: rest.split(/,(?![^(]*\))/).map((action) => action.trim()) };
}

const alwaysSafeDefault = /\bdefault (?:''|-?\d+|true|false|null|now\(\)|current_timestamp|'\{\}')/;

/** What an older process can't work beside, or waits for, although the file says that it does no harm. */
function breachesOf(
  { outline }: Statement,
  isNew: (table: string) => boolean,
  isConstrained: (table: string) => boolean,
): readonly string[] {
  const breaches: string[] = [];
  const breach = (isOne: boolean, what: string): void => void (isOne && breaches.push(`${what}: ${outline}`));
  breach(/^drop (?:table|view|function|procedure|type|schema)\b/.test(outline), 'takes away what older ones may use');
  breach(/^alter (?:view|function|type|index) .*\brename\b/.test(outline), 'renames');
  breach(/^truncate\b/.test(outline), 'forgets rows');
  const [, indexed = ''] = /^create (?:unique )?index (?!concurrently).*? on (?:only )?(\w+)/.exec(outline) ?? [];
  breach(busy.includes(indexed) && !isNew(indexed), 'holds up writes: make the index concurrently');
  const [, changed = ''] = /^(?:update|delete from) (?:only )?(\w+)/.exec(outline) ?? [];
  breach(busy.includes(changed) && !isNew(changed), 'holds rows until the end of the transaction');

  const { table = '', actions = [] } = actionsIn(outline) ?? {};
  if (isNew(table)) return breaches;
  for (const action of actions) {
    breach(/^rename\b/.test(action), 'renames');
    breach(/^drop (?!constraint|default|expression|identity)/.test(action), 'takes away what older ones may use');
    breach(/^alter (?:column )?\w+ (?:set data )?type\b/.test(action), 'changes a type');
    breach(/^alter (?:column )?\w+ set not null/.test(action), 'wants what older ones may not give');
    breach(/^alter (?:column )?\w+ drop default/.test(action), 'wants what older ones may not give');
    const isColumn = /^add (?!constraint|check|unique|primary|foreign|exclude)/.test(action);
    const isFilled = /\b(?:default|generated)\b/.test(action);
    breach(isColumn && /\bnot null\b/.test(action) && !isFilled, 'wants what older ones do not give');
    if (!busy.includes(table)) continue;
    const isHeld = /^validate constraint\b/.test(action) && isConstrained(table);
    breach(isHeld, 'looks at every row under the lock that it was added with: validate it in the next file');
    const isRewritten = isColumn && isFilled && !alwaysSafeDefault.test(action);
    breach(isRewritten, 'may write every row anew: add the column, and its default by itself');
    const isChecked = isColumn
      ? /\b(?:check|unique|references|primary key)\b/.test(action)
      : /^add (?:constraint|check|unique|primary|foreign|exclude)/.test(action) && !/\bnot valid$/.test(action);
    breach(isChecked, 'looks at every row while everybody waits: add it as "not valid", and validate it afterwards');
  }
  return breaches;
}

function breachesIn(sql: string): readonly string[] {
  const statements = statementsOf(sql);
  const made = statements.map(({ outline }) => /^create table (?:if not exists )?(\w+)/.exec(outline)?.[1]);
  const constrained = statements.flatMap(({ outline }) => {
    const { table = '', actions = [] } = actionsIn(outline) ?? {};
    return actions.some((action) => action.startsWith('add constraint')) ? [table] : [];
  });
  return statements.flatMap((statement) =>
    breachesOf(
      statement,
      (table) => made.includes(table),
      (table) => constrained.includes(table),
    ),
  );
}

test('a migration that says it breaks no older process keeps the rules of expanding and contracting', async () => {
  for (const migration of await readMigrations(migrationsFolder)) {
    if (migration.version <= lastWithoutRules || migration.breaks !== undefined) continue;
    assert.deepEqual(breachesIn(migration.sql), [], fileNameOf(migration));
  }
});

test('what breaks older processes, or holds them up, is found by its form', () => {
  const found = [
    'drop table saved_views',
    'alter table saved_views rename to views',
    'alter table saved_views rename column name to title',
    'alter table saved_views add column a int, drop column name',
    'alter table if exists only saved_views drop name;',
    'alter table saved_views alter column name type varchar(80)',
    'alter table saved_views alter name set data type varchar(80)',
    'alter table saved_views alter name set not null',
    'alter table saved_views alter column seen drop default',
    'alter table saved_views add column kind text not null',
    'alter table saved_views add kind numeric(10, 2) not null check (kind > 0)',
    'ALTER TABLE saved_views\n  -- why\n  ADD COLUMN kind text\n NOT NULL;',
    "select 'a;b'; /* and; */ drop function f();",
    'truncate idempotency_keys',
    'create index payments_by_x on payments (x)',
    'create unique index if not exists payments_by_x on only payments (x)',
    "update payments set x = 'y'",
    'delete from outbox where id < 5',
    'alter table payments add column x text default random()::text',
    'alter table payments add column x int check (x > 0)',
    'alter table payments add constraint x check (amount_minor > 0)',
    'alter table payments add constraint x check (x > 0) not valid; alter table payments validate constraint x',
    'alter table operations add foreign key (merchant_id) references merchants',
  ];
  for (const sql of found) assert.equal(breachesIn(sql).length, 1, sql);
  const harmless = [
    'create table branches (id int not null); create index on branches (id); alter table branches add x int not null; update branches set x = 1',
    "alter table payments add column branch text not null default 'main'",
    'alter table payments add column branch text, add column since timestamptz default now()',
    'alter table payments add constraint x check (amount_minor > 0) not valid',
    'alter table payments validate constraint x',
    'alter table operation_audit alter column written_at set default clock_timestamp()',
    'create index concurrently payments_by_x on payments (x)',
    'create index saved_views_by_x on saved_views (x)',
    'alter table saved_views add column kind text not null default $$drop table x; rename$$',
    "comment on table payments is 'alter table payments rename to x; drop table payments'",
    'create or replace function f() returns trigger language plpgsql as $body$ begin drop table x; end $body$',
  ];
  for (const sql of harmless) assert.deepEqual(breachesIn(sql), [], sql);
});

test('an advisory lock of a migration is no other one: a start holds one all the time, and the migrator has one', async () => {
  const numbers = Object.values(advisoryLocks);
  assert.equal(new Set(numbers).size, numbers.length);
  const migrations = await readMigrations(migrationsFolder);
  const taken = migrations.flatMap(({ sql }) =>
    [...sql.matchAll(/pg_(?:try_)?advisory\w*\((\d+)/g)].map(([, key]) => BigInt(key ?? 0)),
  );
  assert.deepEqual([...new Set(taken)], [advisoryLocks.auditMonths]);
});
