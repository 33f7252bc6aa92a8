import type { MessagePort } from 'node:worker_threads';
import { systemClock } from '../platform/clock/clock.ts';
import { type Group, type GroupMember, type GroupParts, startGroup } from './group.ts';

/** What the server's thread says to the thread of the simulators: `start` once, and `close` at the end. */
export type WorkerOrder =
  | { readonly kind: 'start'; readonly members: readonly GroupMember[] }
  | { readonly kind: 'close' };

/** What comes back. Everything else goes over HTTP, as if the simulators ran somewhere else. */
export type WorkerReport =
  | { readonly kind: 'listening'; readonly urls: Group['urls'] }
  | { readonly kind: 'log'; readonly provider: string; readonly line: string };

/**
 * The simulators' own thread, seen from inside. What goes wrong in it ends it: the server's thread hears of that, and starts
 * it again on the same ports and the same books.
 */
export function serveOrders(port: MessagePort, createOf: GroupParts['createOf']): void {
  const report = (message: WorkerReport): void => port.postMessage(message);
  let group: Promise<Group> | undefined;

  async function start(members: readonly GroupMember[]): Promise<void> {
    group = startGroup(members, {
      createOf,
      clock: systemClock,
      log: (provider, line) => report({ kind: 'log', provider, line }),
    });
    report({ kind: 'listening', urls: (await group).urls });
  }

  async function close(): Promise<void> {
    await (await group)?.close();
    // Nothing is left that keeps the thread alive.
    port.close();
  }

  port.on('message', (order: WorkerOrder) => {
    void (order.kind === 'start' ? start(order.members) : close());
  });
}
