import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { createServer } from '../../src/platform/node-http.ts';
import { eventually } from '../kit/eventually.ts';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body, whichever of the two forms it has. */
  readonly fields: Readonly<Record<string, string>>;
}

type Answer = (response: ServerResponse, request: IncomingMessage, received: Received) => void;

/** A merchant's server: takes down what comes and answers as it is told. */
export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  answerWith(answer: Answer): void;
  /** What has come as soon as there are so many. */
  waitFor(count: number, limitMs?: number): Promise<readonly Received[]>;
  close(): Promise<void>;
}

export const ok: Answer = (response) => response.end('ok');
export const hang: Answer = () => {};
export const withStatus =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end(`status ${status}`);

export async function startReceiver(test: Pick<TestContext, 'after'>, first: Answer = ok): Promise<Receiver> {
  const received: Received[] = [];
  let answer = first;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => {});
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const isJson = request.headers['content-type'] === 'application/json';
      const fields = isJson ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
      const one = { path: request.url ?? '', headers: request.headers, body, fields };
      received.push(one);
      answer(response, request, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  test.after(close);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`,
    received,
    answerWith(next) {
      answer = next;
    },
    async waitFor(count, limitMs) {
      return eventually(async () => {
        if (received.length < count) throw new Error(`${received.length} webhooks of ${count} have come`);
        return received;
      }, limitMs);
    },
    close,
  };
}
