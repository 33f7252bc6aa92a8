import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** A success that is a file to save, without an envelope; it is made and sent part by part, as fast as the caller takes it. */
export class AnswerAsFile {
  readonly contentType: string;
  readonly fileName: string;
  readonly parts: AsyncIterable<string>;

  constructor(file: {
    readonly contentType: string;
    readonly fileName: string;
    readonly parts: AsyncIterable<string>;
  }) {
    this.contentType = file.contentType;
    this.fileName = file.fileName;
    this.parts = file.parts;
  }
}

/** Until the first part is there, a failure is still told as any other. Later ones end the connection without an end. */
export async function sendAsFile(reply: FastifyReply, file: AnswerAsFile): Promise<FastifyReply> {
  const parts = file.parts[Symbol.asyncIterator]();
  const first = await parts.next();
  return reply
    .code(200)
    .headers({
      'content-type': file.contentType,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.fileName)}`,
      'cache-control': 'no-store',
    })
    .send(Readable.from(rest(first, parts), { objectMode: false }));
}

async function* rest(first: IteratorResult<string>, parts: AsyncIterator<string>): AsyncGenerator<string> {
  try {
    for (let part = first; !part.done; part = await parts.next()) yield part.value;
  } finally {
    // The caller may have gone before the end.
    await parts.return?.();
  }
}
