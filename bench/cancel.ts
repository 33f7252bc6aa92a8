/**
 * Cancellations per second over the wire, against the same two commits written plainly in the same run.
 * `npm run bench:cancel [-- --cancellations=20000 --payments=5000 --callers=64]`
 */
import { cancelPlainly } from './baseline.ts';
import { formatLoad, type LoadResult, numberArgument, runLoad } from './load.ts';
import { type BenchSandbox, poolSize, startBenchSandbox } from './sandbox.ts';

const cancellations = numberArgument('cancellations', 20_000);
const payments = numberArgument('payments', 5_000);
const warmUp = Math.min(2_000, cancellations);
const onlyCallers = numberArgument('callers', 0);
const callerCounts = onlyCallers ? [onlyCallers] : [64, 256];
const paymentAmount = 1_000_000;

const sandbox = await startBenchSandbox();
try {
  const impUids = await makePayments(sandbox);
  await runLoad(warmUp, 64, cancelOver(sandbox, impUids));
  process.stdout.write(
    `${cancellations} partial cancellations over ${payments} payments, pool of ${poolSize}, fsync on\n`,
  );
  let worst = Number.POSITIVE_INFINITY;
  for (const callers of callerCounts) {
    const over = await runLoad(cancellations, callers, cancelOver(sandbox, impUids));
    const plain = await baseline(sandbox, callers);
    const ratio = over.perSecond / plain.perSecond;
    worst = Math.min(worst, ratio);
    process.stdout.write(`${String(callers).padStart(4)} callers\n`);
    process.stdout.write(`  over the wire   ${formatLoad(over)}\n`);
    process.stdout.write(`  plain baseline  ${formatLoad(plain)}\n`);
    process.stdout.write(`  ratio           ${ratio.toFixed(2)}\n`);
  }
  process.stdout.write(`lowest ratio ${worst.toFixed(2)} (aim: at least 1.20)\n`);
  await assertBooksAgree(sandbox);
} finally {
  await sandbox.close();
}

async function makePayments({ client }: BenchSandbox): Promise<readonly string[]> {
  const impUids: string[] = [];
  await runLoad(payments, 32, async () => {
    const payment = await client.post('/sandbox/payments', {
      pg_provider: 'tosspayments',
      pay_method: 'card',
      amount: paymentAmount,
    });
    impUids.push(String(payment.imp_uid));
  });
  return impUids;
}

function cancelOver({ client }: BenchSandbox, impUids: readonly string[]): (index: number) => Promise<unknown> {
  return (index) => client.post('/payments/cancel', { imp_uid: impUids[index % impUids.length], amount: 10 });
}

async function baseline({ database }: BenchSandbox, callers: number): Promise<LoadResult> {
  const rows = await database.query<{ merchant_id: bigint; id: bigint }>(
    'select merchant_id, id from payments order by id limit $1',
    [payments],
  );
  const count = Math.max(1_000, Math.floor(cancellations / 4));
  return runLoad(count, callers, (index) => {
    const payment = rows[index % rows.length];
    if (payment === undefined) throw new Error('there are no payments');
    return cancelPlainly(database, payment, 1n);
  });
}

/** A fast wrong answer is worth nothing: what was cancelled over the wire stands in the gateway's book, to the won. */
async function assertBooksAgree({ client, database }: BenchSandbox): Promise<void> {
  const book = (await client.get('/sandbox/books/tosspayments')) as {
    transactions: { cancelled_amount: number }[];
  };
  const there = book.transactions.reduce((sum, transaction) => sum + transaction.cancelled_amount, 0);
  const [ours] = await database.query<{ total: bigint }>(
    `select coalesce(sum(amount_minor), 0)::bigint as total from operations
     where kind = 'cancel' and state = 'confirmed' and changed_by <> 'bench'`,
  );
  if (BigInt(there) !== ours?.total) throw new Error(`the books differ: ${there} there, ${ours?.total} here`);
  process.stdout.write(`both books agree on ${there} won\n`);
}
