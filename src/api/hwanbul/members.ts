import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { readEmail } from '../../core/members/member.ts';
import { extraRights, memberRoles } from '../../core/members/permissions.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { ChoiceField, StringListField } from '../foundation/fields.ts';
import { actorOf } from '../foundation/member-entrance.ts';
import { defineRoute } from '../foundation/route.ts';
import { EndedSessionsView } from '../views/console-session.ts';
import {
  InvitationListView,
  InvitationView,
  MadeInvitationView,
  MemberListView,
  MemberView,
  viewInvitation,
  viewMember,
  viewRights,
} from '../views/member.ts';
import { operatorHeaders, requireOperator } from './operator.ts';
import { readNumber } from './read-number.ts';

const MemberId = Type.Object({ member_id: Type.String() });
const tag = 'members';
const TierCodes = StringListField({
  description: 'Codes of the sub-stores that the member is limited to. An empty list: not limited.',
});
const ExtraRights = StringListField({
  description: `Permissions beyond those of the role: ${extraRights.join(', ')}.`,
});

/** Who may use the console. By token it takes the operator's secret in live mode: a shop's programs appoint nobody. */
export function memberRoutes(app: FastifyInstance, services: Services): void {
  const { members, invitations, sessions, secondFactors, subStores, settings } = services;

  async function readTiers(mainStoreId: bigint, codes: readonly string[] | undefined) {
    if (codes === undefined) return undefined;
    if (codes.length === 0) return null;
    for (const code of codes) {
      if (!(await subStores.find(mainStoreId, code))) throw new Refusal('tier_not_found', { tier: code.slice(0, 20) });
    }
    return [...new Set(codes)].sort();
  }

  function readExtraRights(names: readonly string[] | undefined) {
    return names?.map((name) => {
      const right = extraRights.find((each) => each === name);
      if (!right) throw new Refusal('parameter_invalid', { name: 'extra_rights', expected: extraRights.join(', ') });
      return right;
    });
  }

  const linkOf = (token: string, host: string | undefined, protocol: string): string =>
    `${settings.publicUrl?.replace(/\/$/, '') ?? `${protocol}://${host ?? 'localhost'}`}/console/invitations/${token}`;

  defineRoute(app, {
    method: 'GET',
    url: '/members',
    operationId: 'listMembers',
    tag,
    summary: 'Who may use the console for the merchant, the first one first.',
    query: Type.Object({
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100.' })),
      after: Type.Optional(Type.String({ description: 'Goes on after this member_id.' })),
    }),
    response: MemberListView,
    refusals: ['member_not_found'],
    authenticate: true,
    permission: 'members',
    ignoresTier: true,
    async handler({ query, merchant }) {
      const limit = query.limit ?? 100;
      const afterId = query.after ? readNumber(query.after, 'member_not_found') : undefined;
      const list = await members.list(merchant.id, { afterId, limit });
      return { list: list.map(viewMember), next: list.length === limit ? String(list.at(-1)?.id) : null };
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/members/:member_id',
    operationId: 'getMember',
    tag,
    summary: 'One member.',
    params: MemberId,
    response: MemberView,
    refusals: ['member_not_found'],
    authenticate: true,
    permission: 'members',
    ignoresTier: true,
    async handler({ params, merchant }) {
      const found = await members.read(merchant.id, readNumber(params.member_id, 'member_not_found'));
      if (!found) throw new Refusal('member_not_found');
      return viewMember(found);
    },
  });

  defineRoute(app, {
    method: 'PUT',
    url: '/members/:member_id',
    operationId: 'changeMember',
    tag,
    summary: 'Changes what a member may do; what is left out stays as it is. It counts from the next request on.',
    params: MemberId,
    body: Type.Object({
      name: Type.Optional(Type.String({ maxLength: 80 })),
      role: Type.Optional(ChoiceField(memberRoles)),
      tiers: Type.Optional(TierCodes),
      extra_rights: Type.Optional(ExtraRights),
    }),
    headers: operatorHeaders,
    response: MemberView,
    refusals: ['operator_required', 'member_not_found', 'member_own_rights', 'last_owner', 'tier_not_found'],
    authenticate: true,
    permission: 'members',
    ignoresTier: true,
    example: { body: { role: 'manager' } },
    async handler({ params, body, merchant, member, request, audit }) {
      await requireOperator(services, merchant, request);
      const id = readNumber(params.member_id, 'member_not_found');
      const changesRights = [body.role, body.tiers, body.extra_rights].some((each) => each !== undefined);
      if (member?.id === id && changesRights) throw new Refusal('member_own_rights');
      const tiers = await readTiers(merchant.id, body.tiers);
      const rights = readExtraRights(body.extra_rights);
      const { before, after } = await members.change(merchant.id, id, {
        name: body.name?.trim() || undefined,
        ...(body.role === undefined ? {} : { role: body.role }),
        ...(tiers === undefined ? {} : { tiers }),
        ...(rights === undefined ? {} : { extraRights: rights }),
      });
      audit({
        subject: after.email,
        before: { name: before.name, ...viewRights(before) },
        after: { name: after.name, ...viewRights(after) },
      });
      const found = await members.read(merchant.id, id);
      if (!found) throw new Refusal('member_not_found');
      return viewMember(found);
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/members/:member_id',
    operationId: 'removeMember',
    tag,
    summary: 'Takes a member away, with all sessions. What they did stays in the audit.',
    params: MemberId,
    headers: operatorHeaders,
    response: Type.Object({ member_id: Type.String(), email: Type.String() }),
    refusals: ['operator_required', 'member_not_found', 'last_owner'],
    authenticate: true,
    permission: 'members',
    ignoresTier: true,
    async handler({ params, merchant, request, audit }) {
      await requireOperator(services, merchant, request);
      const removed = await members.remove(merchant.id, readNumber(params.member_id, 'member_not_found'));
      audit({ subject: removed.email, before: { email: removed.email, name: removed.name, ...viewRights(removed) } });
      return { member_id: String(removed.id), email: removed.email };
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/members/:member_id/sessions',
    operationId: 'endSessionsOfMember',
    tag,
    summary: 'Signs a member out everywhere.',
    params: MemberId,
    headers: operatorHeaders,
    response: EndedSessionsView,
    refusals: ['operator_required', 'member_not_found'],
    authenticate: true,
    permission: 'members',
    ignoresTier: true,
    async handler({ params, merchant, request, audit }) {
      await requireOperator(services, merchant, request);
      const found = await members.read(merchant.id, readNumber(params.member_id, 'member_not_found'));
      if (!found) throw new Refusal('member_not_found');
      audit({ subject: found.email });
      return { ended: await sessions.end(found.id, {}) };
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/members/:member_id/second-factors',
    operationId: 'resetSecondFactors',
    tag,
    summary: 'Takes all second factors of a member away, with the recovery codes, and signs the member out everywhere.',
    description: 'For somebody who has lost them. Make sure that it is them who ask.',
    params: MemberId,
    headers: operatorHeaders,
    response: Type.Object({ removed: Type.Integer({ description: 'How many factors these were.' }) }),
    refusals: ['operator_required', 'member_not_found', 'member_own_rights'],
    authenticate: true,
    permission: 'members',
    ignoresTier: true,
    async handler({ params, merchant, member, request, audit }) {
      await requireOperator(services, merchant, request);
      const found = await members.read(merchant.id, readNumber(params.member_id, 'member_not_found'));
      if (!found) throw new Refusal('member_not_found');
      // One's own are removed in one's account, the last one by the password.
      if (member?.id === found.id) throw new Refusal('member_own_rights');
      const removed = await secondFactors.removeAll(found.id);
      await sessions.end(found.id, {});
      audit({ subject: found.email, before: { second_factors: removed }, after: { second_factors: 0 } });
      return { removed };
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/members/:member_id/password-link',
    operationId: 'makePasswordLink',
    tag,
    summary: 'Makes a link by which a member chooses a new password, once.',
    description: 'For somebody who has forgotten theirs. The server sends no mail: hand the link over yourself.',
    params: MemberId,
    headers: operatorHeaders,
    response: MadeInvitationView,
    refusals: ['operator_required', 'member_not_found'],
    authenticate: true,
    permission: 'members',
    ignoresTier: true,
    async handler({ params, merchant, member, request, audit }) {
      await requireOperator(services, merchant, request);
      const found = await members.read(merchant.id, readNumber(params.member_id, 'member_not_found'));
      if (!found) throw new Refusal('member_not_found');
      audit({ subject: found.email });
      const { email, role, extraRights: extra, tiers, id: memberId } = found;
      const invitedBy = actorOf({ member }, 'API');
      const made = await invitations.make(merchant.id, { email, memberId, role, extraRights: extra, tiers, invitedBy });
      return { ...viewInvitation(made.invitation), link: linkOf(made.token, request.headers.host, request.protocol) };
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/members/invitations',
    operationId: 'listInvitations',
    tag,
    summary: 'Invitations that nobody has accepted yet, the newest first.',
    response: InvitationListView,
    refusals: [],
    authenticate: true,
    permission: 'members',
    ignoresTier: true,
    handler: async ({ merchant }) => ({ list: (await invitations.open(merchant.id)).map(viewInvitation) }),
  });

  defineRoute(app, {
    method: 'POST',
    url: '/members/invitations',
    operationId: 'inviteMember',
    tag,
    summary: 'Makes a link that makes a member, once, within three days.',
    description: 'The server sends no mail: hand the link over yourself.',
    body: Type.Object({
      email: Type.String({ maxLength: 200 }),
      role: ChoiceField(memberRoles),
      tiers: Type.Optional(TierCodes),
      extra_rights: Type.Optional(ExtraRights),
    }),
    headers: operatorHeaders,
    response: MadeInvitationView,
    refusals: ['operator_required', 'member_email_taken', 'tier_not_found'],
    authenticate: true,
    permission: 'members',
    ignoresTier: true,
    example: { body: { email: 'kim@example.com', role: 'operator' } },
    async handler({ body, merchant, member, request, audit }) {
      await requireOperator(services, merchant, request);
      const email = readEmail(body.email);
      if (!email) throw new Refusal('parameter_invalid', { name: 'email', expected: '이메일 주소' });
      const { invitation, token } = await invitations.make(merchant.id, {
        email,
        role: body.role,
        extraRights: readExtraRights(body.extra_rights) ?? [],
        tiers: (await readTiers(merchant.id, body.tiers)) ?? null,
        invitedBy: actorOf({ member }, 'API'),
      });
      audit({ subject: email, after: { email, ...viewRights(invitation) } });
      return { ...viewInvitation(invitation), link: linkOf(token, request.headers.host, request.protocol) };
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/members/invitations/:invitation_id',
    operationId: 'takeBackInvitation',
    tag,
    summary: 'The link of an invitation leads nowhere any more.',
    params: Type.Object({ invitation_id: Type.String() }),
    headers: operatorHeaders,
    response: InvitationView,
    refusals: ['operator_required', 'invitation_not_found'],
    authenticate: true,
    permission: 'members',
    ignoresTier: true,
    async handler({ params, merchant, request, audit }) {
      await requireOperator(services, merchant, request);
      const taken = await invitations.takeBack(merchant.id, readNumber(params.invitation_id, 'invitation_not_found'));
      if (!taken) throw new Refusal('invitation_not_found');
      if (taken.email !== null) audit({ subject: taken.email });
      return viewInvitation(taken);
    },
  });
}
