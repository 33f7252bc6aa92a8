import { accessSync, constants, readFileSync, statfsSync } from 'node:fs';

const folder = '/dev/shm';
/** Many times what a run was seen to have at once (a few hundred megabytes). */
const neededBytes = 6 * 1024 ** 3;

/**
 * Where files are kept in memory, if this machine has enough of it: a run makes databases by the hundred and throws them away, and
 * some test files wait for the disk a third of their time. `undefined`: the disk has to do.
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
