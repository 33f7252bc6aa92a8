import { spawnSync } from 'node:child_process';
import { type Stats, statSync } from 'node:fs';
import { EmbeddedError } from './embedded-error.ts';

/** Whom PostgreSQL runs as. It refuses to run as root, whatever it is told. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/**
 * `undefined`: as ourselves. As root: whoever owns the cluster, or else the data folder, or else the user `postgres`, or
 * else `nobody`. Users are never made: that is for the owner of the machine to do.
 */
export function chooseRunAs(dataDir: string, clusterFolder: string): RunAs | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (process.platform !== 'linux') {
    throw new EmbeddedError(
      'PostgreSQL refuses to run as root: start Hwanbul as an ordinary user, or set DATABASE_URL.',
    );
  }
  const cluster = statSync(clusterFolder, { throwIfNoEntry: false });
  if (cluster !== undefined && cluster.uid !== 0) return ownerOf(cluster);
  const folder = statSync(dataDir, { throwIfNoEntry: false });
  // initdb insists on knowing the name of its user.
  if (folder !== undefined && folder.uid !== 0 && lookUp(String(folder.uid), '-un') !== undefined)
    return ownerOf(folder);
  return named('postgres') ?? named('nobody') ?? { uid: 65_534, gid: 65_534 };
}

function ownerOf(folder: Stats): RunAs {
  const gid = Number(lookUp(String(folder.uid), '-g') ?? folder.gid);
  return { uid: folder.uid, gid: gid === 0 ? folder.uid : gid };
}

/** Both from one look, since each starts a process. */
function named(user: string): RunAs | undefined {
  const [, uid = 0, gid = 0] =
    lookUp(user)
      ?.match(/^uid=(\d+)\S* gid=(\d+)/)
      ?.map(Number) ?? [];
  return uid && gid ? { uid, gid } : undefined;
}

function lookUp(user: string, ...question: readonly ('-g' | '-un')[]): string | undefined {
  const answer = spawnSync('id', [...question, user], { encoding: 'utf8', timeout: 10_000 });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
}
