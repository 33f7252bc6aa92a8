import type { FastifyRequest } from 'fastify';
import type { Member } from '../../core/members/member.ts';
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

interface Known {
  readonly member: Member;
  readonly merchant: Merchant;
  readonly csrf: string;
  readonly expiresAt: Date;
}

/** What the console asks first: who has signed in, if anybody has. */
export async function sessionAnswer(
  { subStores, settings }: Services,
  request: FastifyRequest,
  known: Known | undefined,
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
  };
}

/** A session for somebody who has just shown who they are, and its cookie with the answer. */
export async function openSession(
  services: Services,
  { request, reply }: Pick<RouteContext<unknown, unknown, unknown, unknown>, 'request' | 'reply'>,
  member: Member,
): Promise<SessionAnswer> {
  const merchant = await services.merchants.mainStoreById(member.merchantId);
  if (!merchant) throw new Error('a member belongs to no store');
  const { token, csrf, expiresAt } = await services.sessions.open(member.id, whenceOf(request));
  setSessionCookie(reply, request, token, expiresAt);
  return sessionAnswer(services, request, { member, merchant, csrf, expiresAt });
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
