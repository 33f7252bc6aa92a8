import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Member } from '../../core/members/member.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { ObjectField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { requireOwnPage } from '../foundation/session-cookie.ts';
import { ConsoleSessionView } from '../views/console-session.ts';
import { PasskeyOptionsView } from '../views/second-factor.ts';
import { relyingPartyOf } from './relying-party.ts';
import { noteSignIn, openSession } from './session-answer.ts';

const tag = 'console';
const TicketField = Type.String({ maxLength: 100, description: 'From `second_factor` of the sign-in.' });
export const CodeField = Type.String({
  maxLength: 40,
  description: 'Six digits of an authenticator, or a recovery code.',
});
export const PasskeyField = ObjectField({ description: 'What the browser answers to the options, as JSON.' });

/** A code of a member's, within the limits of guessing; tells which kind it was. */
export async function takeCode(
  { guessLimits, secondFactors }: Services,
  memberId: bigint,
  code: string,
): Promise<'totp' | 'recovery'> {
  if (!(await guessLimits.takeCode(memberId))) throw new Refusal('too_many_codes');
  const by = await secondFactors.takeCode(memberId, code);
  if (!by) throw new Refusal('factor_wrong');
  await guessLimits.forgetCodes(memberId);
  return by;
}

/** What comes after the password, or in its place. */
export function consoleSecondStepRoutes(app: FastifyInstance, services: Services): void {
  const { signInTickets, passkeyCeremonies, members } = services;

  async function memberOfTicket(ticket: string): Promise<Member> {
    const id = await signInTickets.find(ticket);
    const member = id === undefined ? undefined : await members.byId(id);
    if (!member) throw new Refusal('sign_in_ended');
    return member;
  }

  defineRoute(app, {
    method: 'POST',
    url: '/console/api/sign-in/code',
    operationId: 'signInByCode',
    tag,
    summary: 'The second step of signing in: a code. The answer sets a cookie.',
    body: Type.Object({ ticket: TicketField, code: CodeField }),
    response: ConsoleSessionView,
    refusals: ['sign_in_ended', 'factor_wrong', 'too_many_codes', 'csrf_wrong'],
    authenticate: false,
    example: { body: { ticket: 'from-the-answer-before', code: '123456' } },
    async handler({ body, request, reply }) {
      requireOwnPage(request);
      const member = await memberOfTicket(body.ticket);
      const by = await takeCode(services, member.id, body.code);
      if (!(await signInTickets.take(body.ticket))) throw new Refusal('sign_in_ended');
      await noteSignIn(services, request, member, by);
      return openSession(services, { request, reply }, member);
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/console/api/sign-in/passkey-options',
    operationId: 'beginPasskeySignIn',
    tag,
    summary: 'What a passkey is asked to sign: with a ticket as the second step, without one in place of the password.',
    body: Type.Object({ ticket: Type.Optional(TicketField) }),
    response: PasskeyOptionsView,
    refusals: ['sign_in_ended', 'passkeys_unavailable', 'csrf_wrong'],
    authenticate: false,
    example: { body: { ticket: 'from-the-answer-before' } },
    async handler({ body, request }) {
      requireOwnPage(request);
      const party = relyingPartyOf(services, request);
      const memberId = body.ticket ? (await memberOfTicket(body.ticket)).id : null;
      const purpose = memberId === null ? 'sign_in' : 'second_factor';
      return { options: { ...(await passkeyCeremonies.begin(party, purpose, memberId)) } };
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/console/api/sign-in/passkey',
    operationId: 'signInByPasskey',
    tag,
    summary: 'Signs in by a passkey. The answer sets a cookie.',
    body: Type.Object({ ticket: Type.Optional(TicketField), passkey: PasskeyField }),
    response: ConsoleSessionView,
    refusals: ['sign_in_ended', 'factor_wrong', 'passkeys_unavailable', 'csrf_wrong'],
    authenticate: false,
    example: { body: { passkey: { id: 'AQID', rawId: 'AQID', type: 'public-key', response: {} } } },
    async handler({ body, request, reply }) {
      requireOwnPage(request);
      const party = relyingPartyOf(services, request);
      const expected = body.ticket ? await memberOfTicket(body.ticket) : null;
      const purpose = expected === null ? 'sign_in' : 'second_factor';
      const memberId = await passkeyCeremonies.end(party, purpose, expected?.id ?? null, body.passkey);
      if (body.ticket && !(await signInTickets.take(body.ticket))) throw new Refusal('sign_in_ended');
      const member = expected ?? (await members.byId(memberId));
      if (!member) throw new Refusal('factor_wrong');
      await noteSignIn(services, request, member, 'passkey');
      return openSession(services, { request, reply }, member);
    },
  });
}
