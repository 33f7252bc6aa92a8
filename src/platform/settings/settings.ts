import { resolve } from 'node:path';
import { type LogFormat, type LogLevel, logFormats, logLevels } from '../logging/levels.ts';
import { isLoopbackUrl } from '../loopback.ts';
import { readCommand } from './command-line.ts';
import { createProblems, type Problems } from './problems.ts';
import {
  readAddresses,
  readDatabaseUrl,
  readEncryptionKey,
  readEncryptionKeys,
  readHost,
  readHostNames,
  readInteger,
  readNoticeSenders,
  readOneOf,
  readSimulators,
  readUrl,
} from './readers.ts';
import { fileVariableOf, readSecret } from './secret-files.ts';
import { SettingsError } from './settings-error.ts';
import { type SettingName, secretSettings, settingsTable } from './settings-table.ts';
import { readTraces, type TraceSettings } from './traces.ts';

export { SettingsError } from './settings-error.ts';
export { settingsTable } from './settings-table.ts';

export const modes = ['sandbox', 'live'] as const;
export type Mode = (typeof modes)[number];

/** The company's own sign-in, by OpenID Connect. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** For the button on the sign-in page. */
  readonly name: string;
}

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
  /** `undefined`: members sign in here only. */
  readonly oidc: OidcSettings | undefined;
  /** Addresses and networks of the proxies in front of this server. */
  readonly trustedProxies: readonly string[];
  /** Addresses that gateways send unsigned notices from, besides those that they publish. */
  readonly noticeSenders: readonly { readonly provider: string; readonly address: string }[];
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  readonly mode: Mode;
  /** 32 bytes; always there in live mode. */
  readonly encryptionKey: Buffer | undefined;
  /** Keys that only read. */
  readonly previousEncryptionKeys: readonly Buffer[];
  /** Values that stood in files, by the names of their settings. A file may be another one by the time somebody reads it again. */
  readonly secretsFromFiles: Readonly<Partial<Record<SettingName, string>>>;
  /** Absolute; always there in live mode, never in a sandbox. */
  readonly merchantsFile: string | undefined;
  /** That answer requests; 1: this one does. */
  readonly processes: number;
  /** Of each process. */
  readonly databasePoolSize: number;
  /** At once, of each process. */
  readonly requestsMax: number;
  readonly requestsPerMerchantMax: number;
  /** `undefined`: none are kept. 0: any free port. */
  readonly metricsPort: number | undefined;
  readonly metricsHost: string;
  /** `undefined`: none are made. */
  readonly traces: TraceSettings | undefined;
  readonly databasePooler: 'none' | 'transaction';
  /** Whether live mode starts on a database that may forget what it has committed. */
  readonly unflushedDatabase: 'refuse' | 'accept';
  /** How long a start waits for the database. */
  readonly databaseWaitMs: number;
  /** Whether a start applies the migrations that are missing, or is refused. */
  readonly migrate: 'on' | 'off';
  readonly turnWaitMs: number;
  readonly requestDeadlineMs: number;
  /** Below `requestDeadlineMs`. */
  readonly gatewayTimeoutMs: number;
  readonly recoveryIntervalMs: number;
  readonly notDoneIsFinalAfterMs: number;
  readonly lameDuckMs: number;
  readonly drainTimeoutMs: number;
  readonly webhookConnectLimitMs: number;
  readonly webhookReadLimitMs: number;
  readonly webhookRepeatLimitMs: number;
  readonly webhookRetryPauseMs: number;
  readonly keepIdempotencyKeysDays: number;
  /** For how long what has ended is kept; `undefined`: for ever. */
  readonly keepWebhooksDays: number | undefined;
  readonly keepFailedWebhooksDays: number | undefined;
  readonly keepNoticesDays: number | undefined;
  /** Whole months after the one that a row of the audit was written in; then it is in a table of its own. */
  readonly keepAuditMonths: number | undefined;
  readonly strictSandboxLookup: boolean;
  /** Names under which a sandbox is called besides `localhost` and addresses. */
  readonly allowedHosts: readonly string[];
  /** Provider → origin of a simulator that already runs. A provider without one gets its simulator inside the server. */
  readonly simulators: Readonly<Record<string, string>>;
  /** What is made at the start of a sandbox. */
  readonly seedFile: string | undefined;
  /** `name`, `name:n` or `name:delay=ms`. */
  readonly crashPoint: string | undefined;
}

