import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installProgram } from '../bundle.ts';
import { startEmbeddedPostgres } from '../src/platform/database/embedded/embedded-postgres.ts';
import { createLog } from '../src/platform/logging/log.ts';
import { chooseFiles } from './run/choose-files.ts';
import { inOrder } from './run/in-order.ts';
import { bundleLibraries } from './run/libraries.ts';
import { openRunFolder } from './run/run-folder.ts';
import { shareProcesses } from './run/shared-processes.ts';

/**
 * `npm test [-- files… | words… | node --test options…]`: one PostgreSQL for the whole run, on which every test file makes databases
 * of its own, and Node's test runner over it. PostgreSQL need not survive a power failure here, so it does not flush.
 */
const settings = {
  max_connections: '200',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum_naptime: '10min',
};

const chosen = chooseFiles(process.argv.slice(2));
if (chosen.unfit.length > 0) {
  for (const name of chosen.unfit) console.error(`No test file has ${JSON.stringify(name)} in its path.`);
  process.exit(1);
}
// Tests wait for lost answers and dead connections much of the time, so two cores have work for three files.
// The limit of a test is for what hangs. The longest, the random model, takes 107 s beside one other file, and 180 s on a busy machine.
const options = ['--test', '--test-concurrency=3', '--test-timeout=420000', '--test-reporter=spec', ...chosen.options];

const { path: dataDir, temporary, close } = openRunFolder();
// What tests start as a process, hundreds of times, is the program as it is published: it starts in half the time
// of the sources (`npm run bench:start`).
const program = join(dataDir, 'program');
const [postgres, libraries] = await Promise.all([
  startEmbeddedPostgres({ dataDir, log: createLog('warn'), settings }),
  bundleLibraries(join(dataDir, 'libraries')),
  installProgram(program),
]);
let exitCode = 1;
try {
  const preloaded = ['use-libraries', 'follow-tests'].flatMap((name) => [
    '--import',
    new URL(`run/${name}.ts`, import.meta.url).href,
  ]);
  const files = inOrder(shareProcesses(chosen.files, join(dataDir, 'shared')), join(dataDir, 'started'));
  const child = spawn(process.execPath, [...preloaded, ...options, ...files], {
    stdio: 'inherit',
    env: {
      ...process.env,
      TEST_DATABASE_URL: postgres.url,
      TEST_PROGRAM: program,
      TEST_LIBRARIES: libraries,
      TMPDIR: temporary,
      // Hundreds of processes load the same modules; with this they are stripped of their types and compiled once.
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(dataDir, 'compiled'),
    },
  });
  // A terminal sends its signal to the child as well; this process stays to stop PostgreSQL.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
} finally {
  await postgres.stop();
  await close();
}
process.exit(exitCode);
