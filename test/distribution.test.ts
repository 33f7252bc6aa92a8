import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { gatewayOperations } from '../src/port/operations.ts';
import { keysToShared, merchantColumns, misfitsOfSchema, triggersOf } from './distribution/catalogue.ts';
import { asIfFilled, emptyTables, partialIndexes, readInFull } from './distribution/filled.ts';
import { asSent, statementsOfFunctions, statementsWithin } from './distribution/functions.ts';
import { type MerchantColumns, type PlanNode, undecidedIn } from './distribution/plan.ts';
import { type Recorder, recordStatements } from './distribution/recorder.ts';
import { playEverything } from './distribution/scenario.ts';
import {
  builtWithoutMerchant,
  isMadeFrom,
  literalsOf,
  readSource,
  sourceFiles,
  sqlNaming,
} from './distribution/sql-in-sources.ts';
import { growingTables, looksOverAll, merchantTables, readsAll, sharedTables } from './distribution/tables.ts';
import { createTestDatabase, type TestDatabase } from './kit/database.ts';
import { eventually } from './kit/eventually.ts';
import { startMiddayClock } from './kit/midday-clock.ts';
import { type Sandbox, startSandbox } from './kit/sandbox.ts';
import { type Receiver, startReceiver } from './webhooks/receiver.ts';

/**
 * The database can be distributed by merchant later without a rewrite: every table of a merchant's carries merchant_id, every
 * key among them includes it, and every statement names it. PostgreSQL itself says what a statement does: each one that the
 * server has sent, while it did everything once, is planned for any parameters, and in the plan every row that is read or
 * written has to be one of a merchant that is given.
 *
 * What this can't see: whether it is the right merchant that is given; a statement whose fixed words all stand in another one
 * that was sent, in the same order; a form of a statement that is put together at run time and that the scenario doesn't bring
 * about. A statement that PostgreSQL happens to plan without the merchant is found, although its text names it.
 */
let sandbox: Sandbox;
let receiver: Receiver;
let recorder: Recorder;
/** Nothing is in it, so that a plan does not depend on what the scenario has left. */
let empty: TestDatabase;
let database: pg.Client;
/** Of the database that the scenario has been played in. */
let played: pg.Client;
let columns: MerchantColumns;

before(async () => {
  empty = await createTestDatabase();
  database = new pg.Client({ connectionString: empty.url });
  const own = new Set<pg.Client>([database]);
  recorder = recordStatements((client) => own.has(client));
  await database.connect();
  columns = await merchantColumns(database, merchantTables);
  // Everything at once takes a busy machine longer than the short limits of other tests.
  const settings = { turnWaitMs: 200, gatewayTimeoutMs: 8_000, requestDeadlineMs: 20_000 };
  sandbox = await startSandbox({ settings, clock: startMiddayClock() });
  receiver = await startReceiver({ after() {} });
  played = new pg.Client({ connectionString: sandbox.testDatabase.url });
  own.add(played);
  await played.connect();
  await playEverything({ sandbox, receiver, own: played });
  // What the server does in rounds comes in its own time.
  await eventually(async () => assert.deepEqual(neverSent(), []), 10_000).catch(() => undefined);
});
after(async () => {
  recorder?.stop();
  await played?.end();
  await receiver?.close();
  await sandbox?.close();
  await database?.end();
  await empty?.drop();
});

const databaseName = (): string => new URL(sandbox.testDatabase.url).pathname.slice(1);
const sentTexts = (): readonly string[] => recorder.sentTo(databaseName());

// The books of the simulators are files of their own, in which no table is ours.
const hasBooksOfItsOwn = (file: string): boolean => /^(?:simulators|gateways)\//.test(file);
const sources = sourceFiles().map((file) => ({ file, text: readSource(file) }));
const serverSources = sources.filter(({ file }) => !hasBooksOfItsOwn(file));
const statements = serverSources.flatMap(({ file, text }) => sqlNaming(merchantTables, literalsOf(file, text)));

function neverSent(): string[] {
  const sent = sentTexts();
  const missing = statements.filter((literal) => !sent.some((text) => isMadeFrom(text, literal)));
  return missing.map(({ file, line, pieces }) => `${file}:${line} ${pieces.join('…').replaceAll(/\s+/g, ' ').trim()}`);
}

