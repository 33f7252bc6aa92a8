import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installProgram } from '../../bundle.ts';
import { openRunFolder } from '../run/run-folder.ts';
import { ownNamespaces, whyNot } from './needs.ts';

/**
 * `npm run test:cluster [-- node --test options…]`: servers of Hwanbul on a PostgreSQL that fails over, what can happen to either, and
 * whether the books are equal then (docs/several-servers.md). As root on Debian; it installs what it needs from there.
 */
const reason = whyNot();
if (reason !== undefined) {
  console.error(`\nSKIPPED, NOTHING OF THE CLUSTER WAS TRIED: ${reason}.\n`);
  process.exit(0);
}

const { path, temporary, close } = openRunFolder();
let exitCode = 1;
try {
  const program = join(path, 'program');
  await installProgram(program);
  // The shell is the first process of all in there, and Node does not bury those whose parents have died.
  const inside = ['sh', '-c', 'ip link set lo up && "$@"; exit $?', 'sh'];
  const tests = ['--test', '--test-concurrency=1', '--test-timeout=1800000', '--test-reporter=spec'];
  const files = 'test/cluster/*.test.ts';
  const child = spawn(
    'unshare',
    [...ownNamespaces, '--', ...inside, process.execPath, ...tests, ...process.argv.slice(2), files],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        TEST_PROGRAM: program,
        TMPDIR: temporary,
        NODE_COMPILE_CACHE: join(path, 'compiled'),
      },
    },
  );
  // With it everything that was started in there ends.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill('SIGKILL'));
  exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
} finally {
  await close();
}
process.exit(exitCode);
