import { accessSync, constants, readFileSync, statfsSync } from 'node:fs';

const folder = '/dev/shm';
/** More than a whole run has at a time, which is some 2 GB. */
const neededBytes = 6 * 1024 ** 3;

/**
 * Where files are kept in memory, if this machine has enough of it: a run makes some thousand databases and throws them away, and
 * what waits for a disk there is a third of the time of some files. `undefined`: the disk has to do.
 */
export function memoryFolder(): string | undefined {
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    const available = Number(/^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1024;
    const [, options = ''] =
      new RegExp(`^\\S+ ${folder} tmpfs (\\S+)`, 'm').exec(readFileSync('/proc/mounts', 'utf8')) ?? [];
    // Tests start programs that they have put there.
    const isFit = options !== '' && !options.split(',').includes('noexec');
    return isFit && bavail * bsize > neededBytes && available > 2 * neededBytes ? folder : undefined;
  } catch {
    return undefined;
  }
}
