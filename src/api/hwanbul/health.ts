import type { FastifyInstance } from 'fastify';
import { migrationsFolder } from '../../core/schema/schema.ts';
import type { Services } from '../../core/services.ts';
import { createReadiness } from '../../platform/database/readiness.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { defineRoute } from '../foundation/route.ts';
import { HealthView } from '../views/health.ts';

const ok = { status: 'ok' } as const;

/**
 * Three probes. `/live`: is it worth waiting for this process? `/ready`: should it be sent requests? `/health` is the older one, for those
 * that have one address only: like `/ready`, but it says no only when the server is of no use, so not yet while it is told to stop.
 */
export function healthRoutes(app: FastifyInstance, { probing, log, isLeaving, clockWatch }: Services): void {
  const readiness = createReadiness(probing, migrationsFolder);
  // Probes come every second: one line when it begins, until all is well again.
  let isMisfitLogged = false;

  async function ill(): Promise<'database' | 'read_only' | 'schema' | undefined> {
    const found = await readiness.look();
    if (found.part === 'schema' && !isMisfitLogged) {
      log.warn({ why: found.why }, 'this process no longer fits the database: /health answers 503');
    }
    isMisfitLogged = found.part === 'schema';
    return found.part;
  }

  defineRoute(app, {
    method: 'GET',
    url: '/health',
    operationId: 'health',
    tag: 'server',
    summary: '200 only when migrations are done and the database answers.',
    response: HealthView,
    refusals: ['database_unavailable'],
    authenticate: false,
    isProbe: true,
    async handler() {
      const part = await ill();
      if (part === 'database' || part === 'schema') throw new Refusal('database_unavailable');
      const skewMs = clockWatch.skewMs();
      return skewMs === undefined ? ok : { ...ok, clock_skew_ms: skewMs };
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/live',
    operationId: 'live',
    tag: 'server',
    summary: '200 as long as the process answers at all. It asks nobody else.',
    description: 'For what restarts a process: it must not be restarted because its database is away.',
    response: HealthView,
    refusals: [],
    authenticate: false,
    isProbe: true,
    handler: async () => ok,
  });

  defineRoute(app, {
    method: 'GET',
    url: '/ready',
    operationId: 'ready',
    tag: 'server',
    summary:
      '200 when it should be sent requests: its database takes writes, its schema fits, and it is not about to stop.',
    description:
      'For balancers. The database is asked over a connection of its own, at most twice a second. A server that is told to stop says no for HWANBUL_LAME_DUCK_MS before it refuses anything.',
    response: HealthView,
    refusals: ['not_ready'],
    authenticate: false,
    isProbe: true,
    async handler() {
      const part = isLeaving() ? 'ending' : await ill();
      if (part !== undefined) throw new Refusal('not_ready', { part });
      return ok;
    },
  });
}
