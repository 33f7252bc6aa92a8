import type { FastifyRequest } from 'fastify';
import type { RelyingParty } from '../../core/members/passkey-ceremonies.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { isLoopbackUrl } from '../../platform/loopback.ts';

/** The address of the console as browsers know it: `HWANBUL_PUBLIC_URL`, or what the browser itself calls. */
export function consoleOrigin({ settings }: Services, { protocol, headers }: FastifyRequest): string {
  return URL.parse(settings.publicUrl ?? `${protocol}://${headers.host ?? ''}`)?.origin ?? '';
}

/**
 * Whose passkeys are. A browser signs the origin that it sees and makes no passkey for another name, so that a request with
 * another `Host` comes to nothing.
 */
export function relyingPartyOf(services: Services, request: FastifyRequest): RelyingParty {
  const origin = consoleOrigin(services, request);
  const url = URL.parse(origin);
  const isAddress = url !== null && /^[\d.]+$|^\[/.test(url.hostname);
  if (!url || isAddress || (url.protocol !== 'https:' && !isLoopbackUrl(url)))
    throw new Refusal('passkeys_unavailable');
  return { id: url.hostname, origin };
}
