import type { Metrics } from '../metrics/metrics.ts';
import { systemClock } from '../platform/clock/clock.ts';
import { assertClocksAgree } from '../platform/database/clock-skew.ts';
import { startEmbeddedPostgres } from '../platform/database/embedded/embedded-postgres.ts';
import { type Database, openDatabase } from '../platform/database/pool.ts';
import { createEncryption } from '../platform/encryption/encryption.ts';
import { newInstanceName } from '../platform/instance-name.ts';
import { createLog, type Log } from '../platform/logging/log.ts';
import { destinationOf } from '../platform/logging/pretty.ts';
import { redactText } from '../platform/logging/redaction.ts';
import { helpText, readCommand } from '../platform/settings/command-line.ts';
import { isLoopback } from '../platform/settings/readers.ts';
import { fileVariableOf } from '../platform/settings/secret-files.ts';
import { readSettings, type Settings } from '../platform/settings/settings.ts';
import { traceWith } from '../platform/tracing/tracing.ts';
import { version } from '../platform/version.ts';
import { checkFirst } from './check-first.ts';
import { complaintAbout } from './complaint.ts';
import { isBehindPooler } from './database-of-settings.ts';
import { assertKeyMatches, loadOrCreateKey } from './encryption-key.ts';
import { createLifetime, endOnSignal, endWithParent, type Lifetime, StartAbandoned } from './lifetime.ts';
import { beginMode } from './load-mode.ts';
import type { MonitoringPort, MonitoringPortParts } from './monitoring-port/open.ts';
import { createProcesses, endWhenTold, numberOfProcess, reportPulse, reportUp, rereadWhenTold } from './processes.ts';
import { createRereading } from './rereading.ts';
import { bringSchemaUpToDate } from './schema-at-start.ts';
import { assertDurable, doubtfulIn, durabilityOf } from './unsafe-in-live.ts';
import { assertRoleHasLimits, waitForDatabase } from './wait-for-database.ts';

/** For what follows the drain: connections are closed and the embedded PostgreSQL stops. */
const stopAfterDrainMs = 45_000;
/** Connections that the embedded PostgreSQL allows beyond those of processes: the lock, and whoever looks in with psql. */
const spareConnections = 20;

