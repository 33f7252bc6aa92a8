import type { Log } from '../../platform/logging/log.ts';
import { programFile } from '../../platform/own-files.ts';
import { keepThread } from '../../platform/threads/kept-thread.ts';
import type { Group, GroupMember } from '../../simulators/group.ts';
import type { WorkerOrder, WorkerReport } from '../../simulators/worker.ts';

/**
 * The thread that all simulators of a sandbox run in, seen from the server's. A crash there is a gateway that is away for a
 * moment: requests under way lose their connection, which the server takes for a doubt, and the simulators come back on the
 * same ports, with the same books.
 */
export interface SimulatorThread {
  /** Once. Rejects when one of them can't start. */
  start(members: readonly GroupMember[]): Promise<Group['urls']>;
  close(): Promise<void>;
}

const program = programFile('sandbox/simulator-thread/main');
/** What V8 takes by default for young objects is more than all that the simulators keep. */
const youngGenerationMb = 4;

export function openSimulatorThread(log: Log): SimulatorThread {
  const firstStart = Promise.withResolvers<Group['urls']>();
  let members: readonly GroupMember[] | undefined;
  let isUp = false;
  const thread = keepThread<WorkerOrder, WorkerReport>({
    program,
    options: () => ({ name: 'simulators', resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb } }),
    crashed: 'the simulators have crashed, and are started again after a pause',
    log,
    onReport(report) {
      if (report.kind === 'log') log.info({ simulator: report.provider }, report.line);
      else listening(report.urls);
    },
    onOpenedAgain: (order) => order({ kind: 'start', members: members ?? [] }),
  });

  function listening(urls: Group['urls']): void {
    if (isUp) log.info({ simulators: Object.keys(urls).length }, 'the simulators are back');
    isUp = true;
    thread.up();
    // Channels know these addresses: a thread that is opened again listens there.
    members = members?.map((member) => ({ ...member, port: Number(new URL(urls[member.provider] ?? '').port) }));
    firstStart.resolve(urls);
  }

  return {
    start(asked) {
      members = asked;
      thread.order({ kind: 'start', members });
      return Promise.race([firstStart.promise, thread.failed]);
    },
    close: () => thread.close({ kind: 'close' }),
  };
}
