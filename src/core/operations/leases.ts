import { randomBytes } from 'node:crypto';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Presence } from '../../platform/database/presence.ts';

/**
 * Who is working on an operation, and until when the others leave it alone. Leases and the pauses between inquiries go by the
 * database's time, which is the same for all processes: `until` is a parameter for `databaseTimeSql`. A clock that a test moves moves
 * them along; a sandbox's held clocks don't, since they must not end the lease of a running request.
 */
export interface Leases {
  /** Names this process in the database; with its sign of life, while it shows one. */
  readonly owner: string;
  /** Real time as this process has it, for whoever outside judges by a clock of their own. */
  now(): Date;
  /** The end of a lease that begins now. */
  until(durationMs: number): DatabaseTime;
}

/** A time by the database's clock, as milliseconds from when the statement runs. */
export type DatabaseTime = number & { readonly ofDatabase: true };

/** The time that a parameter means, made by `Leases.until`, to be written down. */
export const databaseTimeSql = (parameter: string): string =>
  `(clock_timestamp() + ${parameter}::float8 * interval '1 millisecond')`;

/** The same to compare with: an index can be asked for it. */
export const databaseTimeToCompareSql = (parameter: string): string =>
  `(statement_timestamp() + ${parameter}::float8 * interval '1 millisecond')`;

/** Stands in `lease_of` when the one who had the operation has let go of it. */
export const nobody = 'nobody';

export function createLeases(clock: Clock, presence?: Pick<Presence, 'shownName'>): Leases {
  const owner = `${process.pid}-${randomBytes(6).toString('hex')}`;
  /** How far a test has moved the clock; of the system's own, nothing. */
  const movedMs = (): number => Math.round(clock.monotonicMs() - performance.now());
  return {
    get owner() {
      return presence?.shownName() ?? owner;
    },
    now: () => new Date(performance.timeOrigin + clock.monotonicMs()),
    until: (durationMs) => (movedMs() + durationMs) as DatabaseTime,
  };
}

/** How long recovery leaves an operation alone after the n-th inquiry without a result: doubling, up to five minutes. */
export function pauseAfterInquiryMs(inquiries: number): number {
  const base = Math.min(1_000 * 2 ** Math.min(inquiries, 20), 300_000);
  // A little scatter keeps the operations of one outage from all asking in the same instant.
  return Math.round(base * (0.9 + Math.random() * 0.2));
}
