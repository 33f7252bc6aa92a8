import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { countDoubts, listDoubts, readDoubt } from '../../core/doubts/list-doubts.ts';
import { resolveDoubt } from '../../core/doubts/resolve-doubt.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { actorOf } from '../foundation/member-entrance.ts';
import { defineRoute } from '../foundation/route.ts';
import { DoubtListView, DoubtView, viewDoubt, viewDoubtSummary } from '../views/doubt.ts';
import { operatorHeaders, requireOperator } from './operator.ts';

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
      imp_uid: Type.Optional(Type.String({ maxLength: 32, description: 'Those of one payment.' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100.' })),
      after: Type.Optional(Type.String({ description: 'Goes on after this doubt_id.' })),
      with_total: Type.Optional(Type.Boolean({ description: 'Also counts them. Default false.' })),
    }),
    response: DoubtListView,
    refusals: [],
    authenticate: true,
    async handler({ query, merchant }) {
      const impUid = query.imp_uid || undefined;
      const limit = query.limit ?? 100;
      const list = await listDoubts(database, merchant.id, { impUid, afterId: query.after, limit });
      const total = query.with_total ? await countDoubts(database, merchant.id, impUid) : null;
      return { list: list.map(viewDoubtSummary), total };
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/doubts/:id',
    operationId: 'getDoubt',
    tag: 'doubts',
    summary: 'One doubt with its history, and what to look for in the books of the gateway.',
    description: 'Also of one that has ended since.',
    params: Type.Object({ id: Type.String() }),
    response: DoubtView,
    refusals: ['doubt_not_found'],
    authenticate: true,
    async handler({ params, merchant }) {
      const found = await readDoubt(database, merchant.id, params.id);
      if (!found) throw new Refusal('doubt_not_found');
      return viewDoubt(found);
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
      actor: Type.Optional(
        Type.String({
          maxLength: 80,
          description: 'Who decides it. Of a member: the e-mail address, whatever is said here.',
        }),
      ),
      pg_tid: Type.Optional(
        Type.String({
          maxLength: 80,
          description:
            'What the gateway calls it; needed for what was made there, else left empty where it is not known.',
        }),
      ),
      apply_num: Type.Optional(Type.String({ maxLength: 40, description: 'Approval number of a card or a receipt.' })),
      vbank_num: Type.Optional(Type.String({ maxLength: 40, description: 'Of an account that was issued.' })),
      barcode: Type.Optional(Type.String({ maxLength: 40 })),
    }),
    response: DoubtView,
    headers: operatorHeaders,
    refusals: ['operator_required', 'doubt_not_found', 'doubt_not_open', 'parameter_missing'],
    authenticate: true,
    permission: 'resolve',
    example: { body: { outcome: 'refused', actor: '김환불', reason: 'not in the console of the gateway' } },
    async handler({ params, body, merchant, member, request }) {
      const actor = actorOf({ member }, body.actor);
      await requireOperator(services, merchant, request);
      const found = await readDoubt(database, merchant.id, params.id);
      if (!found) throw new Refusal('doubt_not_found');
      const isResolved = await resolveDoubt(services, merchant.id, found.doubt.id, {
        outcome: body.outcome,
        reason: body.reason,
        actor,
        found: {
          gatewayTid: body.pg_tid,
          approvalNumber: body.apply_num,
          accountNumber: body.vbank_num,
          barcode: body.barcode,
        },
      });
      const current = (await readDoubt(database, merchant.id, params.id)) ?? found;
      if (!isResolved) throw new Refusal('doubt_not_open', { state: current.doubt.state });
      return viewDoubt(current);
    },
  });
}
