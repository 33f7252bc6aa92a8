import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { whyItPasses } from '../../src/platform/files/passing-folder.ts';
import { rehearse } from './rehearse.ts';
import { openStage, type Stage } from './stage.ts';

/**
 * `npm run rehearse:live`, as root on Linux: live mode from the doctor to the reconciled day, with simulators under the gateways' own
 * names, behind TLS, in a network namespace that has no way out. See docs/live.md.
 */
const usage =
  'usage: npm run rehearse:live [-- --folder FOLDER] (as root, on Linux, with unshare, ip, mount and openssl)';

function fail(line: string): never {
  console.error(line);
  process.exit(1);
}

function readFolder(): { readonly folder: string; readonly isInside: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        folder: { type: 'string', default: 'data/live-rehearsal' },
        inside: { type: 'boolean', default: false },
      },
    });
    return { folder: resolve(values.folder), isInside: values.inside };
  } catch (error) {
    fail(`${(error as Error).message.split('\n')[0]}\n${usage}`);
  }
}

const { folder, isInside } = readFolder();
if (process.platform !== 'linux' || process.getuid?.() !== 0) fail(usage);
if (!isInside) {
  const passes = whyItPasses(folder);
  if (passes !== undefined)
    fail(`${folder} ${passes}, and live mode refuses such a folder: name another one by --folder`);
  // Names of hosts and the network are this process's and its children's own from here on.
  const own = [fileURLToPath(import.meta.url), '--inside', '--folder', folder];
  const { status, error } = spawnSync(
    'unshare',
    ['--net', '--mount', '--propagation', 'private', '--', process.execPath, ...process.execArgv, ...own],
    { stdio: 'inherit' },
  );
  if (error) fail(`unshare can't be run (${error.message})\n${usage}`);
  process.exit(status ?? 1);
}

// PostgreSQL runs as another user than root, who has to get through to its own folder.
mkdirSync(folder, { recursive: true, mode: 0o711 });
const run = mkdtempSync(join(folder, 'run-'));
chmodSync(run, 0o711);
const failures = await rehearseIn(run);
if (failures === undefined) {
  // What a stage that was only half there had opened would keep the process.
  process.exit(1);
} else if (failures === 0) {
  rmSync(run, { recursive: true, force: true });
  console.log('\nAll of it as it should be.');
} else {
  console.log(`\n${failures} not as it should be; the server's log is in ${join(run, 'server.log')}`);
  process.exitCode = 1;
}

/** How many steps were not as they should be; `undefined`: it could not be gone through to its end, which has been told. */
async function rehearseIn(run: string): Promise<number | undefined> {
  let stage: Stage | undefined;
  try {
    stage = await openStage(run);
    return await rehearse(stage);
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? `${message} (${cause.message})` : message;
    console.error(`\nThe rehearsal broke off: ${why}\nWhat there is of it, with the server's log, is in ${run}`);
    return undefined;
  } finally {
    await stage?.close();
  }
}
