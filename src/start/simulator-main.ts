import { parseArgs } from 'node:util';
import { runSimulator } from './simulator-alone.ts';

/** `npm run simulator -- PROVIDER [--port N] [--data-dir DIR]`: one simulator by itself, without the server. */
function readArguments(): Parameters<typeof runSimulator>[0] {
  const usage = 'usage: npm run simulator -- PROVIDER [--port N] [--data-dir DIR]';
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse();
  } catch (error) {
    fail(`${(error as Error).message.split('\n')[0]} (${usage})`);
  }
  const [provider, ...rest] = parsed.positionals;
  if (!provider || rest.length > 0) fail(usage);
  return { provider, port: parsed.values.port, dataDir: parsed.values['data-dir'] };
}

function parse() {
  return parseArgs({ options: { port: { type: 'string' }, 'data-dir': { type: 'string' } }, allowPositionals: true });
}

function fail(line: string): never {
  console.error(line);
  process.exit(1);
}

await runSimulator(readArguments());
