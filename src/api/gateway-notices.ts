import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../core/services.ts';
import { Refusal } from '../platform/errors/refusal.ts';

const bodyBytesMax = 65_536;

/**
 * Where gateways send what they tell by themselves, each in its own form and charset: the body is handed on as the bytes
 * that came, and the answer is the gateway's own, not i'mport's envelope. It is no operation of the API, and so not part of
 * its description; docs/gateways.md tells of it.
 */
export async function gatewayNoticeRoutes(app: FastifyInstance, services: Services): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytesMax }, (_request, body, done) =>
      done(null, body),
    );
    for (const url of ['/gateways/:provider/notices', '/gateways/:provider/notices/*']) {
      scope.route({ method: ['GET', 'POST'], url, handler: (request, reply) => receive(services, request, reply) });
    }
  });
}

async function receive(services: Services, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { provider = '', '*': path = '' } = request.params as Record<string, string>;
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const queryAt = request.url.indexOf('?');
  const answer = await services.notices.receive(
    provider,
    {
      path,
      headers,
      query: new URLSearchParams(queryAt < 0 ? '' : request.url.slice(queryAt + 1)),
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    },
    request.ip,
  );
  if (!answer) throw new Refusal('not_found');
  services.webhooks.wake();
  return reply.code(answer.status).header('content-type', answer.contentType).send(answer.body);
}
