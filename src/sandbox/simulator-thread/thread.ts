import { Worker } from 'node:worker_threads';
import type { Log } from '../../platform/logging/log.ts';
import { programFile } from '../../platform/own-files.ts';
import type { Group, GroupMember } from '../../simulators/group.ts';
import type { WorkerOrder, WorkerReport } from '../../simulators/worker.ts';

/**
 * The thread that all simulators of a sandbox run in, seen from the server's. A crash there is a gateway that is away for a
 * moment: requests under way lose their connection, which the server takes for a doubt, and the simulators come back on the
 * same ports, with the same books.
 */
export interface SimulatorThread {
  /** Once. Rejects when one of them can't start. */
  start(members: readonly GroupMember[]): Promise<Group['urls']>;
  close(): Promise<void>;
}

const program = programFile('sandbox/simulator-thread/main');
const firstPauseMs = 100;
const longestPauseMs = 30_000;
/** A thread that has run for so long was well; the next crash is taken for the first one. */
const calmMs = 60_000;
const closeLimitMs = 5_000;
/** What V8 takes by default for young objects is more than all that the simulators keep. */
const youngGenerationMb = 4;

export function openSimulatorThread(log: Log): SimulatorThread {
  const firstStart = Promise.withResolvers<Group['urls']>();
  // It may fail before anybody waits for it.
  firstStart.promise.catch(() => {});
  let members: readonly GroupMember[] | undefined;
  let isUp = false;
  let isClosing = false;
  let crashes = 0;
  let restart: NodeJS.Timeout | undefined;
  let worker = open();
  let exited = exitOf(worker);

  function open(): Worker {
    const opened = new Worker(program, {
      name: 'simulators',
      resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
    });
    const openedAt = performance.now();
    let reason: unknown;
    opened.on('error', (error) => {
      reason = error;
    });
    opened.on('message', (report: WorkerReport) => {
      if (report.kind === 'log') log.info({ simulator: report.provider }, report.line);
      else listening(report.urls);
    });
    opened.on('exit', (exitCode) => {
      if (isClosing) return;
      if (isUp) openAgain(reason ?? new Error(`the thread ended with ${exitCode}`), performance.now() - openedAt);
      else firstStart.reject(reason ?? new Error(`the thread of the simulators ended with ${exitCode}`));
    });
    return opened;
  }

  function order(message: WorkerOrder): void {
    worker.postMessage(message);
  }

  function listening(urls: Group['urls']): void {
    if (isUp) log.info({ simulators: Object.keys(urls).length }, 'the simulators are back');
    isUp = true;
    // Channels know these addresses: a thread that is opened again listens there.
    members = members?.map((member) => ({ ...member, port: Number(new URL(urls[member.provider] ?? '').port) }));
    firstStart.resolve(urls);
  }

  function openAgain(error: unknown, ranMs: number): void {
    if (ranMs > calmMs) crashes = 0;
    const pauseMs = Math.min(firstPauseMs * 2 ** crashes, longestPauseMs);
    crashes++;
    log.error({ err: error, pauseMs }, 'the simulators have crashed, and are started again after a pause');
    restart = setTimeout(() => {
      worker = open();
      exited = exitOf(worker);
      order({ kind: 'start', members: members ?? [] });
    }, pauseMs);
  }

  return {
    start(asked) {
      members = asked;
      order({ kind: 'start', members });
      return firstStart.promise;
    },
    async close() {
      isClosing = true;
      clearTimeout(restart);
      order({ kind: 'close' });
      const overdue = setTimeout(() => void worker.terminate(), closeLimitMs);
      await exited;
      clearTimeout(overdue);
    },
  };
}

function exitOf(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve());
  });
}
