import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { phpJson } from '../../platform/json/php-json.ts';
import { envelopeHeaders } from './envelope.ts';

/**
 * A success with a list that is too large to be in memory at once: it is read, written and sent part by part, as fast as the
 * caller takes it. What the caller gets is the same envelope, without a length in front.
 */
export class AnswerInParts<Answer> {
  declare protected readonly answer: Answer;
  readonly status: number;
  readonly head: string;
  readonly parts: AsyncIterable<readonly object[]>;
  readonly tail: string;

  constructor(status: number, head: string, parts: AsyncIterable<readonly object[]>, tail: string) {
    this.status = status;
    this.head = head;
    this.parts = parts;
    this.tail = tail;
  }
}

const envelopeHead = '{"code":0,"message":null,"response":';

export function listInParts<Item extends object>(
  parts: AsyncIterable<readonly Item[]>,
  status = 200,
): AnswerInParts<readonly Item[]> {
  return new AnswerInParts(status, `${envelopeHead}[`, parts, ']}');
}

/** An object whose last field is `list`. */
export function pageInParts<Rest extends object, Item extends object>(
  rest: Rest,
  parts: AsyncIterable<readonly Item[]>,
): AnswerInParts<Rest & { readonly list: readonly Item[] }> {
  return new AnswerInParts(200, `${envelopeHead}${phpJson(rest).slice(0, -1)},"list":[`, parts, ']}}');
}

/** Until the first part is there, a failure is still told as any other. Later ones end the connection without an end. */
export async function sendInParts(reply: FastifyReply, answer: AnswerInParts<unknown>): Promise<FastifyReply> {
  const parts = answer.parts[Symbol.asyncIterator]();
  const first = await parts.next();
  const text = Readable.from(textOf(answer, first, parts), { objectMode: false });
  return reply.code(answer.status).headers(envelopeHeaders).send(text);
}

async function* textOf(
  { head, tail }: AnswerInParts<unknown>,
  first: IteratorResult<readonly object[]>,
  parts: AsyncIterator<readonly object[]>,
): AsyncGenerator<string> {
  try {
    yield head;
    let comma = '';
    for (let part = first; !part.done; part = await parts.next()) {
      for (const item of part.value) {
        yield comma + phpJson(item);
        comma = ',';
      }
    }
    yield tail;
  } finally {
    // The caller may have gone before the end.
    await parts.return?.();
  }
}
