import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { EmbeddedError } from '../../platform/database/embedded/embedded-error.ts';
import { redactText } from '../../platform/logging/redaction.ts';
import { makeServerFolder, prepareFolders } from './folders.ts';
import type { StartOrder, StartReport } from './messages.ts';
import { type Lease, leaseGivenPostgres, leaseSharedPostgres } from './shared-postgres.ts';
import { createTestDatabase } from './test-database.ts';

/**
 * The server of one `startHwanbul()`, in a process of its own: a test may then stop the time, mock the network or block for
 * as long as it likes, and what it leaves running can't keep its process from ending. The channel to that process is
 * its lifeline: when it closes, for whatever reason, everything that was made here is taken away again.
 */

type Undo = () => Promise<void> | void;
const undoing: Undo[] = [];
const endLimitMs = 20_000;
let ending: Promise<never> | undefined;

process.once('message', (order) => {
  void start(order as StartOrder);
});
process.once('disconnect', () => void end(0));
process.once('SIGTERM', () => void end(0));
// A Ctrl-C in the terminal reaches this process too; what becomes of it is for the test's process to decide.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => fail('A defect in the server of the test', error));
}

async function start(order: StartOrder): Promise<void> {
  try {
    // The server's modules load while PostgreSQL starts.
    const [startServer, { migrationsFolder }, lease] = await Promise.all([
      loadServer(order),
      import('../../start/schema.ts'),
      leaseFor(order),
    ]);
    const database = await createTestDatabase(lease, migrationsFolder);
    undoing.push(() => database.drop());
    endWith(database.guard);
    const folder = makeServerFolder(prepareFolders(order.dataDir).servers, database.name);
    undoing.push(() => folder.remove());
    const url = await startServer({ databaseUrl: database.url, dataDir: folder.path });
    report({ kind: 'ready', url });
  } catch (error) {
    if (ending !== undefined) return;
    report({ kind: 'failed', reason: redactText(await reasonOf(error, order)) });
    await end(1);
  }
}

async function leaseFor(order: StartOrder): Promise<Lease> {
  const lease =
    order.databaseUrl === undefined
      ? await leaseSharedPostgres({ ...order, dataDir: prepareFolders(order.dataDir).postgres })
      : await leaseGivenPostgres(order.databaseUrl);
  undoing.push(() => lease.release());
  endWith(lease.admin);
  return lease;
}

type StartServer = (own: { readonly databaseUrl: string; readonly dataDir: string }) => Promise<string>;

async function loadServer(order: StartOrder): Promise<StartServer> {
  const [{ beginMode }, { readSettings }, { systemClock }, { createLog }] = await Promise.all([
    import('../../start/load-mode.ts'),
    import('../../platform/settings/settings.ts'),
    import('../../platform/clock/clock.ts'),
    import('../../platform/logging/log.ts'),
  ]);
  const ours = { HOST: '127.0.0.1', HWANBUL_MODE: 'sandbox' };
  const early = readSettings({ ...order.settings, ...ours, DATA_DIR: undefined, DATABASE_URL: undefined }, []);
  const log = createLog(early.logLevel);
  const loadMode = await beginMode({ settings: early, clock: systemClock, log });
  const [mode, { startServer }, { openDatabase }, { createEncryption, keyBytes }] = await Promise.all([
    loadMode(),
    import('../../start/server.ts'),
    import('../../platform/database/pool.ts'),
    import('../../platform/encryption/encryption.ts'),
  ]);
  return async ({ databaseUrl, dataDir }) => {
    const settings = readSettings({ ...order.settings, ...ours, DATA_DIR: dataDir, DATABASE_URL: databaseUrl }, []);
    const database = openDatabase(databaseUrl, { poolSize: settings.databasePoolSize, applicationName: 'hwanbul' });
    undoing.push(() => database.close());
    const encryption = createEncryption(randomBytes(keyBytes));
    const server = await startServer({ settings, database, encryption, clock: systemClock, log }, mode);
    undoing.push(() => server.close());
    return server.url;
  };
}

/** Without PostgreSQL there is nothing left to serve, and the test should hear of it rather than wait. */
function endWith(client: pg.Client): void {
  client.once('end', () => {
    fail('The connection to PostgreSQL was lost', undefined);
  });
}

function fail(what: string, error: unknown): void {
  if (ending !== undefined) return;
  const stack = error instanceof Error ? `: ${error.stack}` : '';
  process.stderr.write(redactText(`hwanbul/testing: ${what}${stack}\n`));
  void end(1);
}

/** Takes away what was made, in the opposite order, and ends the process. */
function end(exitCode: number): Promise<never> {
  ending ??= takeAllAway(exitCode);
  return ending;
}

async function takeAllAway(exitCode: number): Promise<never> {
  setTimeout(() => process.exit(1), endLimitMs).unref();
  let worst = exitCode;
  for (let undo = undoing.pop(); undo !== undefined; undo = undoing.pop()) {
    try {
      await undo();
    } catch {
      // What can't be taken away now is left, and the next start removes it.
      worst = 1;
    }
  }
  process.exit(worst);
}

function report(message: StartReport): void {
  if (process.connected) process.send?.(message);
}

async function reasonOf(error: unknown, order: StartOrder): Promise<string> {
  const { SettingsError } = await import('../../platform/settings/settings-error.ts');
  if (error instanceof EmbeddedError || error instanceof SettingsError) return error.message;
  const text = error instanceof AggregateError ? String(error.errors[0]) : String(error);
  const { code } = error as { readonly code?: unknown };
  if (order.databaseUrl === undefined) return text;
  return code === '42501'
    ? 'The role of the given database may not make databases: give it CREATEDB, or unset TEST_DATABASE_URL and DATABASE_URL.'
    : `The server on the given PostgreSQL did not start (${text}): check TEST_DATABASE_URL and DATABASE_URL, or unset them.`;
}