/** Variables that belong to programs that talk to Hwanbul and may stand in the same environment. */
const clientVariables = new Set([
  'HWANBUL_URL',
  'HWANBUL_IMP_KEY',
  ...['HWANBUL_IMP_SECRET', 'HWANBUL_OPERATOR_SECRET'].flatMap((name) => [name, fileVariableOf(name)]),
]);
const onlyInSandbox = [
  'HWANBUL_SIMULATORS',
  'HWANBUL_SEED_FILE',
  'HWANBUL_ALLOWED_HOSTS',
  'HWANBUL_CRASH_POINT',
] as const;
const dayMs = 24 * 60 * 60 * 1000;
/** A hundred years. */
const keptDaysMax = 36_525;
const keptMonthsMax = 1_200;

/**
 * Reads the settings from the environment. `argv` is what follows the program's name.
 * @throws SettingsError with a line for everything that is to be fixed.
 */
export function readSettings(env: NodeJS.ProcessEnv, argv: readonly string[]): Settings {
  const problems = createProblems();
  problems.attempt(() => {
    readCommand(argv);
  });
  const secretsFromFiles = readSecretFiles(env, problems);
  const settings = readAll(env, secretsFromFiles, problems);
  noteUnknown(env, problems);
  noteContradictions(settings, env, problems);
  problems.throwIfAny();
  return Object.freeze(settings);
}

function readSecretFiles(env: NodeJS.ProcessEnv, problems: Problems): Settings['secretsFromFiles'] {
  const values: Partial<Record<SettingName, string>> = {};
  for (const name of secretSettings) {
    if (env[fileVariableOf(name)] === undefined) continue;
    const value = problems.attempt(() => readSecret(env, name));
    if (value !== undefined) values[name] = value;
  }
  return Object.freeze(values);
}

/** In the environment or in a file; what stands there may be of no use. */
function isSet(env: NodeJS.ProcessEnv, name: SettingName): boolean {
  return env[name] !== undefined || (secretSettings.includes(name) && env[fileVariableOf(name)] !== undefined);
}

