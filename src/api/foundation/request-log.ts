import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Merchant } from '../../core/merchants/merchants.ts';
import type { Log } from '../../platform/logging/log.ts';

/** Ids that are short, cheap, and not repeated by the next run of the server. A caller can't choose them. */
export function requestIds(): () => string {
  const run = randomBytes(4).toString('hex');
  let count = 0;
  return () => `${run}-${(++count).toString(36)}`;
}

const askers = new WeakMap<FastifyRequest, Merchant>();

/** The line of this request will name the merchant. */
export function noteAsker(request: FastifyRequest, merchant: Merchant): void {
  askers.set(request, merchant);
}

/**
 * One line for each answer, with the payment that is asked about where the path or the body names one. The query is left out: a
 * token, or a key of a gateway, may stand in it.
 */
export function logAnswer(log: Log, request: FastifyRequest, reply: FastifyReply): void {
  if (!log.isLevelEnabled('info')) return;
  const line = {
    requestId: request.id,
    method: request.method,
    path: pathOf(request),
    status: reply.statusCode,
    error: reply.getHeader('x-hwanbul-error'),
    merchant: askers.get(request)?.name,
    member: request.member && String(request.member.id),
    ...namedIn(request.body),
    ...namedIn(request.params),
    durationMs: Math.round(reply.elapsedTime),
  };
  log.info(line, 'answered');
}

/**
 * Whoever has the token of a payment window may pay in it, and whoever has an invitation's becomes a member, so that they stand in no
 * log; where there is no such route neither.
 */
function pathOf({ url, routeOptions }: FastifyRequest): string | undefined {
  if (routeOptions.url?.includes(':token')) return routeOptions.url;
  return url
    .split('?', 1)[0]
    ?.replace(/(checkout\/)[0-9a-z]{1,12}-[\w-]{43}/, '$1:token')
    .replace(/(invitations\/)[\w-]{20,}/, '$1:token');
}

const nameLengthMax = 100;

function namedIn(values: unknown): Record<string, string> {
  if (typeof values !== 'object' || values === null) return {};
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) =>
        (name === 'imp_uid' || name === 'merchant_uid') && typeof value === 'string' && value.length <= nameLengthMax,
    ),
  );
}
