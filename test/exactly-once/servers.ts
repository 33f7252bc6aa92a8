import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { gateways } from '../../src/gateways/registry.ts';
import { type Clock, systemClock } from '../../src/platform/clock/clock.ts';
import { openDatabase } from '../../src/platform/database/pool.ts';
import { createEncryption, type Encryption } from '../../src/platform/encryption/encryption.ts';
import { createLog } from '../../src/platform/logging/log.ts';
import { readSettings, type Settings } from '../../src/platform/settings/settings.ts';
import type { Simulator } from '../../src/simulators/simulator.ts';
import { type Server, startServer } from '../../src/start/server.ts';
import { testLimits } from '../kit/sandbox.ts';
import { type ServerProcess, startServerProcess } from '../kit/server-process.ts';

/** No test lives as long: a server with this interval looks for work to recover at its start and then never again. */
export const neverMs = 86_400_000;

/** Simulators of all gateways apart from any server, so that their books outlive servers and are shared by them. */
export interface SharedSimulators {
  /** For `Settings.simulators`. */
  readonly urls: Readonly<Record<string, string>>;
  /** For HWANBUL_SIMULATORS. */
  readonly setting: string;
  close(): Promise<void>;
}

export async function startSharedSimulators(): Promise<SharedSimulators> {
  const folder = await mkdtemp(join(tmpdir(), 'hwanbul-simulators-'));
  const started: Simulator[] = [];
  const urls: Record<string, string> = {};
  for (const [provider, module] of gateways) {
    const bookFile = join(folder, `${provider}.sqlite`);
    const createSimulator = await (await module.sandbox()).simulator();
    const simulator = createSimulator({ bookFile, port: 0, clock: systemClock, log: () => {} });
    await simulator.start();
    urls[provider] = simulator.url;
    started.push(simulator);
  }
  return {
    urls,
    setting: Object.entries(urls)
      .map(([provider, url]) => `${provider}=${url}`)
      .join(','),
    async close() {
      await Promise.all(started.map((simulator) => simulator.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The key of every server of a test, so that all can read what one has written. */
const encryptionKey = Buffer.alloc(32, 'test key');

/** The real program as a process of its own, on a database and simulators that outlive it. Its limits are short. */
export async function startServerProcessOn(
  test: TestContext,
  databaseUrl: string,
  simulators: SharedSimulators,
  env: Readonly<Record<string, string>> = {},
  build: { readonly program?: string } = {},
): Promise<ServerProcess> {
  return startServerProcess({
    ...build,
    test,
    databaseUrl,
    env: {
      LOG_LEVEL: 'error',
      ENCRYPTION_KEY: encryptionKey.toString('hex'),
      HWANBUL_SIMULATORS: simulators.setting,
      HWANBUL_TURN_WAIT_MS: '300',
      HWANBUL_REQUEST_DEADLINE_MS: '2000',
      HWANBUL_GATEWAY_TIMEOUT_MS: '1500',
      HWANBUL_NOT_DONE_IS_FINAL_AFTER_MS: '1000',
      HWANBUL_RECOVERY_INTERVAL_MS: '100',
      ...env,
    },
  });
}

/** The limits above, for a server in this process. */
export const shortLimits = Object.freeze({
  turnWaitMs: 300,
  requestDeadlineMs: 2_000,
  gatewayTimeoutMs: 1_500,
  notDoneIsFinalAfterMs: 1_000,
});

/** One more server in this process, with a pool of its own, on a database and simulators that others may use too. */
export async function startServerOn(
  databaseUrl: string,
  simulators: Readonly<Record<string, string>>,
  settings: Partial<Settings> = {},
  clock: Clock = systemClock,
  encryption: Encryption = createEncryption(encryptionKey),
): Promise<Server> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hwanbul-server-'));
  const database = openDatabase(databaseUrl, { poolSize: 10, applicationName: 'hwanbul test server' });
  const server = await startServer({
    settings: {
      ...readSettings({ PORT: '0', DATA_DIR: dataDir, DATABASE_URL: databaseUrl, LOG_LEVEL: 'error' }, []),
      ...testLimits,
      simulators,
      ...settings,
    },
    database,
    encryption,
    clock,
    log: createLog('error'),
  });
  return {
    ...server,
    async close() {
      await server.close();
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
