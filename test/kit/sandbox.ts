import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoKeyPair } from '../../src/core/merchants/demo-key-pair.ts';
import { type Clock, systemClock } from '../../src/platform/clock/clock.ts';
import type { Database } from '../../src/platform/database/pool.ts';
import { createEncryption } from '../../src/platform/encryption/encryption.ts';
import { createLog, type Log } from '../../src/platform/logging/log.ts';
import { readSettings, type Settings } from '../../src/platform/settings/settings.ts';
import { type Server, startServer } from '../../src/start/server.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

/** A whole sandbox inside the test's process: its own database, its own simulators, a server on a free port. */
export interface Sandbox {
  readonly url: string;
  readonly database: Database;
  readonly testDatabase: TestDatabase;
  readonly settings: Settings;
  readonly server: Server;
  /** A client of a fresh merchant of its own. */
  newMerchant(): Promise<ApiClient>;
  /** A client of the demo merchant. */
  demo(): Promise<ApiClient>;
  close(): Promise<void>;
}

export interface SandboxOptions {
  readonly settings?: Partial<Settings>;
  readonly clock?: Clock;
  readonly log?: Log;
  readonly poolSize?: number;
}

/**
 * Short limits, so that a test of a doubt takes seconds; a test that needs others gives them. How often a server looks for what is to be
 * recovered is as usual, since most sandboxes have nothing, and several of them share the processor.
 */
export const testLimits = Object.freeze({ gatewayTimeoutMs: 1_500, requestDeadlineMs: 4_000 });

/** Where doubts are waited for one after the other. With less, a busy machine has doubts of its own. */
export const briefLimits = Object.freeze({ gatewayTimeoutMs: 1_500, requestDeadlineMs: 2_000 });

/**
 * Limits that no test reaches on a busy machine: for tests of very many things at once, which lose no answer and are about
 * something else than time.
 */
export const ampleLimits = Object.freeze({ gatewayTimeoutMs: 20_000, requestDeadlineMs: 40_000 });

/** The time of the system. A clock of one's own keeps the simulators in this thread, and hundreds of tests from loading everything twice. */
const inThisThread: Clock = { ...systemClock };

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const testDatabase = await createTestDatabase({ poolSize: options.poolSize ?? 10 });
  const dataDir = await mkdtemp(join(tmpdir(), 'hwanbul-test-'));
  const settings: Settings = {
    ...readSettings({ PORT: '0', DATA_DIR: dataDir, DATABASE_URL: testDatabase.url, LOG_LEVEL: 'error' }, []),
    ...testLimits,
    ...options.settings,
  };
  const server = await startServer({
    settings,
    database: testDatabase.database,
    encryption: createEncryption(Buffer.alloc(32, 'test key')),
    clock: options.clock ?? inThisThread,
    log: options.log ?? createLog(settings.logLevel),
  });
  return {
    url: server.url,
    database: testDatabase.database,
    testDatabase,
    settings,
    server,
    async newMerchant() {
      const made = await createApiClient(server.url).post('/sandbox/merchants');
      return createApiClient(server.url).logIn(made.response.imp_key, made.response.imp_secret);
    },
    demo: () => createApiClient(server.url).logIn(demoKeyPair.impKey, demoKeyPair.impSecret),
    async close() {
      await server.close();
      await testDatabase.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
