import { migrationsFolder } from '../core/schema/schema.ts';
import { systemClock } from '../platform/clock/clock.ts';
import { EmbeddedError } from '../platform/database/embedded/embedded-error.ts';
import { startEmbeddedPostgres } from '../platform/database/embedded/embedded-postgres.ts';
import { migrate } from '../platform/database/migrate.ts';
import { MigrationError } from '../platform/database/migration-error.ts';
import { type Database, openDatabase } from '../platform/database/pool.ts';
import { createEncryption } from '../platform/encryption/encryption.ts';
import { createLog, type Log } from '../platform/logging/log.ts';
import { redactText } from '../platform/logging/redaction.ts';
import { helpText, readCommand } from '../platform/settings/command-line.ts';
import { isLoopback } from '../platform/settings/readers.ts';
import { readSettings, type Settings, SettingsError } from '../platform/settings/settings.ts';
import { version } from '../platform/version.ts';
import { assertKeyMatches, loadOrCreateKey } from './encryption-key.ts';
import { createLifetime, endOnSignal, endWithParent, type Lifetime, StartAbandoned } from './lifetime.ts';
import { beginMode } from './load-mode.ts';

/** For what follows the drain: connections are closed and the embedded PostgreSQL stops. */
const stopAfterDrainMs = 45_000;
/** Connections that the embedded PostgreSQL allows beyond those of the pool: the lock, and whoever looks in with psql. */
const spareConnections = 20;

/** The program. Answers when the server is up; a signal then drains it and ends the process. */
export async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const settings = readWhatToDo(argv, env);
  if (settings === undefined) return;
  const log = createLog(settings.logLevel);
  const lifetime = createLifetime(log, settings.drainTimeoutMs + stopAfterDrainMs);
  endOnSignal(lifetime, log);
  if (env.npm_command !== undefined) endWithParent(lifetime, log);
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'a defect: ending, so that the next start recovers');
    void lifetime.endNow(1);
  });
  try {
    const banner = await start(settings, log, lifetime);
    console.log(banner);
    lifetime.running();
  } catch (error) {
    if (!(error instanceof StartAbandoned)) complain(error, settings);
    await lifetime.endNow(error instanceof StartAbandoned ? 0 : 1);
  }
}

/** `undefined`: the command line asked for no server. */
function readWhatToDo(argv: readonly string[], env: NodeJS.ProcessEnv): Settings | undefined {
  try {
    const command = readCommand(argv);
    if (command === 'serve') return readSettings(env, argv);
    console.log(command === 'help' ? helpText(version) : version);
  } catch (error) {
    complain(error);
    process.exitCode = 1;
  }
  return undefined;
}

async function start(settings: Settings, log: Log, lifetime: Lifetime): Promise<string> {
  if (settings.mode === 'sandbox' && !isLoopback(settings.host)) {
    log.warn({ host: settings.host }, 'the sandbox can be reached from other machines, and its demo keys are public');
  }
  const parts = { settings, clock: systemClock, log };
  const encryption = createEncryption(loadOrCreateKey(settings));
  // The simulators' thread, PostgreSQL and this process get ready at the same time.
  const loadMode = await beginMode(parts);
  const [database, { startServer }, mode] = await Promise.all([
    openDatabaseOf(settings, log, lifetime),
    import('./server.ts'),
    loadMode(),
  ]);
  await migrate(database, migrationsFolder);
  await assertKeyMatches(database, encryption);
  const server = await startServer({ ...parts, database, encryption }, mode);
  lifetime.started('server', () => server.close());
  log.info({ url: server.url, mode: settings.mode, version }, 'ready');
  return server.banner;
}

async function openDatabaseOf(settings: Settings, log: Log, lifetime: Lifetime): Promise<Database> {
  let url = settings.databaseUrl;
  if (url === undefined) {
    const maxConnections = Math.max(100, settings.databasePoolSize + spareConnections);
    const postgres = await startEmbeddedPostgres({
      dataDir: settings.dataDir,
      log,
      settings: { max_connections: String(maxConnections) },
    });
    void postgres.lost.then((reason) => {
      log.fatal({ reason }, 'the database is lost: ending, so that the next start recovers');
      lifetime.end(1);
    });
    lifetime.started('embedded PostgreSQL', () => postgres.stop());
    url = postgres.url;
  }
  const database = openDatabase(url, {
    poolSize: settings.databasePoolSize,
    applicationName: 'hwanbul',
    onConnectionLost: (error) => log.warn({ err: error }, 'a connection to the database was lost'),
  });
  lifetime.started('database connections', () => database.close());
  return database;
}

/** One line on standard error; the stack only for those who debug. */
function complain(error: unknown, settings?: Settings): void {
  console.error(redactText(`hwanbul: ${reasonOf(error, settings).replace(/\s*\n\s*/g, ' ')}`));
  if (settings?.logLevel === 'debug' || settings?.logLevel === 'trace') {
    console.error(redactText(error instanceof Error ? (error.stack ?? '') : ''));
  }
}

function reasonOf(error: unknown, settings: Settings | undefined): string {
  if (!(error instanceof Error)) return `The start failed: ${String(error)}`;
  if (error instanceof SettingsError || error instanceof EmbeddedError || error instanceof MigrationError) {
    return error.message;
  }
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'listen' && settings !== undefined) {
    return code === 'EADDRINUSE'
      ? `Port ${settings.port} on ${settings.host} is taken: stop the program that has it, or set PORT.`
      : `Can't listen on ${settings.host}, port ${settings.port} (${code}): set HOST and PORT.`;
  }
  // The connection to several addresses of one host fails with an error that has no message of its own.
  const reason =
    error.message || (error instanceof AggregateError ? (error.errors as Error[])[0]?.message : code) || error.name;
  return settings?.databaseUrl !== undefined && isDatabaseError(error)
    ? `The database at DATABASE_URL can't be used (${reason}): check the address, the role and that PostgreSQL runs.`
    : `The start failed: ${reason} (LOG_LEVEL=debug shows where).`;
}

function isDatabaseError(error: Error): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  const inConnecting = syscall === 'connect' || syscall === 'getaddrinfo' || /connect/i.test(error.message);
  return inConnecting || error instanceof AggregateError || /^(08|28|3D|42501|53|57)/.test(code ?? '');
}
