import { lstatSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { makeFolder } from '../../platform/files/make-folder.ts';
import { takeFileLock } from './file-lock.ts';

/** Of PostgreSQL's data format: another one needs a folder of its own. */
const postgresMajor = 18;

/** What all test runs of this user share: the PostgreSQL and, while they live, the folders of the servers. */
export interface TestingFolders {
  /** Data folder of the shared PostgreSQL. */
  readonly postgres: string;
  /** A folder per server that runs. */
  readonly servers: string;
}

/** Makes the folders; only their owner may look inside. */
export function prepareFolders(asked: string | undefined): TestingFolders {
  const root = asked ?? defaultRoot();
  const folders = { postgres: join(root, `postgresql-${postgresMajor}`), servers: join(root, 'servers') };
  for (const folder of [root, folders.postgres, folders.servers]) makeFolder(folder, 0o700);
  return folders;
}

/** The user's cache, or, where there is none that can be written (as in many containers), the system's temporary folder. */
function defaultRoot(): string {
  const given = process.env.XDG_CACHE_HOME;
  const cache =
    given && isAbsolute(given) ? given : join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache');
  const root = join(cache, 'hwanbul', 'testing');
  try {
    makeFolder(root, 0o700);
    return root;
  } catch {
    return temporaryRoot();
  }
}

function temporaryRoot(): string {
  const { uid } = userInfo();
  const root = join(tmpdir(), `hwanbul-testing-${uid}`);
  makeFolder(root, 0o700);
  const found = lstatSync(root);
  // Anybody may make a folder of this name there, and what lies in it would be run and trusted.
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0) {
    throw new Error(`${root} is not a folder that only this user can open: remove it, or give startHwanbul a dataDir.`);
  }
  return root;
}

export interface ServerFolder {
  readonly path: string;
  remove(): void;
}

/** A folder whose lock is not taken yet may be about to be. */
const youthMs = 60_000;
const lockName = 'lock';

/** A folder for one server; what killed ones have left goes at the same time. */
export function makeServerFolder(servers: string, name: string): ServerFolder {
  removeLeftFolders(servers);
  const path = join(servers, name);
  mkdirSync(path, { mode: 0o700 });
  const lock = takeFileLock(join(path, lockName));
  return {
    path,
    remove() {
      lock?.release();
      rmSync(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function removeLeftFolders(servers: string): void {
  for (const name of readdirSync(servers)) {
    const path = join(servers, name);
    try {
      if (Date.now() - statSync(path).mtimeMs < youthMs) continue;
      const lock = takeFileLock(join(path, lockName));
      if (lock === undefined) continue;
      lock.release();
      rmSync(path, { recursive: true, force: true });
    } catch {
      // Its owner, or another starter, removes it at this moment; what is left of it is for the next start.
    }
  }
}
