/**
 * How long `startHwanbul()` takes: the first time, the first time after the shared PostgreSQL has ended, while it runs, and four
 * at once; as ratios to a bare start of the server's program on a database that is given and migrated.
 * `npm run bench:testing [-- --rounds=5]`
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '../src/platform/database/embedded/embedded-postgres.ts';
import { readPostmasterFile } from '../src/platform/database/embedded/postmaster-file.ts';
import { createLog } from '../src/platform/logging/log.ts';
import { createStartHwanbul } from '../src/testing/start-hwanbul.ts';
import { median, numberArgument } from './load.ts';

const rounds = numberArgument('rounds', 5);
const root = fileURLToPath(new URL('..', import.meta.url));
const lingerMs = 1_000;
const startHwanbul = createStartHwanbul(join(root, 'src/testing/server/main.ts'), lingerMs);

const folder = await mkdtemp(join(tmpdir(), 'hwanbul-bench-'));
const dataDir = join(folder, 'shared');
try {
  const bareMs = await bareStarts();
  const first = await timed(async () => [await startHwanbul({ dataDir, databaseUrl: null })]);
  await untilPostgresHasEnded();
  const again = await timed(async () => [await startHwanbul({ dataDir, databaseUrl: null })]);
  await untilPostgresHasEnded();
  const keeper = await startHwanbul({ dataDir, databaseUrl: null });
  const running: number[] = [];
  const four: number[] = [];
  for (let round = 0; round < rounds; round++) {
    running.push(await timed(async () => [await startHwanbul({ dataDir, databaseUrl: null })]));
    four.push(
      await timed(() => Promise.all(Array.from({ length: 4 }, () => startHwanbul({ dataDir, databaseUrl: null })))),
    );
  }
  await keeper.close();
  await untilPostgresHasEnded();
  for (const [name, ms] of [
    ['a bare server on a given database', bareMs],
    ['the very first, which makes the cluster', first],
    ['PostgreSQL is there and does not run', again],
    ['PostgreSQL runs', median(running)],
    ['four at once, until the last is up', median(four)],
  ] as const) {
    process.stdout.write(`${name.padEnd(42)}${ms.toFixed(0).padStart(7)} ms  ratio ${(ms / bareMs).toFixed(2)}\n`);
  }
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}

async function timed(start: () => Promise<readonly { close(): Promise<void> }[]>): Promise<number> {
  const begin = performance.now();
  const started = await start();
  const ms = performance.now() - begin;
  for (const each of started) await each.close();
  return ms;
}

/** The median; the first, which migrates, does not count. */
async function bareStarts(): Promise<number> {
  const given = join(folder, 'given');
  const postgres = await startEmbeddedPostgres({ dataDir: given, log: createLog('warn') });
  try {
    await bareStart(given, postgres.url);
    const all: number[] = [];
    for (let round = 0; round < rounds; round++) all.push(await bareStart(given, postgres.url));
    return median(all);
  } finally {
    await postgres.stop();
  }
}

async function bareStart(dir: string, databaseUrl: string): Promise<number> {
  const begin = performance.now();
  const child = spawn(process.execPath, [join(root, 'bin/hwanbul.js')], {
    env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: dir, DATABASE_URL: databaseUrl, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    output += chunk;
    if (/ is listening on http/.test(output)) break;
  }
  const ms = performance.now() - begin;
  child.kill('SIGTERM');
  if (child.exitCode === null) await once(child, 'exit');
  return ms;
}

async function untilPostgresHasEnded(): Promise<void> {
  const cluster = join(dataDir, 'postgresql-18', 'postgres');
  while (readPostmasterFile(cluster) !== undefined) await new Promise((resolve) => setTimeout(resolve, 100));
}