/** What could not be read is `undefined` in it, and among the problems. */
function readAll(env: NodeJS.ProcessEnv, secretsFromFiles: Settings['secretsFromFiles'], problems: Problems): Settings {
  const both = { ...env, ...secretsFromFiles };
  const text = (name: SettingName): string | undefined => readText(both, name);
  /** As a refusal has it. */
  const called = (name: SettingName): string =>
    secretsFromFiles[name] === undefined ? name : `${name} (in ${env[fileVariableOf(name)]})`;
  const given = <T>(name: SettingName, read: (name: string, value: string) => T): T | undefined =>
    problems.attempt(() => {
      const value = text(name);
      return value === undefined ? undefined : read(called(name), value);
    });
  const needed = <T>(name: SettingName, read: (name: string, value: string) => T): T =>
    problems.attempt(() => read(name, text(name) ?? ''));
  const list = <T>(name: SettingName, read: (name: string, value: string | undefined) => T): T =>
    problems.attempt(() => read(called(name), text(name)));
  const integer = (name: SettingName, least: number, most: number): number =>
    needed(name, (name, value) => readInteger(name, value, least, most));
  const givenInteger = (name: SettingName, least: number, most: number): number | undefined =>
    given(name, (name, value) => readInteger(name, value, least, most));
  const oneOf = <const Choice extends string>(name: SettingName, choices: readonly Choice[]): Choice =>
    needed(name, (name, value) => readOneOf(name, value, choices));
  const path = (name: SettingName): string | undefined => given(name, (_, value) => resolve(value));

  return {
    port: integer('PORT', 0, 65_535),
    host: needed('HOST', readHost),
    dataDir: needed('DATA_DIR', (_, value) => resolve(value)),
    databaseUrl: given('DATABASE_URL', readDatabaseUrl),
    publicUrl: given('HWANBUL_PUBLIC_URL', (name, value) => readUrl(name, value, ['http:', 'https:']))?.replace(
      /\/+$/,
      '',
    ),
    oidc: problems.attempt(() => readOidc(both)),
    trustedProxies: list('HWANBUL_TRUSTED_PROXIES', readAddresses),
    noticeSenders: list('HWANBUL_NOTICE_SENDERS', readNoticeSenders),
    logLevel: oneOf('LOG_LEVEL', logLevels),
    logFormat: oneOf('LOG_FORMAT', logFormats),
    mode: oneOf('HWANBUL_MODE', modes),
    encryptionKey: given('ENCRYPTION_KEY', readEncryptionKey),
    previousEncryptionKeys: list('ENCRYPTION_KEY_PREVIOUS', readEncryptionKeys),
    secretsFromFiles,
    merchantsFile: path('MERCHANTS_FILE'),
    processes: integer('HWANBUL_PROCESSES', 1, 64),
    databasePoolSize: integer('HWANBUL_DATABASE_POOL_SIZE', 2, 200),
    requestsMax: integer('HWANBUL_REQUESTS_MAX', 1, 1_000_000),
    requestsPerMerchantMax: integer('HWANBUL_REQUESTS_PER_MERCHANT_MAX', 1, 1_000_000),
    metricsPort: givenInteger('HWANBUL_METRICS_PORT', 0, 65_535),
    metricsHost: needed('HWANBUL_METRICS_HOST', readHost),
    traces: problems.attempt(() => readTraces(env)),
    databasePooler: oneOf('HWANBUL_DATABASE_POOLER', ['none', 'transaction']),
    unflushedDatabase: oneOf('HWANBUL_UNFLUSHED_DATABASE', ['refuse', 'accept']),
    migrate: oneOf('HWANBUL_MIGRATE', ['on', 'off']),
    databaseWaitMs: integer('HWANBUL_DATABASE_WAIT_MS', 0, dayMs),
    turnWaitMs: integer('HWANBUL_TURN_WAIT_MS', 0, dayMs),
    requestDeadlineMs: integer('HWANBUL_REQUEST_DEADLINE_MS', 1, dayMs),
    gatewayTimeoutMs: integer('HWANBUL_GATEWAY_TIMEOUT_MS', 1, dayMs),
    recoveryIntervalMs: integer('HWANBUL_RECOVERY_INTERVAL_MS', 1, dayMs),
    notDoneIsFinalAfterMs: integer('HWANBUL_NOT_DONE_IS_FINAL_AFTER_MS', 0, 30 * dayMs),
    lameDuckMs: integer('HWANBUL_LAME_DUCK_MS', 0, 600_000),
    drainTimeoutMs: integer('HWANBUL_DRAIN_TIMEOUT_MS', 0, dayMs),
    webhookConnectLimitMs: integer('HWANBUL_WEBHOOK_CONNECT_LIMIT_MS', 1, 600_000),
    webhookReadLimitMs: integer('HWANBUL_WEBHOOK_READ_LIMIT_MS', 1, 600_000),
    webhookRepeatLimitMs: integer('HWANBUL_WEBHOOK_REPEAT_LIMIT_MS', 1, 600_000),
    webhookRetryPauseMs: integer('HWANBUL_WEBHOOK_RETRY_PAUSE_MS', 0, dayMs),
    // The command line counts on 15 days.
    keepIdempotencyKeysDays: integer('HWANBUL_KEEP_IDEMPOTENCY_KEYS_DAYS', 15, keptDaysMax),
    keepWebhooksDays: givenInteger('HWANBUL_KEEP_WEBHOOKS_DAYS', 1, keptDaysMax),
    keepFailedWebhooksDays: givenInteger('HWANBUL_KEEP_FAILED_WEBHOOKS_DAYS', 1, keptDaysMax),
    // Gateways send a notice again for days.
    keepNoticesDays: givenInteger('HWANBUL_KEEP_NOTICES_DAYS', 90, keptDaysMax),
    keepAuditMonths: givenInteger('HWANBUL_KEEP_AUDIT_MONTHS', 1, keptMonthsMax),
    strictSandboxLookup: oneOf('HWANBUL_STRICT_SANDBOX_LOOKUP', ['true', 'false']) === 'true',
    allowedHosts: list('HWANBUL_ALLOWED_HOSTS', readHostNames),
    simulators: list('HWANBUL_SIMULATORS', readSimulators),
    seedFile: path('HWANBUL_SEED_FILE'),
    crashPoint: given('HWANBUL_CRASH_POINT', readCrashPoint),
  };
}

/** A variable that is there but empty is most often a slip in a script; to guess what was meant could start the wrong database. */
function readText(env: NodeJS.ProcessEnv, name: SettingName): string | undefined {
  const value = env[name];
  if (value === undefined) return settingsTable.find((setting) => setting.name === name)?.default;
  if (value.trim() === '') throw new SettingsError(`${name} is empty: give it a value, or leave the variable out.`);
  return value;
}

