import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { clusterFolderOf } from '../../platform/database/embedded/cluster.ts';
import type { Log } from '../../platform/logging/log.ts';

/** Clocks are set right after a boot, so that the time of it is known only roughly where the system gives it no name. */
const bootToleranceMs = 120_000;

/**
 * The shared PostgreSQL does not wait for the disk, which makes it fast and is safe as long as the machine runs. If the
 * machine went down under it, its files may be anything, and since nobody needs them they are thrown away.
 */
export function discardAfterPowerFailure(dataDir: string, log: Log): void {
  const noted = readNote(noteOf(dataDir));
  if (noted !== undefined && !isThisBoot(noted)) {
    log.info('the machine went down while PostgreSQL ran: its data is thrown away and made anew');
    rmSync(clusterFolderOf(dataDir), { recursive: true, force: true });
  }
  writeFileSync(noteOf(dataDir), `${bootName()}\n`, { mode: 0o600 });
}

/** PostgreSQL has stopped in order: everything is on its way to the disk as of any other program. */
export function noteOrderlyStop(dataDir: string): void {
  rmSync(noteOf(dataDir), { force: true });
}

function noteOf(dataDir: string): string {
  return join(dataDir, 'running-since-boot');
}

function readNote(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function bootName(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return String(Math.round(Date.now() - uptime() * 1000));
  }
}

function isThisBoot(noted: string): boolean {
  const [then, now] = [Number(noted), Number(bootName())];
  return Number.isNaN(now) ? noted === bootName() : Math.abs(then - now) < bootToleranceMs;
}
