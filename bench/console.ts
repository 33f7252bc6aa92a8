/**
 * Every list, search, count and chart of the console with ten thousand payments and with millions, spread over the same three months: none
 * may take longer because there are more.
 * `npm run bench:console [-- --payments=5000000 --requests=200]`
 */
import { writePlace } from '../src/core/payments/search-payments.ts';
import { formatSpread, type LoadResult, median, numberArgument, runLoad } from './load.ts';
import { type BenchSandbox, startBenchSandbox } from './sandbox.ts';

const most = numberArgument('payments', 5_000_000);
const requests = numberArgument('requests', 200);
/** In turn, so that what else the machine does meets one of them; of each list the middle one counts. */
const rounds = 3;
const least = 10_000;
const stepRows = 50_000;
const days = 92;
const aim = 1.5;

const fillSql = `
  with model as (select * from bench_model),
  made as (
    insert into payments (imp_uid, merchant_id, channel_id, merchant_uid, provider, mid, sandbox, pay_method, channel, status, currency,
      amount_minor, tax_free_minor, vat_minor, cancelled_minor, pg_tid, apply_num, buyer_name, buyer_email, buyer_tel, vbank_due_at,
      started_at, paid_at, failed_at, cancelled_at, updated_at)
    select 'imp_' || lpad(n::text, 12, '0'), m.merchant_id, m.channel_id, 'order-' || n, p.provider, 'mid', true,
      case when s.kind = 2 then 'vbank' else 'card' end, 'pc',
      case when s.kind = 0 then 'failed' when s.kind = 1 then 'cancelled' when s.kind = 2 then 'ready' else 'paid' end, 'KRW',
      1000 + n * 7919 % 50000, 0, 91, case when s.kind = 1 then 1000 else 0 end, 'tid_' || n, lpad((n * 7919 % 100000000)::text, 8, '0'),
      (array['김민수', '이서연', '박지훈', '최유진'])[1 + n % 4] || n % 1000, 'buyer' || n || '@example.com',
      '010-' || lpad((n * 104729 % 100000000 / 10000)::text, 4, '0') || '-' || lpad((n * 104729 % 10000)::text, 4, '0'),
      case when s.kind = 2 then t.at + interval '3 days' end,
      t.at, case when s.kind in (1, 3) then t.at + interval '20 seconds' end, case when s.kind = 0 then t.at end,
      case when s.kind = 1 then t.at + interval '1 hour' end, t.at
    from model m, generate_series($1::bigint + 1, $1::bigint + $2::bigint) n
    cross join lateral (select case when n % 100 < 5 then 0 when n % 100 < 13 then 1 when n % 100 < 15 then 2 else 3 end as kind) s
    cross join lateral (select (array['tosspayments', 'kcp', 'nice', 'inicis'])[1 + n % 4] as provider) p
    cross join lateral (select $4::timestamptz - ($3::bigint - n) * ($5::float8 / $3::bigint) * interval '1 day' as at) t
    returning id, merchant_id, channel_id, started_at, cancelled_minor
  )
  insert into operations (id, merchant_id, channel_id, payment_id, kind, state, amount_minor, balance_before_minor, reason, requested_at,
    ended_at, accepted_at, changed_at, changed_by, changed_why, next_inquiry_at, lease_of, lease_until)
  select bench_operation_id(started_at) || translate(lpad(id::text, 10, '0'), 'U', 'V'), merchant_id, channel_id, id, 'cancel', 'confirmed', 1000, 1000,
    'old', started_at, started_at + interval '1 hour', case when id % 3 = 0 then started_at end, started_at, 'bench', 'bench',
    started_at, 'bench', started_at
  from made where cancelled_minor > 0`;

/** One webhook of each payment. Hardly any is about a deposit that was taken back. */
const fillWebhooksSql = `
  insert into webhook_deliveries (merchant_id, payment_id, event, body, url, endpoint, format, state, attempts, attempts_max, next_attempt_at,
    created_at, ended_at)
  select p.merchant_id, p.id, case when n % 5000 = 77 then 'deposit_reversed' when p.status = 'cancelled' then 'cancelled' else 'paid' end,
    jsonb_build_object('imp_uid', p.imp_uid, 'merchant_uid', p.merchant_uid, 'status', p.status), 'http://127.0.0.1/webhook',
    'http://127.0.0.1', 'json', case when n % 500 = 9 then 'failed' else 'delivered' end, 1, 10, p.started_at, p.started_at, p.started_at
  from bench_model m cross join generate_series($1::bigint + 1, $1::bigint + $2::bigint) n
  join payments p on p.merchant_id = m.merchant_id and p.imp_uid = 'imp_' || lpad(n::text, 12, '0')`;

