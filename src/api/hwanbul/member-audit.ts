import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { mainStoreOf } from '../../core/merchants/sub-stores.ts';
import type { Services } from '../../core/services.ts';
import { defineRoute } from '../foundation/route.ts';
import { tierCodeOf } from '../foundation/tier.ts';
import { MemberAuditView, viewAuditEntry } from '../views/member.ts';
import { readNumber } from './read-number.ts';

/** What members did. What programs did with a token is in the histories of payments and cancellations. */
export function memberAuditRoutes(app: FastifyInstance, { memberAudit }: Services): void {
  defineRoute(app, {
    method: 'GET',
    url: '/member-audit',
    operationId: 'listMemberAudit',
    tag: 'members',
    summary: 'What members have done or tried to, the newest first; nothing is ever taken out of it.',
    description: 'For the main store it holds what was done for its sub-stores, too; with the header Tier only that.',
    query: Type.Object({
      email: Type.Optional(Type.String({ maxLength: 200, description: 'Of whoever did it, as it is written there.' })),
      subject: Type.Optional(Type.String({ maxLength: 200, description: 'What it is about: an imp_uid, for one.' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100.' })),
      before: Type.Optional(Type.String({ description: 'Goes on after this audit_id.' })),
    }),
    response: MemberAuditView,
    refusals: ['parameter_invalid'],
    authenticate: true,
    permission: 'audit',
    async handler({ query, merchant, request }) {
      const limit = query.limit ?? 100;
      const list = await memberAudit.list(mainStoreOf(merchant), {
        tierCode: tierCodeOf(request) || undefined,
        email: query.email || undefined,
        subject: query.subject || undefined,
        beforeId: query.before ? readNumber(query.before, 'parameter_invalid') : undefined,
        limit,
      });
      return { list: list.map(viewAuditEntry), next: list.length === limit ? String(list.at(-1)?.id) : null };
    },
  });
}
