import type { Envelope } from './protocol.ts';

/** No answer came, or none that can be read; the server may have got the request all the same. */
export class NoAnswer extends Error {}

export interface Call<Response> {
  readonly answer: Promise<Envelope<Response>>;
  /** The answer is rejected with `NoAnswer`. */
  abort(): void;
  /** Of the answer. Browsers show most of them to the server's own pages only. */
  header(name: string): string | null;
}

/** Browsers send it from other pages without asking the server first. */
export const plainText = 'text/plain;charset=UTF-8';

/**
 * One request to the server, from whatever page this is: `file:` and `data:` pages too. By XMLHttpRequest, since fetch can't be taken back in
 * the older WebViews.
 */
export function call<Response>(
  method: 'GET' | 'POST',
  url: string,
  timeoutMs: number,
  body?: string,
  contentType: string = plainText,
): Call<Response> {
  const request = new XMLHttpRequest();
  const answer = new Promise<Envelope<Response>>((resolve, reject) => {
    const fail = () => reject(new NoAnswer(url));
    request.onerror = request.ontimeout = request.onabort = fail;
    request.onload = () => {
      const envelope = read<Response>(request.responseText);
      if (envelope) resolve(envelope);
      else fail();
    };
    try {
      request.open(method, url);
      request.timeout = timeoutMs;
      if (body !== undefined) request.setRequestHeader('content-type', contentType);
      request.send(body);
    } catch {
      fail();
    }
  });
  return { answer, abort: () => request.abort(), header: (name) => request.getResponseHeader(name) };
}

function read<Response>(text: string): Envelope<Response> | undefined {
  try {
    const value = JSON.parse(text);
    return value && typeof value.code === 'number' ? value : undefined;
  } catch {
    return undefined;
  }
}
