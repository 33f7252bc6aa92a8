import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';

/** Debian's packages, and the program by which each is known to be there. */
const packages = {
  'etcd-server': '/usr/bin/etcd',
  haproxy: '/usr/sbin/haproxy',
  iproute2: '/usr/sbin/ip',
  patroni: '/usr/bin/patroni',
  pgbouncer: '/usr/sbin/pgbouncer',
  postgresql: '/usr/lib/postgresql',
  // Patroni speaks to etcd by it, and Debian only suggests it.
  'python3-etcd': '/usr/lib/python3/dist-packages/etcd',
} as const;

/** Why the cluster can't be tried here; `undefined`: it can. */
export function whyNot(): string | undefined {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version')) return 'this is not Debian';
  if (process.getuid?.() !== 0) return 'only root may make networks and start PostgreSQL as another user';
  const unshared = spawnSync('unshare', [...ownNamespaces, 'true'], { encoding: 'utf8' });
  if (unshared.status !== 0) return `no namespaces can be made (${(unshared.stderr ?? 'no unshare').trim()})`;
  return install();
}

/**
 * For `unshare`: a network without a way out, mounts of its own, and a table of processes whose first one takes all others with it,
 * however the one that started it ends.
 */
export const ownNamespaces: readonly string[] = [
  ...['--net', '--mount', '--propagation', 'private'],
  ...['--pid', '--fork', '--kill-child', '--mount-proc'],
];

/** Asked by each installation whether a service may be started; 101 is no. */
const policy = '/usr/sbin/policy-rc.d';

function install(): string | undefined {
  const missing = Object.entries(packages).flatMap(([name, file]) => (existsSync(file) ? [] : [name]));
  if (missing.length === 0) return undefined;
  console.log(`Installing from Debian: ${missing.join(', ')}`);
  const isOurs = !existsSync(policy);
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const how = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
    spawnSync('apt-get', ['update', '--quiet'], how);
    const arguments_ = ['install', '--yes', '--quiet', '--no-install-recommends', ...missing];
    const { status } = spawnSync('apt-get', arguments_, how);
    return status === 0 ? undefined : `apt-get can't install ${missing.join(', ')}`;
  } finally {
    if (isOurs) rmSync(policy);
  }
}

/** The folder of the newest PostgreSQL's programs. */
export function postgresPrograms(): string {
  const [newest] = readdirSync(packages.postgresql).sort((a, b) => Number(b) - Number(a));
  return `${packages.postgresql}/${newest}/bin`;
}
