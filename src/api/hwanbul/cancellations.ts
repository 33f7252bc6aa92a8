import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { countCancellations, listCancellations, readCancellation } from '../../core/cancellation/records.ts';
import { resolveDoubt } from '../../core/doubts/resolve-doubt.ts';
import { lookedAtMax } from '../../core/records/bounded-look.ts';
import { cancellationKinds } from '../../core/records/operation.ts';
import { operationStates } from '../../core/records/operation-states.ts';
import type { Services } from '../../core/services.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { BooleanField, ChoiceField } from '../foundation/fields.ts';
import { actorOf } from '../foundation/member-entrance.ts';
import { defineRoute } from '../foundation/route.ts';
import {
  CancellationListView,
  CancellationView,
  viewCancellation,
  viewCancellationSummary,
} from '../views/cancellation.ts';
import { operatorHeaders, requireOperator } from './operator.ts';

const State = ChoiceField(operationStates);
const Seconds = (description: string) => Type.Integer({ minimum: 0, maximum: 253_402_300_799, description });

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
      kind: Type.Optional(ChoiceField(cancellationKinds)),
      imp_uid: Type.Optional(Type.String({ maxLength: 32, description: 'Those of one payment.' })),
      pg_provider: Type.Optional(Type.String({ maxLength: 40 })),
      from: Type.Optional(Seconds("Seconds since 1970: asked for then or later, by the server's clock.")),
      to: Type.Optional(Seconds('Seconds since 1970: asked for no later than in this second.')),
      accepted_first: Type.Optional(
        BooleanField({
          description: 'True: those that the gateway took at first, to finish them later. False: the others.',
        }),
      ),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100.' })),
      before: Type.Optional(
        Type.String({
          description: 'Goes on after this cancellation_id: `next` of the page before, with the same filter.',
        }),
      ),
      bounded: Type.Optional(
        Type.Boolean({
          description: `Looks at ${lookedAtMax.toLocaleString('en')} of the merchant's operations at most, so that a page comes at once whatever the filter; it may then be short, or empty, with \`looked_until\` and \`next\`. Default false: looks until the page is full.`,
        }),
      ),
      with_total: Type.Optional(Type.Boolean({ description: 'Also counts them. Default false.' })),
    }),
    response: CancellationListView,
    refusals: [],
    authenticate: true,
    async handler({ query, merchant }) {
      const filter = {
        state: query.state,
        kind: query.kind,
        impUid: query.imp_uid,
        provider: query.pg_provider,
        since: query.from === undefined ? undefined : new Date(query.from * 1000),
        before: query.to === undefined ? undefined : new Date((query.to + 1) * 1000),
        isAcceptedFirst: query.accepted_first,
      };
      const { records, next, lookedUntil } = await listCancellations(database, merchant.id, filter, {
        beforeId: query.before,
        limit: query.limit ?? 100,
        isBounded: query.bounded === true,
      });
      const total = query.with_total ? await countCancellations(database, merchant.id, filter) : null;
      return {
        list: records.map(viewCancellationSummary),
        total,
        next: next ?? null,
        looked_until: unixSeconds(lookedUntil),
      };
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
      actor: Type.Optional(
        Type.String({
          maxLength: 80,
          description: 'Who decides it. Of a member: the e-mail address, whatever is said here.',
        }),
      ),
      pg_tid: Type.Optional(
        Type.String({
          maxLength: 80,
          description: 'The id of the cancellation at the gateway; left empty where it is not known.',
        }),
      ),
    }),
    response: CancellationView,
    headers: operatorHeaders,
    refusals: ['operator_required', 'cancellation_not_found', 'cancellation_not_open', 'parameter_missing'],
    authenticate: true,
    permission: 'resolve',
    example: { body: { outcome: 'confirmed', actor: '김환불', reason: 'seen in the console of the gateway, 14:02' } },
    async handler({ params, body, merchant, member, request }) {
      const actor = actorOf({ member }, body.actor);
      await requireOperator(services, merchant, request);
      await readCancellation(database, merchant.id, params.id);
      const isResolved = await resolveDoubt(services, merchant.id, params.id, {
        outcome: body.outcome,
        reason: body.reason,
        actor,
        isMember: member !== undefined,
        found: { gatewayTid: body.pg_tid },
      });
      const current = await readCancellation(database, merchant.id, params.id);
      if (!isResolved) throw new Refusal('cancellation_not_open', { state: current.record.state });
      return viewCancellation(current);
    },
  });
}
