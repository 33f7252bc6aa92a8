/**
 * Many cancellations of different payments in flight at once, at a slow gateway, with a small pool: an in-flight
 * cancellation holds no database connection, so the whole takes little longer than one of them. Meanwhile somebody asks whether the server
 * is alive and ready, at the port of metrics and at the callers', and for comparison a server that has nothing to do.
 * `npm run bench:inflight [-- --inflight=2000 --gateway-ms=2000]`
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { freePort } from '../test/kit/free-port.ts';
import type { HealthSeen } from './health-watch.ts';
import { formatLoad, numberArgument, runLoad } from './load.ts';
import { createPartsClock } from './parts-time.ts';
import { poolSize, startBenchSandbox } from './sandbox.ts';

const inFlight = numberArgument('inflight', 2_000);
const gatewayMs = numberArgument('gateway-ms', 2_000);

const metricsPort = String(await freePort());
const sandbox = await startBenchSandbox({ simulator: 'apart', env: { HWANBUL_METRICS_PORT: metricsPort } });
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
  const bare = spawn(process.execPath, [programHere('bare-server.ts')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const endWatch = watchHealth(sandbox.url, String((await once(bare, 'message'))[0]));
  const partsClock = createPartsClock(sandbox);
  const all = await runLoad(impUids.length, impUids.length, (index) =>
    client.post('/payments/cancel', { imp_uid: impUids[index] }),
  );
  const parts = partsClock.since();
  const health = await endWatch();
  bare.disconnect();
  process.stdout.write(`${impUids.length} cancellations in flight, gateway ${gatewayMs} ms, pool of ${poolSize}\n`);
  process.stdout.write(`  one alone     ${single.seconds.toFixed(2)} s\n`);
  process.stdout.write(`  all together  ${all.seconds.toFixed(2)} s   ${formatLoad(all)}\n`);
  process.stdout.write(`  ratio         ${(all.seconds / single.seconds).toFixed(2)}\n`);
  if (parts) {
    const shares = Object.entries(parts).map(([part, us]) => `${part} ${(us / 1e6).toFixed(2)}`);
    const sum = Object.values(parts).reduce((total, us) => total + us, 0);
    process.stdout.write(
      `  processor     ${shares.join(', ')}; in all ${(sum / 1e6).toFixed(2)} s for ${availableParallelism()} cores\n`,
    );
  }
  for (const { name, isAimedAt, times, others } of health) {
    const sorted = times.toSorted((a, b) => a - b);
    const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN).toFixed(1);
    const told = Object.keys(others).length === 0 ? 'all 200' : `others than 200: ${JSON.stringify(others)}`;
    process.stdout.write(
      `  ${name.padEnd(16)} ${times.length} asked, ${told}, p50 ${at(0.5)}, p99 ${at(0.99)}, most ${at(1)} ms${isAimedAt ? '   aim: at most 100' : ''}\n`,
    );
  }
  process.stdout.write(`  server memory ${residentMiB(sandbox.serverPid)} (highest)\n`);
} finally {
  await sandbox.close();
}

function programHere(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function watchHealth(url: string, bareUrl: string): () => Promise<readonly HealthSeen[]> {
  const child = spawn(process.execPath, [programHere('health-watch.ts'), url, metricsPort, bareUrl], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return async () => {
    const told = once(child, 'message');
    child.send('end');
    return (await told)[0] as readonly HealthSeen[];
  };
}

function residentMiB(pid: number): string {
  try {
    const match = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match ? `${Math.round(Number(match[1]) / 1024)} MiB` : 'unknown';
  } catch {
    return 'unknown on this system';
  }
}
