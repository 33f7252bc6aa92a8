import { join } from 'node:path';
import { gatewayOf, gateways } from '../gateways/registry.ts';
import { systemClock } from '../platform/clock/clock.ts';
import { createSimulatorControl, type SimulatorControl } from '../simulators/control.ts';

/** One simulator by itself, without the server, until a signal ends it. `port` is as it was typed. */
export async function runSimulator(asked: {
  readonly provider: string;
  readonly port: string | undefined;
  readonly dataDir: string | undefined;
}): Promise<void> {
  const { provider } = asked;
  const port = Number(asked.port ?? '0');
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    fail('--port takes a number from 0 (any free port) to 65535');
  const module = gatewayOf(provider);
  if (!module) fail(`unknown gateway ${JSON.stringify(provider)}; known are: ${[...gateways.keys()].join(', ')}`);

  const bookFile = join(asked.dataDir ?? join('data', 'simulators'), `${provider}.sqlite`);
  const sandbox = await module.sandbox();
  const createSimulator = await sandbox.simulator();
  const simulator = createSimulator({ bookFile, port, clock: systemClock, log: (line) => console.error(line) });
  await simulator.start().catch((error: NodeJS.ErrnoException) => {
    fail(error.code === 'EADDRINUSE' ? `port ${port} is in use` : `cannot start: ${error.message}`);
  });
  const mid = sandbox.mid('standalone');
  const credentials = sandbox.credentials(mid);
  const control = createSimulatorControl(simulator.url);
  await control.registerMerchant({ mid, credentials });
  const paidTid = await payInWindow(control, mid);

  // Before anything is shown: who reads that it runs may end it at once.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void simulator.close().then(() => process.exit(0)));
  }
  console.log(`${provider} simulator on ${simulator.url}, its book in ${bookFile}`);
  console.log(`merchant ${mid}: ${new URLSearchParams(credentials).toString().replaceAll('&', ' ')}`);
  console.log(sandbox.sampleCall(simulator.url, mid, paidTid));
  console.log('# Ctrl-C ends it.');
}

/** Something to cancel, for gateways whose payments are made in a window. `undefined`: this one has none for cards. */
async function payInWindow(control: SimulatorControl, mid: string): Promise<string | undefined> {
  const paid = await control.createWindowPayment({
    mid,
    orderId: `order-${Date.now()}`,
    orderName: 'Water',
    payMethod: 'card',
    currency: 'KRW',
    amountMinor: 15_000n,
    taxFreeMinor: 0n,
    vatMinor: 0n,
    buyer: { name: null, email: null, tel: null },
  });
  return paid.kind === 'done' ? paid.result.gatewayTid : undefined;
}

function fail(line: string): never {
  console.error(line);
  process.exit(1);
}
