import type { FastifyRequest } from 'fastify';
import type { Member } from '../../core/members/member.ts';
import { type FactorKind, factorKinds } from '../../core/members/second-factors.ts';
import type { Whence } from '../../core/members/sessions.ts';
import type { Merchant } from '../../core/merchants/merchants.ts';
import type { Services } from '../../core/services.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { isLoopbackAddress, isLoopbackUrl } from '../../platform/loopback.ts';
import { version } from '../../platform/version.ts';
import type { Answer } from '../foundation/answer.ts';
import type { RouteContext } from '../foundation/route.ts';
import { setSessionCookie } from '../foundation/session-cookie.ts';
import type { ConsoleSessionView } from '../views/console-session.ts';

type SessionAnswer = Answer<typeof ConsoleSessionView>;

/** Somebody who has shown the password, and has yet to show the second factor. */
export interface SecondStep {
  readonly ticket: string;
  readonly kinds: readonly FactorKind[];
}

interface Known {
  readonly member: Member;
  readonly merchant: Merchant;
  readonly csrf: string;
  readonly expiresAt: Date;
  readonly proof: { readonly mustEnrol: boolean };
}

/** What the console asks first: who has signed in, if anybody has. */
export async function sessionAnswer(
  { subStores, settings, companySignIn }: Services,
  request: FastifyRequest,
  known: Known | undefined,
  secondStep?: SecondStep,
): Promise<SessionAnswer> {
  const { member } = known ?? {};
  const all = known ? await subStores.list(known.merchant.id) : [];
  const own = all.filter(({ tierCode }) => !member?.tiers || member.tiers.includes(tierCode));
  return {
    member: member
      ? {
          member_id: String(member.id),
          email: member.email,
          name: member.name,
          role: member.role,
          permissions: member.permissions,
          tiers: member.tiers,
        }
      : null,
    csrf: known?.csrf ?? '',
    mode: settings.mode,
    merchant: known
      ? { name: known.merchant.name, sub_stores: own.map(({ tierCode, name }) => ({ code: tierCode, name })) }
      : null,
    version,
    demo: settings.mode === 'sandbox' && isFromThisMachine(request),
    expires_at: unixSeconds(known?.expiresAt),
    must_enrol: known?.proof.mustEnrol ?? false,
    second_factor: secondStep ?? null,
    company_sign_in: companySignIn?.name ?? null,
  };
}

type Exchange = Pick<RouteContext<unknown, unknown, unknown, unknown>, 'request' | 'reply'>;

/** A session for somebody who has just shown who they are, and its cookie with the answer. */
export async function openSession(
  services: Services,
  { request, reply }: Exchange,
  member: Member,
): Promise<SessionAnswer> {
  const { token, expiresAt } = await services.sessions.open(member.id, whenceOf(request));
  const session = await services.sessions.find(token);
  if (!session) throw new Error('a session was not written');
  setSessionCookie(reply, request, token, expiresAt);
  return sessionAnswer(services, request, session);
}

/** What stands between the password and a session: nothing, or the factor that the member has enrolled. */
export async function secondStepOf(
  { secondFactors, signInTickets }: Services,
  member: Member,
): Promise<SecondStep | undefined> {
  const factors = await secondFactors.list(member.id);
  if (factors.length === 0) return undefined;
  const kinds = factorKinds.filter((kind) => factors.some((each) => each.kind === kind));
  return { ticket: await signInTickets.make(member.id), kinds };
}

/** For somebody who has shown the password, or what stands for it: a session, or the question for the second factor. */
export async function enter(services: Services, exchange: Exchange, member: Member): Promise<SessionAnswer> {
  const secondStep = await secondStepOf(services, member);
  if (secondStep) return sessionAnswer(services, exchange.request, undefined, secondStep);
  await noteSignIn(services, exchange.request, member, 'password');
  return openSession(services, exchange, member);
}

export async function noteSignIn(
  { memberAudit }: Services,
  request: FastifyRequest,
  member: Member,
  by: string,
): Promise<void> {
  await memberAudit.note(
    { member, tierCode: null, operation: 'signIn', subject: null, ids: {}, address: request.ip },
    { outcome: 'done', after: { by } },
  );
}

function whenceOf({ ip: address, headers }: FastifyRequest): Whence {
  return { address, userAgent: headers['user-agent'] ?? '' };
}

/**
 * By the socket, by the name that the browser calls, and with nothing in between: a proxy on this machine hands requests from anywhere
 * over as its own.
 */
export function isFromThisMachine({ ip, socket, headers }: FastifyRequest): boolean {
  const isHandedOn = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'].some(
    (name) => headers[name] !== undefined,
  );
  return (
    !isHandedOn &&
    isLoopbackAddress(ip) &&
    isLoopbackAddress(socket.remoteAddress ?? '') &&
    isLoopbackUrl(`http://${headers.host ?? ''}`)
  );
}
