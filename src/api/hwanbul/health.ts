import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Services } from '../../core/services.ts';
import { databaseIsReady } from '../../platform/database/migrate.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { defineRoute } from '../foundation/route.ts';

export function healthRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'GET',
    url: '/health',
    operationId: 'health',
    tag: 'server',
    summary: '200 only when migrations are done and the database answers.',
    response: Type.Object({ status: Type.Literal('ok') }),
    refusals: ['database_unavailable'],
    authenticate: false,
    async handler() {
      if (!(await databaseIsReady(services.database))) throw new Refusal('database_unavailable');
      return { status: 'ok' as const };
    },
  });
}
