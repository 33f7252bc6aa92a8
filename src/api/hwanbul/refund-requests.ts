import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Member } from '../../core/members/member.ts';
import { refundRequestStates } from '../../core/records/refund-request.ts';
import { decryptBody } from '../../core/refund-requests/body.ts';
import { createRefundRequest } from '../../core/refund-requests/create-request.ts';
import {
  approveRefundRequest,
  rejectRefundRequest,
  withdrawRefundRequest,
} from '../../core/refund-requests/decide-request.ts';
import {
  type FoundRefundRequest,
  listRefundRequests,
  readRefundRequest,
} from '../../core/refund-requests/find-requests.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { CancelBody, cancelRequestOf } from '../iamport/cancel-body.ts';
import { decisionRefusals, idempotencyHeaders, idempotencyKeyOf } from '../idempotent.ts';
import {
  type RefundRequestAnswer,
  RefundRequestListView,
  RefundRequestView,
  viewRefundRequest,
} from '../views/refund-request.ts';

const Params = Type.Object({ id: Type.String({ maxLength: 40 }) });
const pageMax = 200;

/** Refunds that take two persons. The real server has nothing like it. */
export function refundRequestRoutes(app: FastifyInstance, services: Services): void {
  const { database, encryption } = services;

  const view = (found: FoundRefundRequest): RefundRequestAnswer =>
    viewRefundRequest(found, decryptBody(encryption, found.row));

  const read = async (merchantId: bigint, id: string): Promise<RefundRequestAnswer> =>
    view(await readRefundRequest(database, merchantId, id));

  defineRoute(app, {
    method: 'GET',
    url: '/refund-requests',
    operationId: 'listRefundRequests',
    tag: 'refund requests',
    summary: 'Refunds that a member has asked another one for, newest first.',
    query: Type.Object({
      state: Type.Optional(ChoiceField(refundRequestStates)),
      imp_uid: Type.Optional(Type.String({ maxLength: 32, description: 'Those of one payment.' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: pageMax, description: 'Default 50.' })),
      before: Type.Optional(Type.String({ maxLength: 40, description: '`next` of the page before.' })),
    }),
    response: RefundRequestListView,
    refusals: [],
    authenticate: true,
    async handler({ query, merchant }) {
      const limit = query.limit ?? 50;
      const found = await listRefundRequests(database, merchant.id, {
        state: query.state,
        impUid: query.imp_uid || undefined,
        beforeId: query.before || undefined,
        limit: limit + 1,
      });
      const list = found.slice(0, limit).map(view);
      return { list, next: found.length > limit ? (list.at(-1)?.refund_request_id ?? null) : null };
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/refund-requests/:id',
    operationId: 'getRefundRequest',
    tag: 'refund requests',
    summary: 'One refund request, with exactly what is sent when it is approved.',
    params: Params,
    response: RefundRequestView,
    refusals: ['refund_request_not_found'],
    authenticate: true,
    handler: ({ params, merchant }) => read(merchant.id, params.id),
  });

  defineRoute(app, {
    method: 'POST',
    url: '/refund-requests',
    operationId: 'createRefundRequest',
    tag: 'refund requests',
    summary: 'A member asks another one for a refund. Nothing is sent, and nothing reserved.',
    description:
      'The body is that of POST /payments/cancel, and is checked alike. Until it has ended, no other is made for the payment and no member cancels it; programs with a token do. Repeated with the same Idempotency-Key by the same member, it is the same request.',
    body: CancelBody,
    headers: idempotencyHeaders,
    response: RefundRequestView,
    refusals: [
      ...decisionRefusals,
      'refund_request_open',
      'member_required',
      'idempotency_key_invalid',
      'idempotency_key_reused',
    ],
    authenticate: true,
    permission: 'refund',
    example: { body: { imp_uid: 'imps_157956638714', amount: 300000, checksum: 1000000, reason: '고객 변심' } },
    async handler(context) {
      const { body, merchant, member, request } = context;
      const asker = personOf(member);
      const id = await createRefundRequest(
        services,
        merchant.id,
        asker,
        cancelRequestOf(body),
        idempotencyKeyOf(request),
      );
      const made = await read(merchant.id, id);
      context.audit({ subject: made.imp_uid, after: auditedOf(made) });
      return made;
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/refund-requests/:id/approve',
    operationId: 'approveRefundRequest',
    tag: 'refund requests',
    summary: 'Another member approves exactly what he has seen, and it is carried out at once.',
    description:
      'How it went on, `state` of the answer says: `done`, `refused`, or `in_doubt`, which is no failure. A repeat by the same member does nothing and tells how it stands. It is carried out once, whatever fails; after a crash the server goes on by itself.',
    params: Params,
    body: Type.Object({
      digest: Type.String({ maxLength: 64, description: 'Of what the member has seen.' }),
      note: Type.Optional(Type.String({ maxLength: 256 })),
    }),
    response: RefundRequestView,
    refusals: [
      'member_required',
      'refund_request_not_found',
      'refund_request_not_waiting',
      'refund_request_own',
      'refund_request_changed',
    ],
    authenticate: true,
    permission: 'approve',
    example: { body: { digest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' } },
    async handler(context) {
      const { params, body, merchant, member } = context;
      const approver = personOf(member);
      const before = await read(merchant.id, params.id);
      await approveRefundRequest(services, merchant.id, params.id, approver, {
        digest: body.digest,
        why: body.note || null,
      });
      const after = await read(merchant.id, params.id);
      context.audit({ subject: after.imp_uid, before: auditedOf(before), after: auditedOf(after) });
      return after;
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/refund-requests/:id/reject',
    operationId: 'rejectRefundRequest',
    tag: 'refund requests',
    summary: 'Another member says no.',
    params: Params,
    body: Type.Object({ reason: Type.String({ maxLength: 256 }) }),
    response: RefundRequestView,
    refusals: ['member_required', 'refund_request_not_found', 'refund_request_not_waiting', 'refund_request_own'],
    authenticate: true,
    permission: 'approve',
    example: { body: { reason: '이미 교환 처리된 주문' } },
    async handler(context) {
      const { params, body, merchant, member } = context;
      if (body.reason.trim() === '') throw new Refusal('parameter_missing', { name: 'reason' });
      await rejectRefundRequest(services, merchant.id, params.id, personOf(member), body.reason);
      const after = await read(merchant.id, params.id);
      context.audit({ subject: after.imp_uid, after: auditedOf(after) });
      return after;
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/refund-requests/:id/withdraw',
    operationId: 'withdrawRefundRequest',
    tag: 'refund requests',
    summary: 'The member who has asked takes it back.',
    params: Params,
    response: RefundRequestView,
    refusals: [
      'member_required',
      'refund_request_not_found',
      'refund_request_not_waiting',
      'refund_request_of_another',
    ],
    authenticate: true,
    permission: 'refund',
    async handler(context) {
      const { params, merchant, member } = context;
      await withdrawRefundRequest(services, merchant.id, params.id, personOf(member));
      const after = await read(merchant.id, params.id);
      context.audit({ subject: after.imp_uid, after: auditedOf(after) });
      return after;
    },
  });
}

/** A token is a program's, and has no name. */
function personOf(member: Member | undefined): Member {
  if (!member) throw new Refusal('member_required');
  return member;
}

function auditedOf({
  refund_request_id,
  state,
  amount,
  currency,
  body: { reason },
  cancellation_id,
}: RefundRequestAnswer) {
  return { refund_request_id, state, amount, currency, reason, cancellation_id };
}
