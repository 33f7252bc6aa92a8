import { Type } from 'typebox';
import { permissions } from '../../core/members/permissions.ts';
import { factorKinds } from '../../core/members/second-factors.ts';
import type { SessionSummary } from '../../core/members/sessions.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import type { Answer } from '../foundation/answer.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { OrNull, UnixTime } from './fields.ts';
import { RoleField, TiersField } from './member.ts';

/** Who has signed in, and what the console shows of the store. */
export const ConsoleSessionView = Type.Object({
  member: OrNull(
    Type.Object({
      member_id: Type.String(),
      email: Type.String(),
      name: Type.String(),
      role: RoleField,
      permissions: Type.Array(ChoiceField(permissions)),
      tiers: TiersField,
    }),
  ),
  csrf: Type.String({
    description: 'For the header X-Hwanbul-CSRF of everything that changes something; empty without a session.',
  }),
  mode: ChoiceField(['sandbox', 'live']),
  merchant: OrNull(
    Type.Object({
      name: Type.String(),
      sub_stores: Type.Array(Type.Object({ code: Type.String(), name: Type.String() }), {
        description: 'Those that the member may act for, by the header Tier.',
      }),
    }),
  ),
  version: Type.String(),
  demo: Type.Boolean({ description: 'POST /console/api/demo-session lets this browser in without a password.' }),
  expires_at: UnixTime,
  must_enrol: Type.Boolean({
    description: 'The store asks for a second factor, and the member has none: nothing but enrolling one is possible.',
  }),
  second_factor: OrNull(
    Type.Object({
      ticket: Type.String({ description: 'For POST /console/api/sign-in/code and /passkey, within ten minutes.' }),
      kinds: Type.Array(ChoiceField(factorKinds)),
    }),
  ),
  company_sign_in: OrNull(
    Type.String({ description: "The name of the company's own sign-in, which GET /console/api/oidc/start leads to." }),
  ),
});

export const SessionListView = Type.Object({
  list: Type.Array(
    Type.Object({
      session_id: Type.String(),
      is_current: Type.Boolean(),
      address: Type.String(),
      user_agent: Type.String(),
      created_at: UnixTime,
      last_seen_at: UnixTime,
      expires_at: UnixTime,
    }),
  ),
});

export const EndedSessionsView = Type.Object({ ended: Type.Integer({ description: 'How many sessions these were.' }) });

export type SessionListAnswer = Answer<typeof SessionListView>;
export type EndedSessionsAnswer = Answer<typeof EndedSessionsView>;

export type ConsoleSessionAnswer = Answer<typeof ConsoleSessionView>;

export function viewSession(session: SessionSummary, currentId: bigint): SessionListAnswer['list'][number] {
  return {
    session_id: String(session.id),
    is_current: session.id === currentId,
    address: session.address,
    user_agent: session.userAgent,
    created_at: unixSeconds(session.createdAt),
    last_seen_at: unixSeconds(session.seenAt),
    expires_at: unixSeconds(session.expiresAt),
  };
}
