import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { assertNoWayOut } from '../../tools/live-rehearsal/namespace.ts';
import { bareEnvironment } from '../kit/bare-environment.ts';

/** The two networks of the site: over one the database's machines speak to each other and to etcd, over the other servers reach them. */
export const networks = ['cluster', 'servers'] as const;
export type Network = (typeof networks)[number];
const prefixes = { cluster: '10.88.1', servers: '10.88.2' } as const satisfies Record<Network, string>;

/** Where the tests themselves, the servers of Hwanbul, and etcd are. */
export const ourAddress = (network: Network): string => `${prefixes[network]}.1`;

/** A network namespace with an address in each of the networks. Its files are those of the one machine that all this runs on. */
export interface Machine {
  readonly name: string;
  address(network: Network): string;
  /** Starts a program there, as the user that PostgreSQL runs as; its output is added to a file. */
  start(program: string, args: readonly string[], logFile: string): ChildProcess;
  /** Kill -9 of all that runs there. The machine's addresses stay, so that connections to it are refused. */
  kill(): Promise<void>;
  /** Cuts it off: nothing arrives, and nobody is told. */
  cut(which: readonly Network[]): void;
  join(): void;
}

/** Makes the networks and so many machines, in a network namespace that has none yet. They end with the namespaces that `main.ts` has started the tests in. */
export function makeMachines(count: number): readonly Machine[] {
  assertNoWayOut();
  // Names of networks are files; these are seen in here only, and go with the namespace.
  execFileSync('mkdir', ['-p', '/run/netns']);
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', '/run/netns']);
  for (const network of networks) {
    ip('link', 'add', network, 'type', 'bridge');
    ip('address', 'add', `${ourAddress(network)}/24`, 'dev', network);
    ip('link', 'set', network, 'up');
  }
  return Array.from({ length: count }, (_, index) => makeMachine(index + 1));
}

function makeMachine(number: number): Machine {
  const name = `node${number}`;
  const linkOf = (network: Network): string => `${network}${number}`;
  ip('netns', 'add', name);
  ip('-n', name, 'link', 'set', 'lo', 'up');
  const address = (network: Network): string => `${prefixes[network]}.${10 + number}`;
  for (const network of networks) {
    ip('link', 'add', linkOf(network), 'type', 'veth', 'peer', 'name', network, 'netns', name);
    ip('link', 'set', linkOf(network), 'master', network, 'up');
    ip('-n', name, 'address', 'add', `${address(network)}/24`, 'dev', network);
    ip('-n', name, 'link', 'set', network, 'up');
  }
  return Object.freeze({
    name,
    address,
    start(program, args, logFile) {
      const log = openSync(logFile, 'a');
      const { uid, gid } = postgresUser();
      const inside = [`--net=/run/netns/${name}`, `--setuid=${uid}`, `--setgid=${gid}`, '--', program, ...args];
      const child = spawn('nsenter', inside, { stdio: ['ignore', log, log], env: bareEnvironment(), cwd: '/' });
      closeSync(log);
      child.unref();
      return child;
    },
    async kill() {
      for (;;) {
        const pids = ip('netns', 'pids', name).split('\n').filter(Boolean).map(Number);
        if (pids.length === 0) return;
        for (const pid of pids) kill(pid);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    cut(which) {
      for (const network of which) ip('link', 'set', linkOf(network), 'down');
    },
    join() {
      for (const network of networks) ip('link', 'set', linkOf(network), 'up');
    },
  } satisfies Machine);
}

/** Whom PostgreSQL and PgBouncer run as, which refuse root. */
export function postgresUser(): { readonly uid: number; readonly gid: number } {
  const [uid, gid] = ['-u', '-g'].map((what) => Number(execFileSync('id', [what, 'postgres'], { encoding: 'utf8' })));
  return { uid: uid ?? 0, gid: gid ?? 0 };
}

function ip(...args: readonly string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8' });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
