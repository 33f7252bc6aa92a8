import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { listDoubts, readDoubt } from '../../core/doubts/list-doubts.ts';
import { resolveDoubt } from '../../core/doubts/resolve-doubt.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { DoubtListView, DoubtView, viewDoubt } from '../views/doubt.ts';

/**
 * Everything that no gateway has given a clear answer to, payments and receipts as well as cancellations: some gateways can
 * never say afterwards what became of a request, and then only a person can. The real server has nothing like it.
 */
export function doubtRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  defineRoute(app, {
    method: 'GET',
    url: '/doubts',
    operationId: 'listDoubts',
    tag: 'doubts',
    summary: 'What is not known to be done or not, the oldest first.',
    query: Type.Object({
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100.' })),
      after: Type.Optional(Type.String({ description: 'Goes on after this doubt_id.' })),
    }),
    response: DoubtListView,
    refusals: [],
    authenticate: true,
    async handler({ query, merchant }) {
      const list = await listDoubts(database, merchant.id, { afterId: query.after, limit: query.limit ?? 100 });
      return { list: list.map(viewDoubt) };
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/doubts/:id/resolve',
    operationId: 'resolveDoubt',
    tag: 'doubts',
    summary: 'A person ends a doubt after having looked into the books of the gateway. No gateway is called.',
    params: Type.Object({ id: Type.String() }),
    body: Type.Object({
      outcome: ChoiceField(['confirmed', 'refused']),
      reason: Type.String({ maxLength: 256, description: 'How you know.' }),
      actor: Type.String({ maxLength: 80, description: 'Who decides it.' }),
      pg_tid: Type.Optional(
        Type.String({ maxLength: 80, description: 'What the gateway calls it; needed for what was made there.' }),
      ),
      apply_num: Type.Optional(Type.String({ maxLength: 40, description: 'Approval number of a card or a receipt.' })),
      vbank_num: Type.Optional(Type.String({ maxLength: 40, description: 'Of an account that was issued.' })),
      barcode: Type.Optional(Type.String({ maxLength: 40 })),
    }),
    response: DoubtView,
    refusals: ['doubt_not_found', 'doubt_not_open', 'parameter_missing'],
    authenticate: true,
    async handler({ params, body, merchant }) {
      const doubt = await readDoubt(database, merchant.id, params.id);
      if (!doubt) throw new Refusal('doubt_not_found');
      const isResolved = await resolveDoubt(services, merchant.id, doubt.id, {
        outcome: body.outcome,
        reason: body.reason,
        actor: body.actor,
        found: {
          gatewayTid: body.pg_tid,
          approvalNumber: body.apply_num,
          accountNumber: body.vbank_num,
          barcode: body.barcode,
        },
      });
      const current = (await readDoubt(database, merchant.id, params.id)) ?? doubt;
      if (!isResolved) throw new Refusal('doubt_not_open', { state: current.state });
      return viewDoubt(current);
    },
  });
}
