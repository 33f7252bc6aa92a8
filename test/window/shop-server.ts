import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from '../../src/platform/node-http.ts';

/** A shop's own server, to the browser another origin than the payment server's: another name, and another port. */
export interface ShopServer {
  /** Without a path, `http://localhost:PORT`. */
  readonly url: string;
  close(): void;
}

export async function serveShop(
  answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<ShopServer> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://localhost:${address.port}`, close: () => server.close() };
}
