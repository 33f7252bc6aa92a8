import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memoryFolder } from './memory-folder.ts';

/** All that a test run writes, and by which its processes are known. In memory where there is enough; TMPDIR says otherwise. */
export interface RunFolder {
  readonly path: string;
  /** What the run's processes are to take for the system's temporary folder. */
  readonly temporary: string;
  /** Takes away the folder, and every process that still belongs to it. */
  close(): Promise<void>;
}

const caretaker = fileURLToPath(new URL('caretaker.ts', import.meta.url));

/**
 * Makes the folder, and starts a process that takes everything away when this one ends, however it ends: it notices that by
 * the end of the pipe that both share, which the system closes even after `kill -9`.
 */
export function openRunFolder(): RunFolder {
  const path = mkdtempSync(join(process.env.TMPDIR ?? memoryFolder() ?? tmpdir(), 'hwanbul-test-'));
  // Tests start programs as other users, who have to get to their own folders below it.
  chmodSync(path, 0o711);
  const temporary = join(path, 'tmp');
  mkdirSync(temporary);
  chmodSync(temporary, 0o1777);
  // In a group of its own, so that Ctrl-C does not reach it.
  const child = spawn(process.execPath, [caretaker, path], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH },
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });
  return {
    path,
    temporary,
    close() {
      child.stdin.end();
      return ended;
    },
  };
}