const functionSql = `
  create function bench_operation_id(at timestamptz) returns text language sql as $$
    select string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (((extract(epoch from at) * 1000)::bigint >> (5 * (9 - i))) & 31)::integer + 1, 1), '' order by i)
    from generate_series(0, 9) i
  $$`;

interface Measured {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of a page, on average: a full one takes longer than one with a single row. Not a number where there is no list. */
  readonly rows: number;
}

interface Asked {
  readonly name: string;
  /** The path of the request that is the so-many-th, with so many payments. */
  path(index: number, size: number, now: number): string;
}

/** As a number among all of them, spread. */
const one = (index: number, size: number): number => ((index * 7_919_993) % size) + 1;
const tel = (n: number): string => String((n * 104_729) % 100_000_000).padStart(8, '0');
const list = (query: string): string => `/search/payments?limit=50&bounded=true${query && `&${query}`}`;
const place = (index: number, now: number, basis: 'requested' | 'changed'): string => {
  const ago = (one(index, 10_000) / 10_000) * 60 * 86_400;
  return writePlace(basis, { micros: BigInt(Math.round((now - ago) * 1_000_000)), id: 0n });
};

const asked: readonly Asked[] = [
  { name: 'list, first page', path: () => list('') },
  { name: 'list, any page', path: (index, _, now) => list(`cursor=${place(index, now, 'requested')}`) },
  {
    name: 'by the time of change, any page',
    path: (index, _, now) => list(`time=changed&cursor=${place(index, now, 'changed')}`),
  },
  { name: 'failed ones', path: () => list('status=failed') },
  { name: 'one gateway, one method, test ones', path: () => list('pg_provider=kcp&pay_method=card&sandbox=true') },
  { name: 'a gateway that has none', path: () => list('pg_provider=settle') },
  { name: 'an amount', path: (index) => list(`amount_min=${40_000 + (index % 1000)}&amount_max=45000`) },
  { name: 'a part of a name', path: (index) => list(`buyer=${encodeURIComponent(`유진${index % 1000}`)}`) },
  { name: 'pasted imp_uid', path: (index, size) => list(`q=imp_${String(one(index, size)).padStart(12, '0')}`) },
  { name: 'pasted merchant_uid', path: (index, size) => list(`q=order-${one(index, size)}`) },
  { name: 'pasted id of the gateway', path: (index, size) => list(`q=tid_${one(index, size)}`) },
  {
    name: 'pasted approval number',
    path: (index, size) => list(`q=${String((one(index, size) * 7919) % 100_000_000).padStart(8, '0')}`),
  },
  { name: 'pasted telephone', path: (index, size) => list(`q=010${tel(one(index, size))}`) },
  {
    name: 'last digits of a telephone',
    path: (index) => list(`buyer_tel=${String((index * 37) % 10_000).padStart(4, '0')}`),
  },
  { name: 'pasted e-mail', path: (index, size) => list(`q=buyer${one(index, size)}@example.com`) },
  { name: 'with a doubt', path: () => list('has_doubt=true') },
  { name: 'with a refund under way', path: () => list('refund_under_way=true') },
  { name: 'counts by state', path: () => '/search/payments/counts' },
  { name: 'counts by state of one gateway', path: () => '/search/payments/counts?pg_provider=nice' },
  { name: 'cancellations, first page', path: () => '/cancellations?limit=50' },
  { name: 'cancellations taken at first', path: () => '/cancellations?limit=50&accepted_first=true' },
  {
    // A page is full in either case: of a day among millions, of a month among ten thousand.
    name: 'cancellations of one gateway, a time',
    path: (index, size, now) => {
      const span = (size === least ? 32 : 1) * 86_400;
      const from = now - span - (1 + (index % 58)) * 86_400;
      return `/cancellations?limit=50&pg_provider=tosspayments&from=${from}&to=${from + span - 1}`;
    },
  },
  { name: 'webhooks, first page', path: () => '/webhooks?limit=50&bounded=true' },
  {
    name: 'webhooks of a time, long ago',
    path: (index, size, now) => {
      const span = (size === least ? 8 : 1) * 86_400;
      const to = now - (1 + (index % 80)) * 86_400;
      return `/webhooks?limit=50&bounded=true&from=${to - span}&to=${to}`;
    },
  },
  { name: 'webhooks that failed', path: () => '/webhooks?limit=50&bounded=true&state=failed' },
  { name: 'webhooks of a rare event', path: () => '/webhooks?limit=50&bounded=true&event=deposit_reversed' },
  { name: 'inbox', path: () => '/inbox' },
  { name: 'statistics of a day by hour', path: (_, __, now) => `/statistics/payments?by=hour&from=${now - 86_400}` },
  {
    name: 'statistics of a month by day',
    path: (_, __, now) => `/statistics/payments?by=day&from=${now - 31 * 86_400}`,
  },
  {
    name: 'statistics of refunds, a month',
    path: (_, __, now) => `/statistics/refunds?by=day&from=${now - 31 * 86_400}`,
  },
];

