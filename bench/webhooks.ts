/**
 * How long after the commit of a cancellation its webhook arrives, at three merchants' receivers, and at two of them while the
 * third hangs: a dead receiver must not slow the others.
 * `npm run bench:webhooks [-- --cancellations=10000 --payments=3000 --callers=32]`
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BenchClient, createBenchClient } from './client.ts';
import { formatLoad, numberArgument, runLoad } from './load.ts';
import { type BenchSandbox, startBenchSandbox } from './sandbox.ts';

const cancellations = numberArgument('cancellations', 10_000);
const payments = numberArgument('payments', 3_000);
const callers = numberArgument('callers', 32);
const arrivalLimitMs = 300_000;

interface Shop {
  readonly client: BenchClient;
  readonly impUids: string[];
  readonly server: Server;
  /** When each cancellation's webhook came for the first time, in milliseconds since 1970. */
  readonly arrivals: Map<string, number>;
  hangs: boolean;
}

interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

// The exact moment of a commit is known to PostgreSQL alone.
const sandbox = await startBenchSandbox({ simulator: 'apart', postgresSettings: { track_commit_timestamp: 'on' } });
const shops: Shop[] = [];
try {
  for (let count = 0; count < 3; count++) shops.push(await openShop(sandbox));
  const [first, second, third] = shops as [Shop, Shop, Shop];
  process.stdout.write(`${cancellations} cancellations of ${payments} payments with enable_webhook, 3 receivers\n`);
  await cancelAll(Math.min(1_500, cancellations));
  await untilAllArrived([first, second, third]);

  const base = await measure('all three answer', [first, second]);
  third.hangs = true;
  const hanging = await measure('the third hangs', [first, second]);
  for (const name of ['p50', 'p99', 'max'] as const) {
    process.stdout.write(`ratio of ${name.padEnd(4)} ${(hanging[name] / base[name]).toFixed(2)}\n`);
  }
} finally {
  for (const { server } of shops) {
    server.closeAllConnections();
    server.close();
  }
  await sandbox.close();
}

async function openShop({ url, client }: BenchSandbox): Promise<Shop> {
  const made = await client.post('/sandbox/merchants', {});
  const own = await createBenchClient(url, { impKey: String(made.imp_key), impSecret: String(made.imp_secret) });
  const arrivals = new Map<string, number>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      if (shop.hangs) return;
      const { cancellation_id: id } = JSON.parse(body) as { cancellation_id: string };
      if (!arrivals.has(id)) arrivals.set(id, Date.now());
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const impUids: string[] = [];
  const shop: Shop = { client: own, impUids, server, arrivals, hangs: false };
  await runLoad(Math.ceil(payments / 3), 16, async () => {
    const payment = await own.post('/sandbox/payments', { pay_method: 'card', amount: 1_000_000 });
    impUids.push(String(payment.imp_uid));
  });
  await own.put('/sandbox/merchant', { webhook_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
  return shop;
}

/** Each shop cancels a third of them, over its payments in turn. */
function cancelAll(count: number) {
  return runLoad(count, callers, (index) => {
    const shop = shops[index % shops.length] as Shop;
    const imp_uid = shop.impUids[Math.floor(index / shops.length) % shop.impUids.length];
    return shop.client.post('/payments/cancel', { imp_uid, amount: 10, enable_webhook: true });
  });
}

async function measure(name: string, measured: readonly Shop[]): Promise<Spread> {
  const before = await lastEvent();
  const load = await cancelAll(cancellations);
  await untilAllArrived(measured);
  const commits = await sandbox.database.query<{ id: string; at: number }>(
    `select body ->> 'cancellation_id' as id,
       (extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000)::float8 as at
     from outbox where id > $1 and event = 'cancelled'`,
    [before],
  );
  const delays = commits
    .flatMap(({ id, at }) =>
      measured.flatMap(({ arrivals }) => (arrivals.has(id) ? [Number(arrivals.get(id)) - at] : [])),
    )
    .sort((a, b) => a - b);
  const at = (share: number) => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? Number.NaN;
  const spread = { count: delays.length, p50: at(0.5), p99: at(0.99), max: at(1) };
  process.stdout.write(`${name}\n  cancelling      ${formatLoad(load)}\n`);
  process.stdout.write(
    `  after commit    ${String(spread.count).padStart(6)}     p50 ${spread.p50.toFixed(1).padStart(7)} ms   ` +
      `p99 ${spread.p99.toFixed(1).padStart(7)} ms   max ${spread.max.toFixed(1).padStart(7)} ms\n`,
  );
  return spread;
}

async function lastEvent(): Promise<bigint> {
  const [row] = await sandbox.database.query<{ id: bigint }>('select coalesce(max(id), 0) as id from outbox');
  return row?.id ?? 0n;
}

/** Every cancellation of these shops has been told. */
async function untilAllArrived(of: readonly Shop[]): Promise<void> {
  const end = Date.now() + arrivalLimitMs;
  for (;;) {
    const missing = await Promise.all(
      of.map(async ({ impUids, arrivals }) => {
        const [row] = await sandbox.database.query<{ count: bigint }>(
          `select count(*) from outbox o join payments p on p.id = o.payment_id
           where o.event = 'cancelled' and p.merchant_id = (select merchant_id from payments where imp_uid = $1)`,
          [impUids[0]],
        );
        return Number(row?.count ?? 0) - arrivals.size;
      }),
    );
    if (missing.every((count) => count === 0)) return;
    if (Date.now() > end) throw new Error(`webhooks are missing: ${missing.join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
