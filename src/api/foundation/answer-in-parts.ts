import type { FastifyReply } from 'fastify';
import { phpJson } from '../../platform/json/php-json.ts';
import { envelopeHeaders } from './envelope.ts';
import { textInParts } from './text-in-parts.ts';

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

export async function sendInParts(
  reply: FastifyReply,
  { status, head, parts, tail }: AnswerInParts<unknown>,
): Promise<FastifyReply> {
  let comma = '';
  function* text(items: readonly object[]): Generator<string> {
    for (const item of items) {
      yield comma + phpJson(item);
      comma = ',';
    }
  }
  const body = await textInParts(parts, { head, text, tail });
  return reply.code(status).headers(envelopeHeaders).send(body);
}