/** The program. Answers when the server is up; a signal then drains it and ends the process. */
export async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const settings = readWhatToDo(argv, env);
  if (settings === undefined) return;
  const number = numberOfProcess();
  const instance = newInstanceName();
  const whole = createLog(settings.logLevel, destinationOf(settings.logFormat));
  const log = whole.child({ instance, ...(number !== undefined && { process: number }) });
  const lifetime = createLifetime(log, settings.lameDuckMs + settings.drainTimeoutMs + stopAfterDrainMs);
  const rereading =
    settings.mode === 'live' ? createRereading({ log, lifetime, isTold: number !== undefined }) : undefined;
  endOnSignal(lifetime, log, rereading?.hungUp);
  if (number !== undefined) endWhenTold(lifetime);
  else if (env.npm_command !== undefined) endWithParent(lifetime, log);
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'a defect: ending, so that the next start recovers');
    void lifetime.endNow(1);
  });
  try {
    warnOfOthers(settings, log, number);
    if (number === undefined) await checkFirst(settings);
    const isFirstOfSeveral = number === undefined && settings.processes > 1;
    const up = await (isFirstOfSeveral
      ? startSeveral(settings, log, lifetime)
      : start(settings, instance, log, lifetime));
    log.info({ url: up.url, mode: settings.mode, version }, 'ready');
    lifetime.running();
    if (up.reread !== undefined) {
      if (number === undefined) rereading?.by(up.reread);
      else rereadWhenTold(up.reread);
    }
    // Whoever asks for JSON reads every line of standard output as JSON, and finds the address in the line before.
    if (number !== undefined) reportUp(up);
    else if (settings.logFormat !== 'json') console.log(up.banner);
  } catch (error) {
    // Ctrl-C reaches what a start has begun, too: initdb, for one, then fails.
    const isAbandoned = error instanceof StartAbandoned || lifetime.isEnding();
    if (!isAbandoned) complain(error, settings);
    await lifetime.endNow(isAbandoned ? 0 : 1);
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

function warnOfOthers(settings: Settings, log: Log, number: number | undefined): void {
  if (number !== undefined) return;
  if (settings.mode === 'live') for (const what of doubtfulIn(settings)) log.warn(what);
  if (isLoopback(settings.host)) return;
  if (settings.mode === 'sandbox') {
    log.warn({ host: settings.host }, 'the sandbox can be reached from other machines, and its demo keys are public');
  } else {
    log.warn({ host: settings.host }, 'plain HTTP is served to other machines: let only a TLS proxy reach this port');
  }
}

/** Real money takes a database that keeps its word. */
async function lookAtDurability(settings: Settings, database: Database, log: Log): Promise<void> {
  if (settings.mode !== 'live') return;
  const durability = await durabilityOf(database);
  if (settings.unflushedDatabase === 'refuse') assertDurable(durability);
  for (const what of durability.doubtful) log.warn(what);
}

interface Up {
  readonly url: string;
  readonly banner: string;
  readonly reread?: (() => Promise<void>) | undefined;
}

/** This process answers requests. */
async function start(settings: Settings, instance: string, log: Log, lifetime: Lifetime): Promise<Up> {
  const parts = { settings, clock: systemClock, log };
  const encryption = createEncryption(loadOrCreateKey(settings), settings.previousEncryptionKeys);
  await startTraces(settings, instance, log, lifetime);
  const { metrics, monitoring } = await startMetrics(settings, log, lifetime);
  // The simulators' thread, PostgreSQL and this process get ready at the same time.
  const loadMode = await beginMode(parts);
  const [databaseUrl, { startServer }, mode] = await Promise.all([
    databaseUrlOf(settings, log, lifetime),
    import('./server.ts'),
    loadMode(),
  ]);
  const isPooled = isBehindPooler(settings);
  const database = openDatabase(databaseUrl, {
    isPooled,
    poolSize: settings.databasePoolSize,
    applicationName: 'hwanbul',
    onConnectionLost: (error) => log.warn({ err: error }, 'a connection to the database was lost'),
  });
  const probing = openDatabase(databaseUrl, { isPooled, poolSize: 0, applicationName: 'hwanbul probe' });
  lifetime.started('database connections', () => Promise.all([database.close(), probing.close()]).then(() => {}));
  if (settings.databaseUrl !== undefined) await waitForDatabase(database, settings.databaseWaitMs, log);
  if (isPooled) await assertRoleHasLimits(database);
  await lookAtDurability(settings, database, log);
  await bringSchemaUpToDate(database, settings, log);
  await assertClocksAgree(database, systemClock);
  await assertKeyMatches(database, encryption);
  monitoring?.lookAt({ url: databaseUrl, isPooled });
  const server = await startServer({ ...parts, instance, database, probing, encryption, metrics }, mode);
  lifetime.started('server', () => {
    monitoring?.ending();
    return server.close();
  });
  monitoring?.running();
  return server;
}

/** Others answer requests; this process holds what there is once, and keeps them going. */
async function startSeveral(settings: Settings, log: Log, lifetime: Lifetime): Promise<Up> {
  const [DATABASE_URL, simulators] = await Promise.all([
    databaseUrlOf(settings, log, lifetime),
    settings.mode === 'sandbox' ? startSimulatorsFor(settings, log, lifetime) : undefined,
  ]);
  const processes = createProcesses({
    count: settings.processes,
    env: {
      ...handedOn(settings.secretsFromFiles),
      DATABASE_URL,
      ...(simulators && { HWANBUL_SIMULATORS: simulators }),
    },
    onlyOnce: ['HWANBUL_SEED_FILE'],
    log,
  });
  // Begun before the others, so that it is there until they have ended.
  const monitoring = await monitorSeveral(settings, processes.pulse, log, lifetime);
  lifetime.started('the processes that answer requests', () => {
    monitoring?.ending();
    return processes.stop();
  });
  const { url, banner } = await processes.start();
  monitoring?.lookAt({ url: DATABASE_URL, isPooled: isBehindPooler(settings) });
  monitoring?.running();
  return { url, banner, ...(settings.mode === 'live' ? { reread: () => processes.reread() } : {}) };
}

/** As variables without files: those that start later have the same secrets as the others, whatever stands in the files by then. */
function handedOn(secrets: Settings['secretsFromFiles']): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(secrets).flatMap(([name, value]) => [
      [name, value],
      [fileVariableOf(name), undefined],
    ]),
  );
}

