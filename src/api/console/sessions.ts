import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { readEmail } from '../../core/members/member.ts';
import { requireGoodPassword } from '../../core/members/passwords.ts';
import type { Session } from '../../core/members/sessions.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { sessionOf } from '../foundation/member-entrance.ts';
import { defineRoute, type RouteContext } from '../foundation/route.ts';
import { clearSessionCookie, requireOwnPage } from '../foundation/session-cookie.ts';
import { readNumber } from '../hwanbul/read-number.ts';
import { ConsoleSessionView, EndedSessionsView, SessionListView, viewSession } from '../views/console-session.ts';
import { enter, sessionAnswer } from './session-answer.ts';

const tag = 'console';
export const PasswordField = Type.String({ maxLength: 400 });

export function ownSession({ request }: Pick<RouteContext<unknown, unknown, unknown, unknown>, 'request'>): Session {
  if (!request.session) throw new Refusal('unauthorized');
  return request.session;
}

/** How people get into the console, and out of it. Programs have tokens; none of this takes one. */
export function consoleSessionRoutes(app: FastifyInstance, services: Services): void {
  const { sessions, members, guessLimits, passwords } = services;

  defineRoute(app, {
    method: 'GET',
    url: '/console/api/session',
    operationId: 'getConsoleSession',
    tag,
    summary: 'Who has signed in to the console in this browser, if anybody has.',
    response: ConsoleSessionView,
    refusals: [],
    authenticate: false,
    handler: async ({ request }) => sessionAnswer(services, request, await sessionOf(app, request)),
  });

  defineRoute(app, {
    method: 'POST',
    url: '/console/api/sign-in',
    operationId: 'signIn',
    tag,
    summary: 'Signs a member in to the console: the answer sets a cookie.',
    description:
      'Where the member has a second factor, the answer has `second_factor` in place of a session and a cookie.',
    body: Type.Object({ email: Type.String({ maxLength: 200 }), password: PasswordField }),
    response: ConsoleSessionView,
    refusals: ['sign_in_wrong', 'too_many_sign_ins', 'csrf_wrong'],
    authenticate: false,
    example: { body: { email: 'kim@example.com', password: 'correct horse battery' } },
    async handler({ body, request, reply }) {
      requireOwnPage(request);
      const email = readEmail(body.email);
      if (!email) throw new Refusal('sign_in_wrong');
      if (!(await guessLimits.take(email, request.ip))) throw new Refusal('too_many_sign_ins');
      const member = await members.byPassword(email, body.password);
      if (!member) throw new Refusal('sign_in_wrong');
      await guessLimits.forget(email);
      return enter(services, { request, reply }, member);
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/console/api/sign-out',
    operationId: 'signOut',
    tag,
    summary: 'Ends the session of this browser.',
    response: Type.Null(),
    refusals: [],
    authenticate: true,
    onlyMembers: true,
    isForEnrolment: true,
    ignoresTier: true,
    permission: 'read',
    async handler({ request, reply }) {
      const { id, member } = ownSession({ request });
      await sessions.end(member.id, { only: id });
      clearSessionCookie(reply, request);
      return null;
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/console/api/sessions',
    operationId: 'listSessions',
    tag,
    summary: 'The browsers in which the member has signed in.',
    response: SessionListView,
    refusals: [],
    authenticate: true,
    onlyMembers: true,
    ignoresTier: true,
    async handler({ request }) {
      const { id, member } = ownSession({ request });
      return { list: (await sessions.ofMember(member.id)).map((each) => viewSession(each, id)) };
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/console/api/sessions',
    operationId: 'endOtherSessions',
    tag,
    summary: 'Ends all sessions of the member but this one.',
    response: EndedSessionsView,
    refusals: [],
    authenticate: true,
    onlyMembers: true,
    ignoresTier: true,
    permission: 'read',
    async handler({ request }) {
      const { id, member } = ownSession({ request });
      return { ended: await sessions.end(member.id, { allBut: id }) };
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/console/api/sessions/:session_id',
    operationId: 'endSession',
    tag,
    summary: 'Ends one session of the member.',
    params: Type.Object({ session_id: Type.String() }),
    response: EndedSessionsView,
    refusals: ['session_not_found'],
    authenticate: true,
    onlyMembers: true,
    ignoresTier: true,
    permission: 'read',
    async handler({ params, request }) {
      const { member } = ownSession({ request });
      const only = readNumber(params.session_id, 'session_not_found');
      const ended = await sessions.end(member.id, { only });
      if (ended === 0) throw new Refusal('session_not_found');
      return { ended };
    },
  });

  defineRoute(app, {
    method: 'PUT',
    url: '/console/api/password',
    operationId: 'changePassword',
    tag,
    summary: 'Gives the member a new password, and ends all sessions but this one.',
    body: Type.Object({ password: PasswordField, new_password: PasswordField }),
    response: EndedSessionsView,
    refusals: ['sign_in_wrong', 'too_many_sign_ins', 'password_weak'],
    authenticate: true,
    onlyMembers: true,
    ignoresTier: true,
    permission: 'read',
    example: { body: { password: 'correct horse battery', new_password: 'staple correct horse' } },
    async handler({ body, request }) {
      const { id, member } = ownSession({ request });
      requireGoodPassword(body.new_password, member.email);
      // Whoever has come by an open browser guesses here.
      if (!(await guessLimits.take(member.email, request.ip))) throw new Refusal('too_many_sign_ins');
      const same = await members.byPassword(member.email, body.password);
      if (same?.id !== member.id) throw new Refusal('sign_in_wrong');
      await guessLimits.forget(member.email);
      await members.setPassword(member.merchantId, member.id, await passwords.hash(body.new_password));
      return { ended: await sessions.end(member.id, { allBut: id }) };
    },
  });
}
