import { Readable } from 'node:stream';
import { currentScope, within } from '../../platform/tracing/scope.ts';

/** How a text is written whose parts come one after the other. */
export interface WrittenParts<Part> {
  readonly head?: string;
  text(part: Part): Iterable<string>;
  readonly tail?: string;
}

/**
 * Read as fast as the caller takes it. Until the first part is there, a failure is still told as any other. Later ones end the connection
 * without an end.
 */
export async function textInParts<Part>(parts: AsyncIterable<Part>, written: WrittenParts<Part>): Promise<Readable> {
  const iterator = parts[Symbol.asyncIterator]();
  const first = await iterator.next();
  return Readable.from(chunks(first, iterator, written), { objectMode: false });
}

async function* chunks<Part>(
  first: IteratorResult<Part>,
  parts: AsyncIterator<Part>,
  { head = '', text, tail = '' }: WrittenParts<Part>,
  scope = currentScope(),
): AsyncGenerator<string> {
  try {
    // An empty chunk would be taken for the end of what is there to read.
    if (head !== '') yield head;
    for (let part = first; !part.done; part = await within(scope, () => parts.next())) {
      for (const chunk of text(part.value)) if (chunk !== '') yield chunk;
    }
    if (tail !== '') yield tail;
  } finally {
    // The caller may have gone before the end.
    await parts.return?.();
  }
}
