import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Log } from '../platform/logging/log.ts';
import { packageFolder } from '../platform/own-files.ts';
import type { Lifetime } from './lifetime.ts';
import { type Pulse, pulseIntervalMs } from './monitoring-port/pulse.ts';

/** What a process that answers requests tells the first one, once: it is up. */
export interface UpReport {
  readonly kind: 'up';
  readonly url: string;
  readonly banner: string;
}

/** What the first one tells the others. */
interface Order {
  readonly kind: 'stop' | 'reread';
}

/** One of them has carried out the order to read anew. */
interface RereadReport {
  readonly kind: 'reread';
}

/** One of them is not held up. */
interface PulseReport {
  readonly kind: 'pulse';
}

type Report = UpReport | RereadReport | PulseReport;

/** One of them did not get up; it has said itself why. */
export class ProcessNotStarted extends Error {
  constructor() {
    super('A process of the server did not start; what it says of that stands above.');
    this.name = 'ProcessNotStarted';
  }
}

/** Several processes that answer requests on one port. One that ends by itself is told, and another takes its place. */
export interface Processes {
  /** Answers when all are up. Rejects with `ProcessNotStarted`. */
  start(): Promise<UpReport>;
  /** One of them brings merchants and channels in the database up to date, where all look. Never rejects. */
  reread(): Promise<void>;
  /** All drain at the same time. */
  stop(): Promise<void>;
  /** Of those that are up, if they report it (`reportPulse`). */
  readonly pulse: Pulse;
}

const program = fileURLToPath(new URL('bin/hwanbul.js', packageFolder));
const firstPauseMs = 100;
const longestPauseMs = 30_000;
/** A process that has run for so long was well; the next end is taken for the first one. */
const calmMs = 60_000;
/** More than the database's own limits let a reading of the file take, unless the process is stopped. */
const rereadLimitMs = 60_000;

export function createProcesses(parts: {
  readonly count: number;
  /** Of every one of them, over this process's. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Names of settings that only one of them may act upon, at its start. */
  readonly onlyOnce: readonly string[];
  readonly log: Log;
}): Processes {
  const { count, env, onlyOnce, log } = parts;
  const withoutOnce = Object.fromEntries(onlyOnce.map((name) => [name, undefined]));
  const pauses = new Set<NodeJS.Timeout>();
  /** Those that are up, and when each was last heard of. */
  const kept = new Map<Worker, bigint>();
  let isStopping = false;

  function fork(isFirst: boolean): { readonly worker: Worker; readonly up: Promise<UpReport> } {
    const worker = cluster.fork(isFirst ? env : { ...env, ...withoutOnce });
    const { promise: up, resolve, reject } = Promise.withResolvers<UpReport>();
    worker.on('message', (report: Report) => {
      if (report.kind === 'up') resolve(report);
      else if (report.kind === 'pulse' && kept.has(worker)) kept.set(worker, process.hrtime.bigint());
    });
    worker.on('exit', () => reject(new ProcessNotStarted()));
    // Whoever does not wait for it hears of its end.
    up.catch(() => {});
    return { worker, up };
  }

  /** From now on this place is filled again whenever its process ends. */
  function keep(worker: Worker, ends = 0): void {
    const {
      id: number,
      process: { pid },
    } = worker;
    const since = performance.now();
    if (!worker.isDead()) {
      kept.set(worker, process.hrtime.bigint());
      worker.once('exit', () => kept.delete(worker));
    }
    log.info({ process: number, pid }, 'a process answers requests');
    onEnd(worker, (reason) => {
      const before = performance.now() - since > calmMs ? 0 : ends;
      replace({ process: number, pid, ...reason }, before);
    });
  }

  function replace(ended: object, ends: number): void {
    const pauseMs = Math.min(firstPauseMs * 2 ** ends, longestPauseMs);
    log.error({ ...ended, pauseMs }, 'a process of the server has ended, and another takes its place after a pause');
    const pause = setTimeout(() => {
      pauses.delete(pause);
      const { worker, up } = fork(false);
      const number = worker.id;
      void up.then(
        () => keep(worker, ends + 1),
        () => {
          if (!isStopping) replace({ process: number, pid: worker.process.pid }, ends + 1);
        },
      );
    }, pauseMs);
    pauses.add(pause);
  }

  function onEnd(worker: Worker, told: (reason: object) => void): void {
    const tell = (code: number | null, signal: string | null): void => {
      if (!isStopping) told({ code, signal });
    };
    if (worker.isDead()) tell(worker.process.exitCode, worker.process.signalCode);
    else worker.once('exit', tell);
  }

  return {
    async start() {
      cluster.setupPrimary({ exec: program, args: ['serve'] });
      // The first one alone: what has to be brought up to date in the database is so when the others come.
      const first = fork(true);
      const report = await first.up;
      keep(first.worker);
      const others = Array.from({ length: count - 1 }, () => fork(false));
      await Promise.all(others.map(({ up }) => up));
      for (const { worker } of others) keep(worker);
      return report;
    },
    async reread() {
      for (const worker of kept.keys()) if (await isReread(worker)) return;
      if (!isStopping) log.error('no process answers that could read the file of merchants: send SIGHUP again');
    },
    async stop() {
      isStopping = true;
      for (const pause of pauses) clearTimeout(pause);
      const all = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
      await Promise.all(
        all.map(async (worker) => {
          if (worker.isDead()) return;
          const exited = once(worker, 'exit');
          if (worker.isConnected()) worker.send({ kind: 'stop' } satisfies Order);
          await exited;
        }),
      );
    },
    pulse() {
      const [first, ...others] = kept.values();
      return others.reduce((oldest, each) => (oldest === undefined || each < oldest ? each : oldest), first);
    },
  };
}

/** `false`: it ended before it had done so, or has not done so in time. */
async function isReread(worker: Worker): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const onMessage = ({ kind }: Report): void => {
    if (kind === 'reread') resolve(true);
  };
  const giveUp = (): void => resolve(false);
  worker.on('message', onMessage).once('exit', giveUp);
  const overdue = setTimeout(giveUp, rereadLimitMs);
  worker.send({ kind: 'reread' } satisfies Order, (error: Error | null) => {
    if (error) giveUp();
  });
  try {
    return await promise;
  } finally {
    clearTimeout(overdue);
    worker.off('message', onMessage).off('exit', giveUp);
  }
}

/** Is this one of several, and which? */
export function numberOfProcess(): number | undefined {
  return cluster.worker?.id;
}

/** In one of several: it ends when the first one says so. Without the first one, Node ends it at once. */
export function endWhenTold(lifetime: Lifetime): void {
  process.on('message', (order: Order) => {
    if (order.kind === 'stop') lifetime.end(0);
  });
}

/** In one of several: it reads anew when the first one says so, and answers. */
export function rereadWhenTold(reread: () => Promise<void>): void {
  process.on('message', async (order: Order) => {
    if (order.kind !== 'reread') return;
    await reread();
    process.send?.({ kind: 'reread' } satisfies RereadReport, () => {});
  });
}

export function reportUp(report: Omit<UpReport, 'kind'>): void {
  process.send?.({ kind: 'up', ...report } satisfies UpReport);
}

/** In one of several: the first one hears of it from now on as long as it is not held up. */
export function reportPulse(): void {
  setInterval(() => process.send?.({ kind: 'pulse' } satisfies PulseReport, () => {}), pulseIntervalMs).unref();
}
