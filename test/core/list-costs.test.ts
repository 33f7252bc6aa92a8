import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import { type CancellationFilter, listCancellations } from '../../src/core/cancellation/records.ts';
import { noFilter, type PaymentFilter } from '../../src/core/payments/payment-filter.ts';
import type { PaymentTables } from '../../src/core/payments/payment-tables.ts';
import { countByState, readPlace, searchPayments, writePlace } from '../../src/core/payments/search-payments.ts';
import { lookedAtMax } from '../../src/core/records/bounded-look.ts';
import { type DeliveryFilter, listDeliveries } from '../../src/core/webhooks/records.ts';
import type { Database } from '../../src/platform/database/pool.ts';
import { type Core, startCore } from '../kit/core.ts';
import { eventually } from '../kit/eventually.ts';

/**
 * A list costs the same however many payments there are: as many pages of the database are read for it. How long that takes is for
 * `npm run bench:console`.
 */
let core: Core;
before(async () => {
  core = await startCore();
});
after(() => core.close());

const spanMs = 60 * 86_400_000;
const from = new Date(Date.now() - spanMs);

/** That many more, over two months, the newest of which always are in the same time. */
async function grow(rows: number): Promise<void> {
  await core.database.withTransaction(async (client) => {
    await client.query('set local session_replication_role = replica');
    await client.query('delete from operations');
    await client.query('delete from payments');
    await client.query(
      `with made as (insert into payments (imp_uid, merchant_id, channel_id, merchant_uid, provider, mid, sandbox, pay_method, channel, status, currency,
         amount_minor, tax_free_minor, vat_minor, started_at, paid_at, updated_at)
       select 'many_' || n, $1, $2, 'many_' || n, 'kcp', 'mid', true, 'card', 'pc', case n % 100 when 0 then 'failed' when 1 then 'ready' else 'paid' end,
         'KRW', 1000, 0, 91, t.at, t.at, t.at
       from generate_series(1, $3::integer) n cross join lateral (select $4::timestamptz + n * ($5::float8 / $3) * interval '1 ms' as at) t
       returning id, merchant_id, channel_id, started_at)
       insert into operations (id, merchant_id, channel_id, payment_id, kind, state, amount_minor, balance_before_minor, reason,
         requested_at, ended_at, changed_at, changed_by, changed_why, next_inquiry_at, lease_of, lease_until)
       select lpad(id::text, 20, '0'), merchant_id, channel_id, id, 'cancel', 'confirmed', 10, 1000, 'old', started_at, started_at, started_at,
         'test', 'test', started_at, 'test', started_at from made`,
      [core.channel.merchantId, core.channel.id, rows, from, spanMs],
    );
  });
  await vacuum('payments');
}

/** As long as anything else in this database has an older view of it, a row that all can see is not told as one, and is looked up. */
async function vacuum(table: 'payments' | 'webhook_deliveries'): Promise<void> {
  await eventually(async () => {
    await core.database.query(`vacuum analyze ${table}`);
    const [{ pages, seen } = { pages: 0, seen: -1 }] = await core.database.query<{ pages: number; seen: number }>(
      `select relpages as pages, relallvisible as seen from pg_class where oid = $1::regclass`,
      [table],
    );
    // A table may end in a page that was added in advance: it holds nothing, and is never told as one.
    assert.ok(seen >= pages - 1, `of ${pages} pages ${seen} have rows that all can see`);
  });
}

type Look = (db: Kysely<PaymentTables>) => Promise<unknown>;

/** How many pages, of tables and indexes, the statements of a look read. */
async function pagesOf(look: Look): Promise<number> {
  const asked: CompiledQuery[] = [];
  const db = new Kysely<PaymentTables>({
    dialect: new PostgresDialect({ pool: core.services.database.pool }),
    log: ({ query }) => void asked.push(query),
  });
  await look(db);
  return pagesReadByStatements(asked.map(({ sql, parameters }) => ({ text: sql, values: parameters })));
}

