import { DatabaseSync } from 'node:sqlite';

export interface FileLock {
  release(): void;
}

/** From SQLite's list of result codes. */
const sqliteBusy = 5;

/**
 * A lock on a file that the operating system gives back however the process ends, also after `kill -9`. Node has no call
 * for that; SQLite has, and locks the file for as long as its transaction is open. `undefined`: somebody else holds it.
 */
export function takeFileLock(path: string): FileLock | undefined {
  const file = new DatabaseSync(path);
  try {
    file.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    return { release: () => file.close() };
  } catch (error) {
    file.close();
    if ((error as { readonly errcode?: number }).errcode === sqliteBusy) return undefined;
    throw error;
  }
}

/** Whether somebody holds the lock at this moment. */
export function isFileLocked(path: string): boolean {
  const lock = takeFileLock(path);
  lock?.release();
  return lock === undefined;
}
