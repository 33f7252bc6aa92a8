import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres.ts';
import { createLog } from '../../src/platform/logging/log.ts';

/** For `run.test.ts`: a test that leaves behind what it can, and waits to be killed. */
test('never ends', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'left-'));
  await startEmbeddedPostgres({ dataDir, log: createLog('silent') });
  // As servers are started: with an environment of their own, and here as a group of its own, too.
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', dataDir], {
    env: {},
    cwd: '/',
    detached: true,
    stdio: 'ignore',
  });
  console.log(`everything is up: ${child.pid} ${dataDir}`);
  await new Promise((resolve) => setTimeout(resolve, 600_000));
});
