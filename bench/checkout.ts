/**
 * Payment windows opened and paid in per second, over HTTP and without a browser, as the script and the page of the window ask for it:
 * `POST /checkout/payments`, `POST /checkout/{token}/pay`, `GET /checkout/{token}/result`. The baseline of the same round are the commits of it
 * written plainly. `npm run bench:checkout [-- --windows=2000 --callers=32 --rounds=3]`
 */
import { availableParallelism } from 'node:os';
import { payPlainly } from './checkout-baseline.ts';
import { type BenchClient, benchClientWith } from './client.ts';
import { formatSpread, type LoadResult, numberArgument, runLoad } from './load.ts';
import { type BenchSandbox, poolSize, startBenchSandbox } from './sandbox.ts';

const windows = numberArgument('windows', 2_000);
const callers = numberArgument('callers', 32);
const rounds = numberArgument('rounds', 3);
const warmUp = Math.min(300, windows);
const amount = 1_000;

interface Round {
  readonly wire: LoadResult;
  readonly plain: LoadResult;
}

print(
  `${windows} payment windows in each of ${rounds} rounds, ${callers} callers, pool of ${poolSize}, fsync on, ${availableParallelism()} cores`,
);
const sandbox = await startBenchSandbox({ simulator: 'inside' });
try {
  // A page has no token.
  const page = benchClientWith(sandbox.url, '');
  let opened = 0;
  const buy = () => buyInWindow(page, `window-${++opened}`);
  await runLoad(warmUp, callers, buy);
  const all: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const wire = await runLoad(windows, callers, buy);
    all.push({ wire, plain: await runPlain(sandbox, round) });
  }
  tell(all);
  await assertBooksAgree(sandbox, opened);
} finally {
  await sandbox.close();
}

/** From the click to what the callback gets. */
async function buyInWindow(page: BenchClient, merchantUid: string): Promise<void> {
  const request = { pg: 'tosspayments', pay_method: 'card', merchant_uid: merchantUid, amount, name: '당근' };
  const { token } = await page.post('/checkout/payments', { user_code: 'iamport', has_callback: true, request });
  await page.post(`/checkout/${token}/pay`, { card: { code: '366', quota: 0 }, agreed: true });
  const { ended } = (await page.get(`/checkout/${token}/result?wait=20`)) as {
    ended: { result: { success: boolean; merchant_uid: string; paid_amount: number } } | null;
  };
  const { success, merchant_uid: told, paid_amount: paid } = ended?.result ?? {};
  if (!success || told !== merchantUid || paid !== amount) {
    throw new Error(`${merchantUid} ended as ${JSON.stringify(ended)}`);
  }
}

async function runPlain({ database }: BenchSandbox, round: number): Promise<LoadResult> {
  const [channel] = await database.query<{ merchant_id: bigint; id: bigint; provider: string; mid: string }>(
    `select c.merchant_id, c.id, c.provider, c.mid from channels c
     join payments p on p.merchant_id = c.merchant_id and p.channel_id = c.id limit 1`,
  );
  if (!channel) throw new Error('there is no channel');
  return runLoad(windows, callers, (index) => payPlainly(database, channel, `plain-${round}-${index}`, BigInt(amount)));
}

function tell(all: readonly Round[]): void {
  print('                          least middle   most');
  const line = (name: string, of: (round: Round) => number, digits = 0) =>
    print(`  ${name.padEnd(24)}${formatSpread(all.map(of), digits)}`);
  line('windows paid, per s', ({ wire }) => wire.perSecond);
  line('  p50, ms', ({ wire }) => wire.p50Ms, 1);
  line('  p99, ms', ({ wire }) => wire.p99Ms, 1);
  line('plain SQL, per s', ({ plain }) => plain.perSecond);
  line('  p50, ms', ({ plain }) => plain.p50Ms, 1);
  line('  p99, ms', ({ plain }) => plain.p99Ms, 1);
  line('  ratio', ({ wire, plain }) => wire.perSecond / plain.perSecond, 2);
}

/** Each window was paid once: in our book, and in the gateway's, to the won. */
async function assertBooksAgree({ client, database }: BenchSandbox, count: number): Promise<void> {
  const [ours] = await database.query<{ paid: bigint; total: bigint }>(
    `select count(*)::bigint as paid, coalesce(sum(amount_minor), 0)::bigint as total
     from payments where status = 'paid' and merchant_uid like 'window-%'`,
  );
  const { transactions } = (await client.get('/sandbox/books/tosspayments')) as {
    transactions: { amount: number; cancelled_amount: number }[];
  };
  const there = transactions.reduce((sum, transaction) => sum + transaction.amount, 0);
  const isSame = ours?.paid === BigInt(count) && transactions.length === count;
  if (!isSame || ours.total !== BigInt(there) || there !== count * amount) {
    throw new Error(
      `the books differ: ${count} windows were paid, ${ours?.paid} (${ours?.total} won) here, ${transactions.length} (${there} won) there`,
    );
  }
  print(`  both books agree on ${count} payments and ${there} won`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