/** Where a statement stands in the sources: the literal that has most of it. */
function placeOf(text: string): string {
  const [most] = statements
    .filter((literal) => isMadeFrom(text, literal))
    .sort((one, other) => other.pieces.join('').length - one.pieces.join('').length);
  return most ? `${most.file}:${most.line}` : 'built with Kysely';
}

/** What is no query, and touches no row of a table. */
const housekeeping = /^(?:begin|commit|rollback|set local [\w.]+ = '\w+')$/;

async function undecidedBy(text: string): Promise<string[]> {
  if (housekeeping.test(text)) return [];
  const explained = await database.query(`explain (generic_plan, verbose, costs off, format json) ${text}`);
  return undecidedIn(explained.rows[0]['QUERY PLAN'][0].Plan as PlanNode, columns);
}

async function misfits(): Promise<string[]> {
  return misfitsOfSchema(database, merchantTables, Object.keys(sharedTables));
}

/** Whatever the work does to the database is taken back. */
async function withoutTrace(work: () => Promise<void>): Promise<void> {
  await database.query('begin');
  try {
    await work();
  } finally {
    await database.query('rollback');
  }
}

test('every table is a merchant’s, with merchant_id in all its keys, or is shared for a reason', async () => {
  assert.deepEqual(await misfits(), []);
});

