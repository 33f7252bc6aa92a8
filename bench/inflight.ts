/**
 * Many cancellations of different payments in flight at once, at a slow gateway, with a small pool: an in-flight
 * cancellation holds no database connection, so the whole takes little longer than one of them.
 * `npm run bench:inflight [-- --inflight=2000 --gateway-ms=2000]`
 */
import { readFileSync } from 'node:fs';
import { formatLoad, numberArgument, runLoad } from './load.ts';
import { poolSize, startBenchSandbox } from './sandbox.ts';

const inFlight = numberArgument('inflight', 2_000);
const gatewayMs = numberArgument('gateway-ms', 2_000);

const sandbox = await startBenchSandbox({ simulator: 'apart' });
try {
  const { client } = sandbox;
  const impUids: string[] = [];
  await runLoad(inFlight, 32, async () => {
    const payment = await client.post('/sandbox/payments', {
      pg_provider: 'tosspayments',
      pay_method: 'card',
      amount: 1_000,
    });
    impUids.push(String(payment.imp_uid));
  });
  const one = impUids.pop();
  await client.post('/sandbox/faults', {
    operation: 'cancel',
    kind: 'slow',
    delay_ms: gatewayMs,
    count: inFlight,
  });
  const single = await runLoad(1, 1, () => client.post('/payments/cancel', { imp_uid: one }));
  const all = await runLoad(impUids.length, impUids.length, (index) =>
    client.post('/payments/cancel', { imp_uid: impUids[index] }),
  );
  process.stdout.write(`${impUids.length} cancellations in flight, gateway ${gatewayMs} ms, pool of ${poolSize}\n`);
  process.stdout.write(`  one alone     ${single.seconds.toFixed(2)} s\n`);
  process.stdout.write(`  all together  ${all.seconds.toFixed(2)} s   ${formatLoad(all)}\n`);
  process.stdout.write(`  ratio         ${(all.seconds / single.seconds).toFixed(2)}\n`);
  process.stdout.write(`  server memory ${residentMiB(sandbox.serverPid)} (highest)\n`);
} finally {
  await sandbox.close();
}

function residentMiB(pid: number): string {
  try {
    const match = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match ? `${Math.round(Number(match[1]) / 1024)} MiB` : 'unknown';
  } catch {
    return 'unknown on this system';
  }
}
