import type { FastifyRequest } from 'fastify';

/**
 * The access token from one of the four places where clients of i'mport put it: `Authorization`, bare or after `Bearer` (or
 * `Basic`, as one of i'mport's own samples has it), which wins; `X-ImpTokenHeader`; the query parameter `_token`. An empty place
 * counts as absent.
 */
export function tokenOf(request: FastifyRequest): string | undefined {
  const { authorization, 'x-imptokenheader': header } = request.headers;
  if (authorization !== undefined) {
    const token = authorization.replace(/^(?:bearer|basic)(?:\s+|$)/i, '').trim();
    if (token !== '') return token;
  }
  if (typeof header === 'string' && header.trim() !== '') return header.trim();
  const { _token: parameter } = request.query as Record<string, unknown>;
  return typeof parameter === 'string' && parameter !== '' ? parameter : undefined;
}
