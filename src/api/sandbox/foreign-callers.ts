import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { Refusal } from '../../platform/errors/refusal.ts';

export interface SandboxAddress {
  /** Where the server listens. */
  readonly host: string;
  readonly publicUrl: string | undefined;
  /** Names under which it is called besides, by other containers for instance. */
  readonly allowedHosts: readonly string[];
}

/**
 * Keeps web pages out. The keys of a sandbox are public and its control plane asks for none, so that nothing but a page's own
 * address tells a page that somebody happens to look at from a program of theirs.
 *
 * - A page whose name has been made to lead to this machine (DNS rebinding) calls the server by that name. So it answers to
 *   `localhost`, to addresses, which nobody can make lead elsewhere, and to names that are allowed.
 * - A page can send simple forms anywhere; the browser then says from where, in `Origin`. Where a token is needed this does no
 *   harm: a page can't read the answer that has one. What a shop's page opens and reads of a payment window is for pages.
 */
export function createForeignCallerGuard(address: SandboxAddress): (request: FastifyRequest) => Refusal | undefined {
  const publicHost = address.publicUrl === undefined ? [] : [new URL(address.publicUrl).hostname];
  const names = new Set(
    ['localhost', address.host, ...publicHost, ...address.allowedHosts].map((each) => each.toLowerCase()),
  );

  return ({ headers: { host, origin }, method, routeOptions }) => {
    // A browser always says whom it calls.
    const called = host === undefined ? undefined : hostOf(`http://${host}`);
    if (host !== undefined && !(called && (names.has(called.hostname) || isAddress(called.hostname)))) {
      return new Refusal('sandbox_host_not_allowed');
    }
    // What a browser asks before it sends anything else does nothing by itself.
    if (origin === undefined || method === 'OPTIONS') return undefined;
    const { operation, isForAnyOrigin } = routeOptions.config ?? {};
    if (operation?.authenticate || operation?.isForPages || isForAnyOrigin) return undefined;
    return hostOf(origin)?.host === called?.host ? undefined : new Refusal('sandbox_origin_not_allowed');
  };
}

/** `undefined`: no host, or more than that. */
function hostOf(origin: string): { readonly hostname: string; readonly host: string } | undefined {
  const url = URL.parse(origin);
  return url && url.href === `${url.origin}/` ? url : undefined;
}

function isAddress(hostname: string): boolean {
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}
