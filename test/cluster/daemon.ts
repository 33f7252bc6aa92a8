import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { bareEnvironment } from '../kit/bare-environment.ts';

/** A program beside the servers that can be lost and come back, with whatever it has on its disk. */
export interface Daemon {
  /** `kill -9`, and nobody there for so long. */
  lose(durationMs: number): Promise<void>;
}

export function startDaemon(
  program: string,
  args: readonly string[],
  logFile: string,
  identity: { readonly uid?: number; readonly gid?: number } = {},
): Daemon {
  function start(): ChildProcess {
    const log = openSync(logFile, 'a');
    const child = spawn(program, args, { stdio: ['ignore', log, log], env: bareEnvironment(), ...identity });
    closeSync(log);
    child.unref();
    return child;
  }
  let running = start();
  return Object.freeze<Daemon>({
    async lose(durationMs) {
      const gone = once(running, 'exit');
      running.kill('SIGKILL');
      await gone;
      await new Promise((resolve) => setTimeout(resolve, durationMs));
      running = start();
    },
  });
}
