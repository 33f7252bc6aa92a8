import { resolve } from 'node:path';
import { type LogLevel, logLevels } from '../logging/levels.ts';
import { readCommand } from './command-line.ts';
import {
  readAddresses,
  readEncryptionKey,
  readHost,
  readInteger,
  readNoticeSenders,
  readOneOf,
  readSimulators,
  readUrl,
} from './readers.ts';
import { SettingsError } from './settings-error.ts';
import { type SettingName, settingsTable } from './settings-table.ts';

export { SettingsError } from './settings-error.ts';
export { settingsTable } from './settings-table.ts';

export const modes = ['sandbox', 'live'] as const;
export type Mode = (typeof modes)[number];

/** Everything that can be set, read once at the start and never changed. Durations are in milliseconds. */
export interface Settings {
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
  /** Absolute. */
  readonly dataDir: string;
  /** `undefined`: an embedded PostgreSQL. */
  readonly databaseUrl: string | undefined;
  /** Where gateways reach this server, without a slash at the end; `undefined`: they are told no address. */
  readonly publicUrl: string | undefined;
  /** Addresses and networks of the proxies in front of this server. */
  readonly trustedProxies: readonly string[];
  /** Addresses that gateways send unsigned notices from, besides those that they publish. */
  readonly noticeSenders: readonly { readonly provider: string; readonly address: string }[];
  readonly logLevel: LogLevel;
  readonly mode: Mode;
  /** 32 bytes; always there in live mode. */
  readonly encryptionKey: Buffer | undefined;
  /** Absolute; always there in live mode, never in a sandbox. */
  readonly merchantsFile: string | undefined;
  readonly databasePoolSize: number;
  readonly turnWaitMs: number;
  readonly requestDeadlineMs: number;
  /** Below `requestDeadlineMs`. */
  readonly gatewayTimeoutMs: number;
  readonly recoveryIntervalMs: number;
  readonly notDoneIsFinalAfterMs: number;
  readonly drainTimeoutMs: number;
  readonly webhookConnectLimitMs: number;
  readonly webhookReadLimitMs: number;
  readonly webhookRepeatLimitMs: number;
  readonly webhookRetryPauseMs: number;
  readonly strictSandboxLookup: boolean;
  /** Provider → origin of a simulator that already runs. A provider without one gets its simulator inside the server. */
  readonly simulators: Readonly<Record<string, string>>;
  /** What is made at the start of a sandbox. */
  readonly seedFile: string | undefined;
  /** `name`, `name:n` or `name:delay=ms`. */
  readonly crashPoint: string | undefined;
}

/** Variables that belong to programs that talk to Hwanbul and may stand in the same environment. */
const clientVariables = new Set(['HWANBUL_URL', 'HWANBUL_IMP_KEY', 'HWANBUL_IMP_SECRET']);
const dayMs = 24 * 60 * 60 * 1000;

/**
 * Reads the settings from the environment. `argv` is what follows the program's name.
 * @throws SettingsError with one line that says what to fix.
 */
