import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { readEmail } from '../../core/members/member.ts';
import { requireGoodPassword } from '../../core/members/passwords.ts';
import type { Services } from '../../core/services.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { defineRoute } from '../foundation/route.ts';
import { requireOwnPage } from '../foundation/session-cookie.ts';
import { ConsoleSessionView } from '../views/console-session.ts';
import { OpenInvitationView } from '../views/member.ts';
import { openSession, secondStepOf, sessionAnswer } from './session-answer.ts';
import { PasswordField } from './sessions.ts';

const Params = Type.Object({ token: Type.String({ maxLength: 100 }) });

/** What whoever has been handed a link does with it. The link is all that they have. */
export function consoleInvitationRoutes(app: FastifyInstance, services: Services): void {
  const { invitations, passwords } = services;

  defineRoute(app, {
    method: 'GET',
    url: '/console/api/invitations/:token',
    operationId: 'getInvitation',
    tag: 'console',
    summary: 'Who is invited to what. Only whoever has the link knows the token.',
    params: Params,
    response: OpenInvitationView,
    refusals: ['invitation_not_found'],
    authenticate: false,
    async handler({ params }) {
      const found = await invitations.find(params.token);
      if (!found) throw new Refusal('invitation_not_found');
      return {
        merchant_name: found.merchantName,
        email: found.email,
        role: found.role,
        is_new_password: found.memberId !== null,
        expires_at: unixSeconds(found.expiresAt),
      };
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/console/api/invitations/:token',
    operationId: 'acceptInvitation',
    tag: 'console',
    summary: 'Makes a member of whoever has the link, once, and signs them in.',
    params: Params,
    body: Type.Object({
      email: Type.Optional(Type.String({ maxLength: 200, description: 'Where the invitation names none.' })),
      name: Type.Optional(Type.String({ maxLength: 80, description: 'Of a new member.' })),
      password: PasswordField,
    }),
    response: ConsoleSessionView,
    refusals: ['invitation_not_found', 'member_email_taken', 'password_weak', 'parameter_missing', 'csrf_wrong'],
    authenticate: false,
    example: { body: { name: '김환불', password: 'correct horse battery' } },
    async handler({ params, body, request, reply }) {
      requireOwnPage(request);
      const found = await invitations.find(params.token);
      if (!found) throw new Refusal('invitation_not_found');
      const email = body.email ? readEmail(body.email) : undefined;
      if (body.email && !email) throw new Refusal('parameter_invalid', { name: 'email', expected: '이메일 주소' });
      requireGoodPassword(body.password, found.email ?? email ?? '');
      const member = await invitations.accept(params.token, {
        email,
        name: body.name?.trim() || undefined,
        passwordHash: await passwords.hash(body.password),
      });
      await services.guessLimits.forget(member.email);
      await services.memberAudit.note(
        { member, tierCode: null, operation: 'acceptInvitation', subject: null, ids: {}, address: request.ip },
        { outcome: 'done', after: { email: member.email, role: member.role } },
      );
      // Whoever follows a link for a new password has shown no factor by that.
      const secondStep = await secondStepOf(services, member);
      return secondStep
        ? sessionAnswer(services, request, undefined, secondStep)
        : openSession(services, { request, reply }, member);
    },
  });
}
