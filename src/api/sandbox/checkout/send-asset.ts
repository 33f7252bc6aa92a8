import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AssetName, asset } from './assets.ts';

/** A file for pages of any address; a browser that has it already is told so. */
export async function sendAsset(request: FastifyRequest, reply: FastifyReply, name: AssetName): Promise<FastifyReply> {
  const { body, contentType, etag } = await asset(name);
  reply.headers({
    'access-control-allow-origin': '*',
    'cache-control': 'no-cache',
    'content-type': contentType,
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
    etag,
  });
  const known = request.headers['if-none-match']?.split(',').map((each) => each.trim().replace(/^W\//, ''));
  return known?.includes(etag) ? reply.code(304).send() : reply.send(body);
}
