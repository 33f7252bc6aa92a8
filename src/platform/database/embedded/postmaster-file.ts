import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from './embedded-error.ts';
import { commandLine, isAlive } from './processes.ts';

/** What a running PostgreSQL says of itself in `postmaster.pid` (src/include/utils/pidfile.h of PostgreSQL). */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number;
  readonly status: 'starting' | 'stopping' | 'ready' | 'standby' | 'unknown';
}

const pidLine = 0;
const portLine = 3;
const statusLine = 7;

export function readPostmasterFile(clusterFolder: string): PostmasterFile | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(clusterFolder, 'postmaster.pid'), 'utf8').split('\n');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const pid = Number(lines[pidLine]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  const status = lines[statusLine]?.trim();
  const known = (['starting', 'stopping', 'ready', 'standby'] as const).find((each) => each === status);
  return { pid, port: Number(lines[portLine]) || 0, status: known ?? 'unknown' };
}

/**
 * Whether the process that the file names is still the PostgreSQL of this folder. After a reboot, or in another
 * container, the same number may belong to any other process.
 */
export function isPostmasterOf(clusterFolder: string, file: PostmasterFile): boolean {
  if (!isAlive(file.pid)) return false;
  const command = commandLine(file.pid);
  if (!/\bpostgres\b/.test(command)) return false;
  if (process.platform === 'linux') {
    try {
      // PostgreSQL works from inside its data folder.
      const [here, there] = [statSync(clusterFolder), statSync(`/proc/${file.pid}/cwd`)];
      return here.ino === there.ino && here.dev === there.dev;
    } catch {
      // Containers forbid even root to look at another user's process that closely; its command line is always open.
    }
  }
  return command.includes(`port=${file.port}`);
}