/** Both stand there all the time and are asked in turn, so that what else the machine does meets both. */
const sizes = [least, most];
const sandboxes: BenchSandbox[] = [];
try {
  for (const size of sizes) {
    const sandbox = await startBenchSandbox({ simulator: 'inside' });
    sandboxes.push(sandbox);
    const { client, database } = sandbox;
    await client.post('/sandbox/payments', { pg_provider: 'tosspayments', pay_method: 'card', amount: 1_000 });
    await database.query('create table bench_model as select merchant_id, channel_id from payments limit 1');
    await database.query(functionSql);
    await fill(sandbox, size);
    await countAllHours(sandbox);
  }
  const now = Math.floor(Date.now() / 1000);
  const results = new Map<string, Measured[]>();
  for (const { name, path } of asked) {
    const found = sizes.map((): LoadResult[] => []);
    const rows = sizes.map(() => Number.NaN);
    for (let round = 0; round < rounds; round++) {
      for (const [at, { client }] of sandboxes.entries()) {
        const size = sizes[at] ?? 0;
        await runLoad(40, 2, (index) => client.get(path(index, size, now)));
        const result = await runLoad(requests, 1, async (index) => {
          const { list } = await client.get(path(index + 40, size, now));
          if (Array.isArray(list)) rows[at] = (rows[at] || 0) + list.length;
        });
        found[at]?.push(result);
      }
    }
    const middle = found.map((each, at) => ({
      p50Ms: median(each.map(({ p50Ms }) => p50Ms)),
      p99Ms: median(each.map(({ p99Ms }) => p99Ms)),
      rows: (rows[at] ?? Number.NaN) / (rounds * requests),
    }));
    results.set(name, middle);
  }
  print(results);
  const larger = sandboxes.at(-1);
  if (larger) await showScans(larger);
} finally {
  for (const sandbox of sandboxes) await sandbox.close();
}

async function fill({ database }: BenchSandbox, size: number): Promise<void> {
  const begun = performance.now();
  await database.withClient(async (held) => {
    await held.query('set statement_timeout = 0');
    await held.query(
      'truncate payments, operations, outbox, webhook_deliveries, webhook_attempts, statistics_hours cascade',
    );
    await held.query('reset statement_timeout');
  });
  const now = new Date();
  const indexes = await takeIndexesAway(database);
  for (let present = 0; present < size; present += stepRows) {
    await database.withTransaction(async (held) => {
      await held.query('set local session_replication_role = replica');
      await held.query('set local synchronous_commit = off');
      await held.query('set local statement_timeout = 0');
      await held.query(fillSql, [present, Math.min(stepRows, size - present), size, now, days]);
    });
  }
  await database.withClient(async (held) => {
    await held.query('set statement_timeout = 0');
    await held.query(`set maintenance_work_mem = '1GB'`);
    for (const index of indexes) await held.query(index);
    await held.query('analyze payments');
    await held.query('set session_replication_role = replica');
    for (let present = 0; present < size; present += stepRows) {
      await held.query(fillWebhooksSql, [present, Math.min(stepRows, size - present)]);
    }
    // Some of each that waits, as many whatever the size. No operation lives like that, so the triggers stay out of it.
    await held.query(
      `update operations set state = 'accepted', accepted_at = requested_at, ended_at = null, next_inquiry_at = now() + interval '1 year'
       where id in (select id from operations order by id desc limit 200)`,
    );
    await held.query(
      `update operations set state = 'in_doubt', ended_at = null, next_inquiry_at = now() + interval '1 year'
       where id in (select id from operations where state = 'confirmed' order by id desc limit 50)`,
    );
    await held.query('reset session_replication_role');
    for (const table of ['payments', 'operations', 'webhook_deliveries', 'statistics_hours'])
      await held.query(`vacuum analyze ${table}`);
    await held.query('checkpoint');
    await held.query('select pg_stat_reset()');
    await held.query('reset statement_timeout');
  });
  process.stdout.write(`${size} payments, filled in ${((performance.now() - begun) / 1000).toFixed(0)} s\n`);
}

