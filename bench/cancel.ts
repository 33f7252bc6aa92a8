/**
 * Cancellations per second over the wire, in the sandbox as `npm start` gives it and with the simulator in a process of its own,
 * against two baselines of the same round: an in-memory handler of the same call, and the same two commits written plainly.
 * `npm run bench:cancel [-- --cancellations=6000 --payments=8000 --callers=64 --rounds=3 --only=inside --processes=2]`
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cancelPlainly } from './baseline.ts';
import { type BenchClient, benchClientWith } from './client.ts';
import { formatSpread, type LoadResult, median, numberArgument, runLoad, wordArgument } from './load.ts';
import { createPartsClock, type PartsTime } from './parts-time.ts';
import {
  type BenchSandbox,
  type BenchSandboxOptions,
  poolSize,
  startBenchSandbox,
  startProcess,
  stopAll,
} from './sandbox.ts';
import type { WireCounts } from './wire-counter.ts';

const cancellations = numberArgument('cancellations', 6_000);
/** So many that none is cancelled more than about five times: a payment has its history in its row, which is read and written with it. */
const payments = numberArgument('payments', 8_000);
const rounds = numberArgument('rounds', 3);
const processes = numberArgument('processes', 1);
const onlyCallers = numberArgument('callers', 0);
const callerCounts = onlyCallers ? [onlyCallers] : [64, 256];
const only = wordArgument('only', ['inside', 'apart']);
const warmUp = Math.min(2_000, cancellations);
const paymentAmount = 1_000_000;
const amountEach = 10;
const aims = { inMemory: 0.35, plain: 3, tail: 3 };

interface Round {
  readonly wire: LoadResult;
  readonly inMemory: LoadResult;
  readonly plain: LoadResult;
  readonly parts: PartsTime | undefined;
}

print(
  `${cancellations} partial cancellations over ${payments} payments in each of ${rounds} rounds, pool of ${poolSize}, fsync on, ` +
    `${availableParallelism()} cores, ${processes} process(es) of the server`,
);
for (const simulator of only ? [only] : (['inside', 'apart'] as const)) await measure({ simulator });

async function measure(options: Pick<BenchSandboxOptions, 'simulator'>): Promise<void> {
  const where = options.simulator === 'inside' ? 'inside the server, as npm start has it' : 'in a process of its own';
  print(`\nthe simulator ${where}`);
  const env: Record<string, string> = processes > 1 ? { HWANBUL_PROCESSES: String(processes) } : {};
  const sandbox = await startBenchSandbox({ ...options, env });
  const fake = await startInMemory(sandbox.client.token);
  try {
    const impUids = await makePayments(sandbox, fake.client);
    await runLoad(warmUp, 64, cancelOver(sandbox.client, impUids));
    await runLoad(warmUp, 64, cancelOver(fake.client, impUids));
    for (const callers of callerCounts) {
      const all: Round[] = [];
      for (let round = 0; round < rounds; round++) all.push(await runRound(sandbox, fake.client, impUids, callers));
      tell(callers, all);
    }
    await assertBooksAgree(sandbox, fake.client, warmUp + callerCounts.length * rounds * cancellations);
    if (processes > 1) return;
    const counted = await sandbox.restarted(['--import', fileURLToPath(new URL('wire-counter.ts', import.meta.url))]);
    for (const callers of callerCounts) await tellWire(counted, impUids, callers);
  } finally {
    await fake.stop();
    await sandbox.close();
  }
}

async function runRound(
  sandbox: BenchSandbox,
  fake: BenchClient,
  impUids: readonly string[],
  callers: number,
): Promise<Round> {
  const clock = createPartsClock(sandbox);
  const wire = await runLoad(cancellations, callers, cancelOver(sandbox.client, impUids));
  const parts = clock.since();
  const inMemory = await runLoad(cancellations, callers, cancelOver(fake, impUids));
  return { wire, parts, inMemory, plain: await runPlain(sandbox, callers) };
}

