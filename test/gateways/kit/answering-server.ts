import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands for a gateway that answers what it is told, and remembers what it was sent. */
export interface AnsweringServer {
  readonly url: string;
  readonly requests: readonly {
    readonly path: string;
    readonly headers: Record<string, string>;
    readonly body: string;
  }[];
  /** The next answer; without one it is HTTP 500 and nothing. */
  willAnswer(status: number, body: string | Buffer): void;
  close(): Promise<void>;
}

export async function openAnsweringServer(): Promise<AnsweringServer> {
  const answers: { status: number; body: string | Buffer }[] = [];
  const requests: { path: string; headers: Record<string, string>; body: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      requests.push({ path: request.url ?? '', headers, body: Buffer.concat(chunks).toString('latin1') });
      const { status, body } = answers.shift() ?? { status: 500, body: '' };
      response.writeHead(status).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    willAnswer: (status, body) => void answers.push({ status, body }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
