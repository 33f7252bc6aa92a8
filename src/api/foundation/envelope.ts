import type { FastifyReply } from 'fastify';
import type { Refusal } from '../../platform/errors/refusal.ts';
import { phpJson } from '../../platform/json/php-json.ts';

export const envelopeContentType = 'application/json; charset=UTF-8';

/** The body of every answer. The order of the keys is part of the contract. */
export function envelopeText(code: number, message: string | null, response: unknown): string {
  return phpJson({ code, message, response: response ?? null });
}

export function refusalText(refusal: Refusal): string {
  return envelopeText(refusal.entry.code, refusal.message, null);
}

/** The headers that the real server was seen to send with every answer. It sends none for CORS, on purpose. */
export const securityHeaders: Readonly<Record<string, string>> = Object.freeze({
  'x-content-type-options': 'nosniff',
  'x-xss-protection': '1; mode=block',
  'x-frame-options': 'SAMEORIGIN',
});

export function sendResponse(reply: FastifyReply, status: number, response: unknown): FastifyReply {
  return reply
    .code(status)
    .header('content-type', envelopeContentType)
    .send(envelopeText(0, null, response));
}

export function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { status } = refusal.entry;
  reply.code(status).header('content-type', envelopeContentType).header('x-hwanbul-error', refusal.errorCode);
  if (refusal.category !== null) reply.header('x-hwanbul-refusal', refusal.category);
  // The misspelt name is what the real server sends.
  if (status === 401) reply.header('www-authorize', 'iamport');
  return reply.send(refusalText(refusal));
}