function tell(callers: number, all: readonly Round[]): void {
  print(`${String(callers).padStart(4)} callers                least middle   most`);
  const line = (name: string, of: (round: Round) => number, digits = 0, aim = '') =>
    print(`  ${name.padEnd(24)}${formatSpread(all.map(of), digits)}${aim}`);
  line('over the wire, per s', ({ wire }) => wire.perSecond);
  line('  p50, ms', ({ wire }) => wire.p50Ms, 1);
  line('  p99, ms', ({ wire }) => wire.p99Ms, 1);
  line('  p99 to p50', ({ wire }) => wire.p99Ms / wire.p50Ms, 2, `   aim: at most ${aims.tail}`);
  line('in memory, per s', ({ inMemory }) => inMemory.perSecond);
  line('  ratio', ({ wire, inMemory }) => wire.perSecond / inMemory.perSecond, 2, `   aim: at least ${aims.inMemory}`);
  line('plain SQL, per s', ({ plain }) => plain.perSecond);
  line('  ratio', ({ wire, plain }) => wire.perSecond / plain.perSecond, 2, `   aim: at least ${aims.plain}`);
  const parts = all.flatMap((round) => round.parts ?? []);
  if (parts.length === 0) return;
  const each = (name: keyof PartsTime) =>
    `${name} ${(median(parts.map((part) => part[name])) / cancellations).toFixed(0)}`;
  const names = ['server', 'simulator', 'helpers', 'postgres', 'caller'] as const;
  print(`  processor time of one, in microseconds (middle): ${names.map(each).join(', ')}`);
}

async function makePayments({ client }: BenchSandbox, fake: BenchClient): Promise<readonly string[]> {
  const impUids: string[] = [];
  await runLoad(payments, 32, async () => {
    const payment = await client.post('/sandbox/payments', {
      pg_provider: 'tosspayments',
      pay_method: 'card',
      amount: paymentAmount,
    });
    await fake.post('/payments', payment);
    impUids.push(String(payment.imp_uid));
  });
  return impUids;
}

function cancelOver(client: BenchClient, impUids: readonly string[]): (index: number) => Promise<unknown> {
  return (index) => client.post('/payments/cancel', { imp_uid: impUids[index % impUids.length], amount: amountEach });
}

/** A quarter as many, since each takes so much longer; their marks are `bench`, and the gateway knows nothing of them. */
async function runPlain({ database }: BenchSandbox, callers: number): Promise<LoadResult> {
  const rows = await database.query<{ merchant_id: bigint; id: bigint }>(
    'select merchant_id, id from payments order by id limit $1',
    [payments],
  );
  const count = Math.max(500, Math.floor(cancellations / 4));
  return runLoad(count, callers, (index) => {
    const payment = rows[index % rows.length];
    if (payment === undefined) throw new Error('there are no payments');
    return cancelPlainly(database, payment, 1n);
  });
}

/** A fast wrong answer is worth nothing: what was cancelled over the wire stands in the gateway's book, to the won. */
async function assertBooksAgree({ client, database }: BenchSandbox, fake: BenchClient, count: number): Promise<void> {
  const book = (await client.get('/sandbox/books/tosspayments')) as {
    transactions: { cancelled_amount: number }[];
  };
  const there = book.transactions.reduce((sum, transaction) => sum + transaction.cancelled_amount, 0);
  const [ours] = await database.query<{ total: bigint }>(
    `select coalesce(sum(amount_minor), 0)::bigint as total from operations
     where kind = 'cancel' and state = 'confirmed' and changed_by <> 'bench'`,
  );
  const { total: inMemory } = (await fake.get('/total')) as { total: number };
  const asked = count * amountEach;
  if (there !== asked || ours?.total !== BigInt(asked) || inMemory !== asked) {
    throw new Error(`the books differ: ${asked} asked for, ${ours?.total} here, ${there} there, ${inMemory} in memory`);
  }
  print(`  both books agree on ${there} won, and so does the one in memory`);
}

/** Counted in a run of its own, since counting takes time. */
async function tellWire(
  { client, server }: BenchSandbox & { readonly server: ChildProcess },
  impUids: readonly string[],
  callers: number,
): Promise<void> {
  const countNow = async (): Promise<WireCounts> => {
    const answer = once(server, 'message');
    server.send('count');
    return (await answer)[0] as WireCounts;
  };
  await runLoad(Math.min(1_000, warmUp), callers, cancelOver(client, impUids));
  const before = await countNow();
  await runLoad(warmUp, callers, cancelOver(client, impUids));
  const after = await countNow();
  const each = (name: keyof WireCounts, digits: number) => ((after[name] - before[name]) / warmUp).toFixed(digits);
  print(
    `  to PostgreSQL, for one cancellation at ${callers} callers: ${each('statements', 2)} statements, ` +
      `${each('writes', 2)} writes, ${each('bytesOut', 0)} bytes out, ${each('bytesIn', 0)} bytes in`,
  );
}

async function startInMemory(token: string): Promise<{ readonly client: BenchClient; stop(): Promise<void> }> {
  const children: ChildProcess[] = [];
  const output = join(tmpdir(), `hwanbul-bench-in-memory-${process.pid}.out`);
  const { match } = await startProcess(children, ['bench/in-memory.ts', token], {
    output,
    ready: /in memory on (http:\/\/\S+?),/,
  });
  return {
    client: benchClientWith(match, token),
    async stop() {
      await stopAll(children);
      await rm(output, { force: true });
    },
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
