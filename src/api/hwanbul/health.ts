import type { FastifyInstance } from 'fastify';
import { migrationsFolder } from '../../core/schema/schema.ts';
import type { Services } from '../../core/services.ts';
import { databaseIsReady } from '../../platform/database/schema-fit.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { defineRoute } from '../foundation/route.ts';
import { HealthView } from '../views/health.ts';

export function healthRoutes(app: FastifyInstance, { database, log, clockWatch }: Services): void {
  // Probes come every second: one line when it begins, until all is well again.
  let isMisfitLogged = false;

  defineRoute(app, {
    method: 'GET',
    url: '/health',
    operationId: 'health',
    tag: 'server',
    summary: '200 only when migrations are done and the database answers.',
    response: HealthView,
    refusals: ['database_unavailable'],
    authenticate: false,
    async handler() {
      const isReady = await databaseIsReady(database, migrationsFolder, ({ why }) => {
        if (isMisfitLogged) return;
        isMisfitLogged = true;
        log.warn({ why }, 'this process no longer fits the database: /health answers 503');
      });
      if (!isReady) throw new Refusal('database_unavailable');
      isMisfitLogged = false;
      const skewMs = clockWatch.skewMs();
      return { status: 'ok' as const, ...(skewMs === undefined ? {} : { clock_skew_ms: skewMs }) };
    },
  });
}
