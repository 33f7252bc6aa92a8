import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { databaseIsReady } from '../../database/migrate.ts';
import { Refusal } from '../../errors/refusal.ts';
import type { Services } from '../../services.ts';
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
