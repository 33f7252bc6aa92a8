import { type Clock, systemClock } from '../platform/clock/clock.ts';
import type { Log } from '../platform/logging/log.ts';
import { type Group, type GroupMember, startGroup } from '../simulators/group.ts';
import { openSimulatorThread, type SimulatorThread } from './simulator-thread/thread.ts';

/** The simulators that this process runs itself. */
export interface OwnSimulators {
  /** Once. Rejects when one of them can't start. */
  start(members: readonly GroupMember[]): Promise<Group['urls']>;
  close(): Promise<void>;
}

/**
 * Opens their thread, which loads them while this one does something else. So that this can come first of all, hardly
 * anything has to be loaded for it.
 */
export function openOwnSimulators({
  external,
  clock,
  log,
}: {
  /** Those that run elsewhere. */
  readonly external: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly log: Log;
}): OwnSimulators {
  // Another thread would not see any other clock.
  if (clock !== systemClock) return inThisThread(clock, log);
  const areAllOwn = Object.keys(external).length === 0;
  let thread: SimulatorThread | undefined = areAllOwn ? openSimulatorThread(log) : undefined;
  return {
    async start(members) {
      if (members.length === 0) return {};
      thread ??= openSimulatorThread(log);
      return thread.start(members);
    },
    close: async () => thread?.close(),
  };
}

function inThisThread(clock: Clock, log: Log): OwnSimulators {
  let group: Group | undefined;
  return {
    async start(members) {
      const { loadSimulator } = await import('./simulator-thread/load-simulator.ts');
      const logOf = (simulator: string, line: string): void => log.info({ simulator }, line);
      group = await startGroup(members, { createOf: loadSimulator, clock, log: logOf });
      return group.urls;
    },
    close: async () => group?.close(),
  };
}
