import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../platform/errors/refusal.ts';

/** Of this host alone, sent with no request that a page of another site makes, and read by no script. */
export const sessionCookie = 'hwanbul_session';

export function sessionTokenOf(request: FastifyRequest): string | undefined {
  return readCookie(request, sessionCookie);
}

/** The value of a cookie. Of several, which only somebody else can have set, none counts. */
export function readCookie({ headers: { cookie } }: FastifyRequest, wanted: string): string | undefined {
  if (cookie === undefined) return undefined;
  const values = cookie.split(';').flatMap((pair) => {
    const [name = '', value = ''] = pair.split('=', 2);
    return name.trim() === wanted ? [value.trim()] : [];
  });
  return values.length === 1 ? values[0] : undefined;
}

export function setSessionCookie(reply: FastifyReply, request: FastifyRequest, token: string, expiresAt: Date): void {
  reply.header('set-cookie', cookieText(request, token, `Expires=${expiresAt.toUTCString()}`));
}

export function clearSessionCookie(reply: FastifyReply, request: FastifyRequest): void {
  reply.header('set-cookie', cookieText(request, '', 'Max-Age=0'));
}

function cookieText({ protocol }: FastifyRequest, value: string, ending: string): string {
  const secure = protocol === 'https' ? ['Secure'] : [];
  return [`${sessionCookie}=${value}`, 'Path=/', 'HttpOnly', 'SameSite=Strict', ...secure, ending].join('; ');
}

/**
 * Refuses what a page of another address sends. Browsers say from where: `Sec-Fetch-Site` where the connection can be trusted, `Origin`
 * with everything that is no plain lookup. Another port of this machine is the same site to them, so that SameSite alone would let it in.
 */
export function requireOwnPage({ headers }: FastifyRequest): void {
  const { origin, host, 'sec-fetch-site': site } = headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new Refusal('csrf_wrong');
  if (origin !== undefined && URL.parse(origin)?.host !== host?.toLowerCase()) throw new Refusal('csrf_wrong');
}
