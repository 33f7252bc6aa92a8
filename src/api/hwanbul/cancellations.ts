import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { listCancellations, readCancellation } from '../../core/cancellation/records.ts';
import { resolveDoubt } from '../../core/doubts/resolve-doubt.ts';
import { operationStates } from '../../core/records/operation-states.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import {
  CancellationListView,
  CancellationView,
  viewCancellation,
  viewCancellationSummary,
} from '../views/cancellation.ts';

const State = ChoiceField(operationStates);

/** Hwanbul's own operations, for those who look after doubts; the real server has nothing like them. */
export function cancellationRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  defineRoute(app, {
    method: 'GET',
    url: '/cancellations',
    operationId: 'listCancellations',
    tag: 'cancellations',
    summary: 'Cancellations of all four kinds, newest first.',
    query: Type.Object({
      state: Type.Optional(State),
      imp_uid: Type.Optional(Type.String({ maxLength: 32, description: 'Those of one payment.' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100.' })),
      before: Type.Optional(Type.String({ description: 'Goes on after this cancellation_id.' })),
    }),
    response: CancellationListView,
    refusals: [],
    authenticate: true,
    async handler({ query, merchant }) {
      const list = await listCancellations(database, merchant.id, {
        state: query.state,
        impUid: query.imp_uid,
        beforeId: query.before,
        limit: query.limit ?? 100,
      });
      return { list: list.map(viewCancellationSummary) };
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/cancellations/:id',
    operationId: 'getCancellation',
    tag: 'cancellations',
    summary: 'One cancellation with its history.',
    params: Type.Object({ id: Type.String() }),
    response: CancellationView,
    refusals: ['cancellation_not_found'],
    authenticate: true,
    handler: async ({ params, merchant }) => viewCancellation(await readCancellation(database, merchant.id, params.id)),
  });

  defineRoute(app, {
    method: 'POST',
    url: '/cancellations/:id/resolve',
    operationId: 'resolveCancellation',
    tag: 'cancellations',
    summary: 'A person ends a doubt after having looked into the books of the gateway. No gateway is called.',
    params: Type.Object({ id: Type.String() }),
    body: Type.Object({
      outcome: ChoiceField(['confirmed', 'refused']),
      reason: Type.String({ maxLength: 256, description: 'How you know.' }),
      actor: Type.String({ maxLength: 80, description: 'Who decides it.' }),
      pg_tid: Type.Optional(Type.String({ maxLength: 80, description: 'The id of the cancellation at the gateway.' })),
    }),
    response: CancellationView,
    refusals: ['cancellation_not_found', 'cancellation_not_open'],
    authenticate: true,
    async handler({ params, body, merchant }) {
      await readCancellation(database, merchant.id, params.id);
      const isResolved = await resolveDoubt(services, merchant.id, params.id, {
        outcome: body.outcome,
        reason: body.reason,
        actor: body.actor,
        found: { gatewayTid: body.pg_tid },
      });
      const current = await readCancellation(database, merchant.id, params.id);
      if (!isResolved) throw new Refusal('cancellation_not_open', { state: current.record.state });
      return viewCancellation(current);
    },
  });
}
