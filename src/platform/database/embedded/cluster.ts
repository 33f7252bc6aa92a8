import { type SpawnOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../logging/log.ts';
import type { Binaries } from './binaries.ts';
import { createFileOnce } from './create-file-once.ts';
import { EmbeddedError, systemErrorCode } from './embedded-error.ts';
import { postgresEnvironment } from './reachable-binaries.ts';
import type { RunAs } from './run-as.ts';

/** The one role of the embedded database, and the name of its database. */
export const roleName = 'hwanbul';
const draftPrefix = 'postgres.new-';

export function clusterFolderOf(dataDir: string): string {
  return join(dataDir, 'postgres');
}

export function passwordFileOf(dataDir: string): string {
  return join(dataDir, 'postgres.password');
}

/** The password is kept beside the cluster rather than in it: only the server reads it, not PostgreSQL's own user. */
export function loadOrCreatePassword(dataDir: string): string {
  const path = passwordFileOf(dataDir);
  createFileOnce(path, `${randomBytes(24).toString('hex')}\n`);
  return readFileSync(path, 'utf8').trim();
}

/**
 * Makes the cluster unless there is one. It is made under another name and gets its own when it is complete, so a start
 * that is killed half way leaves nothing that looks like a cluster. A folder that is neither empty nor complete is left
 * alone: it may hold somebody's payments.
 */
export async function ensureCluster(
  dataDir: string,
  binaries: Binaries,
  runAs: RunAs | undefined,
  password: string,
  log: Log,
): Promise<void> {
  const folder = clusterFolderOf(dataDir);
  if (isComplete(folder)) return assertRightVersion(folder, binaries);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new EmbeddedError(
      `${folder} is not empty and is no complete PostgreSQL data folder: restore it from a backup, or move it away to start anew.`,
    );
  }
  log.info({ folder }, 'making the embedded database');
  const draft = join(dataDir, `${draftPrefix}${randomBytes(6).toString('hex')}`);
  mkdirSync(draft, { mode: 0o700 });
  try {
    await runInitdb(draft, binaries, runAs, password);
    renameSync(draft, folder);
    syncFolder(dataDir);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another starter on the same folder was faster. Which of the two may stay is decided by the lock, later.
    if (!isComplete(folder)) throw error;
  }
}

/** Removes what killed starts left half made. Only for the holder of the lock: to others it may be work in progress. */
export function removeDrafts(dataDir: string, log: Log): void {
  for (const name of readdirSync(dataDir).filter((each) => each.startsWith(draftPrefix))) {
    try {
      rmSync(join(dataDir, name), { recursive: true, force: true });
    } catch (error) {
      // An initdb that outlived its server may still be writing there; the next start finds it finished.
      log.warn({ err: error, name }, 'what an interrupted start left could not be removed yet');
    }
  }
}

/**
 * How PostgreSQL is told its data folder. Its user may not be allowed to walk to it (root's home is closed to others),
 * but it may use a folder that is already open when it starts: we open it, and it inherits the open folder.
 */
export function openFolderFor(
  runAs: RunAs | undefined,
  folder: string,
): { readonly path: string; readonly descriptors: readonly number[]; close(): void } {
  if (runAs === undefined) return { path: folder, descriptors: [], close: () => {} };
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  return { path: '/proc/self/fd/3', descriptors: [descriptor], close: () => closeSync(descriptor) };
}

function isComplete(folder: string): boolean {
  return existsSync(join(folder, 'PG_VERSION')) && existsSync(join(folder, 'global', 'pg_control'));
}

function assertRightVersion(folder: string, binaries: Binaries): void {
  const made = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  const ours = binaries.version.split('.')[0];
  if (made === ours) return;
  throw new EmbeddedError(
    Number(made) > Number(ours)
      ? `${folder} was made by PostgreSQL ${made}, and this Hwanbul brings ${ours}: start the newer Hwanbul that made it.`
      : `${folder} was made by PostgreSQL ${made}, and this Hwanbul brings ${ours}: move the data with pg_dump from a PostgreSQL ${made}.`,
  );
}

async function runInitdb(draft: string, binaries: Binaries, runAs: RunAs | undefined, password: string): Promise<void> {
  const passwordFile = `${draft}.password`;
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
  if (runAs !== undefined) {
    for (const path of [draft, passwordFile]) chownSync(path, runAs.uid, runAs.gid);
    chmodSync(draft, 0o700);
  }
  const folder = openFolderFor(runAs, draft);
  const passwordDescriptor = openSync(passwordFile, 'r');
  try {
    const args = [
      ...['-D', folder.path, '-U', roleName, '-A', 'scram-sha-256', '-E', 'UTF8'],
      ...['--locale=C', '--locale-provider=libc', '--no-instructions'],
      `--pwfile=${runAs === undefined ? passwordFile : '/proc/self/fd/4'}`,
    ];
    const inherited = runAs === undefined ? [] : [...folder.descriptors, passwordDescriptor];
    const options = { ...runAs, cwd: '/', env: postgresEnvironment, stdio: ['ignore', 'pipe', 'pipe', ...inherited] };
    await run(join(binaries.folder, 'bin', 'initdb'), args, options as SpawnOptions);
  } finally {
    closeSync(passwordDescriptor);
    rmSync(passwordFile, { force: true });
    folder.close();
  }
}

function run(program: string, args: readonly string[], options: SpawnOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, options);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output = `${output}${chunk}`.slice(-4_000);
      });
    }
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) return resolve();
      const reason = /(?:error|fatal): (.*)/i.exec(output)?.[1] ?? output.trim().split('\n').at(-1) ?? '';
      reject(new EmbeddedError(`initdb ended with ${code ?? signal}: ${reason}`));
    });
  });
}

/** Makes the new name of the cluster durable. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } catch (error) {
    if (systemErrorCode(error) !== 'EINVAL') throw error;
  } finally {
    closeSync(descriptor);
  }
}
