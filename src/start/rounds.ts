import type { Services } from '../core/services.ts';
import { createRound, type Round } from '../platform/rounds/rounds.ts';
import { startInTurn } from '../platform/rounds/start-in-turn.ts';

const housekeepingIntervalMs = 600_000;

/** The server's rounds, started and stopped together. */
export interface Rounds {
  readonly all: readonly Round[];
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
      await Promise.all(all.map((round) => round.stop()));
    },
  };
}
