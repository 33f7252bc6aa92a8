import type { ApplicationOptions } from '../api/foundation/application.ts';
import type { Routes } from '../api/routes.ts';
import type { Services, ServicesOfMode } from '../core/services.ts';
import type { Clock } from '../platform/clock/clock.ts';
import type { Database } from '../platform/database/pool.ts';
import type { Log } from '../platform/logging/log.ts';
import type { Round } from '../platform/rounds/rounds.ts';
import type { Settings } from '../platform/settings/settings.ts';

/** What is known before anything is started; all other settings are given when a mode is opened. */
export interface ModeParts {
  readonly settings: Pick<Settings, 'mode' | 'simulators'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What one mode has and the other has not. */
export interface Mode {
  /** Once. Brings merchants and their channels up to date, with services that go by the clocks of the mode. */
  open(settings: Settings, database: Database, createServices: (ofMode: ServicesOfMode) => Services): Promise<OpenMode>;
  banner(url: string): string;
  /** Also of a mode that was never opened. */
  close(): Promise<void>;
}

export interface OpenMode {
  readonly services: Services;
  /** Beside those that every server has. */
  readonly routes: readonly Routes[];
  readonly rounds: readonly Round[];
  /** Bodies that work in this mode, by operation, for the API's description. */
  readonly bodyExamples: Readonly<Record<string, object>>;
  /** Which callers are refused, whatever they ask for. */
  readonly guard?: ApplicationOptions['guard'];
  /** Requests are taken at this address; nothing is worked on by itself yet. */
  listening(url: string): Promise<void>;
  /** The server is complete. */
  running(): Promise<void>;
  /** Brings merchants and their channels up to date once more, or says in the log why not. Never rejects. Absent: there is nothing to read. */
  readonly reread?: () => Promise<void>;
}
