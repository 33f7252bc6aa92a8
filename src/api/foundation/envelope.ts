import type { FastifyReply } from 'fastify';
import type { Refusal, RefusedOperation } from '../../platform/errors/refusal.ts';
import { phpJson } from '../../platform/json/php-json.ts';

const envelopeContentType = 'application/json; charset=UTF-8';

/** The body of every answer. The order of the keys is part of the contract. */
export function envelopeText(code: number, message: string | null, response: unknown): string {
  return phpJson({ code, message, response: response ?? null });
}

export function refusalText(refusal: Refusal): string {
  const { entry, message, gatewayError: error } = refusal;
  if (error) return phpJson({ code: entry.code, message, error });
  return envelopeText(entry.code, message, null);
}

/** The headers that the real server was seen to send with every answer. A maintainer says that it sends none for CORS. */
export const securityHeaders: Readonly<Record<string, string>> = Object.freeze({
  'x-content-type-options': 'nosniff',
  'x-xss-protection': '1; mode=block',
  'x-frame-options': 'SAMEORIGIN',
});

/**
 * For the code lists alone, which at least two shops ask for from their pages with a token (whether the real server lets them is
 * not known). A page that may read them learns nothing that is not public.
 */
export const headersForPages: Readonly<Record<string, string>> = Object.freeze({
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'X-Hwanbul-Error, X-Request-Id',
});

/** What a browser asks before it sends a page's request with a token. */
export const preflightHeaders: Readonly<Record<string, string>> = Object.freeze({
  ...headersForPages,
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'Authorization, Content-Type, Tier, X-ImpTokenHeader',
  'access-control-max-age': '86400',
});

/** Answers hold tokens, payments and buyers: nothing on the way keeps them. */
export const envelopeHeaders: Readonly<Record<string, string>> = Object.freeze({
  'content-type': envelopeContentType,
  'cache-control': 'no-store',
});

export function sendResponse(
  reply: FastifyReply,
  status: number,
  response: unknown,
  headers: Readonly<Record<string, string>> = {},
  message: string | null = null,
  code: 0 | -1 = 0,
): FastifyReply {
  return reply
    .code(status)
    .headers({ ...headers, ...envelopeHeaders })
    .send(envelopeText(code, message, response));
}

/** How the cancellation stands that an answer is about. */
export function cancellationHeaders({ id, state }: RefusedOperation): Readonly<Record<string, string>> {
  return { 'x-hwanbul-cancellation-id': id, 'x-hwanbul-cancellation-state': state };
}

/** What a refusal is called, and what it means in English: the message is Korean, as the real server's are. */
export function refusalHeaders({ errorCode, entry }: Refusal): Readonly<Record<string, string>> {
  return { 'x-hwanbul-error': errorCode, 'x-hwanbul-meaning': entry.meaning };
}

export function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { status, retryAfterSeconds } = refusal.entry;
  reply.code(status).headers(envelopeHeaders).headers(refusalHeaders(refusal));
  if (refusal.category !== null) reply.header('x-hwanbul-refusal', refusal.category);
  if (refusal.operation !== null) reply.headers(cancellationHeaders(refusal.operation));
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  // The misspelt name is what the real server sends.
  if (status === 401) reply.header('www-authorize', 'iamport');
  return reply.send(refusalText(refusal));
}
