import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Merchant } from '../../core/merchants/merchants.ts';
import type { Log } from '../../platform/logging/log.ts';
import { redactText } from '../../platform/logging/redaction.ts';
import type { Scope } from '../../platform/tracing/scope.ts';
import { beginSpanOf } from './request-span.ts';

const wellFormedId = /^[\w.:/+=@~-]{1,128}$/;

/**
 * The caller's own `X-Request-Id`, where the log can show it as it is; else one that is short, cheap, and not repeated by the next run of
 * the server. Two of the header, which Node joins, are none.
 */
export function requestIds(): (request?: IncomingMessage) => string {
  const run = randomBytes(4).toString('hex');
  let count = 0;
  return (request) => {
    const given = request?.headers['x-request-id'];
    if (typeof given === 'string' && wellFormedId.test(given) && redactText(given) === given) return given;
    return `${run}-${(++count).toString(36)}`;
  };
}

/** What a request belongs to, for as long as it is worked on. Who asks is found out on the way. */
interface RequestScope extends Scope {
  readonly fields: { readonly requestId: string; merchant: string | undefined };
}

const scopes = new WeakMap<FastifyRequest, RequestScope>();

export function beginScope(request: FastifyRequest): Scope {
  const scope = { fields: { requestId: request.id, merchant: undefined }, span: beginSpanOf(request) };
  scopes.set(request, scope);
  return scope;
}

export function scopeOf(request: FastifyRequest): Scope | undefined {
  return scopes.get(request);
}

/** From now on each line about this request names the merchant. */
export function noteAsker(request: FastifyRequest, { name }: Merchant): void {
  const scope = scopes.get(request);
  if (scope) scope.fields.merchant = name;
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
    merchant: scopes.get(request)?.fields.merchant,
    member: request.member && String(request.member.id),
    ...namedIn(request.body),
    ...namedIn(request.params),
    operation: reply.getHeader('x-hwanbul-cancellation-id'),
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
