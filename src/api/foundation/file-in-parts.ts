import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { envelopeHeaders } from './envelope.ts';

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

/** Until the first part is there, a failure is still told as any other. Later ones end the connection without an end. */
export async function sendFile(reply: FastifyReply, { contentType, name, parts }: FileInParts): Promise<FastifyReply> {
  const iterator = parts[Symbol.asyncIterator]();
  const first = await iterator.next();
  return reply
    .code(200)
    .headers({
      ...envelopeHeaders,
      'content-type': contentType,
      'content-disposition': `attachment; filename="${name}"`,
    })
    .send(Readable.from(textOf(first, iterator), { objectMode: false }));
}

async function* textOf(first: IteratorResult<string>, parts: AsyncIterator<string>): AsyncGenerator<string> {
  try {
    for (let part = first; !part.done; part = await parts.next()) {
      // An empty chunk would be taken for the end of what is there to read.
      if (part.value !== '') yield part.value;
    }
  } finally {
    // The caller may have gone before the end.
    await parts.return?.();
  }
}
