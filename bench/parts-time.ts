import { readdirSync, readFileSync } from 'node:fs';
import type { BenchSandbox } from './sandbox.ts';

/** Processor time by part, in microseconds. Linux only: elsewhere nothing is known, and nothing is printed. */
export interface PartsTime {
  /** The threads that answer requests. */
  readonly server: number;
  /** Its process, or in the server's process the thread of all simulators. */
  readonly simulator: number;
  /** The server's other threads: V8 collecting garbage and compiling, Node reading files. */
  readonly helpers: number;
  readonly postgres: number;
  /** This process, which asks. */
  readonly caller: number;
}

export interface PartsClock {
  /** Of the parts since the clock was made. */
  since(): PartsTime | undefined;
}

export function createPartsClock(sandbox: BenchSandbox): PartsClock {
  const begin = readParts(sandbox);
  return {
    since() {
      const end = readParts(sandbox);
      if (!begin || !end) return undefined;
      return {
        server: end.server - begin.server,
        simulator: end.simulator - begin.simulator,
        helpers: end.helpers - begin.helpers,
        postgres: end.postgres - begin.postgres,
        caller: end.caller - begin.caller,
      };
    },
  };
}

function readParts({ serverPid, simulatorPid, postmasterPid }: BenchSandbox): PartsTime | undefined {
  try {
    const threads = [serverPid, ...childrenOf(serverPid)].map(threadsOf);
    const simulators =
      simulatorPid === undefined
        ? Math.max(0, ...threads.flatMap(({ others }) => others))
        : sumOf(threadsOf(simulatorPid));
    const helpers = threads.flatMap(({ others }) => others).reduce((sum, each) => sum + each, 0);
    const { user, system } = process.cpuUsage();
    return {
      server: threads.reduce((sum, { main }) => sum + main, 0),
      simulator: simulators,
      helpers: simulatorPid === undefined ? helpers - simulators : helpers,
      postgres: [postmasterPid, ...childrenOf(postmasterPid)]
        .map(threadsOf)
        .reduce((sum, each) => sum + sumOf(each), 0),
      caller: user + system,
    };
  } catch {
    return undefined;
  }
}

interface Threads {
  readonly main: number;
  readonly others: readonly number[];
}

function sumOf({ main, others }: Threads): number {
  return others.reduce((sum, each) => sum + each, main);
}

function threadsOf(pid: number): Threads {
  const others: number[] = [];
  let main = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const used = microseconds(`/proc/${pid}/task/${thread}`);
    if (Number(thread) === pid) main = used;
    else others.push(used);
  }
  return { main, others };
}

/** The first number is the time on a processor, in nanoseconds (Documentation/scheduler/sched-stats.rst of Linux). */
function microseconds(folder: string): number {
  return Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]) / 1_000;
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === parent)
    .map(Number);
}

/** The name in parentheses may hold anything, so the fields are counted from its end (proc_pid_stat(5)). */
function parentOf(pid: string): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
