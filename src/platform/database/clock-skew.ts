import type { Clock } from '../clock/clock.ts';
import type { Log } from '../logging/log.ts';
import { createRound, type Round } from '../rounds/rounds.ts';
import type { Database } from './pool.ts';

/** How far a process's clock may be from the database's: beyond it, times of one event by the one and the other tell different stories. */
export const clockSkewMaxMs = 1_000;

const looksAtStart = 3;
const intervalMs = 5_000;

/** The clock of this process is too far from the database's to start with it. */
export class ClockSkewError extends Error {
  constructor(skewMs: number) {
    const seconds = (Math.abs(skewMs) / 1000).toFixed(1);
    super(
      `The clock of this machine is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} the database's: ` +
        `set both by NTP (at most ${clockSkewMaxMs / 1000} s is allowed).`,
    );
    this.name = 'ClockSkewError';
  }
}

/**
 * By how much the process's clock is surely ahead of the database's; negative: behind. What the way of the question and its answer may
 * account for counts as nothing.
 */
export async function measureSkew(database: Database, clock: Clock, looks = 1): Promise<number> {
  let least = { uncertainMs: Number.POSITIVE_INFINITY, skewMs: 0 };
  for (let look = 0; look < looks; look++) {
    const [before, begun] = [clock.now().getTime(), performance.now()];
    const [row] = await database.query<{ ms: number }>(
      'select extract(epoch from clock_timestamp())::float8 * 1000 as ms',
    );
    const uncertainMs = (performance.now() - begun) / 2;
    if (row && uncertainMs < least.uncertainMs) least = { uncertainMs, skewMs: before + uncertainMs - row.ms };
  }
  const { uncertainMs, skewMs } = least;
  return Math.round(Math.sign(skewMs) * Math.max(0, Math.abs(skewMs) - uncertainMs));
}

/** @throws ClockSkewError */
export async function assertClocksAgree(database: Database, clock: Clock): Promise<void> {
  const skewMs = await measureSkew(database, clock, looksAtStart);
  if (Math.abs(skewMs) > clockSkewMaxMs) throw new ClockSkewError(skewMs);
}

/** Looks again while the server runs: a clock may be set wrongly at any time. */
export interface ClockWatch {
  readonly round: Round;
  /** As it was seen last; `undefined`: not yet. */
  skewMs(): number | undefined;
}

export function createClockWatch({
  database,
  clock,
  log,
}: {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
}): ClockWatch {
  let skewMs: number | undefined;
  let isTold = false;

  async function work(): Promise<void> {
    skewMs = await measureSkew(database, clock);
    const isWrong = Math.abs(skewMs) > clockSkewMaxMs;
    if (isWrong && !isTold)
      log.warn({ skew_ms: skewMs }, "this machine's clock is wrong: it differs from the database's");
    if (!isWrong && isTold) log.info({ skew_ms: skewMs }, "this machine's clock is right again");
    isTold = isWrong;
  }

  return { round: createRound({ name: 'clock skew', intervalMs, clock, log, work }), skewMs: () => skewMs };
}