function noteUnknown(env: NodeJS.ProcessEnv, problems: Problems): void {
  const known = new Set([...settingsTable.map((setting) => setting.name), ...secretSettings.map(fileVariableOf)]);
  for (const name of Object.keys(env)) {
    if (!name.startsWith('HWANBUL_') || known.has(name) || clientVariables.has(name)) continue;
    problems.note(`Unknown setting ${name}: remove it, or see hwanbul serve --help for the known ones.`);
  }
}

function readOidc(env: NodeJS.ProcessEnv): OidcSettings | undefined {
  const names = ['HWANBUL_OIDC_ISSUER', 'HWANBUL_OIDC_CLIENT_ID', 'HWANBUL_OIDC_CLIENT_SECRET'] as const;
  const [issuer, clientId, clientSecret] = names.map((name) => readText(env, name));
  const missing = names.filter((name) => !isSet(env, name));
  if (missing.length === names.length) return undefined;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) {
    // The file of the secret could not be read, which has been noted.
    if (missing.length === 0) return undefined;
    throw new SettingsError(`${missing.join(' and ')} must be set as well, or none of HWANBUL_OIDC_…`);
  }
  const url = readUrl('HWANBUL_OIDC_ISSUER', issuer, ['http:', 'https:']);
  if (url.startsWith('http:') && !isLoopbackUrl(url)) {
    throw new SettingsError('HWANBUL_OIDC_ISSUER must be https: who members are would cross the net in the clear.');
  }
  return Object.freeze({ issuer: url, clientId, clientSecret, name: readText(env, 'HWANBUL_OIDC_NAME') ?? '' });
}

function readCrashPoint(name: string, value: string): string {
  if (/^[a-z][a-z0-9_.-]*(:(together=)?[1-9]\d{0,8}|:delay=\d{1,8})?$/.test(value)) return value;
  throw new SettingsError(`${name} must be a name, name:n, name:together=n (n from 1) or name:delay=milliseconds.`);
}

/** Each of them is looked at by itself, and so may be one that could not be read: that has been noted then. */
function noteContradictions(settings: Settings, env: NodeJS.ProcessEnv, problems: Problems): void {
  if (settings.gatewayTimeoutMs >= settings.requestDeadlineMs) {
    problems.note(
      `HWANBUL_GATEWAY_TIMEOUT_MS (${settings.gatewayTimeoutMs}) must be below HWANBUL_REQUEST_DEADLINE_MS (${settings.requestDeadlineMs}).`,
    );
  }
  if (settings.mode === 'sandbox' && env.MERCHANTS_FILE !== undefined) {
    problems.note('MERCHANTS_FILE is for HWANBUL_MODE=live: remove it, or set the mode.');
  }
  if (settings.mode !== 'live') return;
  if (!isSet(env, 'ENCRYPTION_KEY')) {
    problems.note('ENCRYPTION_KEY is required in live mode: set it to 32 random bytes as base64 or hex.');
  }
  if (env.MERCHANTS_FILE === undefined) {
    problems.note('MERCHANTS_FILE is required in live mode: set it to the file with your merchants.');
  }
  if (settings.encryptionKey && isEasilyGuessed(settings.encryptionKey)) {
    problems.note(
      'ENCRYPTION_KEY is one byte or a few over and over, or in a row, which anybody would try: make 32 random ones.',
    );
  }
  if (settings.publicUrl?.startsWith('http:')) {
    problems.note(
      'HWANBUL_PUBLIC_URL must be https in live mode: notices of gateways would cross the net in the clear.',
    );
  }
  // Node's own switch, which would let anybody pass for a gateway.
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    problems.note('NODE_TLS_REJECT_UNAUTHORIZED=0 is refused in live mode: it turns the checks of certificates off.');
  }
  for (const name of onlyInSandbox) {
    if (env[name] !== undefined) problems.note(`${name} is refused in live mode: remove it.`);
  }
}

/** Of 32 random bytes some thirty differ; that no more than eight do, or that each is the one before and a step, happens to nobody. */
function isEasilyGuessed(key: Buffer): boolean {
  const step = (key[1] ?? 0) - (key[0] ?? 0);
  const isInRow = key.every((byte, at) => at === 0 || ((byte - (key[at - 1] ?? 0) - step) & 0xff) === 0);
  return isInRow || new Set(key).size <= 8;
}
