import { createApplication } from '../api/foundation/application.ts';
import { tokenOf } from '../api/foundation/token.ts';
import { registerRoutes } from '../api/routes.ts';
import { sandboxRoutes } from '../api/sandbox/routes.ts';
import { createServices } from '../core/services.ts';
import type { Clock } from '../platform/clock/clock.ts';
import { serverClockForAll } from '../platform/clock/merchant-clocks.ts';
import type { Database } from '../platform/database/pool.ts';
import type { Encryption } from '../platform/encryption/encryption.ts';
import { Refusal } from '../platform/errors/refusal.ts';
import type { Log } from '../platform/logging/log.ts';
import type { Settings } from '../platform/settings/settings.ts';
import { version } from '../platform/version.ts';
import { restoreClocks } from '../sandbox/clocks/at-simulators.ts';
import { createHeldClocks } from '../sandbox/clocks/held-clocks.ts';
import { demoKeyPair, prepareDemoMerchant } from '../sandbox/merchants.ts';
import { createPlantSeed, readSeedFile } from '../sandbox/seed/plant-seed.ts';
import { startSimulators, takeNoticesOf } from '../sandbox/simulators.ts';
import { claimDatabaseFor } from './database-mode.ts';
import { loadMerchantsFile } from './merchants-file.ts';
import { createRounds } from './rounds.ts';

export interface Server {
  readonly url: string;
  /** What a person who starts the server wants to see. */
  readonly banner: string;
  /** Takes no new work, lets running operations settle or leaves them to recovery, and stops. */
  close(): Promise<void>;
}

export interface ServerParts {
  readonly settings: Settings;
  readonly database: Database;
  readonly encryption: Encryption;
  readonly clock: Clock;
  readonly log: Log;
}

export async function startServer(parts: ServerParts): Promise<Server> {
  const { settings, log, clock } = parts;
  const seed = settings.seedFile === undefined ? undefined : await readSeedFile(settings.seedFile);
  await claimDatabaseFor(settings.mode, parts.database);
  const heldClocks = createHeldClocks({ database: parts.database, clock, log });
  const clocks = settings.mode === 'sandbox' ? heldClocks : serverClockForAll(clock);
  const services = createServices({ ...parts, clocks });
  const simulators =
    settings.mode === 'sandbox'
      ? await startSimulators({ dataDir: settings.dataDir, external: settings.simulators, clock, log })
      : undefined;
  if (simulators) {
    await prepareDemoMerchant(services, simulators);
    await restoreClocks(services, simulators, heldClocks);
  } else await loadMerchantsFile(services, settings);

  let draining = false;
  const app = await createApplication({
    log,
    version,
    isDraining: () => draining,
    trustedProxies: settings.trustedProxies,
    authenticate: async (request) => {
      const token = tokenOf(request);
      const merchant = token === undefined ? undefined : await services.accessTokens.merchantOf(token);
      if (!merchant) throw new Refusal('unauthorized');
      return merchant;
    },
  });
  const sandbox = simulators && { simulators, heldClocks, plantSeed: createPlantSeed(services, simulators) };
  await registerRoutes(app, services, sandbox ? [(app, services) => sandboxRoutes(app, services, sandbox)] : []);
  const url = await app.listen({ port: settings.port, host: settings.host });
  if (simulators) await takeNoticesOf(simulators, services, url);
  const rounds = createRounds(services, sandbox ? [heldClocks.round] : []);
  rounds.start();

  const server: Server = {
    url,
    banner: bannerOf(url, settings),
    async close() {
      draining = true;
      await withinLimit(Promise.all([rounds.stop(), app.close()]), settings.drainTimeoutMs);
      await services.http.close();
      await simulators?.close();
    },
  };
  if (sandbox && seed) {
    await sandbox.plantSeed(seed).catch(async (error: unknown) => {
      await server.close();
      throw error;
    });
  }
  return server;
}

/** What takes longer than the drain may is left to recovery: it is written down, and a later start goes on with it. */
async function withinLimit(work: Promise<unknown>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    work,
    new Promise((resolve) => {
      timer = setTimeout(resolve, limitMs);
    }),
  ]);
  clearTimeout(timer);
}

function bannerOf(url: string, settings: Settings): string {
  if (settings.mode === 'live') return `Hwanbul ${version} (live) is listening on ${url}`;
  return [
    '',
    `Hwanbul ${version} (sandbox) is listening on ${url}`,
    `  browse the API   ${url}/docs`,
    `  imp_key          ${demoKeyPair.impKey}`,
    `  imp_secret       ${demoKeyPair.impSecret}`,
    '',
    'A first call:',
    `  curl -s ${url}/users/getToken -d imp_key=${demoKeyPair.impKey} -d imp_secret=${demoKeyPair.impSecret}`,
    '',
  ].join('\n');
}
