import { randomBytes } from 'node:crypto';
import type { Clock } from '../../platform/clock/clock.ts';

/**
 * Who is working on an operation, and until when the others leave it alone. Leases and the pauses between inquiries are
 * measured in real time, not in the clock's: a sandbox that moves its clock must not end the lease of a running request.
 */
export interface Leases {
  /** Names this process in the database. */
  readonly owner: string;
  now(): Date;
  /** The end of a lease that begins now. */
  until(durationMs: number): Date;
}

export function createLeases(clock: Clock): Leases {
  const owner = `${process.pid}-${randomBytes(6).toString('hex')}`;
  const now = (): Date => new Date(performance.timeOrigin + clock.monotonicMs());
  return { owner, now, until: (durationMs) => new Date(now().getTime() + durationMs) };
}

/** How long recovery leaves an operation alone after the n-th inquiry without a result: doubling, up to five minutes. */
export function pauseAfterInquiryMs(inquiries: number): number {
  const base = Math.min(1_000 * 2 ** Math.min(inquiries, 20), 300_000);
  // A little scatter keeps the operations of one outage from all asking in the same instant.
  return Math.round(base * (0.9 + Math.random() * 0.2));
}