test('ARCHITECTURE.md tells which tables are shared, and why', () => {
  const architecture = readFileSync(new URL('../ARCHITECTURE.md', import.meta.url), 'utf8');
  const tenancy = /^## Tenancy$(.*?)^## /ms.exec(architecture)?.[1] ?? '';
  const rows = [...tenancy.matchAll(/^\| (`.*?) \| (.+) \|$/gm)];
  const told = rows.flatMap(([, names = '', why = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name]) => [name, why.replaceAll('`', '')]),
  );
  assert.deepEqual(Object.fromEntries(told), sharedTables);
});

/** The rows of the table, or the lines of the list, that stand below a heading of a document. */
function belowHeading(document: string, heading: string): readonly (readonly string[])[] {
  const text = readFileSync(new URL(`../docs/${document}`, import.meta.url), 'utf8');
  const part = text.split(/^#+ /m).find((each) => each.startsWith(`${heading}\n`)) ?? '';
  const lines = part.split('\n').filter((line) => /^\| `|^- /.test(line));
  return lines.map((line) =>
    line.startsWith('- ')
      ? [line.slice(2)]
      : line
          .slice(1, -1)
          .replaceAll('`', '')
          .split('|')
          .map((cell) => cell.trim()),
  );
}

test('docs/scaling.md tells all that a distribution would meet besides: triggers, keys to shared tables, statements over all merchants', async () => {
  const every = [...merchantTables, ...Object.keys(sharedTables)];
  assert.deepEqual(belowHeading('scaling.md', 'Triggers'), await triggersOf(database, every));
  assert.deepEqual(
    belowHeading('scaling.md', 'Keys to shared tables'),
    await keysToShared(database, merchantTables, Object.keys(sharedTables)),
  );
  assert.deepEqual(
    belowHeading('scaling.md', 'Statements over all merchants').flat(),
    looksOverAll.map(({ why }) => why),
  );
});

test('every statement that the server sends names the merchant, or has a reason to look over all', async () => {
  const wanting: string[] = [];
  const needed = new Set<RegExp>();
  for (const text of sentTexts()) {
    const undecided = await undecidedBy(text);
    if (undecided.length === 0) continue;
    const listed = looksOverAll.find(({ statement }) => statement.test(text));
    if (listed) needed.add(listed.statement);
    else wanting.push(`${placeOf(text)} ${undecided.join(', ')}: ${text}`);
  }
  assert.deepEqual(wanting, []);
  const needless = looksOverAll.filter(({ statement }) => !needed.has(statement));
  assert.deepEqual(needless, [], 'an entry that no statement needs has to leave the list');
});

test('however large a table gets, no statement reads all of it, or it has a reason to', async () => {
  assert.deepEqual(await emptyTables(played, growingTables), [], 'the scenario has to bring a row of these about');
  const wanting: string[] = [];
  const needed = new Set<RegExp>();
  const isOpenOnly = await partialIndexes(played);
  await asIfFilled(played, growingTables, async () => {
    for (const text of sentTexts()) {
      if (housekeeping.test(text)) continue;
      const explained = await played.query(`explain (generic_plan, costs off, format json) ${text}`);
      const read = readInFull(explained.rows[0]['QUERY PLAN'][0].Plan as PlanNode, isOpenOnly);
      const growing = read.filter((name) => growingTables.some((table) => name.startsWith(table)));
      if (growing.length === 0) continue;
      const listed = readsAll.find(({ statement }) => statement.test(text));
      if (listed) needed.add(listed.statement);
      else wanting.push(`${placeOf(text)} ${growing.join(', ')}: ${text}`);
    }
  });
  assert.deepEqual(wanting, []);
  const needless = readsAll.filter(({ statement }) => !needed.has(statement));
  assert.deepEqual(needless, [], 'an entry that no statement needs has to leave the list');
});

test('a statement that reads all of a table would be found', async () => {
  const isOpenOnly = await partialIndexes(played);
  const readBy = async (text: string): Promise<string[]> => {
    const explained = await played.query(`explain (generic_plan, costs off, format json) ${text}`);
    return readInFull(explained.rows[0]['QUERY PLAN'][0].Plan as PlanNode, isOpenOnly);
  };
  await asIfFilled(played, growingTables, async () => {
    assert.deepEqual(await readBy('select * from payments where receipt_url = $1'), ['payments']);
    assert.deepEqual(await readBy('select merchant_id, id from outbox order by merchant_id, id'), ['outbox']);
    assert.deepEqual(await readBy('select * from payments where pg_tid = $1'), []);
    assert.deepEqual(await readBy('select * from operation_audit where merchant_id = $1 and operation_id = $2'), []);
    assert.ok((await readBy('select * from operation_audit where why = $1')).length > 1);
  });
});

test('the server has sent every statement that stands in the sources, so that none is left out', () => {
  assert.ok(statements.length > 70, `${statements.length} statements are found`);
  assert.deepEqual(neverSent(), [], 'the scenario has to bring these about');
  // The same words end every kind of operation, each by a statement of its own.
  const sent = sentTexts();
  assert.deepEqual(
    gatewayOperations.filter((kind) => !sent.some((text) => text.includes(`o.kind = '${kind}'`))),
    [],
  );
  const strays = sources.filter(({ file, text }) => hasBooksOfItsOwn(file) && text.includes('platform/database/'));
  assert.deepEqual(
    strays.map(({ file }) => file),
    [],
    'what stands here is not looked at',
  );
  assert.deepEqual(
    serverSources.flatMap(({ file, text }) => builtWithoutMerchant(file, text)),
    [],
    'what Kysely builds has no text in the sources, and so has to begin with the merchant',
  );
});

/** What brings every statement of the functions about. */
const forFunctions = [
  `insert into merchants (imp_key, imp_secret_hash, name, created_at) values ('key', '', 'test', now())`,
  `insert into channels (merchant_id, channel_key, name, provider, mid, mode, base_url, credentials, created_at)
   select id, 'key', 'test', 'test', 'mid', 'test', '', '', now() from merchants`,
  `insert into payments (merchant_id, channel_id, imp_uid, merchant_uid, provider, mid, sandbox, pay_method, channel, status,
     currency, amount_minor, tax_free_minor, vat_minor, notice_urls, started_at, updated_at)
   select merchant_id, id, 'imp', 'order', provider, mid, true, 'card', 'api', 'paid', 'KRW', 1000, 0, 0,
     '["http://127.0.0.1:9/"]', now(), now()
   from channels`,
  // The second one waits behind the first, which is then delivered.
  `insert into outbox (merchant_id, payment_id, event, body, created_at)
   select merchant_id, id, 'paid', '{}', now() from payments`,
  `insert into outbox (merchant_id, payment_id, event, body, created_at)
   select merchant_id, id, 'cancelled', '{}', now() from payments`,
  `update webhook_deliveries set lease_of = 'test' where next_attempt_at < 'infinity'`,
  `select finish_webhook_attempt(merchant_id, id, 'test', 'delivered', 0, 'first', now(), now(), '', '', 200, null, 1, '')
   from webhook_deliveries where lease_of = 'test'`,
  `insert into operations (id, merchant_id, channel_id, payment_id, kind, state, amount_minor, balance_before_minor, reason,
     requested_at, changed_at, changed_by, changed_why, next_inquiry_at, lease_of, lease_until)
   select 'ZZZZZZZZZZZZZZZZZZZZ', merchant_id, channel_id, id, 'cancel', 'requested', 0, 0, 'test', now(), now(), 'test',
     'test', now(), 'test', now()
   from payments`,
  `update operations set state = 'unsent'`,
  'select refund_requests_let(merchant_id, id, null, null) from payments',
  `select refund_requests_let(merchant_id, id, 'request', 1) from payments`,
];

test('every statement within the functions of the database names the merchant', async () => {
  const planned = await statementsWithin(database, async (send) => {
    for (const text of forFunctions) await send(text);
  });
  const wanting = planned.filter(({ plan }) => undecidedIn(plan, columns).length > 0);
  assert.deepEqual(
    wanting.map(({ text }) => text),
    [],
  );
  const texts = planned.map(({ text }) => asSent(text));
  const ofFunctions = await statementsOfFunctions(database, merchantTables);
  assert.ok(ofFunctions.length >= 9, `${ofFunctions.length} statements are found`);
  const missing = ofFunctions.filter((part) => !texts.some((text) => text.includes(part) || part.includes(text)));
  assert.deepEqual(missing, [], 'these have to be brought about');
});

test('a table, a key or an index without the merchant would be found', async () => {
  const broken: readonly (readonly [statement: string, misfit: string])[] = [
    ['create table news (id bigint primary key)', 'news is neither listed as a merchant’s nor as shared'],
    [
      'create unique index by_imp_uid on payments (imp_uid) where claims_order',
      'payments: the unique index by_imp_uid is without merchant_id',
    ],
    [
      'create unique index by_imp_uid on payments (imp_uid) include (merchant_id)',
      'payments: the unique index by_imp_uid is without merchant_id',
    ],
    [
      'alter table outbox drop constraint outbox_pkey cascade, alter column merchant_id drop not null',
      'outbox has no merchant_id bigint not null',
    ],
    [
      'alter table webhook_attempts drop constraint webhook_attempts_pkey, add primary key (id, merchant_id)',
      'webhook_attempts has no primary key that begins with merchant_id',
    ],
    ['alter table sandbox_clocks rename to clocks', 'sandbox_clocks is listed, and there is no such table'],
    [
      `create unique index by_id on payments (id);
       alter table outbox add constraint to_payment foreign key (payment_id) references payments (id)`,
      'outbox: the foreign key to_payment to payments is without merchant_id',
    ],
    [
      `create unique index by_id on payments (id);
       alter table channels add constraint to_payment foreign key (id) references payments (id)`,
      'channels: the foreign key to_payment to payments, which is a merchant’s and not shared',
    ],
  ];
  for (const [statement, misfit] of broken) {
    await withoutTrace(async () => {
      await database.query(statement);
      assert.ok((await misfits()).includes(misfit), `${statement}: ${await misfits()}`);
    });
  }
});

test('a statement that leaves the merchant open would be found, and one that does not is not', async () => {
  const open: readonly (readonly [undecided: string, text: string])[] = [
    ['payments payments', 'select * from payments where id = $1'],
    ['payments payments', 'select * from payments where id = $1 and ($2::bigint is null or merchant_id = $2)'],
    ['payments payments', 'select * from payments where merchant_id > $1'],
    ['payments payments', 'select * from payments where merchant_id = any (select id from merchants where name = $1)'],
    ['payments p', `select * from payments p where name = 'a) AND (p.merchant_id = $1' and id = $2`],
    [
      'payments p',
      'select p.* from unnest((select array_agg(m.id) from merchants m)) as a(merchant_id) join payments p using (merchant_id)',
    ],
    ['outbox outbox', 'delete from outbox where id = $1'],
    [
      'payments p',
      `update payments p set turn_of = null
       from operations o where o.merchant_id = $1 and o.id = $2 and p.id = o.payment_id`,
    ],
    [
      'payments p',
      `select from payments p left join receipts r on r.merchant_id = p.merchant_id and r.merchant_id = $1
       where p.id = $2`,
    ],
    [
      'receipts r',
      `select from payments p
       where merchant_id = $1 and not exists (select from receipts r where r.payment_id = p.id)`,
    ],
    [
      'receipts r',
      'select (select max(r.id) from receipts r where r.payment_id = p.id) from payments p where merchant_id = $1',
    ],
    [
      'payments p',
      `with m as materialized (select id as merchant_id from merchants)
       select p.* from m join payments p using (merchant_id)`,
    ],
    [
      'outbox o',
      `with p as materialized (select * from payments where id = $1)
       select o.* from p join outbox o using (merchant_id)`,
    ],
    [
      'outbox outbox',
      `insert into outbox (merchant_id, payment_id, event, body, created_at)
       select m.id, $1, $2, $3, $4 from merchants m`,
    ],
    [
      'outbox o',
      `merge into outbox o
       using payments p on o.merchant_id = $1 and p.merchant_id = $1 and o.payment_id = p.id
       when not matched then
         insert (merchant_id, payment_id, event, body, created_at) values (p.id, p.id, $2, $3, $4)`,
    ],
  ];
  for (const [found, text] of open) {
    const undecided = await undecidedBy(text);
    assert.ok(undecided.includes(found), `${text}: ${undecided}`);
  }
  for (const text of [
    'select * from payments where merchant_id = $1 and id = $2',
    'select * from payments p where (p.merchant_id, p.id) in (select * from unnest($1::bigint[], $2::bigint[]))',
    'select from payments p left join receipts r on r.merchant_id = p.merchant_id and r.id = $1 where p.merchant_id = $2',
    'select p.* from unnest((select $1::bigint[]), (select $2::bigint[])) as a(merchant_id, id) join payments p using (merchant_id, id)',
    'with p as materialized (select * from payments where merchant_id = $1) select * from p join outbox o using (merchant_id)',
    'insert into outbox (merchant_id, payment_id, event, body, created_at) values ($1, $2, $3, $4, $5)',
    'select from merchants m join payments p on p.merchant_id = m.id where m.id = $1',
    'select * from payments where merchant_id = any($1) and id = $2',
  ]) {
    assert.deepEqual(await undecidedBy(text), [], text);
  }
  await assert.rejects(undecidedBy('truncate payments'), { code: '42601' });
});

test('a statement in the sources that is never sent would be found, wherever it stands', () => {
  const source = [
    '// select * from payments',
    'const isWord = /["`\']/.test(name) ? half / 2 : 0;',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a source
    "run(`with a as (${make({ from: `select \\`x\\` from outbox o`, kind: 'update receipts' })}) select ${a} from ${b}`);",
    '/* delete from operations */ const text = "it\'s in no table";',
    "db.selectFrom('payments').selectAll().where('merchant_id', '=', merchantId);",
    "db.selectFrom('payments').where('id', '=', id);",
  ].join('\n');
  const found = sqlNaming(merchantTables, literalsOf('made-up.ts', source));
  assert.deepEqual(
    found.map(({ line, pieces }) => [line, pieces]),
    [
      [3, ['select `x` from outbox o']],
      [3, ['update receipts']],
      [3, ['with a as (', ') select ', ' from ', '']],
    ],
  );
  const [outbox, , whole] = found;
  assert.ok(outbox && whole);
  assert.ok(isMadeFrom('with a as (select 1) select b from c', whole));
  assert.ok(!isMadeFrom('select b from c', whole));
  assert.ok(!isMadeFrom('select `x` from outbox', outbox));
  assert.throws(() => literalsOf('made-up.ts', 'const text = `select'), /template without an end/);
  assert.deepEqual(builtWithoutMerchant('made-up.ts', source), ['made-up.ts:6 .selectFrom(']);
});

test('no statement with a name breaks when a newer program adds a column', async () => {
  const texts = recorder.namedTo(databaseName());
  assert.ok(texts.length > 20, `${texts.length} statements have a name`);
  await withoutTrace(async () => {
    for (const [at, text] of texts.entries()) await database.query(`prepare named_${at} as ${text}`);
    for (const table of [...merchantTables, ...Object.keys(sharedTables)]) {
      await database.query(`alter table ${table} add column added_later text`);
    }
    const prepared = await database.query<{ name: string; count: number; text: string }>(
      `select name, cardinality(parameter_types) as count, statement as text from pg_prepared_statements
       where name like 'named\\_%'`,
    );
    const broken: string[] = [];
    for (const { name, count, text } of prepared.rows) {
      const values = count === 0 ? '' : `(${Array.from({ length: count }, () => 'null').join(', ')})`;
      await database.query('savepoint tried');
      await database.query(`explain execute ${name}${values}`).catch((error: Error) => {
        broken.push(`${error.message}: ${text}`);
      });
      await database.query('rollback to tried');
    }
    assert.deepEqual(broken, []);
  });
  await database.query('deallocate all');
});
