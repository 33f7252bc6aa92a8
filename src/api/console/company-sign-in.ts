import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CompanyProblem } from '../../core/members/company-sign-in.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { readCookie } from '../foundation/session-cookie.ts';
import { consoleOrigin } from './relying-party.ts';
import { noteSignIn, openSession, secondStepOf } from './session-answer.ts';

/** Until the browser is back. It comes from another site then, so that `SameSite=Strict` would keep it from us. */
const cookie = 'hwanbul_oidc';
const path = '/console/api/oidc';

/** The company's own sign-in. Browsers are led through it, so that these two answer with a way to go on, and never in the envelope. */
export function companySignInRoutes(app: FastifyInstance, services: Services): void {
  const { companySignIn, members } = services;
  if (!companySignIn) return;
  const redirectUri = (request: FastifyRequest): string => `${consoleOrigin(services, request)}${path}/callback`;

  const goTo = (reply: FastifyReply, where: string): FastifyReply =>
    reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer').redirect(where, 303);
  const keep = (reply: FastifyReply, { protocol }: FastifyRequest, value: string, seconds: number): void => {
    const secure = protocol === 'https' ? ['Secure'] : [];
    const parts = [`${cookie}=${value}`, `Path=${path}`, 'HttpOnly', 'SameSite=Lax', ...secure, `Max-Age=${seconds}`];
    reply.header('set-cookie', parts.join('; '));
  };
  const tell = (reply: FastifyReply, problem: CompanyProblem): FastifyReply =>
    goTo(reply, `/console/sign-in?problem=${problem}`);

  app.get(`${path}/start`, async (request, reply) => {
    try {
      const { url, browser } = await companySignIn.begin(redirectUri(request));
      keep(reply, request, browser, 600);
      return goTo(reply, url);
    } catch (error) {
      request.log.warn({ err: error }, "the company's sign-in did not answer");
      return tell(reply, 'unavailable');
    }
  });

  app.get(`${path}/callback`, async (request, reply) => {
    const url = new URL(redirectUri(request));
    url.search = request.url.split('?', 2)[1] ?? '';
    const browser = readCookie(request, cookie);
    keep(reply, request, '', 0);
    const found = await companySignIn.end(url, browser).catch((error: unknown) => {
      if (error instanceof Refusal) throw error;
      // What it says may have the code or the token in it: the kind of error is enough to find the cause.
      const { name, code } = error as { readonly name?: string; readonly code?: string };
      request.log.warn({ name, code }, "the company's sign-in was not accepted");
      return { problem: 'refused' } as const;
    });
    if ('problem' in found) return tell(reply, found.problem);
    const member = await members.byEmail(found.email);
    if (!member) return tell(reply, 'not_invited');
    const secondStep = await secondStepOf(services, member);
    // Behind the #, which no server and no log gets to see.
    if (secondStep) return goTo(reply, `/console/sign-in#${secondStep.ticket}.${secondStep.kinds.join('.')}`);
    await noteSignIn(services, request, member, 'company');
    await openSession(services, { request, reply }, member);
    return goTo(reply, '/console');
  });
}
