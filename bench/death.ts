/**
 * A server that is killed with kill -9 while hundreds of cancellations are under way: how long until nothing is open any more, from the
 * kill and from the moment on in which its successor answers, and whether our book and the gateway's are equal then.
 * `npm run bench:death [-- --count=300]`
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../src/platform/database/pool.ts';
import { benchClientWith } from './client.ts';
import { numberArgument, runLoad } from './load.ts';
import { startBenchSandbox } from './sandbox.ts';

const count = numberArgument('count', 300);
const amount = 1000;
/** The gateway takes so long that all of them are under way at once. */
const gatewayMs = 1_500;

const first = await startBenchSandbox({ simulator: 'apart', env: { LOG_LEVEL: 'info' } });
try {
  const impUids: string[] = [];
  await runLoad(count, 16, async () => {
    const made = await first.client.post('/sandbox/payments', { pay_method: 'card', amount });
    impUids.push(String(made.imp_uid));
  });
  await first.client.post('/sandbox/faults', { operation: 'cancel', kind: 'slow', delay_ms: gatewayMs, count });
  const asking = Promise.allSettled(
    impUids.map((imp_uid) => first.client.post('/payments/cancel', { imp_uid, amount: amount / 2 })),
  );
  while ((await open(first.database)) < count / 2) await pause(5);
  process.kill(first.serverPid, 'SIGKILL');
  const killed = performance.now();
  const left = await open(first.database);
  await asking;
  const second = await first.restarted([]);
  const answers = performance.now();
  while ((await open(first.database)) > 0) await pause(20);
  const settled = performance.now();

  const client = benchClientWith(second.url, first.client.token);
  let differing = 0;
  await runLoad(count, 16, async (index) => {
    const impUid = impUids[index] ?? '';
    const [ours, book] = await Promise.all([
      client.get(`/payments/${impUid}`),
      client.get(`/sandbox/books/tosspayments?imp_uid=${impUid}`),
    ]);
    const [theirs] = book.transactions as { readonly cancelled_amount: number }[];
    if (ours.cancel_amount !== theirs?.cancelled_amount || Number(ours.cancel_amount) > amount / 2) differing += 1;
  });
  const seconds = (from: number, to: number): string => `${((to - from) / 1000).toFixed(1).padStart(5)} s`;
  process.stdout.write(
    `open when it was killed        ${String(left).padStart(5)} of ${count}\n` +
      `the next one answers after     ${seconds(killed, answers)}\n` +
      `nothing is open after          ${seconds(killed, settled)}, ${seconds(answers, settled).trim()} after that\n` +
      `payments whose books differ    ${String(differing).padStart(5)}\n`,
  );
  if (differing > 0) process.exitCode = 1;
} finally {
  await first.close();
}

async function open(database: Database): Promise<number> {
  const [row] = await database.query<{ count: bigint }>('select count(*) from operations where ended_at is null');
  return Number(row?.count ?? 0);
}
