import type { Clock } from '../platform/clock/clock.ts';
import type { CreateSimulator, Simulator } from './simulator.ts';

/** One of several simulators that run side by side. */
export interface GroupMember {
  readonly provider: string;
  readonly bookFile: string;
  /** 0: any free port. */
  readonly port: number;
}

export interface Group {
  /** Where each listens, by provider. */
  readonly urls: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface GroupParts {
  createOf(provider: string): Promise<CreateSimulator>;
  readonly clock: Clock;
  log(provider: string, line: string): void;
}

/** Starts them all, or none. Each has its own listener and its own book. */
export async function startGroup(members: readonly GroupMember[], parts: GroupParts): Promise<Group> {
  const started: Simulator[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(started.map((simulator) => simulator.close()));
  };
  const urls: Record<string, string> = {};
  try {
    for (const { provider, bookFile, port } of members) {
      const create = await parts.createOf(provider);
      const log = (line: string): void => parts.log(provider, line);
      const simulator = create({ bookFile, port, clock: parts.clock, log });
      await simulator.start();
      started.push(simulator);
      urls[provider] = simulator.url;
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { urls, close };
}