export function readSettings(env: NodeJS.ProcessEnv, argv: readonly string[]): Settings {
  readCommand(argv);
  refuseUnknown(env);
  const text = (name: SettingName): string | undefined => readText(env, name);
  const integer = (name: SettingName, least: number, most: number): number =>
    readInteger(name, text(name) ?? '', least, most);

  const mode = readOneOf('HWANBUL_MODE', text('HWANBUL_MODE') ?? '', modes);
  const merchantsFile = text('MERCHANTS_FILE');
  const seedFile = text('HWANBUL_SEED_FILE');
  const encryptionKey = text('ENCRYPTION_KEY');
  const settings: Settings = {
    port: integer('PORT', 0, 65_535),
    host: readHost('HOST', text('HOST') ?? ''),
    dataDir: resolve(text('DATA_DIR') ?? ''),
    databaseUrl: readUrl('DATABASE_URL', text('DATABASE_URL'), ['postgres:', 'postgresql:']),
    publicUrl: readUrl('HWANBUL_PUBLIC_URL', text('HWANBUL_PUBLIC_URL'), ['http:', 'https:'])?.replace(/\/+$/, ''),
    trustedProxies: readAddresses('HWANBUL_TRUSTED_PROXIES', text('HWANBUL_TRUSTED_PROXIES')),
    noticeSenders: readNoticeSenders('HWANBUL_NOTICE_SENDERS', text('HWANBUL_NOTICE_SENDERS')),
    logLevel: readOneOf('LOG_LEVEL', text('LOG_LEVEL') ?? '', logLevels),
    mode,
    encryptionKey: encryptionKey === undefined ? undefined : readEncryptionKey('ENCRYPTION_KEY', encryptionKey),
    merchantsFile: merchantsFile === undefined ? undefined : resolve(merchantsFile),
    databasePoolSize: integer('HWANBUL_DATABASE_POOL_SIZE', 2, 200),
    turnWaitMs: integer('HWANBUL_TURN_WAIT_MS', 0, dayMs),
    requestDeadlineMs: integer('HWANBUL_REQUEST_DEADLINE_MS', 1, dayMs),
    gatewayTimeoutMs: integer('HWANBUL_GATEWAY_TIMEOUT_MS', 1, dayMs),
    recoveryIntervalMs: integer('HWANBUL_RECOVERY_INTERVAL_MS', 1, dayMs),
    notDoneIsFinalAfterMs: integer('HWANBUL_NOT_DONE_IS_FINAL_AFTER_MS', 0, 30 * dayMs),
    drainTimeoutMs: integer('HWANBUL_DRAIN_TIMEOUT_MS', 0, dayMs),
    webhookConnectLimitMs: integer('HWANBUL_WEBHOOK_CONNECT_LIMIT_MS', 1, 600_000),
    webhookReadLimitMs: integer('HWANBUL_WEBHOOK_READ_LIMIT_MS', 1, 600_000),
    webhookRepeatLimitMs: integer('HWANBUL_WEBHOOK_REPEAT_LIMIT_MS', 1, 600_000),
    webhookRetryPauseMs: integer('HWANBUL_WEBHOOK_RETRY_PAUSE_MS', 0, dayMs),
    strictSandboxLookup:
      readOneOf('HWANBUL_STRICT_SANDBOX_LOOKUP', text('HWANBUL_STRICT_SANDBOX_LOOKUP') ?? '', ['true', 'false']) ===
      'true',
    simulators: readSimulators('HWANBUL_SIMULATORS', text('HWANBUL_SIMULATORS')),
    seedFile: seedFile === undefined ? undefined : resolve(seedFile),
    crashPoint: readCrashPoint(text('HWANBUL_CRASH_POINT')),
  };
  refuseContradictions(settings);
  return Object.freeze(settings);
}

/** A variable that is there but empty is most often a slip in a script; to guess what was meant could start the wrong database. */
function readText(env: NodeJS.ProcessEnv, name: SettingName): string | undefined {
  const value = env[name];
  if (value === undefined) return settingsTable.find((setting) => setting.name === name)?.default;
  if (value.trim() === '') throw new SettingsError(`${name} is empty: give it a value, or leave the variable out.`);
  return value;
}

function refuseUnknown(env: NodeJS.ProcessEnv): void {
  const known = new Set(settingsTable.map((setting) => setting.name));
  const unknown = Object.keys(env).find(
    (name) => name.startsWith('HWANBUL_') && !known.has(name) && !clientVariables.has(name),
  );
  if (unknown !== undefined) {
    throw new SettingsError(`Unknown setting ${unknown}: remove it, or see hwanbul --help for the known ones.`);
  }
}

function readCrashPoint(value: string | undefined): string | undefined {
  if (value === undefined || /^[a-z][a-z0-9_.-]*(:[1-9]\d{0,8}|:delay=\d{1,8})?$/.test(value)) return value;
  throw new SettingsError('HWANBUL_CRASH_POINT must be a name, name:n (n from 1) or name:delay=milliseconds.');
}

function refuseContradictions(settings: Settings): void {
  if (settings.gatewayTimeoutMs >= settings.requestDeadlineMs) {
    throw new SettingsError(
      `HWANBUL_GATEWAY_TIMEOUT_MS (${settings.gatewayTimeoutMs}) must be below HWANBUL_REQUEST_DEADLINE_MS (${settings.requestDeadlineMs}).`,
    );
  }
  if (settings.mode === 'sandbox') {
    if (settings.merchantsFile !== undefined) {
      throw new SettingsError('MERCHANTS_FILE is for HWANBUL_MODE=live: remove it, or set the mode.');
    }
    return;
  }
  if (settings.encryptionKey === undefined) {
    throw new SettingsError('ENCRYPTION_KEY is required in live mode: set it to 32 random bytes as base64 or hex.');
  }
  if (settings.merchantsFile === undefined) {
    throw new SettingsError('MERCHANTS_FILE is required in live mode: set it to the file with your merchants.');
  }
  if (Object.keys(settings.simulators).length > 0) {
    throw new SettingsError('HWANBUL_SIMULATORS is refused in live mode: remove it.');
  }
  if (settings.seedFile !== undefined) {
    throw new SettingsError('HWANBUL_SEED_FILE is refused in live mode: remove it.');
  }
  if (settings.crashPoint !== undefined) {
    throw new SettingsError('HWANBUL_CRASH_POINT is refused in live mode: remove it.');
  }
}