async function pagesReadByStatements(
  asked: readonly { readonly text: string; readonly values: readonly unknown[] }[],
): Promise<number> {
  let pages = 0;
  for (const { text, values } of asked) {
    const [row] = await core.database.query<{
      'QUERY PLAN': readonly [{ readonly Plan: Readonly<Record<string, number>> }];
    }>(`explain (analyze, buffers, format json) ${text}`, values);
    const plan = row?.['QUERY PLAN'][0].Plan ?? {};
    pages += (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
  }
  assert.ok(asked.length > 0 && pages > 0);
  return pages;
}

const page = { limit: 50, after: undefined, isBounded: true };
const search =
  (filter: Partial<PaymentFilter>, wish: object = {}): Look =>
  (db) =>
    searchPayments(db, core.channel.merchantId, { ...noFilter, from, to: new Date(), ...filter }, { ...page, ...wish });
/** In the middle of the two months. */
const middle = (basis: PaymentFilter['basis']) =>
  readPlace(basis, writePlace(basis, { micros: BigInt(from.getTime() + spanMs / 2) * 1_000n, id: 0n }));

const looks: Readonly<Record<string, Look>> = {
  'the first page': search({}),
  'a page in the middle': search({}, { after: middle('requested') }),
  'a page in the middle, by the time of change': search({ basis: 'changed' }, { after: middle('changed') }),
  'a gateway that has none': search({ provider: 'settle' }),
  'a gateway that has none, from the middle on': search({ provider: 'settle' }, { after: middle('requested') }),
  'a state that none has, by the time of change': search({ basis: 'changed', status: 'cancelled' }),
  'failed ones': search({ status: 'failed' }),
  'failed ones, by the time of change': search({ basis: 'changed', status: 'failed' }),
  'failed ones of one gateway, from the middle on': search(
    { status: 'failed', provider: 'kcp' },
    { after: middle('requested') },
  ),
  'those that still wait for their buyer': search({ status: 'ready' }),
  'counts by state': (db) => countByState(db, core.channel.merchantId, { ...noFilter, from, to: new Date() }),
};

test('a list, and a count, read as many pages of the database whether there are few payments or many', async (t) => {
  const sizes = [2 * lookedAtMax, 8 * lookedAtMax];
  const read: Record<string, number[]> = {};
  for (const size of sizes) {
    await grow(size);
    for (const [name, look] of Object.entries(looks)) read[name] = [...(read[name] ?? []), await pagesOf(look)];
  }
  t.diagnostic(JSON.stringify(read));
  for (const [name, [few = 0, many = 0]] of Object.entries(read)) {
    assert.ok(many <= 1.2 * few + 10, `${name}: ${few} pages of ${sizes[0]} payments, ${many} of ${sizes[1]}`);
  }
  // What few have is found by itself, and not among all.
  const among = read['a gateway that has none']?.[1] ?? 0;
  for (const rare of ['failed ones', 'failed ones, by the time of change', 'those that still wait for their buyer']) {
    const [, pages = 0] = read[rare] ?? [];
    assert.ok(pages < among / 2, `${rare}: ${pages} pages, and ${among} to look at ten thousand`);
  }
});

test('a page of cancellations that fit a filter seldom looks at so many operations, and goes on where it has stopped', async () => {
  await grow(2 * lookedAtMax + 10);
  const { merchantId, provider } = core.channel;
  const list = (filter: CancellationFilter, beforeId: string | undefined, isBounded = true) =>
    listCancellations(core.services.database, merchantId, filter, { beforeId, limit: 50, isBounded });
  const [oldest] = await core.database.query<{ id: string }>('select min(id) as id from operations');
  await core.database.withTransaction(async (client) => {
    await client.query('set local session_replication_role = replica');
    await client.query(`update operations set state = 'refused' where id = $1`, [oldest?.id]);
  });
  const filter = { state: 'refused', provider } as const;
  const first = await list(filter, undefined);
  assert.deepEqual([first.records, first.lookedUntil instanceof Date], [[], true]);
  const second = await list(filter, first.next);
  assert.deepEqual([second.records, second.lookedUntil instanceof Date], [[], true]);
  const third = await list(filter, second.next);
  assert.deepEqual(
    [third.records.map(({ id }) => id), third.next, third.lookedUntil],
    [[oldest?.id], undefined, undefined],
  );
  const whole = await list(filter, undefined, false);
  assert.deepEqual([whole.records.length, whole.next], [1, undefined], 'without a bound it looks on by itself');

  // What fits often fills its pages, and each is there once.
  const seen: string[] = [];
  let page = await list({ state: 'confirmed' }, undefined);
  for (let pages = 0; pages < 3; pages++) {
    seen.push(...page.records.map(({ id }) => id));
    assert.deepEqual([page.records.length, page.next, page.lookedUntil], [50, seen.at(-1), undefined]);
    page = await list({ state: 'confirmed' }, page.next);
  }
  assert.deepEqual(seen, [...new Set(seen)].sort().reverse());
});

/** Two of each millisecond, the newest of which always are in the same time. */
async function growDeliveries(rows: number): Promise<void> {
  await core.database.withTransaction(async (client) => {
    await client.query('delete from webhook_deliveries');
    await client.query(
      `insert into webhook_deliveries (merchant_id, event, body, url, endpoint, format, state, attempts_max,
         next_attempt_at, created_at, ended_at)
       select $1, case n when 1 then 'deposit_reversed' else 'paid' end, '{}', 'http://localhost/', 'http://localhost', 'json',
         case n % 100 when 0 then 'failed' else 'delivered' end, 1, t.at, t.at, t.at
       from generate_series(1, $2::integer) n
       cross join lateral (select date_trunc('milliseconds', $3::timestamptz + n / 2 * ($4::float8 / $2) * interval '2 ms') as at) t`,
      [core.channel.merchantId, rows, from, spanMs],
    );
  });
  await vacuum('webhook_deliveries');
}

test('a list of webhooks finds a day, a state and an event among many as among few, goes on where it has stopped, and leaves out none', async (t) => {
  const { merchantId } = core.channel;
  const list = (filter: DeliveryFilter, beforeId?: bigint, isBounded = true) =>
    listDeliveries(core.services.database, merchantId, filter, { beforeId, limit: 50, isBounded });
  const day = new Date(from.getTime() + 20 * 86_400_000);
  const looks: Readonly<Record<string, DeliveryFilter>> = {
    'the newest': {},
    'a day, long ago': { since: day, before: new Date(day.getTime() + 86_400_000) },
    'failed ones': { state: 'failed' },
    'an event that hardly any has': { event: 'deposit_reversed' },
  };
  const read: Record<string, number[]> = {};
  for (const size of [2 * lookedAtMax, 8 * lookedAtMax]) {
    await growDeliveries(size);
    for (const [name, filter] of Object.entries(looks)) {
      read[name] = [
        ...(read[name] ?? []),
        await pagesReadBy((database) =>
          listDeliveries(database, merchantId, filter, { beforeId: undefined, limit: 50, isBounded: true }),
        ),
      ];
    }
  }
  t.diagnostic(JSON.stringify(read));
  for (const [name, [few = 0, many = 0]] of Object.entries(read))
    assert.ok(many <= 1.5 * few + 30, `${name}: ${few}, ${many}`);

  // Those that were given up are found by themselves, and lie further apart than the newest.
  assert.ok((read['failed ones']?.[1] ?? 0) <= 2 * (read['the newest']?.[1] ?? 0));

  let looked = 0;
  let page = await list({ event: 'deposit_reversed' });
  for (; page.records.length === 0 && page.next !== undefined; looked++) {
    assert.ok(page.lookedUntil);
    page = await list({ event: 'deposit_reversed' }, page.next);
  }
  assert.deepEqual([page.records.length, looked], [1, 7]);
  assert.equal(
    (await list({ event: 'deposit_reversed' }, undefined, false)).records.length,
    1,
    'without a bound it looks on by itself',
  );

  // Two have the same time each: pages end between them as anywhere else.
  const seen: bigint[] = [];
  let next: bigint | undefined;
  do {
    const part = await listDeliveries(
      core.services.database,
      merchantId,
      { event: 'paid', since: new Date(Date.now() - 86_400_000) },
      { beforeId: next, limit: 13, isBounded: true },
    );
    seen.push(...part.records.map(({ id }) => id));
    next = part.next;
  } while (next !== undefined);
  const [{ count } = { count: 0 }] = await core.database.query<{ count: number }>(
    `select count(*)::integer as count from webhook_deliveries where created_at >= $1`,
    [new Date(Date.now() - 86_400_000)],
  );
  assert.equal(new Set(seen).size, seen.length);
  assert.ok(Math.abs(seen.length - count) <= 2 && count > 1_000, `${seen.length} of ${count}`);
  await assert.rejects(list({}, 1n << 40n), { errorCode: 'webhook_not_found' });
});

/** How many pages of the database the statements of `work` read. */
async function pagesReadBy(work: (database: Database) => Promise<unknown>): Promise<number> {
  const asked: { text: string; values: readonly unknown[] }[] = [];
  const database = {
    ...core.services.database,
    query: ((text: string, values: readonly unknown[] = []) => {
      asked.push({ text, values });
      return core.services.database.query(text, values);
    }) as Database['query'],
  };
  await work(database);
  return pagesReadByStatements(asked);
}
