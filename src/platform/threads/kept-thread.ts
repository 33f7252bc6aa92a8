import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { Log } from '../logging/log.ts';

/** A thread that is opened again when it crashes, once it has been up. */
export interface KeptThread<Order> {
  /** To whichever thread is there now; while there is none, to nobody. */
  order(message: Order): void;
  /** It has done what it was opened for: a crash from now on is mended. Until then one rejects `failed`. */
  up(): void;
  /** Never answers: it rejects when the thread ends before it is up. */
  readonly failed: Promise<never>;
  /** Answers when the thread has ended: by itself after this order, or by force after five seconds. */
  close(message: Order): Promise<void>;
}

export interface KeptThreadParts<Order, Report> {
  /** See `programFile`. */
  readonly program: URL;
  /** Asked for at each opening. */
  readonly options: () => WorkerOptions;
  /** The line of the log at a crash. */
  readonly crashed: string;
  readonly log: Log;
  onReport(report: Report, order: (message: Order) => void): void;
  /** After a crash: what the new thread has to be told. */
  onOpenedAgain(order: (message: Order) => void): void;
}

const firstPauseMs = 100;
const longestPauseMs = 30_000;
/** A thread that has run for so long was well; the next crash is taken for the first one. */
const calmMs = 60_000;
const closeLimitMs = 5_000;

export function keepThread<Order, Report>(parts: KeptThreadParts<Order, Report>): KeptThread<Order> {
  const { program, crashed, log } = parts;
  const failed = Promise.withResolvers<never>();
  // It may fail before anybody waits for it.
  failed.promise.catch(() => {});
  let isUp = false;
  let isClosing = false;
  let crashes = 0;
  let restart: NodeJS.Timeout | undefined;
  let worker = open();
  let exited = exitOf(worker);

  function order(message: Order): void {
    worker.postMessage(message);
  }

  function open(): Worker {
    const options = parts.options();
    const opened = new Worker(program, options);
    const openedAt = performance.now();
    let reason: unknown;
    opened.on('error', (error) => {
      reason = error;
    });
    opened.on('message', (report: Report) => parts.onReport(report, order));
    opened.on('exit', (exitCode) => {
      if (isClosing) return;
      const error = reason ?? new Error(`the thread ${options.name} ended with ${exitCode}`);
      if (isUp) openAgain(error, performance.now() - openedAt);
      else failed.reject(error);
    });
    return opened;
  }

  function openAgain(error: unknown, ranMs: number): void {
    if (ranMs > calmMs) crashes = 0;
    const pauseMs = Math.min(firstPauseMs * 2 ** crashes, longestPauseMs);
    crashes++;
    log.error({ err: error, pauseMs }, crashed);
    restart = setTimeout(() => {
      worker = open();
      exited = exitOf(worker);
      parts.onOpenedAgain(order);
    }, pauseMs);
  }

  return {
    order,
    up() {
      isUp = true;
    },
    failed: failed.promise,
    async close(message) {
      isClosing = true;
      clearTimeout(restart);
      order(message);
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
