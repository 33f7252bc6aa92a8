import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from '../platform/node-http.ts';
import type { SimulatorAnswer } from './definition.ts';

const bodyBytesMax = 1024 * 1024;

/** A request that was read whole, and the three things that can become of it. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  answer(answer: SimulatorAnswer): void;
  /** Closes the connection without an answer. */
  drop(): void;
  /** Runs when the connection is gone, at once if it already is. */
  onGone(listener: () => void): void;
}

/** HTTP on 127.0.0.1 only; bodies are read whole, up to 1 MiB. */
export function createListener(handle: (exchange: Exchange) => void): {
  open(port: number): Promise<number>;
  close(): Promise<void>;
} {
  const server: Server = createServer((request, response) => {
    readBody(request, response, (body) => handle(exchangeOf(request, response, body)));
  });
  // Longer than any client keeps an idle connection, so that it is the client that closes it: a server that closes
  // first turns a request that is on its way into a doubt.
  server.keepAliveTimeout = 120_000;
  server.headersTimeout = 125_000;
  server.requestTimeout = 0;

  return {
    open: (port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port, host: '127.0.0.1', backlog: 4096 }, () => {
          server.off('error', reject);
          resolve((server.address() as AddressInfo).port);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function readBody(request: IncomingMessage, response: ServerResponse, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) {
      request.removeAllListeners('data').removeAllListeners('end').resume();
      response.writeHead(413, { connection: 'close' }).end();
      return;
    }
    chunks.push(chunk);
  });
  request.on('end', () => done(Buffer.concat(chunks)));
  request.on('error', () => request.destroy());
}

function exchangeOf(request: IncomingMessage, response: ServerResponse, body: Buffer): Exchange {
  const target = request.url ?? '/';
  const queryAt = target.indexOf('?');
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: request.method ?? 'GET',
    path: queryAt < 0 ? target : target.slice(0, queryAt),
    query: new URLSearchParams(queryAt < 0 ? '' : target.slice(queryAt + 1)),
    headers,
    body,
    answer(answer) {
      if (response.destroyed || response.writableEnded) return;
      const bytes = Buffer.from(answer.body as string);
      response.writeHead(answer.status, { ...answer.headers, 'content-length': bytes.length });
      response.end(bytes);
    },
    drop: () => request.socket.destroy(),
    onGone(listener) {
      if (request.socket.destroyed) listener();
      else response.once('close', listener);
    },
  };
}
