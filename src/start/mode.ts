import type { Routes } from '../api/routes.ts';
import type { Services } from '../core/services.ts';
import type { Clock } from '../platform/clock/clock.ts';
import type { MerchantClocks } from '../platform/clock/merchant-clocks.ts';
import type { Database } from '../platform/database/pool.ts';
import type { Encryption } from '../platform/encryption/encryption.ts';
import type { Log } from '../platform/logging/log.ts';
import type { Round } from '../platform/rounds/rounds.ts';
import type { Settings } from '../platform/settings/settings.ts';

export interface ServerParts {
  readonly settings: Settings;
  readonly database: Database;
  readonly encryption: Encryption;
  readonly clock: Clock;
  readonly log: Log;
}

/** What one mode has and the other has not. A server loads its own mode and never the other. */
export interface Mode {
  readonly clocks: MerchantClocks;
  /** Brings merchants and their channels up to date. */
  open(services: Services): Promise<OpenMode>;
  banner(url: string): string;
}

export interface OpenMode {
  /** Beside those that every server has. */
  readonly routes: readonly Routes[];
  readonly rounds: readonly Round[];
  /** Requests are taken at this address; nothing is worked on by itself yet. */
  listening(url: string): Promise<void>;
  /** The server is complete. */
  running(): Promise<void>;
  close(): Promise<void>;
}