/** Begun first, they are stopped last, when all that was traced has ended. */
async function startTraces(settings: Settings, instance: string, log: Log, lifetime: Lifetime): Promise<void> {
  if (settings.traces === undefined) return;
  const { openTraces } = await import('../tracing/open-telemetry.ts');
  const traces = openTraces(settings.traces, { instance, version, log });
  traceWith(traces);
  lifetime.started('traces', () => traces.close());
}

/** One of several processes has metrics and a pulse, which the first one asks for. */
async function startMetrics(
  settings: Settings,
  log: Log,
  lifetime: Lifetime,
): Promise<{ readonly metrics?: Metrics; readonly monitoring?: MonitoringPort }> {
  if (settings.metricsPort === undefined) return {};
  const { createMetrics } = await import('../metrics/metrics.ts');
  const metrics = createMetrics({ version, mode: settings.mode });
  if (numberOfProcess() !== undefined) {
    reportPulse();
    return { metrics };
  }
  const scrape = () => metrics.scrape();
  const parts = { port: settings.metricsPort, host: settings.metricsHost, scrape, pulse: process.hrtime.bigint, log };
  return { metrics, monitoring: await startMonitoring(parts, lifetime) };
}

async function monitorSeveral(
  { metricsPort: port, metricsHost: host }: Settings,
  pulse: MonitoringPortParts['pulse'],
  log: Log,
  lifetime: Lifetime,
): Promise<MonitoringPort | undefined> {
  if (port === undefined) return undefined;
  const { scrapeOfAll } = await import('../metrics/of-several-processes.ts');
  return startMonitoring({ port, host, scrape: scrapeOfAll(), pulse, log }, lifetime);
}

async function startMonitoring(parts: MonitoringPortParts, lifetime: Lifetime): Promise<MonitoringPort> {
  const { openMonitoringPort } = await import('./monitoring-port/open.ts');
  const monitoring = await openMonitoringPort(parts);
  lifetime.started('the port of metrics', () => monitoring.close());
  parts.log.info({ url: monitoring.url }, 'metrics are read here');
  return monitoring;
}

/** Answers their addresses as the setting HWANBUL_SIMULATORS has them. */
async function startSimulatorsFor(settings: Settings, log: Log, lifetime: Lifetime): Promise<string> {
  const { openOwnSimulators } = await import('../sandbox/own-simulators.ts');
  const own = openOwnSimulators({ external: settings.simulators, clock: systemClock, log });
  lifetime.started('simulators', () => own.close());
  const { startOwnSimulators } = await import('../sandbox/simulators.ts');
  const urls = await startOwnSimulators(own, { dataDir: settings.dataDir, external: settings.simulators });
  return Object.entries(urls)
    .map(([provider, url]) => `${provider}=${url}`)
    .join(',');
}

async function databaseUrlOf(settings: Settings, log: Log, lifetime: Lifetime): Promise<string> {
  if (settings.databaseUrl !== undefined) return settings.databaseUrl;
  // Each process has one more for its sign of life, and one for probes; the port of metrics has one of the spare ones.
  const ofProcesses = settings.processes * (settings.databasePoolSize + 2);
  const postgres = await startEmbeddedPostgres({
    dataDir: settings.dataDir,
    log,
    settings: { max_connections: String(Math.max(100, ofProcesses + spareConnections)) },
  });
  void postgres.lost.then((reason) => {
    log.fatal({ reason }, 'the database is lost: ending, so that the next start recovers');
    lifetime.end(1);
  });
  lifetime.started('embedded PostgreSQL', () => postgres.stop());
  return postgres.url;
}

/** A line on standard error for everything that is to be mended; the stack only of what nobody expected, for those who debug. */
function complain(error: unknown, settings?: Settings): void {
  const { lines, isUnexpected } = complaintAbout(error, settings);
  for (const line of lines) console.error(redactText(`hwanbul: ${line.replace(/\s*\n\s*/g, ' ')}`));
  if (isUnexpected && (settings?.logLevel === 'debug' || settings?.logLevel === 'trace')) {
    console.error(redactText(error instanceof Error ? (error.stack ?? '') : ''));
  }
}
