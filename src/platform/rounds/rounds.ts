import type { Clock } from '../clock/clock.ts';
import { isDatabaseOutage } from '../database/transient-errors.ts';
import type { Log } from '../logging/log.ts';
import { within } from '../tracing/scope.ts';

/**
 * Work that comes back: it runs once when the round is started, and again whenever the interval has passed since its last
 * run ended, however that one ended. In one process it never runs twice at a time; what several processes must not do side
 * by side, the work itself divides among them (leases). A round keeps no process alive.
 */
export interface Round {
  readonly name: string;
  /** Runs soon, and again and again from then on. Gives the end of that first run, however it ends. */
  start(): Promise<void>;
  /** Runs now, started or not. Who asks during a run gets that one's end, and its failure. Does nothing when stopped. */
  runOnce(): Promise<void>;
  /** There is something to do: runs after this pause at the latest. During a run, one more run follows that one. */
  wake(pauseMs?: number): void;
  /** Runs no more, and waits for what is under way, however that ends. */
  stop(): Promise<void>;
  health(): RoundHealth;
}

export interface RoundHealth {
  readonly lastSucceededAt: Date | undefined;
  readonly lastFailure: { readonly at: Date; readonly error: unknown } | undefined;
}

export interface RoundParts {
  /** Names the work in the log. */
  readonly name: string;
  /** From the end of one run to the beginning of the next. */
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** One run. Work of several steps begins no further one when the round is `stopping`. */
  work(stopping: AbortSignal): Promise<void>;
  /** Ends what the runs have set off and not waited for. Part of stopping, after the last run. */
  drain?(): Promise<void>;
}

export function createRound(parts: RoundParts): Round {
  const { name, intervalMs, clock, log } = parts;
  const stopping = new AbortController();
  let isStarted = false;
  let stopped: Promise<void> | undefined;
  let underWay: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let timerDueAt = Number.POSITIVE_INFINITY;
  /** From the end of the run under way on. */
  let nextPauseMs = intervalMs;
  let lastSucceededAt: Date | undefined;
  let lastFailure: RoundHealth['lastFailure'];

  async function run(): Promise<void> {
    nextPauseMs = intervalMs;
    try {
      // Whoever woke it is not who it works for.
      await within({ fields: { round: name }, span: undefined }, () => parts.work(stopping.signal));
      lastSucceededAt = clock.now();
    } catch (error) {
      lastFailure = { at: clock.now(), error };
      // All rounds of a server meet an outage, again and again; requests that fail by it tell of it.
      if (isDatabaseOutage(error)) log.debug({ err: error, round: name }, 'a round met an outage of the database');
      else log.error({ err: error, round: name }, 'a round failed');
      throw error;
    }
  }

  function runOnce(): Promise<void> {
    if (stopping.signal.aborted) return Promise.resolve();
    // A turn later, so that work which wakes its own round at once does so during its run.
    underWay ??= Promise.resolve()
      .then(run)
      .finally(() => {
        underWay = undefined;
        runAfter(nextPauseMs);
      });
    return underWay;
  }

  /** Of two times, the earlier one counts. */
  function runAfter(pauseMs: number): void {
    if (!isStarted || stopping.signal.aborted) return;
    const dueAt = performance.now() + pauseMs;
    if (timer && timerDueAt <= dueAt) return;
    clearTimeout(timer);
    timerDueAt = dueAt;
    timer = setTimeout(() => {
      timer = undefined;
      void runOnce().catch(() => undefined);
    }, pauseMs);
    timer.unref();
  }

  async function end(): Promise<void> {
    stopping.abort();
    clearTimeout(timer);
    await underWay?.catch(() => undefined);
    await parts.drain?.();
  }

  return Object.freeze<Round>({
    name,
    start() {
      isStarted = true;
      return runOnce().catch(() => undefined);
    },
    runOnce,
    wake(pauseMs = 0) {
      if (underWay) nextPauseMs = Math.min(nextPauseMs, pauseMs);
      else runAfter(pauseMs);
    },
    stop() {
      stopped ??= end();
      return stopped;
    },
    health: () => ({ lastSucceededAt, lastFailure }),
  });
}
