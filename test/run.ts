import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../src/platform/database/embedded/embedded-postgres.ts';
import { createLog } from '../src/platform/logging/log.ts';

/**
 * `npm test [-- files… | node --test options…]`: one PostgreSQL for the whole run, on which every test file makes databases
 * of its own, and Node's test runner over it. PostgreSQL need not survive a power failure here, so it does not flush.
 */
const settings = {
  max_connections: '200',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum_naptime: '10min',
};

const given = process.argv.slice(2);
// What names no file is an option of Node's, or the value of one.
const isFile = (argument: string): boolean => !argument.startsWith('-') && /\*|\.ts$/.test(argument);
const files = given.some(isFile) ? given.filter(isFile) : ['test/**/*.test.ts'];
const options = [
  '--test',
  '--test-concurrency=2',
  '--test-timeout=180000',
  '--test-reporter=spec',
  ...given.filter((each) => !isFile(each)),
];

const dataDir = mkdtempSync(join(tmpdir(), 'hwanbul-test-'));
const postgres = await startEmbeddedPostgres({ dataDir, log: createLog('warn'), settings });
let exitCode = 1;
try {
  const child = spawn(process.execPath, [...options, ...files], {
    stdio: 'inherit',
    env: { ...process.env, TEST_DATABASE_URL: postgres.url },
  });
  // A terminal sends its signal to the child as well; this process stays for the cleaning up.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
} finally {
  await postgres.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
process.exit(exitCode);
