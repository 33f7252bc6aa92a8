import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../clock/clock.ts';
import { gatewayOf, gateways } from '../registry.ts';
import { createSimulatorControl } from './control.ts';

/** `npm run simulator -- PROVIDER [--port N] [--data-dir DIR]`: one simulator by itself, without the server. */
async function main(): Promise<void> {
  const { provider, port, dataDir } = readArguments();
  const module = gatewayOf(provider);
  if (!module) fail(`unknown gateway ${JSON.stringify(provider)}; known are: ${[...gateways.keys()].join(', ')}`);

  const bookFile = join(dataDir, `${provider}.sqlite`);
  const simulator = module.createSimulator({ bookFile, port, clock: systemClock, log: (line) => console.error(line) });
  await simulator.start().catch((error: NodeJS.ErrnoException) => {
    fail(error.code === 'EADDRINUSE' ? `port ${port} is in use` : `cannot start: ${error.message}`);
  });
  const mid = module.sandboxMid('standalone');
  const credentials = module.sandboxCredentials(mid);
  await createSimulatorControl(simulator.url).registerMerchant({ mid, credentials });

  console.log(`${provider} simulator on ${simulator.url}, its book in ${bookFile}`);
  console.log(`merchant ${mid}: ${new URLSearchParams(credentials).toString().replaceAll('&', ' ')}`);
  console.log(module.sampleCall(simulator.url, mid));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void simulator.close().then(() => process.exit(0)));
  }
}

function readArguments(): { provider: string; port: number; dataDir: string } {
  const usage = 'usage: npm run simulator -- PROVIDER [--port N] [--data-dir DIR]';
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse();
  } catch (error) {
    fail(`${(error as Error).message.split('\n')[0]} (${usage})`);
  }
  const [provider, ...rest] = parsed.positionals;
  if (!provider || rest.length > 0) fail(usage);
  const port = Number(parsed.values.port ?? '0');
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    fail('--port takes a number from 0 (any free port) to 65535');
  return { provider, port, dataDir: parsed.values['data-dir'] ?? join('data', 'simulators') };
}

function parse() {
  return parseArgs({ options: { port: { type: 'string' }, 'data-dir': { type: 'string' } }, allowPositionals: true });
}

function fail(line: string): never {
  console.error(line);
  process.exit(1);
}

await main();
