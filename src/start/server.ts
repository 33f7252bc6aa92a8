import { createApplication } from '../api/foundation/application.ts';
import { tokenOf } from '../api/foundation/token.ts';
import { registerRoutes } from '../api/routes.ts';
import { createServices } from '../core/services.ts';
import { adapters } from '../gateways/registry.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Database } from '../platform/database/pool.ts';
import type { Encryption } from '../platform/encryption/encryption.ts';
import { Refusal } from '../platform/errors/refusal.ts';
import type { Settings } from '../platform/settings/settings.ts';
import { version } from '../platform/version.ts';
import { claimDatabaseFor } from './database-mode.ts';
import { firstOwnerLinks } from './first-owner.ts';
import { beginMode } from './load-mode.ts';
import type { Mode, ModeParts } from './mode.ts';
import { createRounds } from './rounds.ts';

/**
 * Connections that the system keeps until they are taken; it may allow fewer (`net.core.somaxconn`, 4,096 on Linux). Beyond them it drops a
 * connection's first packet, which is repeated after a second, a probe's as well. Node's own is 511.
 */
const connectionsWaitingMax = 4_096;
const sweepIntervalMs = 50;

export interface Server {
  readonly url: string;
  /** What a person who starts the server wants to see. */
  readonly banner: string;
  /** As `OpenMode` has it. */
  readonly reread?: (() => Promise<void>) | undefined;
  /** Takes no new work, lets running operations settle or leaves them to recovery, and stops. */
  close(): Promise<void>;
}

export interface ServerParts extends ModeParts {
  readonly settings: Settings;
  readonly database: Database;
  readonly encryption: Encryption;
  /** A connection for probes; absent: they share those of requests. */
  readonly probing?: Database | undefined;
  /** What this process is called; absent: it is made up. */
  readonly instance?: string | undefined;
  /** Absent: nobody counts. */
  readonly metrics?: Metrics | undefined;
}

/** `loaded`: the mode of the settings, where it was loaded before. */
export async function startServer(parts: ServerParts, loaded?: Mode): Promise<Server> {
  const mode = loaded ?? (await (await beginMode(parts))());
  try {
    return await startIn(mode, parts);
  } catch (error) {
    await mode.close();
    throw error;
  }
}

async function startIn(mode: Mode, parts: ServerParts): Promise<Server> {
  const { settings, database, log, metrics } = parts;
  await claimDatabaseFor(settings.mode, database);
  let leaving = false;
  const open = await mode.open(settings, database, (ofMode) =>
    createServices({ ...parts, gateways: adapters, observer: metrics, isLeaving: () => leaving }, ofMode),
  );
  const { services } = open;

  let draining = false;
  const app = createApplication({
    log,
    version,
    isDraining: () => draining,
    guard: open.guard,
    trustedProxies: settings.trustedProxies,
    admission: settings,
    bodyExamples: open.bodyExamples,
    authenticate: async (request) => {
      const token = tokenOf(request);
      const merchant = token === undefined ? undefined : await services.accessTokens.merchantOf(token);
      if (!merchant) throw new Refusal('unauthorized');
      return merchant;
    },
    findSubStore: services.subStores.find,
    observer: metrics,
    memberEntrance: { findSession: services.sessions.find, audit: services.memberAudit },
  });
  await registerRoutes(app, services, open.routes);
  const url = await app.listen({ port: settings.port, host: settings.host, backlog: connectionsWaitingMax });
  await open.listening(url);
  const links = await firstOwnerLinks(services, settings, url);
  const rounds = createRounds(services, open.rounds);
  metrics?.watch({ database, turns: services.turns, rounds: rounds.all, log });
  // What a round takes in hand without its sign of life would wait for its lease if the process died.
  await services.presence.begin();
  rounds.start();

  const server: Server = {
    url,
    banner: [mode.banner(url), ...links].join('\n'),
    reread: open.reread,
    async close() {
      leaving = true;
      // Balancers learn it from the probe, and send nothing more; what they still send is worked on as ever.
      if (settings.lameDuckMs > 0) await new Promise((resolve) => setTimeout(resolve, settings.lameDuckMs));
      draining = true;
      // Node closes those that are idle when this begins; a caller may keep one open whose last answer comes later.
      const sweeping = setInterval(() => app.server.closeIdleConnections(), sweepIntervalMs);
      await withinLimit(Promise.all([rounds.stop(), app.close()]), settings.drainTimeoutMs);
      clearInterval(sweeping);
      await services.presence.end();
      await services.http.close();
      await mode.close();
    },
  };
  await open.running().catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
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