/** An index is made of rows that are there sooner than it is kept while they come in. Answers what makes the indexes again. */
async function takeIndexesAway(database: BenchSandbox['database']): Promise<readonly string[]> {
  const indexes = await database.query<{ name: string; made: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as made
     from pg_index i where i.indrelid in ('payments'::regclass, 'operations'::regclass) and not i.indisprimary
       and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
  );
  for (const { name } of indexes) await database.query(`drop index ${name}`);
  return indexes.map(({ made }) => made);
}

/** What a month of counting takes the first time, a week by each request. */
async function countAllHours({ client }: BenchSandbox): Promise<void> {
  const begun = performance.now();
  const now = Math.floor(Date.now() / 1000);
  let calls = 0;
  for (;;) {
    calls++;
    const answer = await client.get(`/statistics/payments?by=day&from=${now - 31 * 86_400}`);
    if (answer.missing_hours === 0) break;
  }
  const took = performance.now() - begun;
  process.stdout.write(`  a month of hours counted for the first time: ${took.toFixed(0)} ms in ${calls} requests\n`);
}

function print(measured: ReadonlyMap<string, readonly Measured[]>): void {
  const ratios: number[] = [];
  process.stdout.write(`\n${''.padEnd(38)}${least} payments      ${most} payments\n`);
  process.stdout.write(
    `${''.padEnd(38)}   p50     p99        p50     p99      ratio of p50, of p99    rows of a page\n`,
  );
  for (const [name, [few, many]] of measured) {
    if (!few || !many) continue;
    const [ofHalf, ofLast] = [many.p50Ms / few.p50Ms, many.p99Ms / few.p99Ms];
    // A fuller page takes longer, however it was found.
    const isComparable = !(many.rows > 2 * few.rows + 1);
    if (isComparable) ratios.push(ofLast);
    const numbers = [few.p50Ms, few.p99Ms, many.p50Ms, many.p99Ms].map((value) => value.toFixed(1).padStart(7));
    const ofPage = [few.rows, many.rows].map((value) => value.toFixed(1).padStart(5)).join(' ');
    const rows = Number.isNaN(few.rows) ? '' : `     ${ofPage}${isComparable ? '' : '  fuller, not compared'}`;
    process.stdout.write(
      `${name.padEnd(38)}${numbers[0]} ${numbers[1]}    ${numbers[2]} ${numbers[3]}     ${ofHalf.toFixed(2)} ${ofLast.toFixed(2)}${rows}\n`,
    );
  }
  process.stdout.write(`\nratios of p99, least, middle, most: ${formatSpread(ratios, 2)}   aim: at most ${aim}\n`);
}

/** Whether anything has read a whole table is asked of PostgreSQL itself. */
async function showScans({ database }: BenchSandbox): Promise<void> {
  const [sizes] = await database.query<{ payments: string; indexes: string }>(
    `select pg_size_pretty(pg_relation_size('payments')) as payments, pg_size_pretty(pg_indexes_size('payments')) as indexes`,
  );
  const scans = await database.query<{ name: string; scans: bigint; rows: bigint }>(
    `select relname as name, seq_scan as scans, seq_tup_read as rows from pg_stat_user_tables
     where relname in ('payments', 'operations', 'statistics_hours') order by 1`,
  );
  process.stdout.write(`payments: ${sizes?.payments}, its indexes: ${sizes?.indexes}\n`);
  for (const { name, scans: times, rows } of scans) {
    process.stdout.write(
      `  ${name}: ${times} sequential scans by all that was asked of the larger one, of ${rows} rows\n`,
    );
  }
}
