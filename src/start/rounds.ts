import { setTimeout } from 'node:timers/promises';
import type { Services } from '../core/services.ts';
import { createRound, type Round } from '../platform/rounds/rounds.ts';

const housekeepingIntervalMs = 600_000;
/** What one round's first run may keep the next one waiting. */
const firstRunMs = 100;

/** The server's rounds, started and stopped together. */
export interface Rounds {
  readonly all: readonly Round[];
  /** They begin one after the other: most first looks find nothing, and all at once each would open a connection for it. */
  start(): void;
  /** Waits for what is under way in each of them. */
  stop(): Promise<void>;
}

/** Every round of a server; `ofSandbox` are those that only a sandbox has. */
export function createRounds(services: Services, ofSandbox: readonly Round[]): Rounds {
  const { clock, log } = services;
  const all = [
    ...ofSandbox,
    services.recovery,
    services.takeOver,
    services.clockWatch.round,
    services.schedules.round,
    services.refundRequests,
    services.bulkRefunds.round,
    services.reconciledDays.round,
    services.notices.round,
    services.webhooks.round,
    services.webhooks.takeOver,
    services.retention,
    createRound({
      name: 'ended sessions',
      intervalMs: housekeepingIntervalMs,
      clock,
      log,
      work: () => services.removeEndedOfMembers(),
    }),
  ];
  return {
    all,
    start() {
      void startInTurn(all);
    },
    async stop() {
      // One that has not begun yet does not begin any more.
      await Promise.all(all.map((round) => round.stop()));
    },
  };
}

async function startInTurn(all: readonly Round[]): Promise<void> {
  for (const round of all) await Promise.race([round.start(), setTimeout(firstRunMs, undefined, { ref: false })]);
}
