import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { envelopeHeaders, envelopeText, refusalHeaders, refusalText } from '../../api/foundation/envelope.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { Scraped } from './messages.ts';
import type { IllPart, Probe } from './probe.ts';

const methods: readonly (string | undefined)[] = ['GET', 'HEAD'];

/** Serves metrics and probes, and nothing else. `scrape` answers `undefined` when the metrics can't be read. */
export async function listen(
  { port, host }: { readonly port: number; readonly host: string },
  { probe, scrape }: { readonly probe: Probe; readonly scrape: () => Promise<Scraped | undefined> },
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const answers: Readonly<Record<string, (response: ServerResponse) => Promise<void>>> = {
    '/live': async (response) => answerProbe(response, probe.live()),
    '/ready': async (response) => answerProbe(response, await probe.ready()),
    '/metrics': async (response) => answerScrape(response, await scrape()),
  };
  const server: Server = createServer((request, response) => {
    const answer = answers[request.url?.split('?', 1)[0] ?? ''];
    if (answer && methods.includes(request.method)) {
      void answer(response);
      return;
    }
    response.writeHead(answer ? 405 : 404, { 'content-type': 'text/plain' });
    response.end('GET /metrics, /live or /ready\n');
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 5_000;
  server.maxConnections = 64;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** As the same probe at the callers' port. */
function answerProbe(response: ServerResponse, part: IllPart): void {
  if (part === undefined) {
    response.writeHead(200, envelopeHeaders).end(envelopeText(0, null, { status: 'ok' }));
    return;
  }
  const refusal = new Refusal('not_ready', { part });
  const { status, retryAfterSeconds } = refusal.entry;
  response.writeHead(status, {
    ...envelopeHeaders,
    ...refusalHeaders(refusal),
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
  });
  response.end(refusalText(refusal));
}

function answerScrape(response: ServerResponse, scraped: Scraped | undefined): void {
  if (scraped === undefined) {
    response.writeHead(503, { 'content-type': 'text/plain' }).end('not now\n');
    return;
  }
  response.writeHead(200, { 'content-type': scraped.contentType, 'cache-control': 'no-store' }).end(scraped.text);
}
