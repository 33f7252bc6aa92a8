import { join } from 'node:path';
import pg from 'pg';
import { EmbeddedError } from '../../platform/database/embedded/embedded-error.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../platform/database/embedded/embedded-postgres.ts';
import { createLog } from '../../platform/logging/log.ts';
import { type FileLock, takeFileLock } from './file-lock.ts';
import { discardAfterPowerFailure, noteOrderlyStop } from './power-failure.ts';
import { leaseLock, maintenanceDatabase, supervisorLockName } from './shared-postgres.ts';

/**
 * Runs the PostgreSQL that test processes share: started by whichever of them comes first, it belongs to none, and ends
 * by itself when nobody has used it for a while. Arguments: the data folder, and how many milliseconds a while is.
 */

/** Nothing in it is worth a flush, and many servers use it at once. */
const settings = {
  max_connections: '300',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum_naptime: '10min',
};
/** Starters look whether the lock is held, and hold it themselves for that moment. */
const lockPatienceMs = 500;
const lookIntervalMs = 500;

const [dataDir = '', linger = ''] = process.argv.slice(2);
const lingerMs = Number(linger);
const log = createLog('info');

const lock = await takeLockPatiently(join(dataDir, supervisorLockName));
if (lock !== undefined) {
  try {
    await supervise();
  } catch (error) {
    log.error({ err: error }, 'the shared PostgreSQL could not be kept running');
    const reason = error instanceof EmbeddedError ? error.message : `The shared PostgreSQL failed: ${String(error)}`;
    process.stderr.write(`${reason}\n`);
    process.exitCode = 1;
  }
  lock.release();
}
process.exit();

async function supervise(): Promise<void> {
  discardAfterPowerFailure(dataDir, log);
  const postgres = await startEmbeddedPostgres({ dataDir, log, settings });
  const told = Promise.withResolvers<string>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => told.resolve(`told by ${signal}`));
  process.on('SIGHUP', () => {});
  const lost = postgres.lost.then((reason) => {
    throw new EmbeddedError(`The shared PostgreSQL was lost: ${reason}`);
  });
  const reason = await Promise.race([told.promise, lost, untilUnused(postgres)]);
  log.info({ reason }, 'stopping');
  await postgres.stop();
  noteOrderlyStop(dataDir);
}

/**
 * Settles when there has been no lease for a while, holding the lock that a new one would need: whoever comes now finds it
 * taken and waits for the next PostgreSQL.
 */
async function untilUnused(postgres: EmbeddedPostgres): Promise<string> {
  const url = new URL(postgres.url);
  url.pathname = `/${maintenanceDatabase}`;
  let client: pg.Client | undefined;
  let usedAt = performance.now();
  for (;;) {
    try {
      client ??= await connect(url.href, () => {
        client = undefined;
      });
      if (await isLeased(client)) usedAt = performance.now();
      else if (performance.now() - usedAt >= lingerMs && (await tryToHoldAlone(client))) return 'nobody uses it';
    } catch (error) {
      // A PostgreSQL that is gone is reported by `lost`; one that has restarted takes a new connection.
      log.warn({ err: error }, 'the shared PostgreSQL does not answer');
    }
    await new Promise((resolve) => setTimeout(resolve, lookIntervalMs));
  }
}

async function connect(url: string, onEnd: () => void): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'hwanbul testing supervisor' });
  client.on('error', () => {});
  client.once('end', onEnd);
  await client.connect();
  return client;
}

async function isLeased(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from pg_locks where locktype = 'advisory' and classid = $1::bigint::oid and objid = $2::bigint::oid and granted limit 1`,
    [leaseLock.classId, leaseLock.objectId],
  );
  return rowCount === 1;
}

async function tryToHoldAlone(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1, $2) as held', [
    leaseLock.classId,
    leaseLock.objectId,
  ]);
  return rows[0]?.held === true;
}

async function takeLockPatiently(path: string): Promise<FileLock | undefined> {
  const end = performance.now() + lockPatienceMs;
  for (;;) {
    const taken = takeFileLock(path);
    if (taken !== undefined || performance.now() > end) return taken;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
