import { isatty } from 'node:tty';
import type { Log } from '../platform/logging/log.ts';
import type { Lifetime } from './lifetime.ts';

/** Live mode: SIGHUP has the file of merchants read anew, as is usual for servers, unless it means that the terminal has gone. */
export interface Rereading {
  /** `false`: it is to end. */
  hungUp(): boolean;
  /** What reads it, once the server is up. It never rejects. */
  by(reread: () => Promise<void>): void;
}

const standardStreams = [0, 1, 2];

/** `isTold`: one of several processes, which hears from the first one when it is to read. */
export function createRereading(parts: {
  readonly log: Log;
  readonly lifetime: Pick<Lifetime, 'isEnding'>;
  readonly isTold: boolean;
}): Rereading {
  const { log, lifetime, isTold } = parts;
  // A terminal that is closed sends SIGHUP, too. By then it is none any more for those that have it open.
  const terminals = standardStreams.filter((stream) => isatty(stream));
  let reread: (() => Promise<void>) | undefined;
  let isAsked = false;
  let isReading = false;

  /** One after the other. What is asked for during the start, or while the file is being read, is done afterwards, once. */
  async function read(work: () => Promise<void>): Promise<void> {
    if (isReading) return;
    isReading = true;
    while (isAsked) {
      isAsked = false;
      await work();
    }
    isReading = false;
  }

  return {
    hungUp() {
      if (isTold) return true;
      if (terminals.some((stream) => !isatty(stream))) return false;
      if (lifetime.isEnding()) return true;
      log.info({ signal: 'SIGHUP' }, 'reading the file of merchants anew');
      isAsked = true;
      if (reread !== undefined) void read(reread);
      return true;
    },
    by(work) {
      reread = work;
      void read(work);
    },
  };
}
