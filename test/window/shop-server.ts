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

/**
 * A shop whose page buys what a test has handed to its `buy`; what the callbacks are told is in `got`. Whoever is sent back to another
 * path of it sees that path.
 */
export function serveBuying(hwanbul: string): Promise<ShopServer> {
  return serveShop((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(
      request.url === '/' ? buyingPage(hwanbul) : `<p id="back">${request.url?.replaceAll('&', '&amp;')}</p>`,
    );
  });
}

export function buyingPage(hwanbul: string): string {
  return `<!doctype html><meta charset="utf-8"><script src="${hwanbul}/v1/iamport.js"></script><button id="buy">사기</button><script>
    var got = [];
    IMP.init('iamport');
    function buy(request) { document.getElementById('buy').onclick = function () { IMP.request_pay(request, function (answer) { got.push(answer) }) } }
  </script>`;
}
