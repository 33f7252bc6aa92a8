import type { Log } from '../platform/logging/log.ts';

/** Thrown inside the start when the process was told to end before it was up. */
export class StartAbandoned extends Error {
  constructor() {
    super('The start was abandoned.');
    this.name = 'StartAbandoned';
  }
}

/** What has been started, in order, so that it is stopped in the opposite order, once, and within a limit. */
export interface Lifetime {
  /** @throws StartAbandoned when the process was told to end in the meantime. */
  started(what: string, stop: () => Promise<void>): void;
  /** From here on, `end` stops everything at once; before, it makes the next `started` throw. */
  running(): void;
  /** It was told to end: what fails from now on may fail because of that. */
  isEnding(): boolean;
  /** Ends the process when all has stopped; the first exit code counts, and 1 when something did not stop. */
  end(exitCode: number): void;
  /** The same, not waiting for the start to notice. */
  endNow(exitCode: number): Promise<never>;
}

export function createLifetime(log: Log, stopLimitMs: number): Lifetime {
  const parts: { readonly what: string; readonly stop: () => Promise<void> }[] = [];
  let isRunning = false;
  let asked: number | undefined;
  let ending: Promise<never> | undefined;

  async function finish(exitCode: number): Promise<never> {
    const overdue = setTimeout(() => {
      log.fatal({ stopLimitMs }, 'not everything stopped in time; the next start recovers what is left');
      process.exit(1);
    }, stopLimitMs);
    overdue.unref();
    let worst = exitCode;
    for (const { what, stop } of parts.reverse()) {
      try {
        await stop();
        log.debug({ what }, 'stopped');
      } catch (error) {
        worst = 1;
        log.error({ err: error, what }, 'could not be stopped');
      }
    }
    process.exit(worst);
  }

  function endNow(exitCode: number): Promise<never> {
    asked ??= exitCode;
    ending ??= finish(asked);
    return ending;
  }

  return {
    started(what, stop) {
      parts.push({ what, stop });
      if (asked !== undefined) throw new StartAbandoned();
    },
    running() {
      isRunning = true;
      if (asked !== undefined) void endNow(asked);
    },
    isEnding: () => asked !== undefined,
    end(exitCode) {
      asked ??= exitCode;
      if (isRunning) void endNow(asked);
    },
    endNow,
  };
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
/** Ctrl-C under `npm start` arrives twice, from the terminal and from npm, and means one thing. */
const oneKeyPressMs = 1_000;

/**
 * The first signal ends in order; a later one ends at once, with the shell's exit code for that signal. `hungUp` is told of SIGHUP first:
 * if it answers with `true`, that was no call to end.
 */
export function endOnSignal(lifetime: Lifetime, log: Log, hungUp: () => boolean = () => false): void {
  let firstAtMs: number | undefined;
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (signal === 'SIGHUP' && hungUp()) return;
      if (firstAtMs === undefined) {
        firstAtMs = performance.now();
        log.info({ signal }, 'stopping');
        lifetime.end(0);
      } else if (performance.now() - firstAtMs > oneKeyPressMs) {
        process.exit(128 + signalNumbers[signal]);
      }
    });
  }
}

const parentLookIntervalMs = 250;

/**
 * `npx hwanbul` runs the server under a shell that npm makes. A signal to npm ends that shell and never reaches the server,
 * which would go on unseen, with its port and its data folder; losing the parent is taken for that signal. This is no round of
 * the server's: it looks from before the server is up, and looking neither fails nor has to be waited for.
 */
export function endWithParent(lifetime: Lifetime, log: Log): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    log.info('the program that started this one has ended: stopping');
    lifetime.end(0);
  }, parentLookIntervalMs);
  timer.unref();
}
