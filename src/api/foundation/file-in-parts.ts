import type { FastifyReply } from 'fastify';
import { envelopeHeaders } from './envelope.ts';
import { textInParts } from './text-in-parts.ts';

/** A success that is a file and no envelope: it is made and sent part by part, as fast as the caller takes it. */
export class FileInParts {
  readonly contentType: string;
  readonly name: string;
  readonly parts: AsyncIterable<string>;

  constructor(contentType: string, name: string, parts: AsyncIterable<string>) {
    this.contentType = contentType;
    this.name = name;
    this.parts = parts;
  }
}

export async function sendFile(reply: FastifyReply, { contentType, name, parts }: FileInParts): Promise<FastifyReply> {
  const text = await textInParts(parts, { text: (part) => [part] });
  return reply
    .code(200)
    .headers({
      ...envelopeHeaders,
      'content-type': contentType,
      'content-disposition': `attachment; filename="${name}"`,
    })
    .send(text);
}
