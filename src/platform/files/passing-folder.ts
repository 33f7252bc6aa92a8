import { realpathSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, sep } from 'node:path';

/** Linux's numbers of file systems in memory (statfs(2)): tmpfs and ramfs. */
const inMemory = [0x01021994, 0x858458f6];
/** What is there is removed by the system, at a start or after some days. */
const emptiedFolders = ['/tmp', '/var/tmp', '/dev/shm', '/run'];

/** Why what is kept in this folder would not stay, or `undefined`. The folder need not be there yet. */
export function whyItPasses(folder: string): string | undefined {
  const path = realPathOf(folder);
  if (inMemory.includes(statfsSync(existing(path)).type)) return 'is in memory, and gone when the machine starts anew';
  const emptied = [...emptiedFolders, tmpdir()].find((each) => `${path}${sep}`.startsWith(`${realPathOf(each)}${sep}`));
  return emptied === undefined ? undefined : `is in ${emptied}, where the system removes what it finds`;
}

/** Without symbolic links, as far as it is there. */
function realPathOf(path: string): string {
  const there = existing(path);
  return `${realpathSync(there)}${path.slice(there === sep ? 0 : there.length)}`;
}

function existing(path: string): string {
  for (let at = path; ; at = dirname(at)) {
    try {
      realpathSync(at);
      return at;
    } catch {
      if (dirname(at) === at) return at;
    }
  }
}
