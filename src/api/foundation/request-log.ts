import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../../platform/logging/log.ts';

/** Ids that are short, cheap, and not repeated by the next run of the server. A caller can't choose them. */
export function requestIds(): () => string {
  const run = randomBytes(4).toString('hex');
  let count = 0;
  return () => `${run}-${(++count).toString(36)}`;
}

/** One line for each answer. The query is left out: a token, or a key of a gateway, may stand in it. */
export function logAnswer(log: Log, request: FastifyRequest, reply: FastifyReply): void {
  if (!log.isLevelEnabled('info')) return;
  const line = {
    requestId: request.id,
    method: request.method,
    path: request.url.split('?', 1)[0],
    status: reply.statusCode,
    error: reply.getHeader('x-hwanbul-error'),
    durationMs: Math.round(reply.elapsedTime),
  };
  log.info(line, 'answered');
}
