import { join, sep } from 'node:path';
import { ClockSkewError } from '../platform/database/clock-skew.ts';
import { EmbeddedError } from '../platform/database/embedded/embedded-error.ts';
import { MigrationError } from '../platform/database/migrations/migration-error.ts';
import { type FileError, fileErrorOf } from '../platform/files/file-error.ts';
import { type Settings, SettingsError } from '../platform/settings/settings.ts';
import { whyNotListening } from './listening.ts';
import { ProcessNotStarted } from './processes.ts';

export interface Complaint {
  /** What is wrong and what to do, a line each. */
  readonly lines: readonly string[];
  /** Nobody expected it: where it happened may help. */
  readonly isUnexpected: boolean;
}

/** Why a start failed, for whoever started it. `undefined` settings: they could not be read. */
export function complaintAbout(error: unknown, settings: Settings | undefined): Complaint {
  const known = knownReasons(error, settings);
  if (known !== undefined) return { lines: known, isUnexpected: false };
  if (!(error instanceof Error)) return { lines: [`The start failed: ${String(error)}`], isUnexpected: true };
  const reason = reasonOf(error);
  const lines =
    settings?.databaseUrl !== undefined && isDatabaseError(error)
      ? [
          `The database at DATABASE_URL can't be used (${reason}): check the address, the role and that PostgreSQL runs.`,
        ]
      : [`The start failed: ${reason} (LOG_LEVEL=debug shows where).`];
  return { lines, isUnexpected: true };
}

/** What the operating system said of a file of ours, with the setting that names it. */
export function fileErrorIn(settings: Settings, error: unknown): FileError | undefined {
  const path = (error as NodeJS.ErrnoException | undefined)?.path;
  return fileErrorOf(error, path === undefined ? undefined : settingThatNames(path, settings));
}

function knownReasons(error: unknown, settings: Settings | undefined): readonly string[] | undefined {
  if (error instanceof SettingsError) return error.problems;
  if (
    error instanceof EmbeddedError ||
    error instanceof MigrationError ||
    error instanceof ClockSkewError ||
    error instanceof ProcessNotStarted
  ) {
    return [error.message];
  }
  if (settings === undefined) return undefined;
  const reason = whyNotListening(error, settings) ?? fileErrorIn(settings, error)?.message;
  return reason === undefined ? undefined : [reason];
}

function settingThatNames(path: string, { dataDir, merchantsFile, seedFile }: Settings): string | undefined {
  if (path === merchantsFile) return 'MERCHANTS_FILE';
  if (path === seedFile) return 'HWANBUL_SEED_FILE';
  return `${path}${sep}`.startsWith(join(dataDir, sep)) || `${dataDir}${sep}`.startsWith(join(path, sep))
    ? 'DATA_DIR'
    : undefined;
}

function isDatabaseError(error: Error): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  const inConnecting = syscall === 'connect' || syscall === 'getaddrinfo' || /connect/i.test(error.message);
  return inConnecting || error instanceof AggregateError || /^(08|25006|28|3D|42501|53|57)/.test(code ?? '');
}

/** What an error says, in one line. */
export function reasonOf(error: Error): string {
  // The connection to several addresses of one host fails with an error that has no message of its own.
  const [first] = error instanceof AggregateError ? (error.errors as Error[]) : [];
  return error.message || first?.message || (error as NodeJS.ErrnoException).code || error.name;
}
