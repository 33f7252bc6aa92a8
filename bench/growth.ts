/**
 * The same cancellations with ever more payments in the database: the median must not grow with the table. Each size is measured in turn with
 * another database that stays small: what else the machine does meanwhile, and what the payments have been through by then, is the same for both.
 * `npm run bench:growth [-- --most=5000000]`
 */
import { formatLoad, type LoadResult, numberArgument, runLoad } from './load.ts';
import { type BenchSandbox, startBenchSandbox } from './sandbox.ts';

const most = numberArgument('most', 5_000_000);
const smallSize = 10_000;
const sizes = [...[1_000_000, 5_000_000].filter((size) => size < most), most];
const stepRows = 50_000;
const oldPaymentsSql = `
  with model as (select * from payments order by id limit 1),
  made as (
    insert into payments (imp_uid, merchant_id, channel_id, merchant_uid, provider, mid, sandbox, pay_method, channel,
      status, currency, amount_minor, tax_free_minor, vat_minor, cancelled_minor, pg_tid, started_at, paid_at, cancelled_at,
      updated_at)
    select 'old_' || (n + $1::bigint), model.merchant_id, model.channel_id, 'old_' || (n + $1::bigint), model.provider,
      model.mid, true, 'card', 'api', 'cancelled', 'KRW', 1000, 0, 91, 1000, 'old_' || (n + $1::bigint), model.started_at,
      model.paid_at, model.paid_at, model.paid_at
    from generate_series(1, $2::bigint) n, model
    returning id, merchant_id, channel_id, started_at
  )
  insert into operations (id, merchant_id, channel_id, payment_id, kind, state, amount_minor, balance_before_minor, reason, requested_at,
    ended_at, changed_at, changed_by, changed_why, next_inquiry_at, lease_of, lease_until)
  select lpad(id::text, 20, '0'), merchant_id, channel_id, id, 'cancel', 'confirmed', 1000, 1000, 'old', started_at, started_at,
    started_at, 'bench', 'bench', started_at, 'bench', started_at
  from made`;
/** Of each database at a size, in each of the turns. */
const cancellations = 1_000;
const turns = 4;
const callers = 16;
const aim = 1.5;

interface Grown {
  readonly sandbox: BenchSandbox;
  /** A partial cancellation of one of a thousand payments, which all have their turn. */
  cancel(): Promise<unknown>;
}

const small = await start();
const large = await start().catch(async (error: unknown) => {
  await small.sandbox.close();
  throw error;
});
try {
  await growTo(small.sandbox, smallSize);
  for (const size of sizes) {
    await growTo(large.sandbox, size);
    const [ofSmall, ofLarge]: [LoadResult[], LoadResult[]] = [[], []];
    for (const { cancel } of [small, large]) await runLoad(500, callers, cancel);
    for (let turn = 0; turn < turns; turn++) {
      ofSmall.push(await runLoad(cancellations, callers, small.cancel));
      ofLarge.push(await runLoad(cancellations, callers, large.cancel));
    }
    const ratios = ofLarge.map(({ p50Ms }, turn) => p50Ms / (ofSmall[turn]?.p50Ms ?? Number.NaN)).sort((a, b) => a - b);
    tell(smallSize, ofSmall);
    tell(size, ofLarge);
    process.stdout.write(
      `          p50 ratio of the turns, least first: ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}   aim: at most ${aim}\n`,
    );
  }
} finally {
  await Promise.all([small.sandbox.close(), large.sandbox.close()]);
}

function tell(size: number, results: readonly LoadResult[]): void {
  for (const result of results) process.stdout.write(`${String(size).padStart(9)} payments   ${formatLoad(result)}\n`);
}

async function start(): Promise<Grown> {
  const sandbox = await startBenchSandbox({ simulator: 'apart' });
  const { client } = sandbox;
  const impUids: string[] = [];
  await runLoad(1_000, 32, async () => {
    const payment = await client.post('/sandbox/payments', {
      pg_provider: 'tosspayments',
      pay_method: 'card',
      amount: 1_000_000,
    });
    impUids.push(String(payment.imp_uid));
  });
  let next = 0;
  const cancel = () => client.post('/payments/cancel', { imp_uid: impUids[next++ % impUids.length], amount: 10 });
  await runLoad(cancellations, callers, cancel);
  return { sandbox, cancel };
}

/** Old payments, each with one confirmed cancellation, written straight into the tables, past the audit's triggers. */
async function growTo({ database }: BenchSandbox, size: number): Promise<void> {
  const [row] = await database.query<{ count: bigint }>('select count(*) from payments');
  let present = Number(row?.count ?? 0);
  while (present < size) {
    const count = Math.min(stepRows, size - present);
    await database.withTransaction(async (client) => {
      await client.query('set local session_replication_role = replica');
      await client.query('set local statement_timeout = 0');
      await client.query(oldPaymentsSql, [present, count]);
    });
    present += count;
  }
  await database.withClient(async (client) => {
    await client.query('set statement_timeout = 0');
    await client.query('vacuum analyze payments');
    await client.query('vacuum analyze operations');
    await client.query('checkpoint');
    await client.query('reset statement_timeout');
  });
}
