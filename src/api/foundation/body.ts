import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../../platform/errors/refusal.ts';
import { wrongCharset } from './charset.ts';
import { parseForm } from './form-text.ts';
import { parseJson } from './json-text.ts';
import { parseMultipart } from './multipart.ts';

export const bodyBytesMax = 1_048_576;

/** What the headers say of the body's length; a body that is sent in chunks is measured as it comes. */
export function isTooLong({ 'content-length': length }: IncomingHttpHeaders): boolean {
  return Number(length ?? 0) > bodyBytesMax;
}

/** JSON, form-urlencoded and multipart bodies become plain objects; everything else is refused. */
export function addBodyParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const whole = { parseAs: 'buffer', bodyLimit: bodyBytesMax } as const;
  app.addContentTypeParser<Buffer>('application/json', whole, (request, body, done) => {
    try {
      done(null, jsonBody(request, body));
    } catch (error) {
      done(error as Error);
    }
  });
  app.addContentTypeParser<Buffer>('application/x-www-form-urlencoded', whole, (request, body, done) => {
    try {
      done(null, parseForm(bodyText(request, body)));
    } catch (error) {
      done(error as Error);
    }
  });
  // Clients name any type for a body that they do not send.
  app.addContentTypeParser('*', (request, _body, done) => {
    const isEmpty = request.headers['content-length'] === '0' || request.is404;
    done(isEmpty ? null : new Refusal('unsupported_media_type'), {});
  });
  app.addContentTypeParser<Buffer>('multipart/form-data', whole, async (request: FastifyRequest, body: Buffer) => {
    requireReadable(request);
    return parseMultipart(body, request.headers['content-type'] ?? '');
  });
}

/** A JSON object out of a body of any content type. */
export function jsonBody(request: FastifyRequest, body: Buffer): object {
  const text = bodyText(request, body);
  // Clients send DELETE with a JSON content type and nothing after it.
  if (text === '') return {};
  const value = parseJson(body, text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal('malformed_body', { problem: 'JSON 객체가 아닙니다' });
  }
  return value;
}

function bodyText(request: FastifyRequest, body: Buffer): string {
  requireReadable(request);
  if (!isUtf8(body)) throw wrongCharset(body);
  return body.toString('utf8');
}

function requireReadable(request: FastifyRequest): void {
  const { 'content-type': contentType = '', 'content-encoding': encoding } = request.headers;
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') throw new Refusal('unsupported_media_type');
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(contentType)?.[1]?.toLowerCase();
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') {
    throw new Refusal('unsupported_charset', { charset: charset.replace(/[^\w.:-]/g, '').slice(0, 40) });
  }
}
