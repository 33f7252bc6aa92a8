import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { createServer } from '../../../src/platform/node-http.ts';

/** Stands for a gateway that answers what it is told, and remembers what it was sent. */
export interface AnsweringServer {
  readonly url: string;
  readonly requests: readonly SentRequest[];
  /** What was sent last. */
  last(): SentRequest;
  /** The next answer; without one it is HTTP 500 and nothing. */
  willAnswer(status: number, body: string | Buffer): void;
  close(): Promise<void>;
}

export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  /** A character for each byte (Latin-1). */
  readonly body: string;
  /** The body read as UTF-8. */
  text(): string;
  /** The body read as JSON. */
  json(): Record<string, unknown>;
}

export async function openAnsweringServer(): Promise<AnsweringServer> {
  const answers: { status: number; body: string | Buffer }[] = [];
  const requests: SentRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '' } = request;
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const bytes = Buffer.concat(chunks);
      const text = () => bytes.toString('utf8');
      requests.push({ method, path, headers, body: bytes.toString('latin1'), text, json: () => JSON.parse(text()) });
      const { status, body } = answers.shift() ?? { status: 500, body: '' };
      response.writeHead(status).end(body);
    });
  });
  // The client closes what is idle: were it the server, after five seconds in which a busy machine held up the whole process, the next
  // request would be lost, and its answer taken for that of the one after it.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    last: () => requests.at(-1) ?? assert.fail('nothing was sent'),
    willAnswer: (status, body) => void answers.push({ status, body }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
