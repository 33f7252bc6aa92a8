import { Type } from 'typebox';
import type { Invitation } from '../../core/members/invitations.ts';
import type { Member } from '../../core/members/member.ts';
import type { AuditEntry } from '../../core/members/member-audit.ts';
import { auditOutcomes } from '../../core/members/member-audit.ts';
import type { MemberSummary } from '../../core/members/members.ts';
import { extraRights, memberRoles, permissions } from '../../core/members/permissions.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import type { Answer } from '../foundation/answer.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { OrNull, TextOrNull, UnixTime } from './fields.ts';

export const RoleField = ChoiceField(memberRoles, {
  description: 'What each role may do is told in docs/console.md.',
});

export const TiersField = OrNull(
  Type.Array(Type.String(), { description: 'Codes of the sub-stores that the member is limited to.' }),
);

/** A member, as colleagues see one. */
export const MemberView = Type.Object({
  member_id: Type.String(),
  email: Type.String(),
  name: Type.String(),
  role: RoleField,
  extra_rights: Type.Array(ChoiceField(extraRights), { description: 'Permissions beyond those of the role.' }),
  permissions: Type.Array(ChoiceField(permissions)),
  tiers: TiersField,
  created_at: UnixTime,
  last_seen_at: UnixTime,
  has_second_factor: Type.Boolean(),
});

export const MemberListView = Type.Object({
  list: Type.Array(MemberView),
  next: OrNull(Type.String({ description: '`after` of the next page; null on the last one.' })),
});

/** A link that makes a member, without what only its maker gets to see. */
export const InvitationView = Type.Object({
  invitation_id: Type.String(),
  email: TextOrNull,
  role: RoleField,
  extra_rights: Type.Array(ChoiceField(extraRights)),
  tiers: TiersField,
  is_new_password: Type.Boolean({ description: 'It gives a member a new password, and makes none.' }),
  invited_by: Type.String(),
  created_at: UnixTime,
  expires_at: UnixTime,
});

export const InvitationListView = Type.Object({ list: Type.Array(InvitationView) });

export const MadeInvitationView = Type.Object({
  ...InvitationView.properties,
  link: Type.String({
    description: 'Shown once, for you to hand over. Whoever follows it first becomes the member.',
  }),
});

/** What whoever has the link sees. */
export const OpenInvitationView = Type.Object({
  merchant_name: Type.String(),
  email: OrNull(Type.String({ description: 'Null: whoever accepts says it.' })),
  role: RoleField,
  is_new_password: Type.Boolean(),
  expires_at: UnixTime,
});

export const MemberAuditEntryView = Type.Object({
  audit_id: Type.String(),
  at: UnixTime,
  ended_at: UnixTime,
  email: Type.String(),
  member_id: Type.String(),
  role: RoleField,
  tier: TextOrNull,
  operation: Type.String({ description: 'The operationId of the API.' }),
  subject: OrNull(Type.String({ description: 'What it is about first of all, an imp_uid for one.' })),
  ids: Type.Record(Type.String(), Type.String(), { description: 'Every id that the request named.' }),
  outcome: ChoiceField(auditOutcomes, {
    description:
      '`in_doubt`: nobody knows yet whether it was done. `failed`, and `begun` of an old entry: a defect, an outage or the end of a process, after which it may have been done.',
  }),
  error_code: OrNull(Type.String({ description: 'As in X-Hwanbul-Error.' })),
  address: Type.String(),
  before: Type.Unknown(),
  after: Type.Unknown(),
});

export const MemberAuditView = Type.Object({
  list: Type.Array(MemberAuditEntryView),
  next: OrNull(Type.String({ description: '`before` of the next page; null on the last one.' })),
});

export type MemberAnswer = Answer<typeof MemberView>;
export type MemberListAnswer = Answer<typeof MemberListView>;
export type InvitationAnswer = Answer<typeof InvitationView>;
export type InvitationListAnswer = Answer<typeof InvitationListView>;
export type MadeInvitationAnswer = Answer<typeof MadeInvitationView>;
export type OpenInvitationAnswer = Answer<typeof OpenInvitationView>;
export type MemberAuditEntryAnswer = Answer<typeof MemberAuditEntryView>;
export type MemberAuditAnswer = Answer<typeof MemberAuditView>;

export function viewMember(member: MemberSummary): MemberAnswer {
  return {
    member_id: String(member.id),
    email: member.email,
    name: member.name,
    ...viewRights(member),
    permissions: member.permissions,
    created_at: unixSeconds(member.createdAt),
    last_seen_at: unixSeconds(member.seenAt),
    has_second_factor: member.hasSecondFactor,
  };
}

/** What a member is allowed, which is what an audit of members compares. */
export function viewRights({ role, extraRights: extra, tiers }: Pick<Member, 'role' | 'extraRights' | 'tiers'>) {
  return { role, extra_rights: extra, tiers };
}

export function viewInvitation(invitation: Invitation): InvitationAnswer {
  return {
    invitation_id: String(invitation.id),
    email: invitation.email,
    ...viewRights(invitation),
    is_new_password: invitation.memberId !== null,
    invited_by: invitation.invitedBy,
    created_at: unixSeconds(invitation.createdAt),
    expires_at: unixSeconds(invitation.expiresAt),
  };
}

export function viewAuditEntry(entry: AuditEntry): MemberAuditEntryAnswer {
  return {
    audit_id: String(entry.id),
    at: unixSeconds(entry.at),
    ended_at: unixSeconds(entry.endedAt),
    email: entry.email,
    member_id: String(entry.memberId),
    role: entry.role,
    tier: entry.tierCode,
    operation: entry.operation,
    subject: entry.subject,
    ids: entry.ids,
    outcome: entry.outcome,
    error_code: entry.errorCode,
    address: entry.address,
    before: entry.before,
    after: entry.after,
  };
}
