import { parseArgs } from 'node:util';
import { runSimulator } from './run-simulator.ts';

/** `npm run simulator -- PROVIDER [--port N] [--data-dir DIR] [--set NAME=VALUE]`: one simulator by itself, without the server. */
function readArguments(): Parameters<typeof runSimulator>[0] {
  const usage = 'usage: npm run simulator -- PROVIDER [--port N] [--data-dir DIR] [--set NAME=VALUE]';
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse();
  } catch (error) {
    fail(`${(error as Error).message.split('\n')[0]} (${usage})`);
  }
  const [provider, ...rest] = parsed.positionals;
  if (!provider || rest.length > 0) fail(usage);
  const { port, 'data-dir': dataDir, set = [] } = parsed.values;
  return { provider, port, dataDir, settings: set };
}

function parse() {
  return parseArgs({
    options: { port: { type: 'string' }, 'data-dir': { type: 'string' }, set: { type: 'string', multiple: true } },
    allowPositionals: true,
  });
}

function fail(line: string): never {
  console.error(line);
  process.exit(1);
}

await runSimulator(readArguments());
